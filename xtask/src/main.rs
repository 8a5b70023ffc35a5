//! Developer commands, `cargo xtask <command>`: everything continuous integration does, in one place.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks to its terminal")]

mod api_clients;
mod bench;
mod browser;
mod cluster;
mod coverage;
mod eval_search;
mod load;
// Included rather than depended on: xtask has to build, and to say what is wrong, while the product does not.
mod pictures;
#[path = "../../crates/test-support/src/postgres.rs"]
#[allow(dead_code, unreachable_pub, reason = "the interface of another crate, used in part")]
mod postgres;
mod process;
#[path = "../../crates/test-support/src/redis.rs"]
#[allow(dead_code, unreachable_pub, reason = "the interface of another crate, used in part")]
mod redis;
mod schemathesis;
mod server;
mod setup;
mod soak;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Developer commands of InstaInstru.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Installs the databases, browsers and tools that the other commands use
    Setup,
    /// Runs every check in order, or only the named steps, and stops at the first failure
    Test {
        /// The steps to run; all of them when none is named
        steps: Vec<test::Step>,
    },
    /// Prints the crates of the workspace as JSON, the matrix of continuous integration
    CiCrates,
    /// Generates the TypeScript types and the Postman collection from docs/openapi.json
    ApiClients(api_clients::Options),
    /// Tests the running server against its own `OpenAPI` document
    Schemathesis(schemathesis::Options),
    /// Drives Chromium through the pages of the demo marketplace
    Browser(browser::Options),
    /// Lets 64 clients race for one time, 200 times, on both databases, and kills the server among them
    Race,
    /// Measures the release build: ratios to a ceiling measured in the same run
    Bench(bench::Options),
    /// Measures requests while 10,000 queued events are delivered, against a server at rest, on both databases
    BenchDelivery(bench::delivery::Options),
    /// Lets simulated people browse, search, book and plan on the release build, then sends more than it can take
    Load(load::Options),
    /// Runs three nodes behind a balancer and lets people race, change, and nodes and Redis die
    Cluster(cluster::Options),
    /// Sends a million requests to one server and fails when its memory, files, threads or connections grow
    Soak(soak::Options),
    /// Measures searches: the engine by itself at 10,000 and 100,000 instructors, and over HTTP at 10,000
    BenchSearch(bench::search::Options),
    /// Measures runs of the analytics on a million bookings, on both databases
    BenchAnalytics(bench::analytics::Options),
    /// Scores how well queries are understood, with the golden sets and generated typos
    EvalSearch(eval_search::Options),
    /// Measures the line coverage of the crates that hold the rules
    Coverage,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::load()?;
    match command {
        Command::EvalSearch(options) => return eval_search::run(&workspace, &options),
        Command::Setup => setup::run(&workspace)?,
        Command::Test { steps } => test::run(&workspace, &steps)?,
        Command::CiCrates => println!("{}", serde_json::to_string(&workspace.crates)?),
        Command::ApiClients(options) => api_clients::run(&workspace, &options)?,
        Command::Schemathesis(options) => schemathesis::run(&workspace, &options)?,
        Command::Browser(options) => browser::run(&workspace, &options)?,
        Command::Race => race(&workspace)?,
        Command::Bench(options) => bench::run(&workspace, &options)?,
        Command::BenchDelivery(options) => bench::delivery::run(&workspace, &options)?,
        Command::Load(options) => load::run(&workspace, &options)?,
        Command::Cluster(options) => cluster::run(&workspace, &options)?,
        Command::Soak(options) => soak::run(&workspace, &options)?,
        Command::BenchSearch(options) => bench::search::run(&workspace, &options)?,
        Command::BenchAnalytics(options) => bench::analytics::run(&workspace, &options)?,
        Command::Coverage => coverage::run(&workspace)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The storms of the end-to-end tests, with what they measured.
fn race(workspace: &Workspace) -> anyhow::Result<()> {
    process::execute(workspace.cargo("test").args([
        "--package=instainstru-tests",
        "--test=e2e",
        "storm",
        "--",
        "--nocapture",
        "--test-threads=1",
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
