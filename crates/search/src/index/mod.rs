//! The index: all bookable instructors in memory, behind a pointer that readers never wait for.
//!
//! A [`Snapshot`] is immutable. A change copies the one segment of 500 people it touches and swaps the pointer, so a search
//! always sees one consistent state, and a change is visible as soon as it is applied: in a few milliseconds, whether there are
//! a thousand instructors or a hundred thousand.

mod facts;
mod filter;
mod rows;
mod segment;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use instainstru_core::length::Notice;
use instainstru_domain::ids::UserId;
use jiff::{civil::Date, tz::TimeZone};
use rustc_hash::{FxHashMap, FxHashSet};

use self::segment::{ClassKey, MAX_DAYS, PEOPLE, Packed, Segment, ServiceKey, Sum};
pub use self::{
    filter::{Filter, Found, Match, NEXT_STARTS, Start},
    rows::{DayRow, InstructorRow, OfferRow},
};
use crate::vocabulary::places::Gazetteer;

/// Days ahead that are indexed unless told otherwise.
pub const DEFAULT_DAYS: u16 = 120;

/// All bookable instructors at one moment.
#[derive(Debug, Clone)]
pub struct Snapshot {
    first_day: Date,
    days: u16,
    segments: Vec<Arc<Segment>>,
    services: Arc<Vec<String>>,
    by_slug: Arc<FxHashMap<String, ServiceKey>>,
    classes: Arc<Vec<Class>>,
}

/// How a service is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offered {
    /// Number of offers. Nobody offers a service twice, so it is also the number of instructors.
    pub offers: u32,
    /// Lowest and highest rate, in cents.
    pub rates_cents: Option<(u32, u32)>,
}

impl Offered {
    fn and(self, rate_cents: u32) -> Self {
        let (low, high) = self.rates_cents.unwrap_or((rate_cents, rate_cents));
        Self {
            offers: self.offers.saturating_add(1),
            rates_cents: Some((low.min(rate_cents), high.max(rate_cents))),
        }
    }
}

/// Instructors with the same zone and notice: for them the first bookable instant is the same.
#[derive(Debug, Clone, PartialEq)]
struct Class {
    zone: TimeZone,
    notice: Notice,
}

impl Snapshot {
    fn empty(first_day: Date, days: u16) -> Self {
        Self {
            first_day,
            days: days.clamp(1, MAX_DAYS),
            segments: Vec::new(),
            services: Arc::default(),
            by_slug: Arc::default(),
            classes: Arc::default(),
        }
    }

    /// First day that is indexed.
    #[must_use]
    pub const fn first_day(&self) -> Date {
        self.first_day
    }

    /// Number of days that are indexed.
    #[must_use]
    pub const fn days(&self) -> u16 {
        self.days
    }

    /// Number of instructors.
    #[must_use]
    pub fn len(&self) -> usize {
        self.segments.iter().map(|segment| segment.ids().count()).sum()
    }

    /// Whether nobody is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes the columns take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.segments.iter().map(|segment| segment.bytes()).sum()
    }

    /// A number that is the same for the same instructors, in whatever order they came.
    #[must_use]
    pub fn checksum(&self) -> u64 {
        self.segments.iter().fold(0, |all, segment| all.wrapping_add(segment.sum()))
    }

    /// Who offers a service at which rates.
    #[must_use]
    pub fn offered(&self, slug: &str) -> Offered {
        let Some(key) = self.service_key(slug) else { return Offered::default() };
        let offers = self.segments.iter().flat_map(|segment| segment.offers_of(key));
        offers.fold(Offered::default(), |offered, offer| offered.and(offer.rate_cents))
    }

    fn service_key(&self, slug: &str) -> Option<ServiceKey> {
        self.by_slug.get(slug).copied()
    }

    fn service_slug(&self, key: ServiceKey) -> &str {
        self.services.get(usize::from(key)).map_or("", String::as_str)
    }

    fn intern_service(&mut self, slug: &str) -> Option<ServiceKey> {
        if let Some(key) = self.service_key(slug) {
            return Some(key);
        }
        let key = ServiceKey::try_from(self.services.len()).ok()?;
        Arc::make_mut(&mut self.services).push(slug.to_owned());
        Arc::make_mut(&mut self.by_slug).insert(slug.to_owned(), key);
        Some(key)
    }

    fn intern_class(&mut self, zone: &TimeZone, notice: Notice) -> ClassKey {
        let known = self.classes.iter().position(|class| class.notice == notice && class.zone == *zone);
        let at = known.unwrap_or_else(|| {
            Arc::make_mut(&mut self.classes).push(Class { zone: zone.clone(), notice });
            self.classes.len() - 1
        });
        ClassKey::try_from(at).unwrap_or(0)
    }

    /// Packs an instructor, with a checksum that does not depend on how anything is numbered here.
    fn pack(&mut self, row: &InstructorRow, places: &Gazetteer) -> (Packed, u64) {
        let class = self.intern_class(&row.zone, row.notice);
        let (first_day, days) = (self.first_day, self.days);
        let packed = Packed::new(row, places, first_day, days, |slug| self.intern_service(slug), class);
        let zone =
            Sum::text(row.zone.iana_name().unwrap_or_default()).wrapping_add(u64::from(row.notice.hours()));
        let sum = packed.checksum(|key| Sum::text(self.service_slug(key)), zone);
        (packed, sum)
    }
}

/// The index. Share it; searching takes `&self` and never waits.
#[derive(Debug)]
pub struct Index {
    places: Arc<Gazetteer>,
    current: ArcSwap<Snapshot>,
    /// In which segment each instructor lives. Held by whoever writes.
    homes: Mutex<FxHashMap<UserId, usize>>,
}

