//! Tokens say what was signed, for as long as they live, and nothing else passes for one.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use instainstru_auth::{JwtIssuer, WeakSecret};
use instainstru_domain::{
    account::{AccountStatus, EmailAddress, Role, SessionKind, User},
    ids::UserId,
    ports::{TokenIssuer, security::TokenClaims},
    text::FullName,
};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

const SECRET: &[u8] = b"a secret of more than thirty-two bytes";
const HALF_AN_HOUR: SignedDuration = SignedDuration::from_mins(30);

fn noon() -> Timestamp {
    "2026-07-15T12:00:00Z".parse().unwrap()
}

fn issuer() -> JwtIssuer {
    JwtIssuer::new(SECRET, HALF_AN_HOUR).unwrap()
}

fn ada() -> User {
    User {
        id: UserId::new(i64::from(i32::MAX)).unwrap(),
        email: EmailAddress::new("ada@example.com").unwrap(),
        full_name: FullName::new("Ada").unwrap(),
        role: Role::Student,
        is_admin: true,
        is_active: true,
        account_status: AccountStatus::Active,
        credential_version: 3,
        created_at: noon(),
        updated_at: None,
        deleted_at: None,
    }
}

/// A token with any header, claims and secret.
fn signed(algorithm: Algorithm, claims: &Value, secret: &[u8]) -> String {
    jsonwebtoken::encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret)).unwrap()
}

