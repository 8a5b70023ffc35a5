//! The second level: answers that servers give each other through Redis.
//!
//! Each topic has a token there, and an answer carries the tokens its topics had before it was made. Whoever changes something
//! deletes the token; from then on no answer that carries it is believed, wherever it lies. Deleting needs no memory, so it
//! works on a server that is full. This process believes nothing from there about a topic while one of its own deletions is on
//! its way, and nothing at all after a deletion failed or the server was replaced, until it has deleted the token of everything.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use deadpool_redis::redis::{Cmd, Value};
use instainstru_domain::ports::response_cache::{CacheKey, Topic};
use tokio::{sync::Notify, time::timeout};

use super::{
    generations::{Generations, Scope, scopes},
    names::{Names, spell_all},
    wire::{SharedAnswer, Token},
};
use crate::redis::{Link, LinkError, command};

/// Time between two attempts to tell what could not be told, and to find out that the server was replaced.
const RETRY: Duration = Duration::from_millis(250);
/// How long an unused token lives: longer than any answer.
const TOKEN_LIFE_MILLIS: &str = "172800000";
/// Longer answers are not shared.
const LONGEST_BYTES: usize = 1 << 20;

/// The answers that servers give each other.
pub(super) struct SecondLevel {
    link: Arc<Link>,
    generations: Arc<Generations>,
    names: Arc<Names>,
    /// What the server is to be told, and the counter that this makes known.
    untold: Mutex<BTreeMap<Scope, u64>>,
    wake: Arc<Notify>,
    /// Whether everything could be told so far.
    is_told: AtomicBool,
    /// The server that was told.
    told_server: AtomicU64,
}

/// What a look into the second level found.
pub(super) enum Looked {
    /// An answer that is true.
    Found(SharedAnswer),
    /// None; with these tokens a new one can be stored. `None` when it cannot.
    Missing(Option<Vec<Token>>),
}

impl SecondLevel {
    pub(super) fn start(link: Arc<Link>, generations: Arc<Generations>, names: Arc<Names>) -> Arc<Self> {
        let wake = Arc::new(Notify::new());
        let second = Arc::new(Self {
            link,
            generations,
            names,
            untold: Mutex::default(),
            wake: Arc::clone(&wake),
            // What changed before this process began is not known here.
            is_told: AtomicBool::new(false),
            told_server: AtomicU64::new(0),
        });
        second.link.spawn(keep_telling(Arc::downgrade(&second), wake));
        second
    }

    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    /// The server is to be told that something changed, which made this counter.
    pub(super) fn tell(&self, scope: Scope, counter: u64) {
        self.untold().insert(scope, counter);
        self.wake.notify_one();
    }

    /// Looks for an answer, and for what is needed to store one.
    pub(super) async fn find(&self, key: &CacheKey, quarter: i64) -> Looked {
        match self.look(key, quarter).await {
            Ok(looked) => looked,
            Err(error) => {
                tracing::debug!(%error, "the shared answers are out of reach");
                Looked::Missing(None)
            }
        }
    }

    /// Gives an answer to the other servers. Nobody waits for that.
    pub(super) fn store(&self, key: &CacheKey, answer: &SharedAnswer, lifetime: Duration) {
        let bytes = answer.encode();
        if bytes.len() > LONGEST_BYTES || !self.is_usable(key.about()) {
            return;
        }
        let millis = lifetime.as_millis().max(1).to_string();
        let name = self.names.answer(key.text());
        self.link.tell(vec![command("SET", [name.as_bytes(), &bytes, b"PX", millis.as_bytes()])]);
    }

    async fn look(&self, key: &CacheKey, quarter: i64) -> Result<Looked, LinkError> {
        if !self.is_usable(key.about()) {
            return Ok(Looked::Missing(None));
        }
        let server = self.link.server().changes();
        let tokens: Vec<String> = scopes(key.about()).map(|scope| self.names.token(scope)).collect();
        let answer = self.names.answer(key.text());
        let all = std::iter::once(&answer).chain(&tokens).map(String::as_bytes);
        let mut found = strings(self.link.ask(vec![command("MGET", all)]).await?).into_iter();
        let value = found.next().flatten();
        let mut marks: Option<Vec<Token>> = found.map(read_token).collect();
        if marks.is_none() {
            marks = self.mark(&tokens).await?;
        }
        // Only now, so that nothing is believed that a replaced server said, or that changed in the meantime.
        if self.link.server().changes() != server || !self.is_usable(key.about()) {
            return Ok(Looked::Missing(None));
        }
        let answer = value.as_deref().and_then(SharedAnswer::decode);
        Ok(match answer {
            Some(answer) if answer.quarter == quarter && marks.as_ref() == Some(&answer.tokens) => {
                Looked::Found(answer)
            }
            _ => Looked::Missing(marks),
        })
    }

