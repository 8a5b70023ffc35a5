//! How many statements each method sends, for little and for much data. Round trips are what slows a marketplace down, and the
//! first thing to creep in unnoticed.

use instainstru_core::{blocks::BlockSet, dates::DateRange, grid::TimeRange, zone::UtcRange};
use instainstru_domain::{
    administration::UserFilter,
    alert::{AlertFilter, AlertKind, AlertSeverity, IssueUrl, NewAlert},
    analytics::{LookBack, RunDates, RunOutcome, ServiceFigures},
    audit::{AuditAction, AuditFilter, NewAuditEntry},
    booking::{BookingFilter, BookingOrder, Side},
    catalogue::{CatalogueEntry, CategoryFacts, ServiceFacts},
    delivery::{DeliveryState, MAIL, Settlement},
    editorial::Origin,
    event::DomainEvent,
    handle::Handle,
    ids::{CatalogueServiceId, InstructorServiceId, UserId},
    instructor::{Instructor, InstructorFilter},
    job::{self, JobState, RunCause, RunEnd},
    page::Page,
    password_reset::{NewPasswordReset, ResetNonce, ResetTokenHash},
    ports::{
        StorageError, TransactorExt, UnitOfWork,
        deliveries::Claim,
        idempotency::{AnswerKey, StoredAnswer},
        mails::SentMail,
        search_history::QueryFault,
    },
    reminder::ReminderLead,
    search_history::{AnsweredSearch, NormalQuery, SearchBatch, SearchVia},
    vocabulary::{GroupEntry, Meaning, NewAlias, Phrase, PlaceEntry, PlaceKind},
};
use instainstru_repository::statements_on_this_thread;
use instainstru_test_support::{
    builders::{
        a_booking, a_catalogue, a_profile, a_user, an_instructor, an_offer, built_at, claims_for, lesson_time,
    },
    security::PlainHasher,
};
use jiff::{
    SignedDuration, ToSpan,
    civil::{Date, date},
};

use crate::databases::{Fresh, on_both_databases};

on_both_databases! {
    accounts,
    instructors,
    the_catalogue,
    the_catalogue_of_its_editors,
    the_vocabulary,
    what_was_searched_for,
    windows_and_blackouts,
    bookings,
    the_source_of_the_search_index,
    more_people_than_a_statement_can_name,
    events,
    deliveries,
    jobs_and_leases,
    reminders,
    forgetting,
    answers,
    alerts, leaving_for_good, requests_for_new_passwords, sent_mails, sums_over_bookings, the_analytics, the_audit_log,
    transactions_themselves_do_not_count,
}

const SIZES: [usize; 2] = [1, 50];
const DAY: Date = date(2026, 7, 15);

/// Does the work in a transaction and asserts how many statements it sends.
#[track_caller]
fn sends<T>(
    fresh: &Fresh,
    expected: u64,
    what: &str,
    mut work: impl FnMut(&mut dyn UnitOfWork) -> Result<T, StorageError>,
) -> T {
    let mut sent = 0;
    let result = fresh.transaction::<_, StorageError>(|uow| {
        let before = statements_on_this_thread();
        let result = work(uow);
        sent = statements_on_this_thread() - before;
        result
    });
    let value = result.unwrap_or_else(|error| panic!("{what}: {error:?}"));
    assert_eq!(sent, expected, "{what}");
    value
}

fn accounts(fresh: &Fresh) {
    for size in SIZES {
        let users: Vec<_> = (0..size).map(|_nth| a_user(fresh).insert()).collect();
        let new = a_user(fresh).build();
        let user = sends(fresh, 1, "insert", |uow| uow.users().insert(&new));
        sends(fresh, 1, "find", |uow| uow.users().find(user.id));
        sends(fresh, 1, "revoke_token", |uow| uow.users().revoke_token(&format!("t{size}"), built_at()));
        sends(fresh, 1, "find_bearer", |uow| uow.users().find_bearer(user.id, "t1"));
        sends(fresh, 1, "administrators", |uow| uow.users().administrators());
        sends(fresh, 1, "find_credentials", |uow| uow.users().find_credentials(&user.email));
        sends(fresh, 1, "update", |uow| uow.users().update(&user));
        let hash = PlainHasher::hash_of("TestPassword123!");
        sends(fresh, 1, "set_password", |uow| uow.users().set_password(user.id, &hash, built_at()));
        let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
        let all = UserFilter::default();
        let listed = sends(fresh, 2, "list", |uow| uow.users().list(&all, Page::first(100)));
        assert!(listed.items.len() >= size);
        sends(fresh, u64::from(fresh.is_postgres()), "lock", |uow| uow.users().lock(&ids));
    }
}

