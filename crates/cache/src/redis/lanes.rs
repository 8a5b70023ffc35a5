//! The connections that carry commands. Each gathers what waits, sends it in one pipeline and hands the answers out.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use deadpool_redis::{
    Connection, CreatePoolError, Manager, Pool, PoolConfig, Runtime, Timeouts,
    redis::{self, AsyncConnectionConfig, Pipeline, Value},
};
use tokio::{
    sync::{Mutex, mpsc},
    time::timeout,
};

use super::{Job, Link, LinkError, RedisSettings, Server, Traffic};
use crate::breaker::CircuitBreaker;

/// Most commands of one pipeline.
const BATCH: usize = 50;

/// The connections that carry commands.
pub(super) struct Lanes {
    pool: Pool,
    count: usize,
    answer_within: Duration,
}

impl Lanes {
    pub(super) fn new(settings: &RedisSettings) -> Result<Self, CreatePoolError> {
        // One connection listens.
        let count = settings.connections.saturating_sub(1).max(1);
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(settings.connect_within))
            .set_response_timeout(Some(settings.answer_within));
        let manager = Manager::new_with_config(settings.url.as_str(), config)
            .map_err(|error| CreatePoolError::Config(deadpool_redis::ConfigError::Redis(error)))?;
        let waits = Some(settings.connect_within);
        let pool = Pool::builder(manager)
            .config(PoolConfig {
                timeouts: Timeouts { wait: waits, create: waits, recycle: waits },
                ..PoolConfig::new(count)
            })
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(CreatePoolError::Build)?;
        Ok(Self { pool, count, answer_within: settings.answer_within })
    }

    /// Starts the lanes on the thread of the link.
    pub(super) fn start(self, link: &Link, jobs: mpsc::Receiver<Job>) {
        let jobs = Arc::new(Mutex::new(jobs));
        let known = Arc::new(Mutex::new(None));
        for _ in 0..self.count {
            let lane = Lane {
                pool: self.pool.clone(),
                jobs: Arc::clone(&jobs),
                breaker: Arc::clone(&link.breaker),
                traffic: Arc::clone(&link.traffic),
                server: Arc::clone(&link.server),
                known: Arc::clone(&known),
                answer_within: self.answer_within,
                connection: None,
            };
            link.spawn(lane.carry());
        }
    }
}

/// One connection that carries commands.
struct Lane {
    pool: Pool,
    jobs: Arc<Mutex<mpsc::Receiver<Job>>>,
    breaker: Arc<CircuitBreaker>,
    traffic: Arc<Traffic>,
    server: Arc<Server>,
    /// Name that the server reached last gave itself at its start.
    known: Arc<Mutex<Option<String>>>,
    answer_within: Duration,
    /// Kept between batches: taking it from the pool each time would cost a round trip of its own.
    connection: Option<Connection>,
}

impl Lane {
    async fn carry(mut self) {
        while let Some(batch) = self.gather().await {
            let outcome = self.send(&batch).await;
            self.report(&outcome);
            hand_out(batch, outcome);
        }
    }

    /// What waits, at least one job; `None` when the link is gone.
    async fn gather(&self) -> Option<Vec<Job>> {
        let mut jobs = self.jobs.lock().await;
        let first = jobs.recv().await?;
        let mut commands = first.commands.len();
        let mut batch = vec![first];
        while commands < BATCH {
            let Ok(job) = jobs.try_recv() else { break };
            commands += job.commands.len();
            batch.push(job);
        }
        Some(batch)
    }

    async fn send(&mut self, batch: &[Job]) -> Result<Vec<Value>, LinkError> {
        let mut pipeline = Pipeline::new();
        for command in batch.iter().flat_map(|job| &job.commands) {
            pipeline.add_command(command.clone());
        }
        // The refusal of one command is the answer to that command, and not the end of the others.
        pipeline.ignore_errors();
        let (answer_within, traffic) = (self.answer_within, Arc::clone(&self.traffic));
        let connection = self.connection().await?;
        traffic.pipelines.fetch_add(1, Ordering::Relaxed);
        traffic.commands.fetch_add(u64::try_from(pipeline.len()).unwrap_or(u64::MAX), Ordering::Relaxed);
        let answered = timeout(answer_within, pipeline.query_async::<Vec<Value>>(connection)).await;
        let failure = match answered {
            Ok(Ok(values)) if values.len() == pipeline.len() => return Ok(values),
            Ok(Ok(_short)) => LinkError::Failed("answers are missing".to_owned()),
            Ok(Err(error)) if error.is_timeout() => LinkError::Slow,
            Ok(Err(error)) => LinkError::Failed(error.to_string()),
            Err(_elapsed) => LinkError::Slow,
        };
        // Whatever still arrives on it belongs to questions nobody asks any more.
        self.connection.take().map(Connection::take);
        Err(failure)
    }

    async fn connection(&mut self) -> Result<&mut Connection, LinkError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        Ok(self.connection.insert(connection))
    }

    async fn connect(&self) -> Result<Connection, LinkError> {
        let failed = |error: &dyn std::error::Error| LinkError::Failed(error.to_string());
        let mut connection = self.pool.get().await.map_err(|error| failed(&error))?;
        let mut info = redis::cmd("INFO");
        info.arg("server");
        let info = timeout(self.answer_within, info.query_async::<String>(&mut connection))
            .await
            .map_err(|_elapsed| LinkError::Slow)?
            .map_err(|error| failed(&error))?;
        let name = info.lines().find_map(|line| line.strip_prefix("run_id:")).map(str::to_owned);
        let mut known = self.known.lock().await;
        // A server without a name may be a new one each time.
        if name.is_none() || *known != name {
            *known = name;
            self.server.changed();
        }
        Ok(connection)
    }

    /// Tells the breaker how it went: by whether the server can do its work, not by whether it liked a single command.
    fn report(&self, outcome: &Result<Vec<Value>, LinkError>) {
        let is_failure = match outcome {
            Ok(values) => values.iter().any(is_unable),
            Err(error) => {
                tracing::debug!(%error, "Redis does not answer");
                true
            }
        };
        if is_failure {
            self.traffic.errors.fetch_add(1, Ordering::Relaxed);
            self.breaker.failed();
        } else {
            self.breaker.succeeded();
        }
    }
}

/// Whether the server says that it cannot work: it is full, loading, a replica, or does not know us.
fn is_unable(value: &Value) -> bool {
    let Value::ServerError(error) = value else { return false };
    !matches!(error.code(), "NOSCRIPT" | "WRONGTYPE")
}

fn hand_out(batch: Vec<Job>, outcome: Result<Vec<Value>, LinkError>) {
    match outcome {
        Ok(values) => {
            let mut values = values.into_iter();
            for job in batch {
                let own = values.by_ref().take(job.commands.len()).collect();
                reply(job, Ok(own));
            }
        }
        Err(error) => batch.into_iter().for_each(|job| reply(job, Err(error.clone()))),
    }
}

fn reply(job: Job, answer: Result<Vec<Value>, LinkError>) {
    if let Some(waiting) = job.reply {
        // Whoever asked may have given up.
        let _given_up = waiting.send(answer);
    }
}
