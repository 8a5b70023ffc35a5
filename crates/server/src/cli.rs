//! The command line.

use std::{ffi::OsString, io::Write, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand, value_parser};
use instainstru_domain::analytics::LookBack;

use crate::{
    analytics::{self, Form},
    background, commands,
    config::{Config, Mistakes},
    healthcheck, logging, mail, serve,
};

/// Find and instantly book a private instructor.
#[derive(Debug, Parser)]
#[command(name = "instainstru", version, about, after_help = CONFIGURATION)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

const CONFIGURATION: &str = "Everything is configured with environment variables; docs/OPERATIONS.md lists them. \
                             Without any, `serve` starts a demo marketplace on http://127.0.0.1:8000.";

#[derive(Debug, Clone, Subcommand)]
enum Command {
    /// Serve the API (this is what happens without a command)
    Serve,
    /// Deliver events and run jobs, without serving anything
    Worker,
    /// Bring the schema of the database up to date
    Migrate,
    /// Store the catalogue, and outside production and tests the demo people
    Seed,
    /// Verify that bookings and the time they take agree; list what does not
    Check,
    /// Calculate the demand for services, and report what was calculated
    Analytics {
        #[command(subcommand)]
        action: AnalyticsAction,
    },
    /// Copy the database while it is in use, and prove that copies can be restored
    Backup {
        #[command(subcommand)]
        action: Option<BackupAction>,
    },
    /// Put a backup in place of the database
    Restore {
        /// The backup: its copy or its manifest
        file: PathBuf,
        /// Also when there is something in the database; an SQLite file is set aside
        #[arg(long)]
        replace: bool,
    },
    /// Ask the search what it makes of queries
    Search {
        #[command(subcommand)]
        action: SearchAction,
    },
    /// Print the OpenAPI document of the API
    Openapi,
    /// Say who may administer the marketplace
    Admin {
        #[command(subcommand)]
        action: AdminAction,
    },
    /// Look at mails, and try whether they are sent
    Mail {
        #[command(subcommand)]
        action: MailAction,
    },
    /// Remind people of their lessons
    Reminders {
        #[command(subcommand)]
        action: RemindersAction,
    },
    /// See and run what the marketplace does by itself
    Jobs {
        #[command(subcommand)]
        action: JobsAction,
    },
    /// Ask the server on this machine whether it is well
    Healthcheck,
    /// Print a new key
    Keygen {
        /// A key of monitoring instead of one that signs tokens
        #[arg(long)]
        monitoring: bool,
    },
}

