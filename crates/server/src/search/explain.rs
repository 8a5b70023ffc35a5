//! `search explain`: how queries are understood, one JSON object a line.

use std::io::{BufRead, Write};

use anyhow::Context;
use instainstru_domain::zone::Zone;
use instainstru_search::{answer::SearchEngine, vocabulary::Vocabulary};
use jiff::{Timestamp, civil::DateTime};

/// Which queries to explain.
pub enum Asked<'a> {
    /// This one.
    One(&'a str),
    /// One on each line.
    Lines(&'a mut dyn BufRead),
}

/// The instant that `text` names: RFC 3339, or a date and time on the clocks of New York.
///
/// # Errors
/// When it is neither.
pub fn read_now(text: &str) -> anyhow::Result<Timestamp> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let local: DateTime = text
        .parse()
        .with_context(|| format!("'{text}' is neither an RFC 3339 instant nor a local date and time"))?;
    let zone = Zone::new_york();
    zone.tz().to_ambiguous_timestamp(local).compatible().context("this time is out of range")
}

/// Prints how each query is understood at `now`.
///
/// # Errors
/// When a line cannot be read or an answer not written.
pub fn explain(asked: Asked<'_>, now: Timestamp, out: &mut dyn Write) -> anyhow::Result<()> {
    let zone = Zone::new_york();
    let engine = SearchEngine::new(Vocabulary::embedded()?, zone.date_at(now), 1);
    let mut print = |query: &str| -> anyhow::Result<()> {
        let explained = engine.explain(query, now, zone.tz());
        writeln!(out, "{}", serde_json::to_string(&explained)?)?;
        out.flush()?;
        Ok(())
    };
    match asked {
        Asked::One(query) => print(query),
        Asked::Lines(lines) => {
            for line in lines.split(b'\n') {
                let line = line.context("cannot read a line")?;
                print(String::from_utf8_lossy(&line).trim_end_matches('\r'))?;
            }
            Ok(())
        }
    }
}