    /// Gives topics without a token one, and returns the tokens all have then.
    async fn mark(&self, tokens: &[String]) -> Result<Option<Vec<Token>>, LinkError> {
        let new = Token::new();
        let mut commands: Vec<Cmd> = tokens
            .iter()
            .map(|name| {
                let life = TOKEN_LIFE_MILLIS.as_bytes();
                command("SET", [name.as_bytes(), new.bytes(), b"NX", b"PX", life])
            })
            .collect();
        commands.push(command("MGET", tokens.iter().map(String::as_bytes)));
        let mut answers = self.link.ask(commands).await?;
        let marks = answers.pop().into_iter().collect();
        Ok(strings(marks).into_iter().map(read_token).collect())
    }

    fn is_usable(&self, about: &[Topic]) -> bool {
        self.is_in_touch() && self.generations.are_shared(about)
    }

    /// Whether the server that is there now knows everything this process ever wanted it to know.
    fn is_in_touch(&self) -> bool {
        self.is_told.load(Ordering::SeqCst)
            && self.told_server.load(Ordering::SeqCst) == self.link.server().changes()
    }

    /// Tells the server what it does not know yet.
    async fn tell_all(&self) {
        if !self.is_in_touch() && !self.begin_anew().await {
            return;
        }
        let untold = std::mem::take(&mut *self.untold());
        if untold.is_empty() {
            return;
        }
        let tokens: Vec<String> = untold.keys().map(|scope| self.names.token(*scope)).collect();
        let message = spell_all(self.names.sender(), untold.keys().copied());
        let delete = command("DEL", tokens.iter().map(String::as_bytes));
        let publish = command("PUBLISH", [self.names.channel().as_bytes(), message.as_bytes()]);
        if self.succeeds(vec![delete, publish]).await {
            for (scope, counter) in untold {
                self.generations.is_shared_now(scope, counter);
            }
        } else {
            self.is_told.store(false, Ordering::SeqCst);
        }
    }

    /// Voids all there is on the server; whether that worked.
    async fn begin_anew(&self) -> bool {
        let server = self.link.server().changes();
        let counters = self.generations.all();
        let everything = self.names.token(Scope::Everything);
        if !self.succeeds(vec![command("DEL", [everything.as_bytes()])]).await {
            return false;
        }
        self.generations.are_shared_now(&counters);
        self.told_server.store(server, Ordering::SeqCst);
        self.is_told.store(true, Ordering::SeqCst);
        self.is_in_touch()
    }

    async fn succeeds(&self, commands: Vec<Cmd>) -> bool {
        match self.link.ask(commands).await {
            Ok(answers) => !answers.iter().any(|answer| matches!(answer, Value::ServerError(_))),
            Err(_) => false,
        }
    }

    fn untold(&self) -> MutexGuard<'_, BTreeMap<Scope, u64>> {
        self.untold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the server what it does not know, as long as the second level exists.
async fn keep_telling(second: Weak<SecondLevel>, wake: Arc<Notify>) {
    while let Some(second) = second.upgrade() {
        second.tell_all().await;
        drop(second);
        // Both mean the same: look again.
        let _woken_or_not = timeout(RETRY, wake.notified()).await;
    }
}

fn read_token(value: Option<Vec<u8>>) -> Option<Token> {
    value.and_then(|bytes| Token::read(&bytes))
}

/// The strings of the answer to `MGET`; anything else is nothing.
fn strings(answers: Vec<Value>) -> Vec<Option<Vec<u8>>> {
    let Some(Value::Array(values)) = answers.into_iter().next() else { return Vec::new() };
    let string = |value| if let Value::BulkString(bytes) = value { Some(bytes) } else { None };
    values.into_iter().map(string).collect()
}