#[derive(Debug, Clone, Subcommand)]
enum AnalyticsAction {
    /// Calculate the figures of all services and rank them; a server does so every day
    Run {
        /// How many days to look back, 1 to 365
        #[arg(long, value_name = "N", default_value_t = i64::from(LookBack::BY_HAND.days()), value_parser = value_parser!(i64).range(1..=i64::from(LookBack::MAX_DAYS)))]
        days: i64,
        /// Report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Report what the last runs found out
    Status {
        /// Report as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Clone, Subcommand)]
enum BackupAction {
    /// Make a backup (this is what happens without an action)
    Create,
    /// List the backups there are
    List,
    /// Restore a backup into a scratch database and verify what is in it
    Verify {
        /// The backup: its copy or its manifest; the newest when absent
        file: Option<PathBuf>,
    },
}

#[derive(Debug, Clone, Subcommand)]
enum SearchAction {
    /// Print how queries are understood, one JSON object a line; needs no database
    Explain {
        /// When the query is asked: RFC 3339, or a date and time in New York; now when absent
        #[arg(long, value_name = "INSTANT")]
        now: Option<String>,
        /// What is asked; `-` or nothing reads one query a line
        query: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum RemindersAction {
    /// Remind both parties of every lesson of tomorrow, and of what else is due; nobody twice
    Send,
}

#[derive(Debug, Clone, Subcommand)]
enum JobsAction {
    /// List the jobs: when they run, and how it went the last time
    List,
    /// Run a job now
    Run {
        /// Its name
        name: String,
    },
}

#[derive(Debug, Clone, Subcommand)]
enum AdminAction {
    /// Make an account an administrator
    Grant {
        /// Address the account logs in with
        email: String,
    },
    /// Make an administrator an ordinary account again
    Revoke {
        /// Address the account logs in with
        email: String,
    },
}

#[derive(Debug, Clone, Subcommand)]
enum MailAction {
    /// Write every mail there is, with made-up data, into a directory
    Preview {
        /// The directory; made when it is missing
        directory: PathBuf,
    },
    /// Send a mail the way all mails go
    Test {
        /// Who gets it
        email: String,
    },
}

/// Carries out the command that `arguments` name; the exit code is 0 for success, 1 for failure and 2 for a mistake in the
/// arguments or the configuration.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let command = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli.command.unwrap_or(Command::Serve),
        Err(error) => {
            // Nobody is left to tell when the terminal is gone.
            let _unheard = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let mut out = std::io::stdout().lock();
    match run(command, &mut out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut lines = std::io::stderr().lock();
            if let Some(mistakes) = error.downcast_ref::<Mistakes>() {
                for mistake in &mistakes.0 {
                    let _unheard = writeln!(lines, "configuration: {mistake}");
                }
                return ExitCode::from(2);
            }
            let _unheard = writeln!(lines, "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command, out: &mut dyn Write) -> anyhow::Result<()> {
    // These need no configuration, so a wrong one is no obstacle to the first steps out of it.
    match &command {
        Command::Openapi => return commands::openapi(out),
        Command::Keygen { monitoring } => return commands::keygen(*monitoring, out),
        Command::Search { action: SearchAction::Explain { now, query } } => {
            return commands::search_explain(now.as_deref(), query.as_deref(), out);
        }
        Command::Serve
        | Command::Worker
        | Command::Reminders { .. }
        | Command::Jobs { .. }
        | Command::Migrate
        | Command::Seed
        | Command::Check
        | Command::Analytics { .. }
        | Command::Backup { .. }
        | Command::Restore { .. }
        | Command::Mail { .. }
        | Command::Healthcheck
        | Command::Admin { .. } => {}
    }
    let config = Config::from_process()?;
    // Only what runs for long has much to tell.
    let _telling = match command {
        Command::Serve | Command::Worker => Some(logging::start_telling(&config)?),
        _ => {
            logging::start(&config.log)?;
            None
        }
    };
    match command {
        Command::Worker => background::work(&config, out),
        Command::Reminders { action: RemindersAction::Send } => commands::send_reminders(&config, out),
        Command::Jobs { action: JobsAction::List } => commands::list_jobs(&config, out),
        Command::Jobs { action: JobsAction::Run { name } } => commands::run_job(&config, &name, out),
        Command::Migrate => commands::migrate(&config, out),
        Command::Seed => commands::seed(&config, out),
        Command::Check => commands::check(&config, out),
        Command::Mail { action: MailAction::Preview { directory } } => {
            mail::preview(&config, &directory, out)
        }
        Command::Mail { action: MailAction::Test { email } } => mail::send_test(&config, &email, out),
        Command::Healthcheck => healthcheck::healthcheck(&config.http),
        Command::Analytics { action: AnalyticsAction::Run { days, json } } => {
            analytics::run(&config, LookBack::from_days(days)?, form(json), out)
        }
        Command::Analytics { action: AnalyticsAction::Status { json } } => {
            analytics::status(&config, form(json), out)
        }
        Command::Backup { action } => match action.unwrap_or(BackupAction::Create) {
            BackupAction::Create => commands::backup(&config, out),
            BackupAction::List => commands::backups(&config, out),
            BackupAction::Verify { file } => commands::verify_backup(&config, file.as_deref(), out),
        },
        Command::Restore { file, replace } => commands::restore(&config, &file, replace, out),
        Command::Admin { action: AdminAction::Grant { email } } => {
            commands::admin(&config, &email, true, out)
        }
        Command::Admin { action: AdminAction::Revoke { email } } => {
            commands::admin(&config, &email, false, out)
        }
        Command::Serve | Command::Openapi | Command::Keygen { .. } | Command::Search { .. } => {
            serve::serve(&config, out)
        }
    }
}

const fn form(json: bool) -> Form {
    if json { Form::Json } else { Form::Text }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parsed(line: &str) -> Result<Option<Command>, clap::Error> {
        Cli::try_parse_from(line.split(' ')).map(|cli| cli.command)
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn serving_is_the_default() {
        assert!(parsed("instainstru").unwrap().is_none());
        assert!(matches!(parsed("instainstru serve").unwrap(), Some(Command::Serve)));
    }

    #[test]
    fn administrators_are_named_by_address() {
        let granted = parsed("instainstru admin grant ada@example.com").unwrap();
        let Some(Command::Admin { action: AdminAction::Grant { email } }) = granted else {
            panic!("{granted:?}")
        };
        assert_eq!(email, "ada@example.com");
        assert!(parsed("instainstru admin grant").is_err());
    }

    #[test]
    fn mails_are_previewed_in_a_directory_and_tried_on_somebody() {
        let preview = parsed("instainstru mail preview out").unwrap();
        assert!(matches!(preview, Some(Command::Mail { action: MailAction::Preview { .. } })), "{preview:?}");
        let test = parsed("instainstru mail test ada@example.com").unwrap();
        assert!(matches!(test, Some(Command::Mail { action: MailAction::Test { .. } })), "{test:?}");
        assert!(parsed("instainstru mail").is_err());
    }

    #[test]
    fn analytics_look_back_as_far_as_they_are_told() {
        for (line, expected) in [
            ("", Some(90)),
            (" --days 1", Some(1)),
            (" --days 365 --json", Some(365)),
            (" --days 0", None),
            (" --days 366", None),
            (" --days x", None),
        ] {
            let days = match parsed(&format!("instainstru analytics run{line}")) {
                Ok(Some(Command::Analytics { action: AnalyticsAction::Run { days, .. } })) => Some(days),
                Ok(other) => panic!("{other:?}"),
                Err(_) => None,
            };
            assert_eq!(days, expected, "{line}");
        }
        assert!(parsed("instainstru analytics status --json").is_ok());
        assert!(parsed("instainstru analytics").is_err());
    }

    #[test]
    fn queries_to_explain_are_given_or_read() {
        for (line, expected) in
            [("", None), (" -", Some("-")), (" --now 2026-03-11T09:00 piano", Some("piano"))]
        {
            let parsed = parsed(&format!("instainstru search explain{line}")).unwrap();
            let Some(Command::Search { action: SearchAction::Explain { query, now } }) = parsed else {
                panic!("{parsed:?}")
            };
            assert_eq!(query.as_deref(), expected);
            assert_eq!(now.is_some(), line.contains("--now"));
        }
        assert!(parsed("instainstru search").is_err());
    }

    #[test]
    fn jobs_are_listed_and_run_by_name() {
        let parsed_run = parsed("instainstru jobs run sweep").unwrap();
        let Some(Command::Jobs { action: JobsAction::Run { name } }) = parsed_run else {
            panic!("{parsed_run:?}")
        };
        assert_eq!(name, "sweep");
        assert!(parsed("instainstru jobs list").is_ok() && parsed("instainstru reminders send").is_ok());
        assert!(parsed("instainstru jobs").is_err() && parsed("instainstru jobs run").is_err());
    }

    #[test]
    fn every_command_is_in_the_manual() {
        let manual = include_str!("../../../docs/OPERATIONS.md");
        for command in Cli::command().get_subcommands() {
            let entry = format!("| `{}", command.get_name());
            assert!(manual.contains(&entry), "docs/OPERATIONS.md has no row {entry:?}");
        }
    }
}
