//! Talking to Redis from a thread of its own: commands in batches, one breaker, one listener.
//!
//! Requests are served by many threads; Redis is spoken to by one. It gathers the commands that wait and sends them in one
//! pipeline, so that a crowd of requests costs few system calls. Nothing here waits longer than it was told to.

mod lanes;
mod listening;

use std::{
    fmt,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use deadpool_redis::redis::{self, Cmd, Value};
use instainstru_domain::ports::Clock;
use tokio::{
    runtime::{self, Handle},
    sync::{mpsc, oneshot},
    time::timeout,
};

pub(crate) use self::listening::Listener;
use crate::breaker::{BreakerRules, CircuitBreaker};

/// Commands that may wait to be sent. More wait only when Redis is much too slow, and then they would wait for nothing.
const QUEUE: usize = 4_096;

/// How Redis is talked to.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisSettings {
    /// Its address, such as `redis://:password@host:6379/0`, or `rediss://…` for TLS with what the system trusts.
    pub url: String,
    /// Most connections, at least 2: one listens, the others carry commands.
    pub connections: usize,
    /// How long an answer is waited for.
    pub answer_within: Duration,
    /// How long a connection is waited for.
    pub connect_within: Duration,
    /// When it is left alone.
    pub breaker: BreakerRules,
}

impl RedisSettings {
    /// The usual settings for this address.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            connections: 10,
            answer_within: Duration::from_millis(100),
            connect_within: Duration::from_millis(500),
            breaker: BreakerRules::default(),
        }
    }
}

impl fmt::Debug for RedisSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisSettings")
            .field("connections", &self.connections)
            .field("answer_within", &self.answer_within)
            .field("connect_within", &self.connect_within)
            .field("breaker", &self.breaker)
            // The address may hold a password.
            .finish_non_exhaustive()
    }
}

/// Why Redis cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum RedisError {
    /// The address is none.
    #[error("not an address of Redis, such as redis://host:6379: {0}")]
    Address(String),
    /// The system has no thread to give.
    #[error("cannot start the thread that talks to Redis")]
    Thread(#[source] std::io::Error),
}

/// Why a command was not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LinkError {
    /// Redis failed too often and is left alone.
    #[error("left alone")]
    LeftAlone,
    /// Too many commands wait already.
    #[error("too many commands wait")]
    Busy,
    /// No answer came in time.
    #[error("no answer in time")]
    Slow,
    /// The connection failed, or there is none.
    #[error("{0}")]
    Failed(String),
}

/// Commands that belong together, and who waits for their answers.
struct Job {
    commands: Vec<Cmd>,
    /// `None` when nobody wants to know.
    reply: Option<oneshot::Sender<Result<Vec<Value>, LinkError>>>,
}

/// What was sent.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    pub(crate) pipelines: AtomicU64,
    pub(crate) commands: AtomicU64,
    pub(crate) errors: AtomicU64,
}

/// The way to Redis. The thread behind it ends when this is dropped.
pub(crate) struct Link {
    jobs: mpsc::Sender<Job>,
    runtime: Handle,
    breaker: Arc<CircuitBreaker>,
    traffic: Arc<Traffic>,
    server: Arc<Server>,
    answer_within: Duration,
    /// The thread runs until this is gone.
    _alive: oneshot::Sender<()>,
}

/// Which server was reached last. Another one, or the same after a restart, may have forgotten what it was told, or remember
/// what it was told to forget.
#[derive(Debug, Default)]
pub(crate) struct Server {
    changes: AtomicU64,
}

impl Server {
    /// Counts the servers that were reached; 0 before the first.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    fn changed(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }
}