fn instructors(fresh: &Fresh) {
    for size in SIZES {
        let people: Vec<Instructor> = (0..size)
            .map(|_nth| {
                an_instructor(fresh).offering("piano", 75_00, &[60]).offering("guitar", 60_00, &[30]).insert()
            })
            .collect();
        let ada = &people[0];
        sends(fresh, 2, "find", |uow| uow.instructors().find(ada.user.id));
        let all = InstructorFilter::default();
        let listed = sends(fresh, 3, "list all", |uow| uow.instructors().list(&all, Page::first(100)));
        assert!(listed.items.len() >= size);
        let piano = InstructorFilter { search: Some("piano".into()), min_rate_cents: Some(1), ..all };
        let listed = sends(fresh, 4, "list some", |uow| uow.instructors().list(&piano, Page::first(100)));
        assert!(listed.items.len() >= size);
        sends(fresh, 1, "count_bookable", |uow| uow.instructors().count_bookable());
        sends(fresh, 1, "services", |uow| uow.instructors().services(ada.profile.id));
        sends(fresh, 1, "find_service", |uow| uow.instructors().find_service(ada.services[0].id));
        let ids: Vec<InstructorServiceId> =
            people.iter().flat_map(|person| person.services.iter().map(|service| service.id)).collect();
        sends(fresh, 1, "with_bookings", |uow| uow.instructors().with_bookings(&ids));
        let newcomer = a_user(fresh).instructor().insert();
        let profile = sends(fresh, 1, "insert_profile", |uow| {
            uow.instructors().insert_profile(newcomer.id, &a_profile(), built_at())
        });
        let handle: Handle = format!("somebody-{size}").parse().unwrap();
        for free in [true, false] {
            let claimed = sends(fresh, 1, "claim_handle", |uow| {
                uow.instructors().claim_handle(profile.id, &handle, built_at())
            });
            assert_eq!(claimed, free);
        }
        sends(fresh, 1, "handle", |uow| uow.instructors().handle(newcomer.id));
        sends(fresh, 1, "find_by_handle", |uow| uow.instructors().find_by_handle(&handle));
        sends(fresh, 1, "handles", |uow| uow.instructors().handles(100));
        sends(fresh, 1, "update_profile", |uow| {
            uow.instructors().update_profile(profile.id, &a_profile(), built_at())
        });
        let offer = an_offer(a_catalogue(fresh).id("piano"), 75_00, &[60]);
        let service = sends(fresh, 2, "insert_service", |uow| {
            uow.instructors().insert_service(profile.id, &offer, built_at())
        });
        sends(fresh, 1, "update_service", |uow| {
            uow.instructors().update_service(service.id, &offer, true, built_at())
        });
        sends(fresh, 2, "delete_profile", |uow| uow.instructors().delete_profile(profile.id, built_at()));
        sends(fresh, 1, "delete_services", |uow| uow.instructors().delete_services(&ids));
    }
}

fn entry(number: usize) -> CatalogueEntry {
    CatalogueEntry {
        category_slug: "test".into(),
        facts: ServiceFacts {
            slug: format!("service-{number}"),
            name: format!("Service {number}"),
            description: None,
            search_terms: vec!["term".into()],
            display_order: 1,
            online_capable: true,
            requires_certification: false,
            typical_price: None,
        },
        related_slugs: vec![format!("service-{}", number + 1)],
    }
}

fn the_catalogue(fresh: &Fresh) {
    for size in SIZES {
        let facts = |number: usize| CategoryFacts {
            slug: if number == 0 { "test".into() } else { format!("category-{number}") },
            name: format!("Category {number}"),
            subtitle: None,
            description: None,
            display_order: 1,
            icon_name: None,
        };
        let categories: Vec<CategoryFacts> = (0..size).map(facts).collect();
        sends(fresh, 2, "upsert_categories", |uow| {
            uow.catalogue().upsert_categories(&categories, built_at())
        });
        let entries: Vec<CatalogueEntry> = (0..size).map(entry).collect();
        sends(fresh, 5, "upsert_services, new", |uow| uow.catalogue().upsert_services(&entries, built_at()));
        sends(fresh, 3, "upsert_services, known", |uow| {
            uow.catalogue().upsert_services(&entries, built_at())
        });
        let listings = sends(fresh, 2, "listings", |uow| uow.catalogue().listings(None));
        assert_eq!(listings.len(), size);
        assert_eq!(listings.iter().filter(|listing| !listing.service.related.is_empty()).count(), size - 1);
        sends(fresh, 2, "listings of one", |uow| uow.catalogue().listings(Some(listings[0].category.id)));
        sends(fresh, 1, "categories", |uow| uow.catalogue().categories());
        let ids: Vec<CatalogueServiceId> = listings.iter().map(|listing| listing.service.id).collect();
        assert_eq!(sends(fresh, 1, "find", |uow| uow.catalogue().find(&ids)).len(), size);
        let names: Vec<String> = (0..size).map(|number| format!("SERVICE {number}")).collect();
        assert_eq!(sends(fresh, 1, "find_named", |uow| uow.catalogue().find_named(&names)).len(), size);
    }
}

