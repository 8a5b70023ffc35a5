//! Serving: everything that happens between the start of the process and its end.

use std::{
    io::Write,
    net::SocketAddr,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{
    HttpServer,
    dev::ServerHandle,
    rt::{self, System},
};
use anyhow::Context;
use instainstru_notification::delivery::StopSignal;
use instainstru_reporting::CallerTraces;
use instainstru_service::search_history::SearchArchive;
use instainstru_telemetry::Telemetry;

use crate::{
    background::{Background, consumers},
    compose::{self, Parts},
    config::Config,
    edge::Keeper,
    mail,
    monitoring::Monitoring,
    search::{EngineSearch, Follower, Indexer, SearchRecorder},
    secret,
    seed::{ContentSeeder, DEMO_INSTRUCTOR, DEMO_PASSWORD, DEMO_STUDENT, DemoPeople, DemoSeeder},
    signals::Signals,
    storage,
    tls::{self, Tls},
};

/// How long a connection on which nothing happens stays open: longer than proxies keep theirs, which is a minute as a rule. Else a
/// proxy sends a booking on a connection that is being closed, cannot know whether it arrived, and answers 502.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// Connections that may wait to be accepted; a crowd that comes for one lesson arrives in one moment.
const BACKLOG: u32 = 2048;

/// `serve`: prepares the database, listens, and returns when a signal asked for the end and everything is finished.
///
/// # Errors
/// When the database cannot be used or its schema is not up to date, when the key is missing, or when the port is taken.
pub fn serve(config: &Config, out: &mut dyn Write) -> anyhow::Result<()> {
    tracing::info!(configuration = ?config, "starting");
    let monitoring = Monitoring::new(config)?;
    if config.reporting.is_wanted() {
        monitoring.telemetry().trace_with(Arc::new(CallerTraces));
    }
    let database = storage::open_telling(config, monitoring.slow_statements())?;
    let secret = secret::resolve(config)?;
    let mut parts = Parts::new(config, &database)?;
    fill(config, &parts)?;
    let keeper = Rc::new(Keeper::new(config, &parts.clock)?);
    parts.transactor = keeper.watch(parts.transactor);
    let mut indexer = Indexer::new(Arc::clone(&parts.transactor), Arc::clone(&parts.clock))
        .context("the words of search cannot be read")?;
    // Nobody is let in before everybody can be found.
    indexer.update().context("cannot build the search index")?;
    let live = Arc::clone(indexer.live());
    let search = keeper.searching(Arc::new(EngineSearch::new(Arc::clone(&live))));
    let archive = SearchArchive::new(Arc::clone(&parts.transactor), Arc::clone(&parts.clock));
    let recorder = SearchRecorder::start(archive).context("cannot start the thread of past searches")?;
    let log = Arc::new(recorder.log());
    monitoring.attach(config, &database, Arc::clone(&live), indexer.freshness());
    let application = parts.application(config, &secret, search, log, monitoring.telemetry())?;
    let mut application = monitoring.counting(application);
    application.edge = keeper.edge();
    if let Some(cache) = &application.edge.cache {
        monitoring.watch_cache(Arc::clone(cache));
    }
    let watch = monitoring.start(&application)?;
    let site = compose::site(config, &secret)?;
    let cache_follower =
        keeper.follow(&parts.transactor, &live).context("cannot start the thread of the cache")?;
    let follower = Follower::start(indexer).context("cannot start the thread of the search index")?;
    System::new().block_on(async {
        let (host, port) = (config.http.host.as_str(), config.http.port);
        let (warmed, warmer) = (application.clone(), Rc::clone(&keeper));
        rt::spawn(async move { warmer.keep_warm(warmed).await });
        if let Some(redis) = keeper.redis() {
            rt::spawn(monitoring.watch_redis(redis));
        }
        let mailbox = mail::mailbox(config);
        let app = move || {
            let (pages, mails) =
                (instainstru_web::configure(Arc::clone(&site)), mail::pages(mailbox.clone()));
            instainstru_http::app_with(application.clone(), |cfg| {
                pages(cfg);
                mails(cfg);
            })
        };
        let server = HttpServer::new(app)
            .workers(config.http.workers)
            .worker_max_blocking_threads(blocking_threads(config))
            .shutdown_timeout(config.http.shutdown_timeout_secs)
            .keep_alive(KEEP_ALIVE)
            .disable_signals()
            .backlog(BACKLOG);
        let tls = config.http.tls.as_ref().map(Tls::new).transpose()?;
        let server = match &tls {
            Some(tls) => server.bind_rustls_0_23((host, port), tls.handshake.clone()),
            None => server.bind((host, port)),
        };
        let server = server.with_context(|| format!("cannot listen on {host}:{port} (see HOST and PORT)"))?;
        let addresses = server.addrs();
        let redirect = lead_to_https(config, &addresses)?;
        if let Some(tls) = &tls {
            rt::spawn(tls.keep_fresh()?);
        }
        let background = match config.background.in_server {
            true => {
                let consumers = consumers(config, &parts, &secret, addresses.first().copied())?;
                let consumers = monitoring.counting_consumers(consumers);
                Some(Background::start(config, &parts, consumers)?)
            }
            false => None,
        };
        let stop_background = background.as_ref().map(Background::stop_signal).unwrap_or_default();
        let signals = Signals::listen()?;
        let running = server.run();
        let drain = Drain {
            telemetry: monitoring.telemetry(),
            patience: Duration::from_secs(config.monitoring.drain_secs),
        };
        let stopping = rt::spawn(stop_on(signals, running.handle(), stop_background, drain));
        greet(config, &addresses, out)?;
        running.await.context("the server failed")?;
        if let Some(redirect) = redirect {
            redirect.stop(false).await;
        }
        if let Some(background) = background {
            // It was told to stop when the requests were, and has as much time as they.
            let (signals, told_at) = stopping.await.context("the signals got lost")?;
            background
                .finish(signals, told_at + Duration::from_secs(config.http.shutdown_timeout_secs))
                .await;
        }
        anyhow::Ok(())
    })?;
    drop(watch);
    drop((follower, cache_follower));
    // After the last request: what it searched for is stored, too.
    drop(recorder);
    tracing::info!("stopped");
    Ok(())
}

/// Threads of one worker that may block.
///
/// How much runs at once in all workers together is limited by permits, one for each connection, so that requests queue fairly
/// in front of the pool and not in it. A job with a permit must not wait for a thread, whichever worker it came to; hence each
/// has room for all of them, and for the password hashes, which have permits of their own.
fn blocking_threads(config: &Config) -> usize {
    let connections = usize::try_from(config.database.connections.get()).unwrap_or(usize::MAX);
    connections.saturating_add(compose::cores().get())
}

/// Leads whoever comes without TLS to where the server listens with it, when that was asked for. Returns what ends it.
fn lead_to_https(config: &Config, addresses: &[SocketAddr]) -> anyhow::Result<Option<ServerHandle>> {
    let port = config.http.tls.as_ref().and_then(|tls| tls.redirect_port);
    let (Some(port), Some(secure)) = (port, addresses.first()) else { return Ok(None) };
    let (plain, handle) = tls::lead_to_https(&config.http.host, port, *secure)?;
    for address in plain {
        tracing::info!(%address, "requests without TLS are led to HTTPS");
    }
    Ok(Some(handle))
}

/// Stores what the first request expects to find.
fn fill(config: &Config, parts: &Parts) -> anyhow::Result<()> {
    let content = ContentSeeder::new(Arc::clone(&parts.transactor), Arc::clone(&parts.clock));
    if content.store().context("cannot store the catalogue")? {
        tracing::info!("stored the catalogue, its words and the places");
    }
    if config.seed.people {
        let parts = parts.clone();
        let seeder = DemoSeeder::new(parts.transactor, parts.hasher, parts.clock);
        if !seeder.is_done()? {
            let stored = seeder.store(&DemoPeople::from_files()?)?;
            tracing::info!(?stored, "stored the demo people");
        }
    }
    Ok(())
}

/// Says where the server is and, in development, who may log in.
fn greet(config: &Config, addresses: &[SocketAddr], out: &mut dyn Write) -> anyhow::Result<()> {
    let scheme = config.http.scheme();
    for address in addresses {
        writeln!(out, "InstaInstru is listening on {scheme}://{address}")?;
    }
    if let (true, Some(address)) = (config.seed.people, addresses.first()) {
        writeln!(out, "  documentation    {scheme}://{address}/docs")?;
        writeln!(out, "  demo instructor  {DEMO_INSTRUCTOR}  {DEMO_PASSWORD}")?;
        writeln!(out, "  demo student     {DEMO_STUDENT}  {DEMO_PASSWORD}")?;
    }
    out.flush()?;
    Ok(())
}

/// How the server takes its leave: it says that it is not ready, and goes on answering until balancers have heard.
struct Drain {
    telemetry: Telemetry,
    patience: Duration,
}

/// Lets the requests under way, and what is in hand in the background, finish at the first signal, and gives the requests up at
/// the second. Returns the signals, and when the first one came.
async fn stop_on(
    mut signals: Signals,
    server: ServerHandle,
    background: StopSignal,
    drain: Drain,
) -> (Signals, Instant) {
    signals.next().await;
    drain.telemetry.drain();
    if !drain.patience.is_zero() {
        tracing::info!(seconds = drain.patience.as_secs(), "draining; requests are still answered");
        tokio::select! {
            () = tokio::time::sleep(drain.patience) => {}
            () = signals.next() => {}
        }
    }
    let told_at = Instant::now();
    tracing::info!("stopping; finishing the requests under way");
    background.set();
    tokio::select! {
        () = server.stop(true) => {}
        () = signals.next() => {
            tracing::warn!("stopping at once");
            server.stop(false).await;
        }
    }
    (signals, told_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greeting(environment: &str) -> String {
        let config =
            Config::read(&|name| (name == "ENVIRONMENT").then(|| environment.to_owned()), []).unwrap();
        let mut out = Vec::new();
        greet(&config, &["127.0.0.1:4711".parse().unwrap()], &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_greeting_names_the_address_and_the_demo_logins() {
        let greeting = greeting("development");
        assert!(greeting.starts_with("InstaInstru is listening on http://127.0.0.1:4711\n"), "{greeting}");
        for expected in [DEMO_INSTRUCTOR, DEMO_STUDENT, DEMO_PASSWORD, "/docs"] {
            assert!(greeting.contains(expected), "{greeting}");
        }
    }

    #[test]
    fn nobody_is_told_a_password_where_there_are_no_demo_people() {
        assert_eq!(greeting("test"), "InstaInstru is listening on http://127.0.0.1:4711\n");
    }
}
