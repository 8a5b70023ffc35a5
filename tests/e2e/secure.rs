//! TLS without a proxy: strict from the first connection on, and renewed without a restart.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    thread,
    time::{Duration, Instant},
};

use rcgen::generate_simple_self_signed;
use ureq::{
    Agent,
    tls::{Certificate, RootCerts, TlsConfig},
};

use crate::home::{Home, Server};

pub(crate) const CERTIFICATE: &str = "certificate.pem";
pub(crate) const KEY: &str = "key.pem";

/// Puts a new certificate into the directory and returns it.
pub(crate) fn renew(home: &Home) -> String {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = generate_simple_self_signed(names).unwrap();
    let certificate = made.cert.pem();
    // The key first and under its final permissions, as careful programs do.
    fs::write(home.path(KEY), "").unwrap();
    fs::set_permissions(home.path(KEY), fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(home.path(KEY), made.signing_key.serialize_pem()).unwrap();
    fs::write(home.path(CERTIFICATE), &certificate).unwrap();
    certificate
}

/// A client that trusts this certificate and no other.
pub(crate) fn trusting(certificate: &str) -> Agent {
    let roots = RootCerts::new_with_certs(&[Certificate::from_pem(certificate.as_bytes()).unwrap()]);
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(Duration::from_secs(5)))
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .build()
        .new_agent()
}

/// Where requests without TLS are led away from, as the log says.
fn plain_address(server: &Server) -> String {
    let log = server.log();
    let line = log.lines().find(|line| line.contains("are led to HTTPS")).expect("the log names the address");
    let (_before, after) = line.split_once("127.0.0.1:").expect("an address");
    let port: String = after.chars().take_while(char::is_ascii_digit).collect();
    format!("http://127.0.0.1:{port}")
}

#[test]
fn a_server_speaks_tls_by_itself_and_takes_a_new_certificate_without_a_restart() {
    let home = Home::sqlite();
    let first = renew(&home);
    let (certificate, key) = (home.path(CERTIFICATE), home.path(KEY));
    let files = [("TLS_CERT", certificate.to_str().unwrap()), ("TLS_KEY", key.to_str().unwrap())];
    let server = home.start(&[files, [("TLS_REDIRECT_PORT", "0"), ("RUST_LOG", "info")]].concat());
    let base = server.base().to_owned();
    assert!(base.starts_with("https://"), "{base}");

    // Whoever trusts the certificate is answered, and told to come back this way for a year.
    let answer = trusting(&first).get(format!("{base}/health")).call().unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["strict-transport-security"].to_str().unwrap().starts_with("max-age=31536000"));
    let page = trusting(&first).get(format!("{base}/login")).call().unwrap();
    for cookie in page.headers().get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.starts_with("__Host-") && cookie.contains("Secure"), "{cookie}");
    }
    // Nobody else gets a word, and nothing is said in the clear.
    let stranger = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap().cert.pem();
    trusting(&stranger).get(format!("{base}/health")).call().unwrap_err();
    trusting(&first).get(format!("{}/health", base.replace("https://", "http://"))).call().unwrap_err();

    // Without TLS, readers are led to the same page and writers are refused.
    let plain = plain_address(&server);
    let led = trusting(&first).get(format!("{plain}/search?q=piano")).call().unwrap();
    assert_eq!(
        (led.status().as_u16(), led.headers()["location"].to_str().unwrap()),
        (308, &*format!("{base}/search?q=piano"))
    );
    let refused =
        trusting(&first).post(format!("{plain}/api/v1/auth/login")).send_form([("username", "a")]).unwrap();
    assert_eq!(refused.status(), 403);

    // What asks from the same machine knows the certificate from its file.
    let port = base.rsplit(':').next().unwrap();
    home.succeed(&["healthcheck"], &[files[0], files[1], ("PORT", port)]);
    assert_eq!(home.run(&["healthcheck"], &[("PORT", port)]).status.code(), Some(1));

    // A new certificate takes the place of the old one.
    let second = renew(&home);
    server.signal("HUP");
    let deadline = Instant::now() + Duration::from_secs(10);
    while trusting(&second).get(format!("{base}/health")).call().is_err() {
        assert!(Instant::now() < deadline, "the new certificate is not used:\n{}", server.log());
        thread::sleep(Duration::from_millis(20));
    }
    trusting(&first).get(format!("{base}/health")).call().unwrap_err();
    server.stop();
}

#[test]
fn a_certificate_that_cannot_be_used_is_refused_at_the_start() {
    let home = Home::sqlite();
    renew(&home);
    let (certificate, key) = (home.path(CERTIFICATE), home.path(KEY));
    let (certificate, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
    let complaint = |configuration: &[(&str, &str)]| {
        let output = home.run(&["serve"], configuration);
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let alone = complaint(&[("TLS_CERT", certificate)]);
    assert!(alone.contains("TLS_KEY: is missing"), "{alone}");
    let wrong = complaint(&[("TLS_CERT", key), ("TLS_KEY", key)]);
    assert!(wrong.contains("TLS_CERT: ") && wrong.contains("holds no certificate"), "{wrong}");
    fs::set_permissions(key, fs::Permissions::from_mode(0o644)).unwrap();
    let open = complaint(&[("TLS_CERT", certificate), ("TLS_KEY", key)]);
    assert!(open.contains("everybody on this machine may read"), "{open}");
}
