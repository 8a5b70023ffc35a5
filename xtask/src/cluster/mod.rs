//! Three nodes with one PostgreSQL and one Redis behind a balancer, and what has to hold whatever happens to them.

mod node;
mod proxy;
mod scenarios;

use anyhow::{Context, Result};

use self::node::Node;
use self::proxy::Proxy;
use crate::bench::market::{CLOCK, Market};
use crate::postgres::{Durability, PrivatePostgres};
use crate::redis::PrivateRedis;
use crate::server::{self, Profile};
use crate::workspace::Workspace;

const NODES: usize = 3;
/// People who teach, and as many who learn.
const PAIRS: usize = 64;

/// Options of `cargo xtask cluster`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Options {
    /// How often the race for one time and the change of a week are repeated
    #[arg(long, default_value_t = 30)]
    rounds: u32,
    /// How long people book while a node dies, in seconds
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

/// The whole: its parts end with it.
#[derive(Debug)]
struct Cluster {
    nodes: Vec<Node>,
    proxy: Proxy,
    redis: PrivateRedis,
    _postgres: PrivatePostgres,
}

/// Builds the release binary, starts the nodes and runs every scenario.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let binary = server::build(workspace, Profile::Release)?;
    let postgres = PrivatePostgres::start(Durability::Real)?;
    postgres.create_database("cluster")?;
    let redis = PrivateRedis::start(&[]).context("no Redis")?;
    let environment = [
        ("TEST_CLOCK", CLOCK.to_owned()),
        ("BCRYPT_COST", "4".to_owned()),
        ("RATE_LIMIT_ENABLED", "false".to_owned()),
        ("RUST_LOG", "warn".to_owned()),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "600".to_owned()),
        // Tokens of one node are good at the others.
        ("SECRET_KEY", "a key that all nodes of this measurement share".to_owned()),
        ("DATABASE_URL", postgres.url("cluster")),
        ("REDIS_URL", redis.url()),
    ];
    let nodes: Vec<Node> = (0..NODES).map(|_| Node::start(&binary, &environment)).collect::<Result<_>>()?;
    let proxy = Proxy::start(nodes.iter().map(Node::address).collect())?;
    let mut cluster = Cluster { nodes, proxy, redis, _postgres: postgres };
    let market = Market::prepare(cluster.first()?.server()?, PAIRS)?;

    scenarios::race(&cluster, &market, options.rounds)?;
    scenarios::coherence(&cluster, &market, options.rounds)?;
    scenarios::redis_dies(&mut cluster, &market)?;
    scenarios::node_dies(&mut cluster, &market, options.seconds)?;
    cluster.first()?.server()?.run(&["check"])?;
    println!("claims and bookings agree");
    Ok(())
}

impl Cluster {
    fn first(&self) -> Result<&Node> {
        self.nodes.first().context("there are nodes")
    }
}
