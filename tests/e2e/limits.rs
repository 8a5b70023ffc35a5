//! How often somebody may ask a running server, and several of them.

use std::{
    fs,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Instant,
};

use instainstru_test_support::redis::PrivateRedis;
use serde_json::json;

use crate::{
    api::{Api, PASSWORD},
    home::{Home, Server},
};

const ENABLED: (&str, &str) = ("RATE_LIMIT_ENABLED", "true");

/// How many of 50 clients with four requests each get an answer, all at the same moment.
fn crowd(servers: &[&Server]) -> u64 {
    let allowed = AtomicU64::new(0);
    thread::scope(|scope| {
        for (client, server) in servers.iter().cycle().take(50).enumerate() {
            let allowed = &allowed;
            scope.spawn(move || {
                let visitor = Api::visitor(server.base());
                for nth in 0..4 {
                    // An address of one's own, if one may choose it.
                    let forged = format!("198.51.100.{}", client * 4 + nth);
                    let headers = [("X-Forwarded-For", forged.as_str())];
                    let reply = visitor.send("GET", "/api/v1/services/categories", None, &headers).unwrap();
                    match reply.status {
                        200 => allowed.fetch_add(1, Ordering::SeqCst),
                        429 => 0,
                        other => panic!("{other}: {}", reply.body),
                    };
                }
            });
        }
    });
    allowed.into_inner()
}

/// A hundred at once, and as many as come back since the first of them, to within one request; for so many limits.
fn assert_hundreds(limits: f64, allowed: u64, since: Instant) {
    let seconds = since.elapsed().as_secs_f64();
    let most = limits * (100.0 + seconds * 100.0 / 60.0 + 1.0);
    let counted = f64::from(u32::try_from(allowed).unwrap());
    assert!((limits * 100.0..=most).contains(&counted), "{allowed} in {seconds} s");
}

#[test]
fn of_fifty_clients_at_one_address_a_hundred_requests_pass() {
    let server = Home::sqlite().start(&[ENABLED]);
    let began = Instant::now();
    assert_hundreds(1.0, crowd(&[&server]), began);
    // Now and then one request comes back.
    let refused = loop {
        let asked = ureq::get(format!("{}/instructors", server.base()));
        let answer = asked.config().http_status_as_error(false).build().call().unwrap();
        if answer.status() == 429 {
            break answer;
        }
    };
    let header = |name: &str| refused.headers()[name].to_str().unwrap();
    assert_eq!((header("x-ratelimit-limit"), header("x-ratelimit-remaining")), ("100", "0"));
    assert_eq!(header("retry-after"), "1");
    // Those who ask whether it is well are answered.
    Api::visitor(server.base()).get("/health").unwrap().expect(200).unwrap();
    server.stop();
}

#[test]
fn servers_count_together_and_go_on_alone() {
    let mut redis = PrivateRedis::start(&[]).unwrap();
    let home = Home::postgres();
    let configuration = [ENABLED, ("REDIS_URL", &redis.url())];
    let servers = [0; 3].map(|_nth| home.start(&configuration));
    // The first requests find out that Redis is there.
    let began = Instant::now();
    for server in &servers {
        Api::visitor(server.base()).get("/").unwrap().expect(200).unwrap();
    }
    assert_hundreds(1.0, crowd(&servers.each_ref()) + 3, began);
    redis.kill().unwrap();
    let allowed = crowd(&servers.each_ref());
    // Each goes on with what it has in mind, and that is that the hundred are gone.
    assert!(allowed <= 30, "{allowed}");
    for server in servers {
        server.stop();
    }
}

#[test]
fn redis_is_spoken_to_in_private_where_its_address_says_so() {
    let home = Home::postgres();
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let (certificate, key) = (home.path("certificate.pem"), home.path("key.pem"));
    fs::write(&certificate, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let (certificate, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
    let protected = ["--port", "0", "--tls-port", "{port}", "--tls-auth-clients", "no"];
    let files = ["--tls-cert-file", certificate, "--tls-key-file", key];
    let redis = PrivateRedis::start(&[&protected[..], &files].concat()).unwrap();
    let address = redis.url().replace("redis://", "rediss://");
    // Servers that trust its certificate count together; others count alone, and nobody is let through uncounted.
    for (trusted, limits) in [(certificate, 1.0), ("/dev/null", 2.0)] {
        let configuration = [ENABLED, ("REDIS_URL", &address), ("SSL_CERT_FILE", trusted)];
        let servers = [0; 2].map(|_nth| home.start(&configuration));
        let began = Instant::now();
        for server in &servers {
            Api::visitor(server.base()).get("/").unwrap().expect(200).unwrap();
        }
        assert_hundreds(limits, crowd(&servers.each_ref()) + 2, began);
        for server in servers {
            server.stop();
        }
    }
}

#[test]
fn passwords_cannot_be_guessed_from_many_addresses() {
    let server = Home::sqlite().start(&[ENABLED, ("TRUSTED_PROXIES", "127.0.0.1")]);
    let base = server.base();
    let account =
        json!({"email": "ada@example.com", "password": PASSWORD, "full_name": "Ada", "role": "student"});
    let visitor = Api::visitor(base);
    visitor.post("/auth/register", &account).unwrap().expect(201).unwrap();
    let guess = |address: &str, email: &str| {
        ureq::post(format!("{base}/auth/login"))
            .config()
            .http_status_as_error(false)
            .build()
            .header("X-Forwarded-For", address)
            .send_form([("username", email), ("password", "Wrong-Horse-9")])
            .unwrap()
            .status()
            .as_u16()
    };
    let answers: Vec<u16> = (1..=6).map(|n| guess(&format!("203.0.113.{n}"), "ada@example.com")).collect();
    assert_eq!(answers, [401, 401, 401, 401, 401, 429]);
    assert_eq!(guess("203.0.113.7", "bob@example.com"), 401, "others are not concerned");
    server.stop();
}