impl Index {
    /// An empty index of `days` days (at most 130) from `first_day` on.
    #[must_use]
    pub fn new(places: Arc<Gazetteer>, first_day: Date, days: u16) -> Self {
        Self {
            places,
            current: ArcSwap::from_pointee(Snapshot::empty(first_day, days)),
            homes: Mutex::default(),
        }
    }

    /// What is indexed at this moment.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Replaces everything, with days from `first_day` on. To be done once a day, and when a checksum differs.
    pub fn rebuild(&self, first_day: Date, rows: impl IntoIterator<Item = InstructorRow>) {
        let mut homes = self.lock();
        let mut fresh = Snapshot::empty(first_day, self.current.load().days);
        homes.clear();
        let mut people: Vec<(Packed, u64)> = Vec::with_capacity(usize::from(PEOPLE));
        for row in rows {
            if !row.bookable || homes.contains_key(&row.id) {
                continue;
            }
            homes.insert(row.id, fresh.segments.len());
            let packed = fresh.pack(&row, &self.places);
            people.push(packed);
            if people.len() == usize::from(PEOPLE) {
                fresh.segments.push(Arc::new(Segment::new(&people, fresh.days)));
                people.clear();
            }
        }
        if !people.is_empty() {
            fresh.segments.push(Arc::new(Segment::new(&people, fresh.days)));
        }
        self.current.store(Arc::new(fresh));
    }

    /// Puts the present state of an instructor in place of the former. One who cannot be booked is taken out.
    pub fn replace_instructor(&self, row: &InstructorRow) {
        self.replace_instructors(std::slice::from_ref(row));
    }

    /// Like [`Index::replace_instructor`] for many at once: all become visible together, and each segment is copied once.
    pub fn replace_instructors(&self, rows: &[InstructorRow]) {
        let mut homes = self.lock();
        let mut next = Snapshot::clone(&self.current.load());
        let mut changed: FxHashMap<usize, Vec<(Packed, u64)>> = FxHashMap::default();
        let mut seen: FxHashSet<UserId> = FxHashSet::default();
        // Of two rows about one person the later is the present state.
        for row in rows.iter().rev().filter(|row| seen.insert(row.id)) {
            let known = homes.get(&row.id).copied();
            if !row.bookable {
                if let Some(home) = known {
                    people_of(&mut changed, &next, home).retain(|(person, _)| person.id != row.id);
                    homes.remove(&row.id);
                }
                continue;
            }
            let packed = next.pack(row, &self.places);
            if let Some(home) = known {
                let people = people_of(&mut changed, &next, home);
                people.retain(|(person, _)| person.id != row.id);
                people.push(packed);
            } else {
                let home = roomy(&changed, &next);
                people_of(&mut changed, &next, home).push(packed);
                homes.insert(row.id, home);
            }
        }
        for (home, people) in changed {
            let segment = Arc::new(Segment::new(&people, next.days));
            while next.segments.len() <= home {
                next.segments.push(Arc::new(Segment::new(&[], next.days)));
            }
            if let Some(slot) = next.segments.get_mut(home) {
                *slot = segment;
            }
        }
        self.current.store(Arc::new(next));
    }

    /// Takes an instructor out.
    pub fn remove_instructor(&self, id: UserId) {
        let mut homes = self.lock();
        let Some(home) = homes.remove(&id) else { return };
        let mut next = Snapshot::clone(&self.current.load());
        if let Some(slot) = next.segments.get_mut(home) {
            let mut people = slot.people(next.days);
            people.retain(|(person, _)| person.id != id);
            *slot = Arc::new(Segment::new(&people, next.days));
        }
        self.current.store(Arc::new(next));
    }

    /// The checksum of what is indexed.
    #[must_use]
    pub fn checksum(&self) -> u64 {
        self.current.load().checksum()
    }

    /// The checksum the index would have if it held exactly these rows: another number means that it has drifted.
    #[must_use]
    pub fn checksum_of(&self, rows: impl IntoIterator<Item = InstructorRow>) -> u64 {
        let now = self.current.load();
        let mut scratch = Snapshot::empty(now.first_day, now.days);
        let sums = rows.into_iter().filter(|row| row.bookable).map(|row| scratch.pack(&row, &self.places).1);
        sums.fold(0, u64::wrapping_add)
    }

    /// A writer that panicked left the last complete snapshot in place, so there is nothing to recover.
    fn lock(&self) -> MutexGuard<'_, FxHashMap<UserId, usize>> {
        self.homes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The people of a segment that is about to change.
fn people_of<'a>(
    changed: &'a mut FxHashMap<usize, Vec<(Packed, u64)>>,
    snapshot: &Snapshot,
    home: usize,
) -> &'a mut Vec<(Packed, u64)> {
    changed
        .entry(home)
        .or_insert_with(|| snapshot.segments.get(home).map(|s| s.people(snapshot.days)).unwrap_or_default())
}

/// A segment with room for one more.
fn roomy(changed: &FxHashMap<usize, Vec<(Packed, u64)>>, snapshot: &Snapshot) -> usize {
    let count = snapshot.segments.len().max(changed.keys().max().map_or(0, |last| last + 1));
    let size = |home: usize| {
        changed
            .get(&home)
            .map_or_else(|| snapshot.segments.get(home).map_or(0, |segment| segment.len()), Vec::len)
    };
    (0..count).rev().find(|home| size(*home) < usize::from(PEOPLE)).unwrap_or(count)
}
