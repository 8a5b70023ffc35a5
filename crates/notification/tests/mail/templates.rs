//! Every mail, with full and with minimal data.

use std::collections::BTreeSet;

use instainstru_domain::account::EmailAddress;
use instainstru_notification::mail::{
    MailKind, Site, Writer,
    preview::{Sample, samples},
};

fn writer() -> Writer {
    let from = EmailAddress::new("noreply@studio.example").unwrap();
    Writer::new(Site::new(from, "https://studio.example").unwrap().reminding(Some(24))).unwrap()
}

fn all() -> Vec<Sample> {
    samples(&writer()).unwrap()
}

#[test]
fn every_mail_says_what_it_should() {
    for sample in all() {
        insta::assert_snapshot!(
            format!("{}.txt", sample.name),
            format!("Subject: {}\n\n{}", sample.mail.subject.as_str(), sample.mail.text)
        );
        insta::assert_snapshot!(format!("{}.html", sample.name), sample.mail.html);
    }
}

#[test]
fn every_kind_of_mail_is_among_the_samples() {
    let seen: BTreeSet<MailKind> = all().iter().map(|sample| sample.mail.kind).collect();
    assert_eq!(seen, MailKind::ALL.into());
    assert_eq!(all().len(), 2 * MailKind::ALL.len());
}