fn the_catalogue_of_its_editors(fresh: &Fresh) {
    let catalogue = a_catalogue(fresh);
    for size in SIZES {
        let facts = ServiceFacts { slug: format!("new-{size}"), ..entry(0).facts };
        let related: Vec<CatalogueServiceId> = vec![catalogue.id("piano"); size];
        let music = catalogue.category("music").id;
        let made = sends(fresh, 1, "insert_service", |uow| {
            uow.catalogue_editor().insert_service(music, &facts, &related, built_at())
        });
        sends(fresh, 1, "update_service", |uow| uow.catalogue_editor().update_service(&made, built_at()));
        sends(fresh, 1, "find_service", |uow| uow.catalogue_editor().find_service(made.id));
        sends(fresh, 1, "services", |uow| uow.catalogue_editor().services());
        let facts =
            CategoryFacts { slug: format!("new-{size}"), ..catalogue.category("music").facts.clone() };
        let made = sends(fresh, 1, "insert_category", |uow| {
            uow.catalogue_editor().insert_category(&facts, built_at())
        });
        sends(fresh, 1, "update_category", |uow| uow.catalogue_editor().update_category(&made, built_at()));
        sends(fresh, 1, "categories", |uow| uow.catalogue_editor().categories());
    }
}

fn the_vocabulary(fresh: &Fresh) {
    for size in SIZES {
        let word = |number: usize| NewAlias {
            phrase: Phrase::new(&format!("word {size} {number}")).unwrap(),
            meaning: Meaning::Weak,
            origin: Origin::Content,
        };
        let new: Vec<NewAlias> = (0..size).map(word).collect();
        sends(fresh, 1, "lock", |uow| uow.vocabulary().lock());
        sends(fresh, 1, "insert_aliases", |uow| uow.vocabulary().insert_aliases(&new, built_at()));
        let stored = sends(fresh, 1, "aliases", |uow| uow.vocabulary().aliases());
        sends(fresh, 1, "find_alias", |uow| uow.vocabulary().find_alias(&new[0]));
        sends(fresh, 1, "update_alias", |uow| uow.vocabulary().update_alias(&stored[0], built_at()));
        let ids: Vec<_> = stored.iter().map(|alias| alias.id).collect();
        sends(fresh, 1, "delete_aliases", |uow| uow.vocabulary().delete_aliases(&ids));
        let groups: Vec<GroupEntry> = (0..size)
            .map(|number| GroupEntry {
                name: format!("group {size} {number}"),
                services: Vec::new(),
                origin: Origin::Content,
            })
            .collect();
        sends(fresh, 1, "insert_groups", |uow| uow.vocabulary().insert_groups(&groups, built_at()));
        let groups = sends(fresh, 1, "groups", |uow| uow.vocabulary().groups());
        sends(fresh, 1, "update_groups", |uow| uow.vocabulary().update_groups(&groups[..1], built_at()));
        let places: Vec<PlaceEntry> = (0..size)
            .map(|number| PlaceEntry {
                name: format!("place {size} {number}"),
                kind: PlaceKind::Landmark,
                borough: "Queens".into(),
                aliases: Vec::new(),
                neighbours: Vec::new(),
                origin: Origin::Content,
            })
            .collect();
        sends(fresh, 1, "insert_places", |uow| uow.vocabulary().insert_places(&places, built_at()));
        let places = sends(fresh, 1, "places", |uow| uow.vocabulary().places());
        sends(fresh, 1, "update_places", |uow| uow.vocabulary().update_places(&places[..1], built_at()));
        sends(fresh, 1, "content_digest", |uow| uow.vocabulary().content_digest());
        sends(fresh, 1, "set_content_digest", |uow| uow.vocabulary().set_content_digest("d", built_at()));
    }
}

