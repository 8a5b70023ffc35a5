//! What things are called on the shared server, and the messages that servers publish.

use std::sync::Arc;

use instainstru_domain::{ids::UserId, ports::response_cache::Topic};

use super::{
    generations::{Generations, Scope},
    hearing::Hearing,
};
use crate::redis::Listener;

/// Names of keys and of the channel.
#[derive(Debug)]
pub(super) struct Names {
    space: String,
    channel: String,
    /// Tells the messages of this process from those of others.
    sender: String,
}

impl Names {
    /// Names that begin with `space`: servers that answer in the same form share it.
    pub(super) fn new(space: &str) -> Self {
        use rand::Rng as _;
        let sender: u64 = rand::rng().random();
        Self { space: space.to_owned(), channel: format!("{space}:void"), sender: format!("{sender:016x}") }
    }

    pub(super) fn answer(&self, text: &str) -> String {
        format!("{}:{text}", self.space)
    }

    pub(super) fn token(&self, scope: Scope) -> String {
        format!("{}:token:{}", self.space, spell(scope))
    }

    pub(super) fn channel(&self) -> &str {
        &self.channel
    }

    pub(super) fn sender(&self) -> &str {
        &self.sender
    }
}

/// Hears which topics other servers declare void.
pub(super) struct VoidListener {
    pub(super) names: Arc<Names>,
    pub(super) generations: Arc<Generations>,
    pub(super) hearing: Arc<Hearing>,
}

impl Listener for VoidListener {
    fn channel(&self) -> &str {
        self.names.channel()
    }

    fn hear(&self, message: &[u8]) {
        let text = String::from_utf8_lossy(message);
        let mut words = text.split(' ');
        if words.next() == Some(self.names.sender()) {
            return;
        }
        for word in words {
            // A word of a newer version may mean anything.
            self.generations.void_heard(read(word).unwrap_or(Scope::Everything));
        }
    }

    fn begins(&self) {
        // Whatever was published in the meantime is lost.
        self.generations.void_heard(Scope::Everything);
        self.hearing.subscribed(true);
    }

    fn ends(&self) {
        self.hearing.subscribed(false);
    }
}

/// The message that these topics are void.
pub(super) fn spell_all(sender: &str, scopes: impl Iterator<Item = Scope>) -> String {
    scopes.fold(sender.to_owned(), |mut message, scope| {
        message.push(' ');
        message.push_str(&spell(scope));
        message
    })
}

fn spell(scope: Scope) -> String {
    match scope {
        Scope::Everything => "everything".to_owned(),
        Scope::Topic(Topic::Instructors) => "instructors".to_owned(),
        Scope::Topic(Topic::Catalogue) => "catalogue".to_owned(),
        Scope::Topic(Topic::Search) => "search".to_owned(),
        Scope::Topic(Topic::Instructor(id)) => format!("instructor:{id}"),
    }
}

fn read(word: &str) -> Option<Scope> {
    let common = [Topic::Instructors, Topic::Catalogue, Topic::Search].map(Scope::Topic);
    let common = common.into_iter().find(|scope| spell(*scope) == word);
    let instructor = || {
        let id = word.strip_prefix("instructor:")?.parse().ok()?;
        Some(Scope::Topic(Topic::Instructor(UserId::new(id).ok()?)))
    };
    common.or_else(instructor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listener() -> VoidListener {
        VoidListener {
            names: Arc::new(Names::new("ii:1")),
            generations: Arc::new(Generations::new()),
            hearing: Arc::new(Hearing::new()),
        }
    }

    #[test]
    fn what_is_spelt_is_read() {
        let instructor = Topic::Instructor(UserId::new(7).unwrap());
        for topic in [instructor, Topic::Instructors, Topic::Catalogue, Topic::Search] {
            assert_eq!(read(&spell(Scope::Topic(topic))), Some(Scope::Topic(topic)));
        }
        assert_eq!(Names::new("ii:1").token(Scope::Topic(instructor)), "ii:1:token:instructor:7");
    }

    #[test]
    fn other_servers_are_believed_and_own_messages_passed_over() {
        let listener = listener();
        let ada = [Topic::Instructor(UserId::new(7).unwrap())];
        let scopes = [Scope::Topic(ada[0]), Scope::Topic(Topic::Catalogue)];
        let before = listener.generations.stamp(&ada);
        listener.hear(spell_all(listener.names.sender(), scopes.into_iter()).as_bytes());
        assert_eq!(listener.generations.stamp(&ada), before);
        listener.hear(spell_all("other", scopes.into_iter()).as_bytes());
        assert_ne!(listener.generations.stamp(&ada), before);
        assert!(listener.generations.are_shared(&ada), "the sender has deleted the token");
    }

    #[test]
    fn what_is_not_understood_voids_everything() {
        for message in ["other instructor:0", "other galaxies", "other \u{0}"] {
            let listener = listener();
            let before = listener.generations.stamp(&[Topic::Catalogue]);
            listener.hear(message.as_bytes());
            assert_ne!(listener.generations.stamp(&[Topic::Catalogue]), before, "{message}");
        }
    }
}
