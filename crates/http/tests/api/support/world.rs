//! A marketplace in memory.

use std::{future::Future, num::NonZeroU16, pin::Pin, rc::Rc, sync::Arc};

use actix_http::Request;
use actix_web::{body::to_bytes, dev::Service as _, http::Method, test};
use instainstru_domain::{
    account::{EmailAddress, SessionKind, User},
    instructor::Instructor,
    job::{JobSpec, Schedule},
    ports::{Clock as _, StorageError, TokenIssuer as _, TransactorExt as _},
};
use instainstru_http::{Application, Edge, HttpSettings};
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
use jiff::civil::{Date, date};

use super::{
    client::{Answer, Call},
    diary::Diary,
    oracle::Oracle,
};

/// The day most lessons of these tests take place on: two days after "today".
pub const WEDNESDAY: Date = date(2026, 7, 15);
/// Monday, 8:00 in New York.
const NOW: &str = "2026-07-13T12:00:00Z";

type Caller = Box<dyn Fn(Request) -> Pin<Box<dyn Future<Output = Answer>>>>;

/// The API over a store in memory.
pub struct Api {
    pub store: MemoryStore,
    pub clock: FixedClock,
    /// What search answers.
    pub oracle: Oracle,
    /// What the API is made of.
    pub application: Application,
    /// What the process knows of itself.
    pub telemetry: Telemetry,
    tokens: PlainTokens,
    pub(super) caller: Caller,
}

impl Api {
    pub async fn start() -> Self {
        Self::with(HttpSettings::default()).await
    }

    pub async fn with(settings: HttpSettings) -> Self {
        Self::behind(Edge::default(), settings).await
    }

    /// With something between the requests and the use cases.
    pub async fn behind(edge: Edge, settings: HttpSettings) -> Self {
        let (store, clock) = (MemoryStore::new(), FixedClock::at(NOW));
        let (hasher, tokens) = (PlainHasher::default(), PlainTokens::default());
        let oracle = Oracle::over(&store);
        let telemetry = Telemetry::new(Arc::new(clock.clone())).unwrap();
        let application = application(&store, &clock, &hasher, &tokens, &oracle, &telemetry);
        let application = Application { edge, settings: Arc::new(settings), ..application };
        let service = Rc::new(test::init_service(instainstru_http::app(application.clone())).await);
        let caller: Caller = Box::new(move |request| {
            let service = Rc::clone(&service);
            Box::pin(async move {
                let response = match service.call(request).await {
                    Ok(response) => response.map_into_boxed_body().into_parts().1,
                    Err(error) => error.error_response(),
                };
                let (status, headers) = (response.status().as_u16(), response.headers().clone());
                let body = to_bytes(response.into_body()).await.unwrap_or_else(|_| panic!("a body"));
                Answer { status, headers, body }
            })
        });
        Self { store, clock, oracle, application, telemetry, tokens, caller }
    }

    pub fn token(&self, user: &User) -> String {
        self.tokens.issue(user, SessionKind::Program, self.clock.now()).unwrap()
    }

    pub fn student(&self) -> User {
        a_user(&self.store).named("Tom Jones").insert()
    }

    /// Somebody who administers the marketplace.
    pub fn admin(&self) -> User {
        let user = a_user(&self.store).named("Grace Hopper").insert();
        self.store.set_admin(user.id, true);
        user
    }

    pub fn student_at(&self, email: &str) -> User {
        a_user(&self.store).named("Tom Jones").email(email).insert()
    }

    /// The account with this address.
    pub fn store_user(&self, email: &str) -> User {
        let email = EmailAddress::new(email).unwrap();
        let found = self.store.reading::<_, StorageError>(|uow| uow.users().find_credentials(&email));
        found.unwrap().unwrap().user
    }

