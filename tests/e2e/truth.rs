//! Pages tell what is in the database and nothing else: where nobody is, nobody is praised, counted or free.

use std::collections::{BTreeSet, VecDeque};

use crate::{home::Home, on_both_databases};

on_both_databases![nothing_is_invented_where_nobody_is];

/// What people would bring along: a number before one of these is about somebody.
const COUNTED: [&str; 11] = [
    "instructor",
    "offer",
    "lesson",
    "booking",
    "student",
    "teacher",
    "time",
    "review",
    "rating",
    "star",
    "people",
];
/// Words that praise somebody, or urge, between spaces.
const PRAISE: [&str; 6] = [" ★", " rated ", " booked today", " just booked", " spots left", " trusted by "];

fn nothing_is_invented_where_nobody_is(home: &Home) {
    // The catalogue alone.
    let server = home.start(&[]);
    let base = server.base();
    let mut seen = BTreeSet::from(["/".to_owned()]);
    let mut queue = VecDeque::from(["/".to_owned()]);
    while let Some(path) = queue.pop_front() {
        let page = ureq::get(format!("{base}{path}")).header("Accept", "text/html").call();
        let page =
            page.unwrap_or_else(|error| panic!("{path}: {error}")).body_mut().read_to_string().unwrap();
        let main = page.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
        for link in ["href=\"/instructors/", "href=\"/book/", "href=\"/@", "class=\"price\""] {
            assert!(!main.contains(link), "{path} has {link}");
        }
        let text = text_of(main);
        let words: Vec<&str> = text.split_whitespace().collect();
        for praise in PRAISE {
            assert!(!words.join(" ").to_lowercase().contains(praise), "{path} says {praise}: {text}");
        }
        for pair in words.windows(2) {
            assert!(!is_price(pair[0]), "{path} names a price: {pair:?}");
            let count = pair[0].parse::<u32>().is_ok_and(|number| number > 0);
            assert!(!(count && COUNTED.iter().any(|it| pair[1].starts_with(it))), "{path} counts {pair:?}");
        }
        for link in page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let link = link.split('#').next().unwrap().replace("&amp;", "&");
            if is_page(&link) && seen.insert(link.clone()) {
                queue.push_back(link);
            }
        }
    }
    assert!(seen.len() > 100, "only {} pages were found", seen.len());
}

fn is_price(word: &str) -> bool {
    word.strip_prefix('$').is_some_and(|amount| amount.starts_with(|digit: char| digit.is_ascii_digit()))
}

/// Whether a link leads to a page of the site, and not to a file, to the API or to the samples of the style guide.
fn is_page(link: &str) -> bool {
    let others =
        ["/assets/", "/api", "/docs", "/openapi.json", "/favicon.svg", "/site.webmanifest", "/styleguide"];
    link.starts_with('/') && !others.iter().any(|other| link.starts_with(other))
}

/// The text of a part of a page, without what it quotes as an example of what people may say.
fn text_of(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<').skip(1) {
        text.push_str(piece.split_once('>').map_or("", |(_tag, text)| text));
        text.push(' ');
    }
    let said = text.replace("&ldquo;", "\u{201c}").replace("&rdquo;", "\u{201d}");
    said.split('\u{201c}').enumerate().fold(String::new(), |kept, (at, part)| {
        kept + if at == 0 { part } else { part.split_once('\u{201d}').map_or(part, |(_quoted, rest)| rest) }
    })
}
