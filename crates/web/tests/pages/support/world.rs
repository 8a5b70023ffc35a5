//! A marketplace in memory with pages in front of it.

use std::{future::Future, num::NonZeroU16, pin::Pin, rc::Rc, sync::Arc};

use actix_http::Request;
use actix_web::{body::to_bytes, dev::Service as _, http::header::CONTENT_TYPE, test};
use instainstru_domain::{
    account::{EmailAddress, User},
    calendar::LessonCalendar,
    instructor::Instructor,
    job::{JobSpec, Schedule},
};
use instainstru_http::{Application, Edge, HttpSettings, app_with};
use instainstru_service::{
    accounts::AccountService,
    administration::AdministrationService,
    alerts::AlertService,
    analytics::AnalyticsService,
    audit::AuditService,
    availability::AvailabilityService,
    bookings::{BookingRules, BookingService},
    catalogue::CatalogueService,
    deliveries::DeliveryService,
    editorial::EditorialService,
    idempotency::IdempotencyService,
    instructors::InstructorsService,
    jobs::JobService,
    passwords::PasswordService,
    personal_data::PersonalDataService,
    public::{PublicRules, PublicService},
    reminders::{ReminderRules, ReminderService},
    search::SearchService,
    search_history::SearchHistoryService,
};
use instainstru_telemetry::Telemetry;
use instainstru_test_support::{
    builders::{a_user, an_instructor},
    clock::FixedClock,
    memory::MemoryStore,
    phrases::PlainKeys,
    security::{PlainHasher, PlainResetTokens, PlainTokens},
};
use instainstru_web::{PageKey, WebSettings};
use jiff::civil::{Date, date};

use super::{Browser, Notebook, Oracle, Shown, counted::Counted};

/// A Monday.
pub const TODAY: Date = date(2026, 7, 13);
/// The day most lessons of these tests take place on: two days after today.
pub const WEDNESDAY: Date = date(2026, 7, 15);
/// Today, 8:00 in New York.
const NOW: &str = "2026-07-13T12:00:00Z";

type Caller = Box<dyn Fn(Request) -> Pin<Box<dyn Future<Output = Shown>>>>;

/// Pages and API over a store in memory.
pub struct Site {
    pub store: MemoryStore,
    counted: Counted,
    /// Stands still unless a test moves it.
    pub clock: FixedClock,
    /// What search answers.
    pub oracle: Oracle,
    /// What was searched for.
    pub notebook: Notebook,
    caller: Caller,
}

impl Site {
    pub async fn start() -> Self {
        Self::with(|_as_it_is| {}).await
    }

    /// A site with other settings.
    pub async fn with(change: impl FnOnce(&mut WebSettings)) -> Self {
        Self::behind(Edge::default(), change).await
    }

    /// A site with something between the requests and the use cases.
    pub async fn behind(edge: Edge, change: impl FnOnce(&mut WebSettings)) -> Self {
        let (counted, clock) = (Counted::default(), FixedClock::at(NOW));
        let oracle = Oracle::over(&counted.store);
        let notebook = Notebook::default();
        let application = Application { edge, ..application(&counted, &clock, &oracle, &notebook) };
        let calendar =
            LessonCalendar::new("InstaInstru", EmailAddress::new("noreply@studio.example").unwrap());
        let mut settings = WebSettings::development(PageKey::derive(b"a secret of this test"), calendar);
        change(&mut settings);
        let site = Arc::new(instainstru_web::Site::new(settings).unwrap());
        let app = app_with(application, instainstru_web::configure(site));
        let service = Rc::new(test::init_service(app).await);
        let caller: Caller = Box::new(move |request| {
            let service = Rc::clone(&service);
            Box::pin(async move {
                let response = match service.call(request).await {
                    Ok(response) => response.map_into_boxed_body().into_parts().1,
                    Err(error) => error.error_response(),
                };
                let (status, headers) = (response.status().as_u16(), response.headers().clone());
                let bytes = to_bytes(response.into_body()).await.unwrap_or_else(|_| panic!("a body"));
                let is_text =
                    headers.get(CONTENT_TYPE).is_some_and(|it| !it.as_bytes().starts_with(b"image/png"));
                let body = if is_text { String::from_utf8_lossy(&bytes).into_owned() } else { String::new() };
                Shown { status, headers, body }
            })
        });
        Self { store: counted.store.clone(), counted, clock, oracle, notebook, caller }
    }

