//! `/dev/mail`: the mails of a development server, for whoever sits at it. Never in production.

use std::{fmt::Write as _, io};

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderName, HeaderValue},
    web,
};
use instainstru_notification::mail::{Kept, Listed, Mailbox};

/// Most mails that are listed.
const MOST_LISTED: usize = 200;

/// Our own pages run nothing and show nothing but themselves and the mail.
const PAGE_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'none'";
/// A mail may look as it likes, and do nothing: links open elsewhere.
const MAIL_POLICY: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
     style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/// The pages about the mails of this mailbox; without one there are none.
pub fn pages(mailbox: Option<Mailbox>) -> impl FnOnce(&mut web::ServiceConfig) {
    move |cfg| {
        let Some(mailbox) = mailbox else { return };
        cfg.app_data(web::Data::new(mailbox)).service(
            web::scope("/dev/mail")
                .route("", web::get().to(list))
                .route("/{name}", web::get().to(view))
                .route("/{name}/html", web::get().to(body))
                .route("/{name}/raw", web::get().to(raw))
                .route("/{name}/attachments/{number}", web::get().to(attachment)),
        );
    }
}

// The files are small, local and only read while developing, so reading them on the spot holds nobody up.

async fn list(mailbox: web::Data<Mailbox>) -> HttpResponse {
    match mailbox.list(MOST_LISTED) {
        Ok(mails) => page("Mail", &list_of(&mails)),
        Err(error) => unreadable(&error),
    }
}

async fn view(mailbox: web::Data<Mailbox>, name: web::Path<String>) -> HttpResponse {
    with(&mailbox, &name, |mail| page(&mail.listed.subject, &view_of(mail)))
}

async fn body(mailbox: web::Data<Mailbox>, name: web::Path<String>) -> HttpResponse {
    with(&mailbox, &name, |mail| {
        // The first element of the document, so that links leave the frame they are shown in.
        let html = mail.html.replacen("<head>", "<head><base target=\"_blank\">", 1);
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CONTENT_SECURITY_POLICY, MAIL_POLICY))
            .insert_header((header::X_FRAME_OPTIONS, "SAMEORIGIN"))
            .body(html)
    })
}

async fn raw(mailbox: web::Data<Mailbox>, name: web::Path<String>) -> HttpResponse {
    with(&mailbox, &name, |mail| {
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"))
            .body(mail.raw.clone())
    })
}

async fn attachment(mailbox: web::Data<Mailbox>, path: web::Path<(String, usize)>) -> HttpResponse {
    let (name, number) = path.into_inner();
    with(&mailbox, &name, |mail| match mail.attachments.get(number) {
        Some(file) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, file.content_type.as_str()))
            .insert_header(download(&file.name))
            .body(file.content.clone()),
        None => missing(),
    })
}

fn with(mailbox: &Mailbox, name: &str, answer: impl FnOnce(&Kept) -> HttpResponse) -> HttpResponse {
    match mailbox.read(name) {
        Ok(Some(mail)) => answer(&mail),
        Ok(None) => missing(),
        Err(error) => unreadable(&error),
    }
}

/// Saves a file under its name, as far as a header can carry it.
fn download(name: &str) -> (HeaderName, HeaderValue) {
    let plain: String =
        name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).collect();
    let value = HeaderValue::from_str(&format!("attachment; filename=\"{plain}\""));
    (header::CONTENT_DISPOSITION, value.unwrap_or(HeaderValue::from_static("attachment")))
}

fn missing() -> HttpResponse {
    let mut response =
        page("No such mail", "<h1>No such mail</h1><p><a href=\"/dev/mail\">All mails</a></p>");
    *response.status_mut() = actix_web::http::StatusCode::NOT_FOUND;
    response
}

fn unreadable(error: &io::Error) -> HttpResponse {
    tracing::error!(%error, "the mails cannot be read");
    let mut response = page("Mail", "<h1>The mails cannot be read</h1><p>The log says why.</p>");
    *response.status_mut() = actix_web::http::StatusCode::INTERNAL_SERVER_ERROR;
    response
}

fn page(title: &str, content: &str) -> HttpResponse {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{content}\n</body>\n</html>\n",
        title = escaped(title),
    );
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(html)
}