fn what_was_searched_for(fresh: &Fresh) {
    let piano = a_catalogue(fresh).id("piano");
    for size in SIZES {
        let people: Vec<UserId> = (0..size).map(|_nth| a_user(fresh).insert().id).collect();
        let search = |(number, user): (usize, &UserId)| AnsweredSearch {
            query: NormalQuery::new(&format!("query {size} {number}")).unwrap(),
            at: built_at(),
            user: Some(*user),
            via: SearchVia::Api,
            services: vec![piano],
            results: 0,
            is_understood: false,
        };
        let searches: Vec<AnsweredSearch> = people.iter().enumerate().map(search).collect();
        let batch = SearchBatch::of(&searches);
        // The look at who has left, three kinds of rows, and the look at what each person has too much of.
        sends(fresh, 5, "record", |uow| uow.search_history().record(&batch, 100));
        sends(fresh, 6, "record and trim", |uow| uow.search_history().record(&batch, 0));
        sends(fresh, 5, "record", |uow| uow.search_history().record(&batch, 100));
        let dates = DateRange::of_days(date(2020, 1, 1), 10_000);
        sends(fresh, 1, "recent", |uow| uow.search_history().recent(people[0], 100));
        sends(fresh, 1, "forget", |uow| uow.search_history().forget(people[0]));
        sends(fresh, 1, "search_counts", |uow| uow.search_history().search_counts(dates));
        sends(fresh, 1, "distinct_queries", |uow| uow.search_history().distinct_queries(DAY));
        sends(fresh, 1, "days", |uow| uow.search_history().days(dates));
        let found = sends(fresh, 1, "faulty", |uow| {
            uow.search_history().faulty(QueryFault::WithoutResults, dates, 100)
        });
        assert!(found.len() >= size);
        sends(fresh, 1, "popular", |uow| uow.search_history().popular(dates, 1, 100));
        let (then, day) = (built_at(), date(2020, 1, 1));
        sends(fresh, 3, "purge", |uow| uow.search_history().purge(then, day, day));
    }
}

fn windows_and_blackouts(fresh: &Fresh) {
    let blocks = |ranges: &[&str]| -> BlockSet {
        ranges.iter().map(|range| range.parse::<TimeRange>().unwrap()).collect()
    };
    for size in SIZES {
        let ada = a_user(fresh).instructor().insert().id;
        let days = |blocks: BlockSet| -> Vec<(Date, BlockSet)> {
            (0..i64::try_from(size).unwrap()).map(|day| (DAY.saturating_add(day.days()), blocks)).collect()
        };
        let dates = DateRange::of_days(DAY, 60);
        let replace = |expected, what, ranges: &[&str]| {
            let days = days(blocks(ranges));
            sends(fresh, expected, what, |uow| uow.availability().replace(ada, &days, built_at()));
            let windows = sends(fresh, 1, "windows", |uow| uow.availability().windows(ada, dates));
            assert_eq!(windows.len(), size * ranges.len());
            windows
        };
        replace(2, "only inserted", &["09:00-10:00", "11:00-12:00", "20:00-21:00"]);
        replace(1, "unchanged", &["09:00-10:00", "11:00-12:00", "20:00-21:00"]);
        replace(3, "changed and deleted", &["09:30-11:30", "20:00-21:00"]);
        let windows = replace(4, "deleted, changed and inserted", &["09:00-09:45", "22:00-23:00"]);
        sends(fresh, 1, "find_window", |uow| uow.availability().find_window(windows[0].id));
        let mut blackouts = Vec::new();
        for (date, _) in days(BlockSet::EMPTY) {
            blackouts.push(sends(fresh, 1, "insert_blackout", |uow| {
                uow.availability().insert_blackout(ada, date, None, built_at())
            }));
        }
        let found = sends(fresh, 1, "blackouts", |uow| uow.availability().blackouts(ada, dates));
        assert_eq!(found, blackouts);
        sends(fresh, 1, "find_blackout", |uow| uow.availability().find_blackout(found[0].id));
        sends(fresh, 1, "delete_blackout", |uow| uow.availability().delete_blackout(found[0].id));
        let later: Vec<Date> = dates.iter().map(|date| date.saturating_add(1.year())).collect();
        sends(fresh, 1, "insert_blackouts", |uow| {
            uow.availability().insert_blackouts(ada, &later, None, built_at())
        });
    }
}