impl Link {
    /// Starts talking. The server need not be there yet.
    ///
    /// # Errors
    /// [`RedisError`] when it never will be.
    pub(crate) fn start(
        settings: &RedisSettings,
        clock: Arc<dyn Clock>,
        listeners: Vec<Arc<dyn Listener>>,
    ) -> Result<Arc<Self>, RedisError> {
        let client = open(&settings.url)?;
        let lanes = lanes::Lanes::new(settings).map_err(|error| RedisError::Address(error.to_string()))?;
        let runtime =
            runtime::Builder::new_current_thread().enable_all().build().map_err(RedisError::Thread)?;
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let (alive, ended) = oneshot::channel::<()>();
        let link = Self {
            jobs,
            runtime: runtime.handle().clone(),
            breaker: Arc::new(CircuitBreaker::new(settings.breaker, clock)),
            traffic: Arc::default(),
            server: Arc::default(),
            answer_within: settings.answer_within,
            _alive: alive,
        };
        lanes.start(&link, waiting);
        link.spawn(listening::listen(client, listeners));
        thread::Builder::new()
            .name("redis".to_owned())
            // Dropping the runtime ends everything that runs on it.
            .spawn(move || runtime.block_on(async move { ended.await.is_err() }))
            .map_err(RedisError::Thread)?;
        Ok(Arc::new(link))
    }

    /// Runs something on the thread that talks to Redis, until it ends or the link is dropped.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        // The handle of the task is not needed: it ends with the runtime.
        drop(self.runtime.spawn(work));
    }

    /// Sends commands and returns their answers, in order. Refusals of single commands are answers too.
    ///
    /// # Errors
    /// [`LinkError`]; then it is not known whether the commands were executed.
    pub(crate) async fn ask(&self, commands: Vec<Cmd>) -> Result<Vec<Value>, LinkError> {
        let (reply, answer) = oneshot::channel();
        self.submit(Job { commands, reply: Some(reply) })?;
        // The lane gives up in the same time; waiting a little longer lets it say why.
        match timeout(self.answer_within.saturating_mul(2), answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_gone)) => Err(LinkError::Failed("the thread that talks to Redis has ended".to_owned())),
            Err(_elapsed) => Err(LinkError::Slow),
        }
    }

    /// Sends commands whose answers nobody needs.
    pub(crate) fn tell(&self, commands: Vec<Cmd>) {
        if let Err(error) = self.submit(Job { commands, reply: None }) {
            tracing::debug!(%error, "not sent to Redis");
        }
    }

    fn submit(&self, job: Job) -> Result<(), LinkError> {
        if !self.breaker.admits() {
            return Err(LinkError::LeftAlone);
        }
        self.jobs.try_send(job).map_err(|refused| {
            self.breaker.failed();
            self.traffic.errors.fetch_add(1, Ordering::Relaxed);
            match refused {
                mpsc::error::TrySendError::Full(_job) => LinkError::Busy,
                mpsc::error::TrySendError::Closed(_job) => {
                    LinkError::Failed("the thread that talks to Redis has ended".to_owned())
                }
            }
        })
    }

    pub(crate) fn breaker(&self) -> &CircuitBreaker {
        &self.breaker
    }

    pub(crate) fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// Sets all counters to zero.
    pub(crate) fn reset_counters(&self) {
        let Traffic { pipelines, commands, errors } = &*self.traffic;
        for counter in [pipelines, commands, errors] {
            counter.store(0, Ordering::Relaxed);
        }
        self.breaker.reset_times_opened();
    }

    pub(crate) fn server(&self) -> &Server {
        &self.server
    }
}

fn open(url: &str) -> Result<redis::Client, RedisError> {
    if url.starts_with("rediss://") {
        // Fails when one was named before: that is as good.
        let _named = rustls::crypto::ring::default_provider().install_default();
    }
    // The text of the parser may quote the address, and with it the password.
    redis::Client::open(url).map_err(|error| RedisError::Address(error.category().to_owned()))
}

/// A command.
pub(crate) fn command<'a>(name: &str, arguments: impl IntoIterator<Item = &'a [u8]>) -> Cmd {
    let mut command = redis::cmd(name);
    for argument in arguments {
        command.arg(argument);
    }
    command
}
