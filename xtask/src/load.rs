//! Simulated people on the release build, and more of them than it can take.

use anyhow::Result;
use clap::ValueEnum;

use crate::postgres::{Durability, PrivatePostgres};
use crate::process;
use crate::server::{self, Profile, Server};
use crate::workspace::Workspace;

/// A Wednesday morning in New York.
const CLOCK: &str = "2026-07-15T14:00:00Z";
const TODAY: &str = "2026-07-15";

/// Where the marketplace keeps its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

/// Options of `cargo xtask load`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// On which databases
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Database::Sqlite, Database::Postgres])]
    databases: Vec<Database>,
    /// How many people live through journeys at once, one measurement after the other
    #[arg(long, default_value = "150,1000")]
    users: String,
    /// How long each measurement takes
    #[arg(long, default_value_t = 30)]
    seconds: u32,
}

/// Builds the release binary and lets people loose on it.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let binary = server::build(workspace, Profile::Release)?;
    process::execute(workspace.cargo("build").args(["--release", "--package", "instainstru-load"]))?;
    let load = workspace.target.join("release/instainstru-load");
    let common = [
        ("ENVIRONMENT", "development"),
        ("TEST_CLOCK", CLOCK),
        ("BCRYPT_COST", "4"),
        // All of these people come from one address.
        ("RATE_LIMIT_ENABLED", "false"),
        ("RUST_LOG", "warn"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "600"),
    ];
    for database in &options.databases {
        let mut environment = common.to_vec();
        let postgres = match database {
            Database::Sqlite => None,
            Database::Postgres => Some(PrivatePostgres::start(Durability::Real)?),
        };
        let url =
            postgres.as_ref().map(|postgres| postgres.create_database("load").map(|()| postgres.url("load")));
        let url = url.transpose()?;
        if let Some(url) = &url {
            environment.push(("DATABASE_URL", url));
        }
        println!(
            "\n{}",
            if url.is_some() { "PostgreSQL, on this machine, fsync on" } else { "SQLite, embedded" }
        );
        let server = Server::start(&binary, &environment)?;
        let mut command = process::command(&load, &workspace.root);
        command.args(["--url", &server.url(""), "--today", TODAY, "--users", &options.users]);
        command.args(["--seconds", &options.seconds.to_string()]);
        process::execute(&mut command)?;
        server.stop()?;
    }
    Ok(())
}