fn bookings(fresh: &Fresh) {
    for size in SIZES {
        let ada = an_instructor(fresh).offering("piano", 75_00, &[60]).insert();
        let day = |number: usize| DAY.saturating_add(i64::try_from(number).unwrap().days());
        let booked: Vec<_> = (0..size)
            .map(|number| a_booking(fresh).with(&ada).at(day(number), "10:00", 60).insert())
            .collect();
        let lesson = &booked[0];
        let (new, claims) = a_booking(fresh).with(&ada).at(DAY, "12:00", 60).build();
        sends(fresh, 3 + u64::from(fresh.is_postgres()), "lock and insert", |uow| {
            uow.users().lock(&[new.instructor_id, new.student_id])?;
            uow.bookings().insert(&new, &claims)
        });
        let time = lesson_time(&ada.profile.details.zone, DAY, "15:00", 60);
        let claims = claims_for(&time, &ada.profile.details);
        sends(fresh, 2 + u64::from(fresh.is_postgres()), "lock and move_claims", |uow| {
            uow.users().lock(&[lesson.instructor_id, lesson.student_id])?;
            uow.bookings().move_claims(lesson, &claims)
        });
        sends(fresh, 1, "find", |uow| uow.bookings().find(lesson.id));
        sends(fresh, 1, "lock", |uow| uow.bookings().lock(lesson.id));
        sends(fresh, 1, "update", |uow| uow.bookings().update(lesson));
        sends(fresh, 1, "claims", |uow| uow.bookings().claims(ada.user.id, time.instants, Some(lesson.id)));
        for order in [BookingOrder::NewestFirst, BookingOrder::SoonestFirst] {
            let filter = BookingFilter {
                side: Side::Instructor(ada.user.id),
                status: None,
                from: None,
                until: None,
                order,
            };
            let listed = sends(fresh, 2, "list", |uow| uow.bookings().list(&filter, Page::first(100)));
            assert_eq!(listed.items.len(), size + 1);
        }
        let dates = DateRange::of_days(DAY, 60);
        assert_eq!(
            sends(fresh, 1, "booked", |uow| uow.bookings().booked(ada.user.id, dates)).len(),
            size + 1
        );
        sends(fresh, 1, "stats", |uow| uow.bookings().stats(ada.user.id, DAY));
        sends(fresh, 1, "count_future", |uow| uow.bookings().count_future(ada.user.id, DAY));
        sends(fresh, 1, "release_claims", |uow| uow.bookings().release_claims(lesson.id));
    }
}

/// Reads all about these people in so many chunks, and returns how much there was of each kind.
fn read_for_the_index(fresh: &Fresh, ids: &[UserId], chunks: u64) -> [usize; 4] {
    let dates = DateRange::of_days(DAY, 60);
    [
        sends(fresh, 2 * chunks, "instructors", |uow| uow.search_source().instructors(ids)).len(),
        sends(fresh, chunks, "windows", |uow| uow.search_source().windows(ids, dates)).len(),
        sends(fresh, chunks, "blackouts", |uow| uow.search_source().blackouts(ids, dates)).len(),
        sends(fresh, chunks, "claims", |uow| uow.search_source().claims(ids, UtcRange::ALL)).len(),
    ]
}

fn the_source_of_the_search_index(fresh: &Fresh) {
    let mut ids = Vec::new();
    for size in SIZES {
        while ids.len() < size {
            let person = an_instructor(fresh)
                .offering("piano", 75_00, &[60])
                .offering("guitar", 60_00, &[30])
                .publishing(DAY, "09:00-12:00")
                .away_on(date(2026, 7, 20))
                .insert();
            let _lesson = a_booking(fresh).with(&person).at(DAY, "10:00", 60).insert();
            ids.push(person.user.id);
        }
        let listed = sends(fresh, 1, "instructor_ids", |uow| uow.search_source().instructor_ids());
        assert_eq!(listed, ids);
        let piano = [a_catalogue(fresh).id("piano")];
        let offering =
            sends(fresh, 1, "instructors_offering", |uow| uow.search_source().instructors_offering(&piano));
        assert_eq!(offering, ids);
        assert_eq!(read_for_the_index(fresh, &ids, 1), [size; 4]);
    }
    assert_eq!(read_for_the_index(fresh, &[], 0), [0; 4]);
}

fn more_people_than_a_statement_can_name(fresh: &Fresh) {
    let ids: Vec<UserId> = (1..=70_000).map(|id| UserId::new(id).unwrap()).collect();
    assert_eq!(read_for_the_index(fresh, &ids[..30_000], 1), [0; 4]);
    assert_eq!(read_for_the_index(fresh, &ids, 3), [0; 4]);
}

fn events(fresh: &Fresh) {
    let user = a_user(fresh).insert().id;
    let unwanted = DomainEvent::InstructorChanged { instructor: user };
    for size in SIZES {
        let before = sends(fresh, 1, "last_number", |uow| uow.outbox().last_number());
        for _nth in 0..size {
            sends(fresh, 1, "push to nobody", |uow| uow.outbox().push(&unwanted, built_at()));
            sends(fresh, 2, "push to one consumer", |uow| {
                uow.outbox().push(&DomainEvent::UserRegistered { user }, built_at())
            });
        }
        let found = sends(fresh, 1, "events", |uow| uow.outbox().events(before, 100));
        assert_eq!(found.len(), size * 2);
        let many = vec![DomainEvent::UserRegistered { user }; size];
        sends(fresh, 2, "push_all", |uow| uow.outbox().push_all(&many, built_at()));
        sends(fresh, 1, "push_all to nobody", |uow| uow.outbox().push_all(&vec![unwanted; size], built_at()));
    }
    sends(fresh, 0, "push_all of nothing", |uow| uow.outbox().push_all(&[], built_at()));
}

