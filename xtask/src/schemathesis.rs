//! Schemathesis against the running server: does it do what its OpenAPI document promises?

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::process;
use crate::server::{self, Profile, Server};
use crate::workspace::Workspace;

const PASSWORD: &str = "TestPassword123!";

/// Options of `cargo xtask schemathesis`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Options {
    /// How many requests to invent per operation and role
    #[arg(long, default_value_t = Self::DEFAULT.max_examples)]
    max_examples: u32,
    /// The seed of the invented requests; the same seed repeats a run
    #[arg(long, default_value_t = Self::DEFAULT.seed)]
    seed: u32,
}

impl Options {
    /// Small enough for about four minutes in total.
    pub(crate) const DEFAULT: Self = Self { max_examples: 15, seed: 1 };
}

/// Starts a server, registers one account of each role and tests with the token of each.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let schemathesis = workspace.tool("python", "bin/schemathesis")?;
    let binary = server::build(workspace, Profile::Debug)?;
    let server = Server::start(&binary, &[("RATE_LIMIT_ENABLED", "false")])?;
    // Hypothesis keeps its examples in the working directory, which is not the repository's business.
    let scratch = tempfile::tempdir().context("cannot create a directory for Schemathesis")?;
    // An administrator is tried where others get no further than a refusal.
    for (role, paths) in [("student", "."), ("instructor", "."), ("admin", "^/api/v1/admin/")] {
        let token = log_in(&server, role).with_context(|| format!("no {role} to test with"))?;
        println!("with the token of the {role}:");
        process::execute(
            process::command(&schemathesis, scratch.path())
                .arg("--config-file")
                .arg(workspace.root.join("tools/schemathesis/schemathesis.toml"))
                .args(["run", &server.url("/openapi.json"), "--checks=all", "--no-color"])
                .arg(format!("--include-path-regex={paths}"))
                // These end the token the run depends on.
                .arg("--exclude-path-regex=/(auth/logout|deactivate)$")
                .arg(format!("--header=Authorization: Bearer {token}"))
                .arg(format!("--max-examples={}", options.max_examples))
                .arg(format!("--seed={}", options.seed)),
        )
        .with_context(|| {
            format!("the server breaks its promises, end of its log:\n{}", server.end_of_log())
        })?;
    }
    server.stop()
}

/// Registers an account and returns a token for it.
fn log_in(server: &Server, role: &str) -> Result<String> {
    let email = format!("schemathesis-{role}@example.com");
    let side = if role == "instructor" { role } else { "student" };
    let account =
        json!({"email": email, "password": PASSWORD, "full_name": format!("The {role}"), "role": side});
    ureq::post(server.url("/auth/register")).send_json(&account).context("POST /auth/register")?;
    if role == "admin" {
        server.run(&["admin", "grant", &email])?;
    }
    let answer: Value = ureq::post(server.url("/auth/login"))
        .send_form([("username", email.as_str()), ("password", PASSWORD)])
        .and_then(|mut response| response.body_mut().read_json())
        .context("POST /auth/login")?;
    let token = answer.get("access_token").and_then(Value::as_str);
    Ok(token.context("POST /auth/login answers without an access_token")?.to_owned())
}