/// Claims that would be accepted.
fn good_claims() -> Value {
    json!({
        "sub": "7",
        "iat": noon().as_second(),
        "exp": noon().as_second() + 1800,
        "jti": "00000000000000000000000000000001",
        "ver": 1,
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = good_claims();
    claims.as_object_mut().unwrap().insert(name.to_owned(), value);
    claims
}

fn accepts(token: &str) -> bool {
    issuer().read(token, noon()).is_some()
}

/// Characters of base64 as tokens use it, for texts that need no padding.
fn base64url(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: String = text.bytes().map(|byte| format!("{byte:08b}")).collect();
    let digit = |six: &[u8]| {
        let six = format!("{:0<6}", std::str::from_utf8(six).unwrap());
        char::from(DIGITS[usize::from_str_radix(&six, 2).unwrap()])
    };
    bits.as_bytes().chunks(6).map(digit).collect()
}

#[test]
fn a_token_is_read_back_as_it_was_issued() {
    let now = noon() + SignedDuration::from_millis(750);
    let token = issuer().issue(&ada(), SessionKind::Program, now).unwrap();
    let claims = issuer().read(&token, now).unwrap();
    assert_eq!((claims.user_id, claims.credential_version), (ada().id, 3));
    assert_eq!((claims.issued_at, claims.expires_at), (noon(), noon() + HALF_AN_HOUR));
    assert_eq!(claims.token_id.len(), 32);
    assert!(claims.token_id.bytes().all(|byte| byte.is_ascii_hexdigit()));
}

#[test]
fn the_wire_format_is_the_standard_one_and_holds_no_personal_data() {
    let token = issuer().issue(&ada(), SessionKind::Program, noon()).unwrap();
    let [header, payload, _signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("{token}") };
    assert_eq!(header, base64url(r#"{"typ":"JWT","alg":"HS256"}"#));
    let jti = issuer().read(&token, noon()).unwrap().token_id;
    let expected = format!(
        r#"{{"sub":"2147483647","iat":{},"exp":{},"jti":"{jti}","ver":3}}"#,
        noon().as_second(),
        noon().as_second() + 1800,
    );
    assert_eq!(payload, base64url(&expected));
}

#[test]
fn every_token_has_an_id_of_its_own() {
    let mut ids: Vec<String> = (0..100)
        .map(|_nth| {
            issuer()
                .read(&issuer().issue(&ada(), SessionKind::Program, noon()).unwrap(), noon())
                .unwrap()
                .token_id
        })
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 100);
}

#[test]
fn a_token_ends_with_its_lifetime() {
    let token = issuer().issue(&ada(), SessionKind::Program, noon()).unwrap();
    let end = noon() + HALF_AN_HOUR;
    assert!(issuer().read(&token, end - SignedDuration::from_micros(1)).is_some());
    assert!(issuer().read(&token, end).is_none());
    assert!(issuer().read(&token, end + SignedDuration::from_hours(24 * 365)).is_none());
}

#[test]
fn browsers_keep_their_tokens_for_longer_and_say_so() {
    let (day, usual) = (SignedDuration::from_hours(24), JwtIssuer::USUAL_BROWSER_LIFETIME);
    for (issuer, lifetime) in [(issuer(), usual), (issuer().with_browser_lifetime(day), day)] {
        let token = issuer.issue(&ada(), SessionKind::Browser, noon()).unwrap();
        let claims = issuer.read(&token, noon()).unwrap();
        assert_eq!((claims.kind, claims.expires_at), (SessionKind::Browser, noon() + lifetime));
        let token = issuer.issue(&ada(), SessionKind::Program, noon()).unwrap();
        let claims = issuer.read(&token, noon()).unwrap();
        assert_eq!((claims.kind, claims.expires_at), (SessionKind::Program, noon() + HALF_AN_HOUR));
    }
}

#[test]
fn a_renewed_token_says_the_same_and_ends_later() {
    for kind in [SessionKind::Program, SessionKind::Browser] {
        let first = issuer().issue(&ada(), kind, noon()).unwrap();
        let claims = issuer().read(&first, noon()).unwrap();
        let later = noon() + SignedDuration::from_mins(10);
        let renewed = issuer().read(&issuer().renew(&claims, later).unwrap(), later).unwrap();
        let ten_minutes_on = claims.expires_at + SignedDuration::from_mins(10);
        let expected = TokenClaims { issued_at: later, expires_at: ten_minutes_on, ..claims };
        assert_eq!(renewed, expected, "{kind:?}");
    }
}

#[test]
fn a_keeper_that_nobody_knows_is_refused() {
    assert!(accepts(&signed(Algorithm::HS256, &with("kept_by", json!("browser")), SECRET)));
    for keeper in [json!("king"), json!(null), json!(1), json!("Browser")] {
        assert!(!accepts(&signed(Algorithm::HS256, &with("kept_by", keeper), SECRET)));
    }
}

#[test]
fn only_the_given_time_counts_and_not_that_of_the_system() {
    for now in ["1971-01-01T00:00:00Z", "2100-01-01T00:00:00Z"] {
        let now: Timestamp = now.parse().unwrap();
        let token = issuer().issue(&ada(), SessionKind::Program, now).unwrap();
        assert!(issuer().read(&token, now).is_some(), "{now}");
    }
}

#[test]
fn a_clock_may_be_a_minute_ahead_and_no_more() {
    let token = issuer().issue(&ada(), SessionKind::Program, noon() + SignedDuration::from_secs(60)).unwrap();
    assert!(issuer().read(&token, noon()).is_some());
    assert!(issuer().read(&token, noon() - SignedDuration::from_micros(1)).is_none());
}

#[test]
fn good_claims_are_accepted_so_that_the_refusals_below_mean_something() {
    assert!(accepts(&signed(Algorithm::HS256, &good_claims(), SECRET)));
}

#[test]
fn only_hs256_is_accepted() {
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        assert!(!accepts(&signed(algorithm, &good_claims(), SECRET)), "{algorithm:?}");
    }
    let good = signed(Algorithm::HS256, &good_claims(), SECRET);
    let (_header, rest) = good.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    for header in [
        r#"{"alg":"none"}"#,
        r#"{"typ":"JWT","alg":"none"}"#,
        r#"{"alg":"NONE"}"#,
        r#"{"alg":"RS256"}"#,
        "{}",
    ] {
        for signature in ["", signature] {
            assert!(
                !accepts(&format!("{}.{payload}.{signature}", base64url(header))),
                "{header} {signature}"
            );
        }
    }
}

#[test]
fn another_secret_is_refused() {
    let other = JwtIssuer::new(b"another secret, just as long as that", HALF_AN_HOUR).unwrap();
    assert!(!accepts(&other.issue(&ada(), SessionKind::Program, noon()).unwrap()));
    for secret in [&b""[..], &SECRET[..SECRET.len() - 1], b"secret"] {
        assert!(!accepts(&signed(Algorithm::HS256, &good_claims(), secret)));
    }
}

#[test]
fn a_changed_token_is_refused() {
    let good = issuer().issue(&ada(), SessionKind::Program, noon()).unwrap();
    for length in 0..good.len() {
        assert!(!accepts(&good[..length]), "cut after {length}");
    }
    let mut parts = good.split('.');
    let (header, payload, signature) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let promoted = base64url(&with("sub", json!("1")).to_string());
    for changed in [
        format!("{header}.{promoted}.{signature}"),
        format!("{header}.{payload}."),
        format!("{header}.{payload}.{signature}."),
        format!("{header}.{payload}.{signature}A"),
        format!("{payload}.{header}.{signature}"),
        format!(".{payload}.{signature}"),
        format!(" {good}"),
        format!("{good}\n"),
        good.to_uppercase(),
        format!("{good}.{good}"),
    ] {
        assert!(!accepts(&changed), "{changed}");
    }
}

#[test]
fn garbage_is_refused() {
    let long = "x".repeat(10_000);
    let dotted = "a.".repeat(5_000);
    for garbage in ["", ".", "..", "...", "null", "{}", "Bearer x", "🎹.🎹.🎹", "\0\0\0", &long, &dotted]
    {
        assert!(!accepts(garbage), "{}", garbage.chars().take(20).collect::<String>());
    }
}

#[test]
fn claims_of_the_wrong_type_or_out_of_range_are_refused() {
    for (name, values) in [
        (
            "sub",
            vec![
                json!(7),
                json!(null),
                json!(""),
                json!("0"),
                json!("-7"),
                json!("2147483648"),
                json!("ada"),
                json!("7.0"),
                json!(["7"]),
            ],
        ),
        (
            "iat",
            vec![json!("now"), json!(null), json!(1.5e300), json!(i64::MAX), json!(u64::MAX), json!(true)],
        ),
        (
            "exp",
            vec![
                json!("never"),
                json!(null),
                json!(i64::MAX),
                json!(i64::MIN),
                json!(u64::MAX),
                json!({}),
                json!(0),
            ],
        ),
        ("jti", vec![json!(1), json!(null), json!([])]),
        ("ver", vec![json!("1"), json!(null), json!(i64::MAX), json!(1.5)]),
    ] {
        for value in values {
            let claims = with(name, value);
            assert!(!accepts(&signed(Algorithm::HS256, &claims, SECRET)), "{claims}");
        }
        let mut claims = good_claims();
        claims.as_object_mut().unwrap().remove(name);
        assert!(!accepts(&signed(Algorithm::HS256, &claims, SECRET)), "without {name}");
    }
    for claims in [json!([]), json!("7"), json!(null), json!(7)] {
        assert!(!accepts(&signed(Algorithm::HS256, &claims, SECRET)), "{claims}");
    }
}

#[test]
fn a_token_for_another_audience_is_refused() {
    assert!(!accepts(&signed(Algorithm::HS256, &with("aud", json!("another service")), SECRET)));
}

#[test]
fn a_short_secret_is_refused_and_no_secret_is_printed() {
    for length in [0, 8, 31] {
        let error = JwtIssuer::new(&vec![b'x'; length], HALF_AN_HOUR).unwrap_err();
        assert_eq!(error, WeakSecret { length });
    }
    assert!(JwtIssuer::new(&[b'x'; 32], HALF_AN_HOUR).is_ok());
    assert_eq!(WeakSecret { length: 8 }.to_string(), "a token secret has at least 32 bytes, not 8");
    assert!(!format!("{:?}", issuer()).contains("secret"));
}

#[test]
fn a_lifetime_beyond_the_calendar_is_an_error() {
    let issuer = JwtIssuer::new(SECRET, SignedDuration::MAX).unwrap();
    assert!(issuer.issue(&ada(), SessionKind::Program, noon()).is_err());
}