fn deliveries(fresh: &Fresh) {
    for size in SIZES {
        let people: Vec<DomainEvent> =
            (0..size).map(|_nth| DomainEvent::UserRegistered { user: a_user(fresh).insert().id }).collect();
        fresh.transaction::<_, StorageError>(|uow| uow.outbox().push_all(&people, built_at())).unwrap();
        let claim = Claim {
            consumers: vec![MAIL, "webhook"],
            lease: format!("worker {size}"),
            now: built_at(),
            until: built_at().saturating_add(SignedDuration::from_mins(5)).unwrap(),
            limit: 100,
        };
        sends(fresh, 1, "is_any_due", |uow| uow.deliveries().is_any_due(&claim.consumers, built_at()));
        let claimed = sends(fresh, 2, "claim", |uow| uow.deliveries().claim(&claim));
        assert_eq!(claimed.len(), size);
        sends(fresh, 1, "claim nothing", |uow| uow.deliveries().claim(&claim));
        for (nth, claimed) in claimed.iter().enumerate() {
            let error = || "no".to_owned();
            let settlement = match nth % 4 {
                0 => Settlement::Delivered,
                1 => Settlement::Later { available_at: claim.until, error: error() },
                2 => Settlement::Dead { error: error() },
                _ => Settlement::Untried,
            };
            sends(fresh, 1, "settle", |uow| {
                uow.deliveries().settle(claimed.id, &claim.lease, &settlement, built_at())
            });
        }
        sends(fresh, 2, "figures", |uow| uow.deliveries().figures());
        let listed = sends(fresh, 1, "list", |uow| uow.deliveries().list(None, 0, 100));
        sends(fresh, 1, "list of a state", |uow| {
            uow.deliveries().list(Some(DeliveryState::Delivered), 0, 100)
        });
        let locked = 1 + u64::from(fresh.is_postgres());
        sends(fresh, locked, "lock", |uow| uow.deliveries().lock(listed[0].id));
        sends(fresh, 1, "update", |uow| uow.deliveries().update(&listed[0]));
    }
}

fn jobs_and_leases(fresh: &Fresh) {
    for size in SIZES {
        let job = |number: usize| format!("job {number}");
        let later = built_at().saturating_add(SignedDuration::from_mins(1)).unwrap();
        let mut runs = Vec::new();
        for number in 0..size {
            sends(fresh, 1, "take", |uow| uow.leases().take(&job(number), "me", built_at(), later));
            sends(fresh, 1, "set_state", |uow| uow.jobs().set_state(&job(number), &JobState::default()));
            sends(fresh, 2, "request", |uow| uow.jobs().request(&job(number), built_at()));
            sends(fresh, 1, "clear_request", |uow| uow.jobs().clear_request(&job(number)));
            runs.push(sends(fresh, 1, "insert_run", |uow| {
                uow.jobs().insert_run(&job(number), RunCause::Schedule, built_at())
            }));
        }
        assert_eq!(sends(fresh, 1, "states", |uow| uow.jobs().states()).len(), size);
        sends(fresh, 1, "open_runs", |uow| uow.jobs().open_runs(&job(0)));
        assert_eq!(sends(fresh, 1, "latest_runs", |uow| uow.jobs().latest_runs()).len(), size);
        sends(fresh, 1, "runs", |uow| uow.jobs().runs(&job(0), 10));
        let end = RunEnd { at: later, outcome: job::RunOutcome::Succeeded, report: String::new() };
        sends(fresh, 1, "end_run", |uow| uow.jobs().end_run(runs[0].id, &end));
        sends(fresh, 1, "give_up", |uow| uow.leases().give_up(&job(0), "me"));
    }
}

fn reminders(fresh: &Fresh) {
    let mut lessons = Vec::new();
    for size in SIZES {
        while lessons.len() < size {
            lessons.push(a_booking(fresh).at(DAY, "10:00", 60).insert());
        }
        let lead = ReminderLead::from_hours(i64::try_from(size).unwrap()).unwrap();
        let found =
            sends(fresh, 1, "unreminded", |uow| uow.reminders().unreminded(lead, UtcRange::ALL, None, 100));
        assert_eq!(found.len(), size);
        let marked = sends(fresh, 1, "mark", |uow| uow.reminders().mark(lead, &found, built_at()));
        assert_eq!(marked.len(), size);
        let again = sends(fresh, 1, "mark again", |uow| uow.reminders().mark(lead, &found, built_at()));
        assert_eq!(again, []);
        sends(fresh, 0, "mark nothing", |uow| uow.reminders().mark(lead, &[], built_at()));
    }
}

