//! Fills a database that holds a catalogue with a large market: 10,000 instructors of two services each, 100,000 students, a month
//! of searches, and as many bookings as wanted on the days up to a date, without claims. All of it is made by the database itself.
//!
//! `cargo run --release -p instainstru-repository --example fill_market -- <url> <bookings> <days> <YYYY-MM-DD>`
#![expect(clippy::print_stdout, reason = "a tool for people")]

use std::{error::Error, time::Instant};

use diesel::{Connection, PgConnection, SqliteConnection, connection::SimpleConnection};
use jiff::civil::Date;

const POSTGRES: &str = include_str!("postgres.sql");
const SQLITE: &str = include_str!("sqlite.sql");

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |name| arguments.next().ok_or_else(|| format!("{name} is missing"));
    let (url, bookings, days) =
        (next("the URL")?, next("the number of bookings")?, next("the number of days")?);
    let (bookings, days): (u32, u32) = (bookings.parse()?, days.parse()?);
    let today: Date = next("the date")?.parse()?;
    let filled = |sql: &str| {
        sql.replace("{bookings}", &bookings.to_string())
            .replace("{days}", &days.to_string())
            .replace("{today}", &today.to_string())
    };
    let began = Instant::now();
    match url.strip_prefix("sqlite://") {
        Some(path) => SqliteConnection::establish(path)?.batch_execute(&filled(SQLITE))?,
        None => PgConnection::establish(&url)?.batch_execute(&filled(POSTGRES))?,
    }
    println!("{bookings} bookings on {days} days made in {:.1} s", began.elapsed().as_secs_f64());
    Ok(())
}
