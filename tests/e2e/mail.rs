//! Mails as they leave the running binary.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Stdio},
};

use instainstru_test_support::python::python;
use serde_json::Value;

use crate::{api::Api, home::Home};

/// A file of the repository.
fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// A real SMTP server in another process, which ends when dropped.
struct SmtpServer {
    process: Child,
    port: String,
    directory: PathBuf,
}

impl SmtpServer {
    fn start(directory: &Path, options: &[&str]) -> Option<Self> {
        fs::create_dir_all(directory).unwrap();
        let mut process = python()?
            .arg(source("tools/mail/smtp_server.py"))
            .arg(directory)
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Some(Self { process, port: port.trim().to_owned(), directory: directory.to_owned() })
    }

    /// What the server says about the first message it got.
    fn first_envelope(&self) -> Option<Value> {
        let text = fs::read_to_string(self.directory.join("0.json")).ok()?;
        Some(serde_json::from_str(&text).unwrap())
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        // The end of its input ends it.
        drop(self.process.stdin.take());
        let _ended = self.process.wait();
    }
}

#[test]
fn a_mail_to_try_it_out_takes_the_protected_way_and_no_other() {
    let home = Home::sqlite();
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let (certificate, key) = (home.path("certificate.pem"), home.path("key.pem"));
    fs::write(&certificate, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let certificate = certificate.to_str().unwrap();
    let options = ["--certificate", certificate, key.to_str().unwrap(), "--login", "app", "p@ss:word"];
    for (scheme, more, directory) in [("smtp", None, "starttls"), ("smtps", Some("--implicit-tls"), "tls")] {
        let options: Vec<&str> = options.into_iter().chain(more).collect();
        let Some(server) = SmtpServer::start(&home.path(directory), &options) else { return };
        let url = format!("{scheme}://app:p%40ss%3Aword@127.0.0.1:{}", server.port);
        // A server on this machine is spoken to in the clear unless we say otherwise.
        let protection = if scheme == "smtp" { "starttls" } else { "tls" };
        let configuration = [("SMTP_URL", url.as_str()), ("SMTP_TLS", protection)];
        let arguments = ["mail", "test", "ada@example.com"];

        // Nobody vouches for its certificate.
        let refused = home.run(&arguments, &configuration);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(said.contains("the mail server cannot be used") && !said.contains("p@ss"), "{said}");
        assert!(server.first_envelope().is_none());

        let trusting = [configuration[0], configuration[1], ("SSL_CERT_FILE", certificate)];
        assert_eq!(home.succeed(&arguments, &trusting), "sent to ada@example.com by smtp\n");
        let envelope = server.first_envelope().unwrap();
        assert_eq!(envelope["to"], serde_json::json!(["ada@example.com"]));
        assert_eq!((&envelope["is_protected"], &envelope["user"]), (&true.into(), &"app".into()));
    }
}

#[test]
fn mails_are_shown_except_in_production() {
    let home = Home::sqlite();
    assert!(home.succeed(&["mail", "test", "ada@example.com"], &[]).ends_with("by file\n"));
    let server = home.start(&[]);
    let page = Api::visitor(server.base()).get("/dev/mail").unwrap();
    assert!(page.status == 200 && page.text.contains("InstaInstru Alert: Mail works"), "{page:?}");
    server.stop();
    let production = [("ENVIRONMENT", "production"), ("SECRET_KEY", "f3a1c5d7e9b2f4a6c8d0e1b3a5f7c9d1")];
    let server = home.start(&production);
    assert_eq!(Api::visitor(server.base()).get("/dev/mail").unwrap().status, 404);
    server.stop();
}

#[test]
fn every_mail_can_be_previewed() {
    let home = Home::sqlite();
    let told = home.succeed(&["mail", "preview", "previews"], &[("FRONTEND_URL", "https://studio.example")]);
    assert_eq!(told, "28 mails in previews\n");
    let html = fs::read_to_string(home.path("previews/confirmation_student.full.html")).unwrap();
    assert!(html.contains("https://studio.example/dashboard/student/bookings"), "{html}");
}
