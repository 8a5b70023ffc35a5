//! Load on a running marketplace, as `cargo xtask load` sends it.
//!
//! First visitors open pages at a steady rate, and others look around while the server counts what it had kept for them. Then
//! simulated people live through mixed journeys, with pauses to read. Last, the most that the server can answer is measured, and
//! twice as much is sent: what it answers in time then is its goodput.
#![expect(clippy::print_stdout, reason = "a command line tool talks to its terminal")]

mod client;
mod journeys;
mod overload;
mod people;
mod report;
mod visitors;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Parser;
use jiff::civil::Date;

use crate::client::Client;
use crate::journeys::Habit;
use crate::people::People;

/// What to send where.
#[derive(Debug, Parser)]
struct Options {
    /// The marketplace, such as `http://127.0.0.1:8000`
    #[arg(long)]
    url: String,
    /// What day it is there
    #[arg(long)]
    today: Date,
    /// How many people live through journeys at once, one measurement after the other
    #[arg(long, value_delimiter = ',', default_value = "150,1000")]
    users: Vec<usize>,
    /// How long each measurement takes
    #[arg(long, default_value_t = 30)]
    seconds: u64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    let time = Duration::from_secs(options.seconds);
    let most = options.users.iter().copied().max().unwrap_or_default();
    let client = Client::new(&options.url)?;
    let people = Arc::new(People::prepare(&client, options.today, most).await?);
    let mut failed = visitors::open_pages(&options.url, time).await?;
    failed += visitors::look_around(&options.url, &people, time).await?;
    for users in options.users {
        let seen = journeys::live(&options.url, &people, Habit::Everything, users, time).await?;
        println!("\n{users} people, {} s", options.seconds);
        seen.print();
        failed += seen.failed();
    }
    failed += overload::measure(&options.url, &people, time).await?;
    ensure!(failed == 0, "{failed} requests failed");
    Ok(())
}