    /// A browser nobody has used yet.
    pub fn browser(&self) -> Browser<'_> {
        Browser::new(self)
    }

    /// A browser in which this person is signed in.
    pub async fn browser_of(&self, user: &User) -> Browser<'_> {
        let browser = self.browser();
        let shown = browser.sign_in(user.email.as_str()).await;
        assert_eq!(shown.status, 303, "{}", shown.text());
        browser
    }

    /// Tom, who learns.
    pub fn student(&self) -> User {
        a_user(&self.store).named("Tom Jones").email("tom@example.com").insert()
    }

    /// Root, who administers the place.
    pub fn admin(&self) -> User {
        let root = a_user(&self.store).named("Root Keeper").email("root@example.com").insert();
        self.store.set_admin(root.id, true);
        User { is_admin: true, ..root }
    }

    /// How many transactions there were so far.
    pub fn transactions(&self) -> u32 {
        self.counted.transactions()
    }

    pub async fn call(&self, request: Request) -> Shown {
        (self.caller)(request).await
    }
}

/// Ada teaches the piano for $75 an hour and is free on Wednesday from 9 to 17; notice 2 hours.
pub fn instructor(site: &Site) -> Instructor {
    an_instructor(&site.store)
        .named("Ada Lovelace")
        .email("ada@example.com")
        .notice(2)
        .offering("piano", 7_500, &[30, 60])
        .publishing(WEDNESDAY, "09:00-17:00")
        .insert()
}

/// The only job of these sites.
fn reminders() -> JobSpec {
    let minutes = NonZeroU16::new(15).unwrap();
    JobSpec { name: "reminders", about: "Reminds people of lessons", schedule: Schedule::Every { minutes } }
}

fn application(store: &Counted, clock: &FixedClock, oracle: &Oracle, notebook: &Notebook) -> Application {
    let (hasher, tokens) = (Arc::new(PlainHasher::default()), Arc::new(PlainTokens::default()));
    let resets = Arc::new(PlainResetTokens::default());
    let (store, clock) = (Arc::new(store.clone()), Arc::new(clock.clone()));
    let editor = Arc::new(EditorialService::new(store.clone(), clock.clone(), Arc::new(PlainKeys)));
    Application {
        accounts: Arc::new(AccountService::new(store.clone(), hasher.clone(), tokens.clone(), clock.clone())),
        personal_data: Arc::new(PersonalDataService::new(store.clone(), hasher.clone(), clock.clone())),
        administration: Arc::new(AdministrationService::new(store.clone(), clock.clone())),
        passwords: Arc::new(PasswordService::new(store.clone(), hasher, resets, tokens, clock.clone())),
        instructors: Arc::new(InstructorsService::new(store.clone(), clock.clone())),
        catalogue: Arc::new(CatalogueService::new(store.clone())),
        catalogue_editing: editor.clone(),
        vocabulary_editing: editor,
        availability: Arc::new(AvailabilityService::new(store.clone(), clock.clone())),
        public: Arc::new(PublicService::new(store.clone(), clock.clone(), PublicRules::default())),
        search: Arc::new(
            SearchService::new(store.clone(), Arc::new(oracle.clone()), clock.clone())
                .remembering(Arc::new(notebook.clone())),
        ),
        search_history: Arc::new(SearchHistoryService::new(store.clone(), clock.clone())),
        bookings: Arc::new(BookingService::new(store.clone(), clock.clone(), BookingRules::default())),
        analytics: Arc::new(AnalyticsService::new(store.clone(), clock.clone())),
        audit: Arc::new(AuditService::new(store.clone())),
        reminders: Arc::new(ReminderService::new(store.clone(), clock.clone(), ReminderRules::default())),
        deliveries: Arc::new(DeliveryService::new(store.clone(), clock.clone())),
        jobs: Arc::new(JobService::new(store.clone(), clock.clone(), vec![reminders()], "test".to_owned())),
        idempotency: Arc::new(IdempotencyService::new(store.clone(), clock.clone())),
        alerts: Arc::new(AlertService::new(store, clock.clone())),
        telemetry: Telemetry::new(clock.clone()).unwrap(),
        clock,
        edge: Edge::default(),
        settings: Arc::new(HttpSettings::default()),
    }
}
