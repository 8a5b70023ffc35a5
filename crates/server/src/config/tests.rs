//! What configurations mean and which are refused.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use instainstru_notification::mail::Encryption;

use super::*;

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn read(variables: &[(&str, &str)]) -> Result<Config, Mistakes> {
    let map: BTreeMap<&str, &str> = variables.iter().copied().collect();
    Config::read(&|name| map.get(name).map(|value| (*value).to_owned()), map.keys().copied())
}

fn mistakes(variables: &[(&str, &str)]) -> Vec<String> {
    read(variables).err().map(|mistakes| mistakes.0).unwrap_or_default()
}

#[test]
fn nothing_configured_is_a_development_server_on_this_machine() {
    let config = read(&[]).unwrap();
    assert_eq!(config.environment, Environment::Development);
    assert_eq!((config.http.host.as_str(), config.http.port), ("127.0.0.1", 8000));
    assert_eq!(config.database.url.reveal(), "sqlite://data/instainstru.sqlite3");
    assert_eq!(config.security.secret_key, None);
    assert_eq!(config.security.bcrypt_cost, 12);
    assert!(config.seed.people);
    assert_eq!(config.public.rules, instainstru_service::public::PublicRules::default());
    assert_eq!(config.log, LogConfig { format: LogFormat::Text, filter: "info".into() });
    assert_eq!(config.test_clock, None);
    assert_eq!(config.mail, MailConfig { from: None, route: MailRoute::File });
    assert!(!config.http.is_frontend_given);
}

#[test]
fn mail_takes_the_first_way_that_is_configured() {
    let production = [("ENVIRONMENT", "production"), ("SECRET_KEY", KEY)];
    let key = ("RESEND_API_KEY", "re_hunter2");
    let resend = MailRoute::Resend {
        api_url: "https://api.resend.com".into(),
        api_key: Secret::new("re_hunter2".into()),
    };
    let smtp = |host: &str, port, encryption, login: Option<(&str, &str)>| {
        let login = login.map(|(user, password)| (user.to_owned(), Secret::new(password.to_owned())));
        MailRoute::Smtp(SmtpConfig { host: host.to_owned(), port, encryption, login })
    };
    let host = ("SMTP_HOST", "mail.example.com");
    let plain = smtp("mail.example.com", 587, Encryption::StartTls, None);
    let cases: &[(&[(&str, &str)], MailRoute)] = &[
        (&[], MailRoute::File),
        (&[("ENVIRONMENT", "test")], MailRoute::File),
        (&production, MailRoute::Log),
        (&[key], resend.clone()),
        (&[key, host], resend),
        (&[key, host, ("MAIL_SENDER", "SMTP")], plain.clone()),
        (&[host], plain),
        (&[key, ("MAIL_SENDER", "file")], MailRoute::File),
        (&[("MAIL_SENDER", "log")], MailRoute::Log),
        (&[("SMTP_HOST", "localhost")], smtp("localhost", 25, Encryption::None, None)),
        (&[host, ("SMTP_TLS", "tls")], smtp("mail.example.com", 465, Encryption::Tls, None)),
        (
            &[host, ("SMTP_PORT", "26"), ("SMTP_USERNAME", "app"), ("SMTP_PASSWORD", "hunter2")],
            smtp("mail.example.com", 26, Encryption::StartTls, Some(("app", "hunter2"))),
        ),
        (
            &[("SMTP_URL", "smtp://app:hunter2@127.0.0.1:2525"), ("SMTP_TLS", "starttls")],
            smtp("127.0.0.1", 2525, Encryption::StartTls, Some(("app", "hunter2"))),
        ),
    ];
    for (variables, expected) in cases {
        let config = read(variables).unwrap();
        assert_eq!(config.mail.route, *expected, "{variables:?}");
        assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
    }
}