const STYLE: &str = "
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #8888; }
td { overflow-wrap: anywhere; }
iframe { width: 100%; height: 60rem; border: 1px solid #8888; border-radius: .5rem; background: #fff; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #8888; border-radius: .5rem; padding: 1rem; }
";

fn list_of(mails: &[Listed]) -> String {
    let mut html = String::from("<h1>Mail</h1>\n");
    if mails.is_empty() {
        html.push_str("<p>No mail has been sent yet. Book a lesson, or ask for a new password.</p>");
        return html;
    }
    html.push_str("<table>\n<tr><th scope=\"col\">When</th><th scope=\"col\">To</th><th scope=\"col\">Subject</th></tr>\n");
    for mail in mails {
        let _infallible = writeln!(
            html,
            "<tr><td>{date}</td><td>{to}</td><td><a href=\"/dev/mail/{name}\">{subject}</a></td></tr>",
            date = escaped(&mail.date),
            to = escaped(&mail.to),
            name = escaped(&mail.name),
            subject = escaped(&mail.subject),
        );
    }
    html.push_str("</table>");
    html
}

fn view_of(mail: &Kept) -> String {
    let name = escaped(&mail.listed.name);
    let mut html = format!(
        "<p><a href=\"/dev/mail\">All mails</a></p>\n<h1>{}</h1>\n<table>\n",
        escaped(&mail.listed.subject)
    );
    for (label, value) in [
        ("From", mail.from.as_str()),
        ("To", &mail.listed.to),
        ("Date", &mail.listed.date),
        ("Message-ID", &mail.message_id),
    ] {
        let _infallible =
            writeln!(html, "<tr><th scope=\"row\">{label}</th><td>{}</td></tr>", escaped(value));
    }
    for (number, file) in mail.attachments.iter().enumerate() {
        let _infallible = writeln!(
            html,
            "<tr><th scope=\"row\">Attachment</th><td><a href=\"/dev/mail/{name}/attachments/{number}\">{}</a> \
             ({}, {} bytes)</td></tr>",
            escaped(&file.name),
            escaped(&file.content_type),
            file.content.len(),
        );
    }
    let _infallible = writeln!(
        html,
        "<tr><th scope=\"row\">Source</th><td><a href=\"/dev/mail/{name}/raw\">{name}</a></td></tr>\n</table>\n\
         <h2>HTML</h2>\n<iframe src=\"/dev/mail/{name}/html\" title=\"The mail as HTML\" \
         sandbox=\"allow-popups allow-popups-to-escape-sandbox\"></iframe>\n<h2>Text</h2>\n<pre>{}</pre>",
        linked(&mail.text),
    );
    html
}

/// A text with its addresses as links.
fn linked(text: &str) -> String {
    let piece = |piece: &str| {
        let word = piece.trim_end();
        let rest = piece.strip_prefix(word).unwrap_or_default();
        let shown = escaped(word);
        if word.starts_with("http://") || word.starts_with("https://") {
            format!("<a href=\"{shown}\">{shown}</a>{rest}")
        } else {
            format!("{shown}{rest}")
        }
    };
    text.split_inclusive(char::is_whitespace).map(piece).collect()
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use std::{path::Path, sync::Arc};

    use actix_web::{App, body::to_bytes, http::StatusCode, test};
    use instainstru_domain::account::EmailAddress;
    use instainstru_notification::mail::{FileSender, MailSender, Site, Subject, Writer, preview::samples};
    use instainstru_test_support::clock::FixedClock;

    use super::*;

    /// Writes one mail and returns its name.
    fn keep(directory: &Path, sample: &str, subject: Option<&str>) -> String {
        let site = Site::new(EmailAddress::new("noreply@studio.example").unwrap(), "https://studio.example")
            .unwrap();
        let samples = samples(&Writer::new(site).unwrap()).unwrap();
        let mut mail = samples.into_iter().find(|found| found.name == sample).unwrap().mail;
        if let Some(subject) = subject {
            mail.subject = Subject::new(subject);
        }
        FileSender::new(directory.to_owned(), Arc::new(FixedClock::at("2026-07-01T12:00:00Z")))
            .send(&mail)
            .unwrap();
        Mailbox::new(directory.to_owned()).list(1).unwrap().remove(0).name
    }

    async fn get(directory: &Path, path: &str) -> (StatusCode, header::HeaderMap, String) {
        let mailbox = Mailbox::new(directory.to_owned());
        let app = test::init_service(App::new().configure(pages(Some(mailbox)))).await;
        let response = test::call_service(&app, test::TestRequest::get().uri(path).to_request()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body()).await.unwrap();
        (status, headers, String::from_utf8(body.to_vec()).unwrap())
    }

    fn value<'h>(headers: &'h header::HeaderMap, name: &HeaderName) -> &'h str {
        headers.get(name).unwrap().to_str().unwrap()
    }

    #[actix_web::test]
    async fn mails_are_listed_and_shown_with_everything_in_them() {
        let directory = tempfile::tempdir().unwrap();
        let (status, _headers, empty) = get(directory.path(), "/dev/mail").await;
        assert!(status.is_success() && empty.contains("No mail has been sent yet"), "{empty}");

        let name = keep(directory.path(), "confirmation_student.full", None);
        let (_status, _headers, list) = get(directory.path(), "/dev/mail").await;
        assert!(
            list.contains(&format!("href=\"/dev/mail/{name}\">Booking Confirmed: Piano with Sarah Chen<")),
            "{list}"
        );
        let (_status, headers, shown) = get(directory.path(), &format!("/dev/mail/{name}")).await;
        let link = "<a href=\"https://studio.example/dashboard/student/bookings\">";
        for part in ["Zoë Miller &lt;zoe@example.com&gt;", "lesson.ics", link, "<iframe"] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(value(&headers, &header::CONTENT_SECURITY_POLICY).contains("default-src 'none'"));

        let (_status, headers, html) = get(directory.path(), &format!("/dev/mail/{name}/html")).await;
        assert!(html.contains("Your lesson is booked"), "{html}");
        assert!(value(&headers, &header::CONTENT_SECURITY_POLICY).starts_with("sandbox"));
        let (_status, headers, file) =
            get(directory.path(), &format!("/dev/mail/{name}/attachments/0")).await;
        assert!(file.starts_with("BEGIN:VCALENDAR\r\n"), "{file}");
        assert_eq!(value(&headers, &header::CONTENT_TYPE), "text/calendar");
        assert_eq!(value(&headers, &header::CONTENT_DISPOSITION), "attachment; filename=\"lesson.ics\"");
        let (_status, headers, raw) = get(directory.path(), &format!("/dev/mail/{name}/raw")).await;
        assert!(raw.contains("Message-ID: <"), "{raw}");
        assert_eq!(value(&headers, &header::CONTENT_TYPE), "text/plain; charset=utf-8");
    }

    #[actix_web::test]
    async fn what_a_mail_says_is_text_on_our_pages() {
        let directory = tempfile::tempdir().unwrap();
        let name = keep(directory.path(), "welcome.full", Some("<script>alert(1)</script>"));
        for path in ["/dev/mail".to_owned(), format!("/dev/mail/{name}")] {
            let (_status, _headers, page) = get(directory.path(), &path).await;
            assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"), "{page}");
        }
        assert_eq!(
            linked("see https://a.example/?x=\"1\"\nnow"),
            "see <a href=\"https://a.example/?x=&quot;1&quot;\">https://a.example/?x=&quot;1&quot;</a>\nnow"
        );
    }

    #[actix_web::test]
    async fn what_is_not_there_is_not_found() {
        let directory = tempfile::tempdir().unwrap();
        let name = keep(directory.path(), "welcome.full", None);
        std::fs::write(directory.path().join("notes.txt"), "mine").unwrap();
        for path in [
            "/dev/mail/none.eml",
            "/dev/mail/notes.txt",
            "/dev/mail/..%2f..%2fetc%2fpasswd",
            &format!("/dev/mail/{name}/attachments/0"),
            &format!("/dev/mail/{name}/attachments/x"),
        ] {
            let (status, _headers, _body) = get(directory.path(), path).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        }
    }
}