fn forgetting(fresh: &Fresh) {
    sends(fresh, 1, "tokens", |uow| uow.retention().forget_revoked_tokens(built_at(), 1_000));
    sends(fresh, 1, "answers", |uow| uow.retention().forget_answers(built_at(), 1_000));
    sends(fresh, 1, "events", |uow| uow.retention().forget_events(built_at(), 1_000));
    sends(fresh, 1, "runs", |uow| uow.retention().forget_runs(built_at(), 1_000));
    sends(fresh, 1, "reminders", |uow| uow.retention().forget_reminders(built_at(), 1_000));
}

fn answers(fresh: &Fresh) {
    let key = AnswerKey { scope: "user:7".into(), key: "k".into() };
    let answer =
        StoredAnswer { fingerprint: "f".into(), status: 200, body: String::new(), stored_at: built_at() };
    sends(fresh, 1, "find", |uow| uow.answers().find(&key, built_at()));
    sends(fresh, 2, "reserve", |uow| uow.answers().reserve(&key, "f", built_at(), built_at()));
    sends(fresh, 1, "store", |uow| uow.answers().store(&key, &answer));
}

fn the_audit_log(fresh: &Fresh) {
    let ada = a_user(fresh).insert().id;
    let entry = NewAuditEntry::new(AuditAction::LoggedIn, built_at()).by(ada).about(ada);
    let filter = AuditFilter {
        actor: Some(ada),
        concerning: Some(ada),
        action: Some(AuditAction::LoggedIn),
        since: Some(built_at()),
        before: Some(i64::MAX),
    };
    for size in SIZES {
        for _nth in 0..size {
            sends(fresh, 1, "record", |uow| uow.audit().record(&entry));
        }
        let found = sends(fresh, 1, "entries", |uow| uow.audit().entries(&filter, 100));
        assert!(found.len() >= size);
        sends(fresh, 2, "forget_person", |uow| uow.audit().forget_person(ada));
        sends(fresh, 1, "forget_addresses", |uow| uow.audit().forget_addresses(built_at(), 10));
    }
}

fn alerts(fresh: &Fresh) {
    let new = NewAlert::new(AlertKind::HighMemoryUsage, "Full.", built_at());
    let filter = AlertFilter { since: built_at(), severity: Some(AlertSeverity::Warning) };
    for size in SIZES {
        for _nth in 0..size {
            sends(fresh, 1, "insert", |uow| uow.alerts().insert(&new));
        }
        let found = sends(fresh, 1, "list", |uow| uow.alerts().list(&filter, 100));
        assert!(found.len() >= size);
        sends(fresh, 1, "find", |uow| uow.alerts().find(found[0].id));
        sends(fresh, 1, "open", |uow| uow.alerts().open(built_at()));
        sends(fresh, 1, "counts", |uow| uow.alerts().counts(built_at()));
        sends(fresh, 1, "note_mailed", |uow| uow.alerts().note_mailed(found[0].id));
        let issue = IssueUrl::new("https://github.com/studio/shop/issues/7").unwrap();
        sends(fresh, 1, "note_issue", |uow| uow.alerts().note_issue(found[0].id, &issue));
        sends(fresh, 1, "acknowledge", |uow| uow.alerts().acknowledge(new.kind, built_at()));
        sends(fresh, 1, "forget", |uow| uow.alerts().forget(jiff::Timestamp::MAX, 10));
    }
}

fn requests_for_new_passwords(fresh: &Fresh) {
    let ada = a_user(fresh).insert().id;
    for size in SIZES {
        for nth in 0..size {
            let new = NewPasswordReset {
                user_id: ada,
                nonce: ResetNonce::new("n".into()),
                token_hash: ResetTokenHash::new(format!("{size} {nth}")),
                created_at: built_at(),
            };
            let reset = sends(fresh, 1, "insert", |uow| uow.password_resets().insert(&new));
            sends(fresh, 1, "find", |uow| uow.password_resets().find(reset.id));
            sends(fresh, 1, "find_by_token", |uow| uow.password_resets().find_by_token(&new.token_hash));
        }
        sends(fresh, 1, "void_all", |uow| uow.password_resets().void_all(ada, built_at()));
    }
    sends(fresh, 1, "delete_expired", |uow| uow.password_resets().delete_expired(jiff::Timestamp::MAX, 10));
}

fn leaving_for_good(fresh: &Fresh) {
    for size in SIZES {
        let ada = an_instructor(fresh)
            .offering("piano", 75_00, &[60])
            .offering("guitar", 60_00, &[60])
            .publishing(DAY, "09:00-12:00")
            .away_on(date(2026, 7, 20))
            .insert();
        for number in 0..size {
            let day = DAY.saturating_add(i64::try_from(number).unwrap().days());
            let _lesson = a_booking(fresh).with(&ada).at(day, "10:00", 60).insert();
        }
        sends(fresh, 15, "erase", |uow| uow.personal_data().erase(ada.user.id, built_at()));
        sends(fresh, 1, "erase again", |uow| uow.personal_data().erase(ada.user.id, built_at()));
    }
}