    pub fn call(&self, method: &str, path: &str) -> Call<'_> {
        Call::new(self, Method::from_bytes(method.as_bytes()).unwrap(), path)
    }

    pub fn get(&self, path: &str) -> Call<'_> {
        self.call("GET", path)
    }

    pub fn post(&self, path: &str) -> Call<'_> {
        self.call("POST", path)
    }

    pub fn put(&self, path: &str) -> Call<'_> {
        self.call("PUT", path)
    }

    pub fn patch(&self, path: &str) -> Call<'_> {
        self.call("PATCH", path)
    }

    pub fn delete(&self, path: &str) -> Call<'_> {
        self.call("DELETE", path)
    }
}

/// Ada teaches the piano for $75 an hour and is free on Wednesday from 9 to 17; notice 2 hours.
pub fn instructor(api: &Api) -> Instructor {
    an_instructor(&api.store)
        .named("Ada Lovelace")
        .email("ada@example.com")
        .notice(2)
        .offering("piano", 7_500, &[30, 60])
        .publishing(WEDNESDAY, "09:00-17:00")
        .insert()
}

/// One job that tests ask for.
fn jobs() -> Vec<JobSpec> {
    vec![JobSpec {
        name: "sweep",
        about: "Sweeps",
        schedule: Schedule::Every { minutes: NonZeroU16::new(60).unwrap() },
    }]
}

fn application(
    store: &MemoryStore,
    clock: &FixedClock,
    hasher: &PlainHasher,
    tokens: &PlainTokens,
    oracle: &Oracle,
    telemetry: &Telemetry,
) -> Application {
    let store = Arc::new(store.clone());
    let clock = Arc::new(clock.clone());
    let editor = Arc::new(EditorialService::new(store.clone(), clock.clone(), Arc::new(PlainKeys)));
    Application {
        accounts: Arc::new(AccountService::new(
            store.clone(),
            Arc::new(hasher.clone()),
            Arc::new(tokens.clone()),
            clock.clone(),
        )),
        instructors: Arc::new(InstructorsService::new(store.clone(), clock.clone())),
        catalogue: Arc::new(CatalogueService::new(store.clone())),
        catalogue_editing: editor.clone(),
        vocabulary_editing: editor,
        availability: Arc::new(AvailabilityService::new(store.clone(), clock.clone())),
        public: Arc::new(PublicService::new(store.clone(), clock.clone(), PublicRules::default())),
        search: Arc::new(
            SearchService::new(store.clone(), Arc::new(oracle.clone()), clock.clone())
                .remembering(Arc::new(Diary::new(store.clone(), clock.clone()))),
        ),
        search_history: Arc::new(SearchHistoryService::new(store.clone(), clock.clone())),
        bookings: Arc::new(BookingService::new(store.clone(), clock.clone(), BookingRules::default())),
        personal_data: Arc::new(PersonalDataService::new(
            store.clone(),
            Arc::new(hasher.clone()),
            clock.clone(),
        )),
        administration: Arc::new(AdministrationService::new(store.clone(), clock.clone())),
        passwords: Arc::new(PasswordService::new(
            store.clone(),
            Arc::new(hasher.clone()),
            Arc::new(PlainResetTokens::default()),
            Arc::new(tokens.clone()),
            clock.clone(),
        )),
        audit: Arc::new(AuditService::new(store.clone())),
        reminders: Arc::new(ReminderService::new(store.clone(), clock.clone(), ReminderRules::default())),
        deliveries: Arc::new(DeliveryService::new(store.clone(), clock.clone())),
        jobs: Arc::new(JobService::new(store.clone(), clock.clone(), jobs(), "test".to_owned())),
        analytics: Arc::new(AnalyticsService::new(store.clone(), clock.clone())),
        idempotency: Arc::new(IdempotencyService::new(store.clone(), clock.clone())),
        alerts: Arc::new(AlertService::new(store, clock.clone())),
        telemetry: telemetry.clone(),
        clock,
        edge: Edge::default(),
        settings: Arc::default(),
    }
}
