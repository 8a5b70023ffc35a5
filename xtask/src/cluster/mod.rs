//! Three nodes with one PostgreSQL and one Redis behind a balancer, and what has to hold whatever happens to them.
//!
//! [`scenarios`] says what is checked. The long form is a command of its own; the short one is a step of `cargo xtask test`.

mod client;
mod node;
mod proxy;
mod scenarios;

use std::process::Command;

use anyhow::{Context, Result};
use jiff::Timestamp;

use self::node::{Node, Site};
use self::proxy::Proxy;
use crate::bench::market::{self, CLOCK, Market};
use crate::postgres::{Durability, PrivatePostgres};
use crate::process;
use crate::redis::PrivateRedis;
use crate::server::{self, Profile};
use crate::workspace::Workspace;

const NODES: usize = 3;
const DATABASE: &str = "cluster";
const ADMIN: &str = "bench-student-0@example.com";

/// Options of `cargo xtask cluster`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Options {
    /// Run the debug build, which says whether everything holds, and not how fast it is
    #[arg(long)]
    debug: bool,
    /// How many people want the same time, and as many teach
    #[arg(long, default_value_t = 64)]
    people: usize,
    /// How often the race for one time and the change of a week are repeated
    #[arg(long, default_value_t = 30)]
    rounds: u32,
    /// How long people book while one node dies and comes back, in seconds
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How many of the nodes die, one after the other
    #[arg(long, default_value_t = NODES)]
    deaths: usize,
    /// Whether to wait until everything is delivered that a dead node had in hand, which takes some minutes
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set)]
    deliveries: bool,
}

impl Options {
    /// What every check of the repository includes: a minute, most of it spent on waiting for a lease to end.
    pub(crate) const SHORT: Self =
        Self { debug: true, people: 16, rounds: 4, seconds: 6, deaths: 1, deliveries: false };
}

/// The whole: its parts end with it.
#[derive(Debug)]
struct Cluster {
    nodes: Vec<Node>,
    proxy: Proxy,
    postgres: PrivatePostgres,
}

/// Builds the binary, starts the nodes and runs every scenario.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let profile = if options.debug { Profile::Debug } else { Profile::Release };
    let binary = server::build(workspace, profile)?;
    let mut redis = PrivateRedis::start(&[])?;
    let mut site = Site::new(binary, CLOCK.parse::<Timestamp>()?);
    site.configure("REDIS_URL", redis.url());
    let mut cluster = Cluster::start(site)?;
    let market = Market::prepare(cluster.first()?.server()?, options.people)?;
    cluster.first()?.server()?.run(&["admin", "grant", ADMIN])?;

    scenarios::race(&cluster, &market, options.rounds)?;
    scenarios::coherence(&cluster, &market, options.rounds)?;
    for index in 0..options.deaths.min(NODES) {
        scenarios::node_dies(&mut cluster, &market, index, options.seconds)?;
    }
    let admin = market::log_in(cluster.first()?.server()?, ADMIN)?;
    let request = scenarios::ask_for_a_job(&cluster, &admin)?;
    scenarios::redis_dies(&cluster, &market, &mut redis)?;
    scenarios::job_moves(&cluster, &admin, request)?;
    if options.deliveries {
        scenarios::everything_is_delivered(&cluster, &admin)?;
    }
    cluster.first()?.server()?.run(&["check"])
}

impl Cluster {
    fn start(mut site: Site) -> Result<Self> {
        let postgres = PrivatePostgres::start(Durability::Real)?;
        postgres.create_database(DATABASE)?;
        site.configure("DATABASE_URL", postgres.url(DATABASE));
        let nodes: Vec<Node> = (0..NODES).map(|_nth| Node::start(&site)).collect::<Result<_>>()?;
        let proxy = Proxy::start(nodes.iter().map(Node::address).collect())?;
        Ok(Self { nodes, proxy, postgres })
    }

    fn first(&self) -> Result<&Node> {
        self.nodes.first().context("there are nodes")
    }

    /// Who leads the jobs, by the name it gave itself.
    fn leader(&self) -> Result<String> {
        let asked = "SELECT holder FROM leases WHERE name = 'jobs/leader'";
        let mut psql = Command::new("psql");
        psql.args([
            &self.postgres.url(DATABASE),
            "--no-psqlrc",
            "--tuples-only",
            "--no-align",
            "--command",
            asked,
        ]);
        Ok(process::output(&mut psql)?.trim().to_owned())
    }
}