#[test]
fn traces_and_errors_are_sent_to_whom_is_named() {
    let nobody = read(&[("OTEL_SERVICE_NAME", "shop"), ("SENTRY_ENVIRONMENT", "stage")]).unwrap();
    assert!(!nobody.reporting.is_wanted());
    let config = read(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318/"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer hunter2,tenant=studio"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
        ("SENTRY_DSN", "https://hunter2@sentry.example/7"),
        ("ENVIRONMENT", "test"),
    ])
    .unwrap();
    assert!(config.reporting.is_wanted());
    let traces = config.reporting.traces.as_ref().unwrap().settings();
    assert_eq!(
        (traces.endpoint.as_str(), traces.service_name.as_str()),
        ("http://localhost:4318", "instainstru")
    );
    assert_eq!((traces.sampled, traces.environment.as_str()), (0.25, "test"));
    assert_eq!(traces.headers[0], ("authorization".to_owned(), "Bearer hunter2".to_owned()));
    assert_eq!(config.reporting.errors.as_ref().unwrap().environment, "test");
    assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
}

#[test]
fn issues_are_opened_where_a_repository_and_a_token_are_given() {
    let (repo, token) = (("GITHUB_REPO", "studio/shop"), ("GITHUB_TOKEN", "ghp_hunter2"));
    assert_eq!(read(&[]).unwrap().monitoring.issues, None);
    assert_eq!(read(&[token]).unwrap().monitoring.issues, None, "many environments have one");
    let config = read(&[repo, token]).unwrap();
    let issues = config.monitoring.issues.as_ref().unwrap();
    assert_eq!(
        (issues.api_url.as_str(), issues.repo.to_string().as_str()),
        ("https://api.github.com", "studio/shop")
    );
    assert_eq!(issues.token.reveal(), "ghp_hunter2");
    assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
    let own = read(&[repo, token, ("GITHUB_API_URL", "https://git.example/api/v3/")]).unwrap();
    assert_eq!(own.monitoring.issues.unwrap().api_url, "https://git.example/api/v3");
}

#[test]
fn production_listens_everywhere_logs_json_and_stores_no_people() {
    let config = read(&[("ENVIRONMENT", "Production"), ("SECRET_KEY", KEY)]).unwrap();
    assert_eq!(config.http.host, "0.0.0.0");
    assert_eq!(config.log.format, LogFormat::Json);
    assert!(!config.seed.people);
    let text = read(&[("ENVIRONMENT", "production"), ("SECRET_KEY", KEY), ("LOG_FORMAT", "text")]).unwrap();
    assert_eq!(text.log.format, LogFormat::Text);
}

#[test]
fn values_are_taken_as_given() {
    let config = read(&[
        ("ENVIRONMENT", "test"),
        ("HOST", "::1"),
        ("PORT", "0"),
        ("INSTAINSTRU_DATA_DIR", "/var/lib/instainstru"),
        ("DATABASE_POOL_SIZE", "6"),
        ("DATABASE_MAX_OVERFLOW", "2"),
        ("WORKERS", "3"),
        ("CORS_ORIGINS", "https://a.example, http://localhost:5173/"),
        ("FRONTEND_URL", "https://studio.example/app/"),
        ("SITE_URL", "https://studio.example/"),
        ("WEB_SOURCE_DIR", "crates/web"),
        ("PUBLIC_AVAILABILITY_DAYS", "14"),
        ("PUBLIC_AVAILABILITY_DETAIL_LEVEL", "summary"),
        ("PUBLIC_AVAILABILITY_PARTIAL", "exclude"),
        ("PUBLIC_AVAILABILITY_SHOW_INSTRUCTOR_NAME", "no"),
        ("ALLOW_EARLY_COMPLETE", "1"),
        ("TEST_CLOCK", "2026-07-15T12:00:00Z"),
        ("STRUCTURED_LOGS", "true"),
    ])
    .unwrap();
    assert_eq!((config.http.host.as_str(), config.http.port), ("::1", 0));
    assert_eq!(config.database.url.reveal(), "sqlite:///var/lib/instainstru/instainstru.sqlite3");
    assert_eq!((config.database.connections.get(), config.http.workers), (8, 3));
    assert_eq!(config.http.cors_origins, ["https://a.example", "http://localhost:5173"]);
    assert_eq!(config.http.frontend_origin(), "https://studio.example");
    assert_eq!(config.web.site_url.as_deref(), Some("https://studio.example"));
    assert_eq!(config.web.source_dir.as_deref(), Some(std::path::Path::new("crates/web")));
    assert_eq!(config.public.rules.days, 14);
    assert_eq!(config.public.rules.partly_booked, instainstru_service::public::PartlyBooked::Exclude);
    assert_eq!(config.public.detail, DetailLevel::Summary);
    assert!(!config.public.show_instructor_name && config.bookings.allow_early_complete);
    assert_eq!(config.test_clock, Some("2026-07-15T12:00:00Z".parse().unwrap()));
    assert_eq!(config.log.format, LogFormat::Json);
}

