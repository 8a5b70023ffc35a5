//! Sending envelopes: a thread, a short queue, and the client that sends mail.

use std::{
    sync::mpsc::{self, Receiver, SyncSender},
    thread,
    time::{Duration, Instant},
};

use sentry_core::{Envelope, Transport, types::Dsn};
use ureq::Agent;

use crate::word::Word;

/// Reports that may wait; what comes on top is lost, so that nobody waits for Sentry.
const MOST_WAITING: usize = 64;
/// Longest time for a report.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// How long nothing is sent after Sentry said that it is too much, unless it says how long.
const USUAL_PAUSE: Duration = Duration::from_secs(60);
/// Longest pause that Sentry can ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

const CLIENT: &str = concat!("InstaInstru/", env!("CARGO_PKG_VERSION"));

enum Task {
    Send(Box<Envelope>),
    /// Tell when everything before this was sent.
    Tell(SyncSender<()>),
}

/// Hands envelopes to a thread that sends them.
pub(super) struct Sender(SyncSender<Task>);

impl Sender {
    pub(super) fn start(dsn: Dsn) -> std::io::Result<Self> {
        let (queue, tasks) = mpsc::sync_channel(MOST_WAITING);
        thread::Builder::new().name("reports".to_owned()).spawn(move || Post::new(&dsn).work(&tasks))?;
        Ok(Self(queue))
    }
}

impl Transport for Sender {
    fn send_envelope(&self, envelope: Envelope) {
        // A queue that is full means more errors than anybody reads.
        let _lost = self.0.try_send(Task::Send(Box::new(envelope)));
    }

    fn flush(&self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        let (tell, told) = mpsc::sync_channel(1);
        let mut task = Task::Tell(tell);
        // There may be no room even for this question.
        while let Err(mpsc::TrySendError::Full(unsent)) = self.0.try_send(task) {
            if Instant::now() >= deadline {
                return false;
            }
            task = unsent;
            thread::sleep(Duration::from_millis(10));
        }
        told.recv_timeout(deadline.saturating_duration_since(Instant::now())).is_ok()
    }
}

/// Sends envelopes, one after the other.
struct Post {
    agent: Agent,
    url: String,
    auth: String,
    word: Word,
    silent_until: Option<Instant>,
}

impl Post {
    fn new(dsn: &Dsn) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(ANSWER_WITHIN))
            .user_agent(CLIENT)
            .build()
            .new_agent();
        Self {
            agent,
            url: dsn.envelope_api_url().to_string(),
            auth: dsn.to_auth(Some(CLIENT)).to_string(),
            word: Word::of("Sentry"),
            silent_until: None,
        }
    }

    /// Works until nobody can give it anything any more.
    fn work(mut self, tasks: &Receiver<Task>) {
        while let Ok(task) = tasks.recv() {
            match task {
                Task::Send(envelope) => self.send(&envelope),
                Task::Tell(whom) => {
                    // Whoever asked may have lost patience.
                    let _unheard = whom.try_send(());
                }
            }
        }
    }

    fn send(&mut self, envelope: &Envelope) {
        if self.silent_until.is_some_and(|until| Instant::now() < until) {
            return;
        }
        let mut body = Vec::new();
        if let Err(error) = envelope.to_writer(&mut body) {
            return self.word.lost(&error.to_string());
        }
        let sent = self
            .agent
            .post(&self.url)
            .header("X-Sentry-Auth", &self.auth)
            .header("Content-Type", "application/x-sentry-envelope")
            .send(&body);
        match sent {
            Ok(answer) if answer.status().is_success() => self.word.arrived(),
            Ok(answer) => {
                let status = answer.status().as_u16();
                if status == 429 {
                    let wish = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
                    let wish = wish.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
                    let pause = wish.unwrap_or(USUAL_PAUSE).min(LONGEST_PAUSE);
                    self.silent_until = Some(Instant::now() + pause);
                }
                self.word.lost(&format!("the answer was {status}"));
            }
            Err(error) => self.word.lost(&error.to_string()),
        }
    }
}