fn sent_mails(fresh: &Fresh) {
    let user = a_user(fresh).insert().id;
    for size in SIZES {
        fresh
            .transaction::<_, StorageError>(|uow| {
                uow.outbox().push(&DomainEvent::UserRegistered { user }, built_at())
            })
            .unwrap();
        let event = fresh.reading::<_, StorageError>(|uow| uow.outbox().last_number()).unwrap();
        for nth in 0..size {
            let mail =
                SentMail { message_id: format!("{event}.{nth}@example.com"), event, sent_at: built_at() };
            sends(fresh, 1, "insert", |uow| uow.sent_mails().insert(&mail));
        }
        let found = sends(fresh, 1, "about", |uow| uow.sent_mails().about(event));
        assert_eq!(found.len(), size);
    }
}

fn the_analytics(fresh: &Fresh) {
    let dates = RunDates::new(DAY, LookBack::BY_HAND);
    for size in SIZES {
        let entries: Vec<CatalogueEntry> = (0..size).map(entry).collect();
        let facts = CategoryFacts {
            slug: "test".into(),
            name: "Test".into(),
            subtitle: None,
            description: None,
            display_order: 1,
            icon_name: None,
        };
        fresh
            .transaction::<_, StorageError>(|uow| {
                uow.catalogue().upsert_categories(std::slice::from_ref(&facts), built_at())?;
                uow.catalogue().upsert_services(&entries, built_at())
            })
            .unwrap();
        let ada = an_instructor(fresh).offering("piano", 75_00, &[60]).insert();
        for number in 0..size {
            let day = DAY.saturating_sub(i64::try_from(number).unwrap().days());
            let _lesson = a_booking(fresh).with(&ada).at(day, "10:00", 60).completed().insert();
        }
        let run = sends(fresh, 1, "begin_run", |uow| uow.analytics().begin_run(LookBack::DAILY, built_at()));
        sends(fresh, 1, "running", |uow| uow.analytics().running());
        let tallies = sends(fresh, 4, "tallies", |uow| uow.analytics().tallies(dates));
        assert!(tallies.len() >= size);
        let figures: Vec<ServiceFigures> =
            tallies.iter().map(|tally| ServiceFigures::of(tally, dates)).collect();
        sends(fresh, 1, "store_figures", |uow| uow.analytics().store_figures(&figures, built_at()));
        sends(fresh, 1, "rank_services", |uow| uow.analytics().rank_services(built_at()));
        let ended = RunOutcome::Succeeded { at: built_at(), services: 1 };
        sends(fresh, 1, "end_run", |uow| uow.analytics().end_run(run.id, &ended));
        sends(fresh, 1, "last_success", |uow| uow.analytics().last_success());
        sends(fresh, 1, "runs", |uow| uow.analytics().runs(10));
        let records = sends(fresh, 1, "records", |uow| uow.analytics().records());
        assert_eq!(records.len(), tallies.len());
    }
}

fn sums_over_bookings(fresh: &Fresh) {
    let dates = LookBack::BY_HAND.until(DAY);
    for size in SIZES {
        let ada = an_instructor(fresh).offering("piano", 75_00, &[60]).insert();
        for number in 0..size {
            let day = DAY.saturating_sub(i64::try_from(number).unwrap().days());
            let _lesson = a_booking(fresh).with(&ada).at(day, "10:00", 60).completed().insert();
        }
        let lessons = sends(fresh, 1, "lessons", |uow| uow.statistics().lessons(ada.user.id, dates));
        assert_eq!(lessons.len(), size);
        let next = DAY.saturating_add(1.days());
        sends(fresh, 1, "students_before", |uow| uow.statistics().students_before(ada.user.id, next));
        let days = sends(fresh, 1, "market_days", |uow| uow.statistics().market_days(dates));
        assert_eq!(days.len(), size);
        sends(fresh, 1, "market_people", |uow| uow.statistics().market_people(dates));
        sends(fresh, 1, "top_services", |uow| uow.statistics().top_services(dates, 10));
    }
}

fn transactions_themselves_do_not_count(fresh: &Fresh) {
    let user = a_user(fresh).insert();
    let before = statements_on_this_thread();
    fresh.transaction::<_, StorageError>(|uow| uow.users().find(user.id)).unwrap();
    fresh.reading::<_, StorageError>(|uow| uow.users().find(user.id)).unwrap();
    assert_eq!(statements_on_this_thread() - before, 2);
}