#[test]
fn a_variable_set_to_nothing_is_not_set() {
    assert_eq!(read(&[("PORT", " "), ("SECRET_KEY", "")]).unwrap(), read(&[]).unwrap());
}

#[test]
fn every_mistake_is_one_line_that_names_its_variable() {
    let production = ("ENVIRONMENT", "production");
    let cases: &[(&[(&str, &str)], &str)] = &[
        (
            &[("ENVIRONMENT", "prod")],
            "ENVIRONMENT: must be one of production, development, test, not \"prod\"",
        ),
        (&[("PORT", "65536")], "PORT: must be a whole number from 0 to 65535, not \"65536\""),
        (
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318")],
            "OTEL_EXPORTER_OTLP_ENDPOINT: must be an address such as http://localhost:4318, not \"localhost:4318\"",
        ),
        (
            &[("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")],
            "OTEL_EXPORTER_OTLP_PROTOCOL: must be one of http/protobuf, not \"grpc\"",
        ),
        (
            &[("OTEL_EXPORTER_OTLP_HEADERS", "hunter2")],
            "OTEL_EXPORTER_OTLP_HEADERS: must be headers such as authorization=Bearer KEY,tenant=studio",
        ),
        (
            &[("OTEL_TRACES_SAMPLER_ARG", "5%")],
            "OTEL_TRACES_SAMPLER_ARG: must be a part of all traces from 0 to 1, such as 0.05, not \"5%\"",
        ),
        (&[("SENTRY_DSN", "hunter2")], "SENTRY_DSN: must be an address such as https://KEY@sentry.example/1"),
        (&[("GITHUB_REPO", "studio/shop")], "GITHUB_TOKEN: is missing; GITHUB_REPO is set"),
        (
            &[("GITHUB_REPO", "shop"), ("GITHUB_TOKEN", "x")],
            "GITHUB_REPO: must be a repository such as owner/name, not \"shop\"",
        ),
        (
            &[("GITHUB_API_URL", "git.example")],
            "GITHUB_API_URL: must be an address such as https://api.github.com, not \"git.example\"",
        ),
        (&[("WORKERS", "0")], "WORKERS: must be a whole number from 1"),
        (&[("DATABASE_POOL_SIZE", "0")], "DATABASE_POOL_SIZE: must be a whole number from 1"),
        (&[("DATABASE_URL", "mysql://x")], "DATABASE_URL: must begin with postgres:// or sqlite://"),
        (&[("ALGORITHM", "none")], "ALGORITHM: tokens are signed with HS256 only"),
        (&[("SECRET_KEY", "short")], "SECRET_KEY: must have at least 32 bytes, not 5"),
        (&[production], "SECRET_KEY: is required in production"),
        (
            &[production, ("SECRET_KEY", "replace-this-by-the-output-of-instainstru-keygen")],
            "SECRET_KEY: is one that anybody can guess",
        ),
        (
            &[production, ("SECRET_KEY", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")],
            "SECRET_KEY: is one that anybody can guess",
        ),
        (
            &[production, ("SECRET_KEY", KEY), ("BCRYPT_COST", "4")],
            "BCRYPT_COST: must be a whole number from 10",
        ),
        (
            &[production, ("SECRET_KEY", KEY), ("TEST_CLOCK", "2026-07-15T12:00:00Z")],
            "TEST_CLOCK: is refused in production",
        ),
        (&[("TEST_CLOCK", "noon")], "TEST_CLOCK: must be an instant such as"),
        (
            &[("PUBLIC_AVAILABILITY_DAYS", "91")],
            "PUBLIC_AVAILABILITY_DAYS: must be a whole number from 1 to 90",
        ),
        (&[("ALLOW_EARLY_COMPLETE", "maybe")], "ALLOW_EARLY_COMPLETE: must be true or false"),
        (&[("CORS_ORIGINS", "https://*.example")], "CORS_ORIGINS: must be origins such as"),
        (&[("CORS_ORIGINS", "https://a.example/path")], "CORS_ORIGINS: must be origins such as"),
        (&[("SITE_URL", "https://a.example/path")], "SITE_URL: must be an address without a path such as"),
        (
            &[production, ("SECRET_KEY", KEY), ("WEB_SOURCE_DIR", "crates/web")],
            "WEB_SOURCE_DIR: is refused in production",
        ),
        (&[("FROM_EMAIL", "noreply")], "FROM_EMAIL: email is not valid: an address has the form"),
        (
            &[("FROM_EMAIL", "noreply@stüdio.example")],
            "FROM_EMAIL: mails can only come from an address of ASCII",
        ),
        (&[("MAIL_SENDER", "pigeon")], "MAIL_SENDER: must be one of auto, resend, smtp, file, log"),
        (&[("MAIL_SENDER", "resend")], "MAIL_SENDER: is resend, which needs RESEND_API_KEY"),
        (&[("MAIL_SENDER", "smtp")], "MAIL_SENDER: is smtp, which needs SMTP_HOST or SMTP_URL"),
        (
            &[("RESEND_API_URL", "api.resend.com")],
            "RESEND_API_URL: must be an address such as https://api.resend.com",
        ),
        (&[("SMTP_URL", "http://app:hunter2@mail")], "SMTP_URL: must be smtp://[user:password@]host[:port]"),
        (
            &[("SMTP_URL", "smtp://mail.example.com"), ("SMTP_HOST", "mail.example.com")],
            "SMTP_URL: says everything about the server",
        ),
        (&[("SMTP_HOST", "mail.example.com"), ("SMTP_USERNAME", "app")], "SMTP_PASSWORD: is missing"),
        (&[("SMTP_HOST", "mail.example.com"), ("SMTP_PASSWORD", "x")], "SMTP_USERNAME: is missing"),
        (&[("SMTP_PORT", "0")], "SMTP_PORT: must be a whole number from 1 to 65535"),
        (&[("SMTP_TLS", "maybe")], "SMTP_TLS: must be one of starttls, tls, none"),
        (&[("FRONTEND_URL", "studio.example")], "FRONTEND_URL: must be an address such as"),
        (&[("DELIVERY_WORKERS", "0")], "DELIVERY_WORKERS: must be a whole number from 1 to 32"),
        (&[("JOBS_ENABLED", "maybe")], "JOBS_ENABLED: must be true or false"),
        (&[("REMINDER_HOURS", "24,soon")], "REMINDER_HOURS: must be whole hours from 1 to 168, separated"),
        (&[("REMINDER_HOURS", "169")], "REMINDER_HOURS: must be whole hours from 1 to 168"),
        (&[("OUTBOX_KEEP_DAYS", "0")], "OUTBOX_KEEP_DAYS: must be a whole number from 1"),
        (&[("RUST_LOG", "instainstru=loud")], "RUST_LOG: is no filter"),
        (
            &[("INSTAINSTRU_DATADIR", "x")],
            "INSTAINSTRU_DATADIR: there is no such variable; known are INSTAINSTRU_DATA_DIR",
        ),
    ];
    for (variables, expected) in cases {
        let found = mistakes(variables);
        assert_eq!(found.len(), 1, "{variables:?}: {found:?}");
        assert!(found[0].starts_with(expected), "{variables:?}: {found:?}");
        assert!(!found[0].contains('\n'), "{found:?}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let found =
        mistakes(&[("ENVIRONMENT", "production"), ("PORT", "x"), ("PUBLIC_AVAILABILITY_PARTIAL", "y")]);
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn work_in_the_background_has_usual_values_and_others() {
    let usual = read(&[]).unwrap().background;
    assert!(usual.in_server);
    assert_eq!((usual.couriers.get(), usual.most_attempts, usual.connections()), (2, 24, 4));
    assert_eq!(usual.reminders, instainstru_service::reminders::ReminderRules::default());
    assert_eq!(usual.retention, instainstru_service::retention::RetentionRules::default());
    let other = read(&[
        ("JOBS_ENABLED", "off"),
        ("DELIVERY_WORKERS", "8"),
        ("DELIVERY_MAX_ATTEMPTS", "5"),
        ("REMINDER_HOURS", "24, 2"),
        ("OUTBOX_KEEP_DAYS", "3"),
        ("JOB_RUNS_KEEP_DAYS", "90"),
        ("AUDIT_ADDRESS_KEEP_DAYS", "14"),
    ])
    .unwrap()
    .background;
    assert!(!other.in_server);
    assert_eq!((other.couriers.get(), other.most_attempts, other.connections()), (8, 5, 10));
    let hours: Vec<u16> = other.reminders.leads().iter().map(|lead| lead.hours()).collect();
    assert_eq!(hours, [2, 24]);
    assert_eq!(
        other.retention,
        instainstru_service::retention::RetentionRules { event_days: 3, run_days: 90, address_days: 14 }
    );
    assert_eq!(read(&[("REMINDER_HOURS", "none")]).unwrap().background.reminders.leads(), []);
}

#[test]
fn a_placeholder_is_fine_while_developing() {
    assert_eq!(mistakes(&[("SECRET_KEY", "replace-this-by-the-output-of-instainstru-keygen")]), [""; 0]);
}

#[test]
fn the_configuration_can_be_logged() {
    let config = read(&[("SECRET_KEY", KEY), ("DATABASE_URL", "postgres://app:hunter2@db/x")]).unwrap();
    let logged = format!("{config:?}");
    assert!(!logged.contains(KEY) && !logged.contains("hunter2"), "{logged}");
}

#[test]
fn requests_are_counted_and_answers_kept_unless_somebody_says_otherwise() {
    let usual = read(&[]).unwrap();
    assert!(usual.limits.enabled && usual.cache.enabled);
    assert_eq!(usual.limits.limits, instainstru_http::limits::RateLimits::default());
    assert_eq!((usual.cache.memory_bytes, usual.cache.redis_connections), (64 << 20, 10));
    assert_eq!(usual.cache.redis, None);

    let config = read(&[
        ("REDIS_URL", "redis://me:hunter2@cache:6379/1"),
        ("REDIS_MAX_CONNECTIONS", "2"),
        ("CACHE_ENABLED", "off"),
        ("CACHE_MEMORY_MB", "1"),
        ("RATE_LIMIT_ENABLED", "no"),
        ("RATE_LIMIT_GENERAL_PER_MINUTE", "1000"),
        ("RATE_LIMIT_PASSWORD_RESET_IP_PER_HOUR", "7"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
    ])
    .unwrap();
    assert!(!config.limits.enabled && !config.cache.enabled);
    assert_eq!(config.limits.limits.general_per_minute.get(), 1000);
    assert_eq!(config.limits.limits.password_reset_ip_per_hour.get(), 7);
    assert_eq!(config.limits.trusted_proxies, "10.0.0.0/8,::1".parse().unwrap());
    assert_eq!(config.cache.redis.as_ref().unwrap().reveal(), "redis://me:hunter2@cache:6379/1");
    assert!(!format!("{config:?}").contains("hunter2"));
    for (variable, value, expected) in [
        ("REDIS_URL", "cache:6379", "must be an address such as redis://host:6379"),
        ("REDIS_URL", "http://me:hunter2@cache", "must be an address such as redis://host:6379"),
        ("REDIS_MAX_CONNECTIONS", "1", "must be a whole number from 2"),
        ("RATE_LIMIT_GENERAL_PER_MINUTE", "0", "must be a whole number from 1"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,proxy", "must be addresses or networks such as 10.0.0.0/8"),
    ] {
        let found = mistakes(&[(variable, value)]);
        assert!(found[0].starts_with(&format!("{variable}: {expected}")) && found.len() == 1, "{found:?}");
        assert!(!found[0].contains("hunter2"), "{found:?}");
    }
}

#[test]
fn tls_needs_a_certificate_and_its_key() {
    let files = [("TLS_CERT", "/c.pem"), ("TLS_KEY", "/k.pem")];
    assert_eq!(read(&[]).unwrap().http.tls, None);
    let config = read(&[files[0], files[1], ("TLS_REDIRECT_PORT", "80")]).unwrap();
    let tls = config.http.tls.as_ref().unwrap();
    assert_eq!((tls.redirect_port, config.http.scheme(), config.is_secure()), (Some(80), "https", true));
    assert!(!read(&[]).unwrap().is_secure());
    for (variables, expected) in [
        (vec![files[0]], "TLS_KEY: is missing"),
        (vec![files[1]], "TLS_CERT: is missing"),
        (vec![("TLS_REDIRECT_PORT", "80")], "TLS_REDIRECT_PORT: means something only together"),
        (vec![files[0], files[1], ("TLS_REDIRECT_PORT", "http")], "TLS_REDIRECT_PORT: must be a port"),
        (vec![files[0], files[1], ("TLS_REDIRECT_PORT", "8000")], "TLS_REDIRECT_PORT: must be another port"),
    ] {
        let found = mistakes(&variables);
        assert!(found[0].starts_with(expected) && found.len() == 1, "{found:?}");
    }
}

#[test]
fn the_manual_lists_exactly_what_is_read() {
    let asked = RefCell::new(BTreeSet::from(["CI".to_owned()]));
    let config = Config::read(
        &|name| {
            asked.borrow_mut().insert(name.to_owned());
            None
        },
        [],
    );
    assert!(config.is_ok());
    let manual = include_str!("../../../../docs/OPERATIONS.md");
    let listed: BTreeSet<String> = manual
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(name, _rest)| name.to_owned())
        .filter(|name| name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_'))
        .collect();
    assert_eq!(listed, asked.into_inner());
}

#[test]
fn the_example_file_names_only_what_is_read() {
    let asked = RefCell::new(BTreeSet::from(["CI".to_owned()]));
    let _config = Config::read(
        &|name| {
            asked.borrow_mut().insert(name.to_owned());
            None
        },
        [],
    );
    let asked = asked.into_inner();
    let example = include_str!("../../../../.env.example");
    let named: Vec<&str> = example
        .lines()
        .filter_map(|line| line.trim_start_matches("# ").split_once('='))
        .map(|(name, _value)| name)
        .filter(|name| !name.contains(' '))
        .collect();
    assert!(named.len() > 10, "{named:?}");
    for name in named {
        assert!(asked.contains(name), "{name} is not read by anything");
    }
}
