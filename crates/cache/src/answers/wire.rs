//! The form in which an answer travels through the shared server.

use instainstru_domain::ports::response_cache::ReadyAnswer;

/// First byte of the form; another form gets another number.
const VERSION: u8 = 1;

/// An answer as servers give it to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SharedAnswer {
    /// When it was made, in microseconds since 1970.
    pub(super) made_at: i64,
    /// The quarter of an hour it belongs to; 0 when it does not age.
    pub(super) quarter: i64,
    /// The tokens of its topics as they were before it was made.
    pub(super) tokens: Vec<Token>,
    pub(super) answer: ReadyAnswer,
}

/// A mark on the shared server that a topic has until it changes. It is never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token([u8; 16]);

impl Token {
    pub(super) fn new() -> Self {
        use rand::Rng as _;
        Self(rand::rng().random())
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(super) const fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl SharedAnswer {
    pub(super) fn encode(&self) -> Vec<u8> {
        let ReadyAnswer { body, gzip, tag } = &self.answer;
        let parts = body.len() + gzip.as_ref().map_or(0, Vec::len) + tag.len();
        let mut bytes = Vec::with_capacity(parts + 16 * self.tokens.len() + 64);
        bytes.push(VERSION);
        bytes.extend(self.made_at.to_le_bytes());
        bytes.extend(self.quarter.to_le_bytes());
        let tokens: Vec<u8> = self.tokens.iter().flat_map(|token| token.0).collect();
        put(&mut bytes, &tokens);
        put(&mut bytes, tag.as_bytes());
        put(&mut bytes, body);
        // An empty part stands for none: gzip makes something even of nothing.
        put(&mut bytes, gzip.as_deref().unwrap_or_default());
        bytes
    }

    /// `None` for what is no answer in this form.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(&[VERSION])?;
        let made_at = number(&mut rest)?;
        let quarter = number(&mut rest)?;
        let (tokens, odd) = take(&mut rest)?.as_chunks::<16>();
        let tag = String::from_utf8(take(&mut rest)?.to_vec()).ok()?;
        let body = take(&mut rest)?.to_vec();
        let gzip = take(&mut rest)?.to_vec();
        (odd.is_empty() && rest.is_empty()).then(|| Self {
            made_at,
            quarter,
            tokens: tokens.iter().copied().map(Token).collect(),
            answer: ReadyAnswer { body, gzip: (!gzip.is_empty()).then_some(gzip), tag },
        })
    }
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
    bytes.extend(part);
}

fn number(rest: &mut &[u8]) -> Option<i64> {
    let (first, others) = rest.split_first_chunk()?;
    *rest = others;
    Some(i64::from_le_bytes(*first))
}

fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(number(rest)?).ok()?;
    let (part, others) = rest.split_at_checked(length)?;
    *rest = others;
    Some(part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shared() -> impl Strategy<Value = SharedAnswer> {
        let bytes = || proptest::collection::vec(any::<u8>(), 0..200);
        let gzip = proptest::option::of(proptest::collection::vec(any::<u8>(), 1..50));
        let tokens = proptest::collection::vec(any::<[u8; 16]>().prop_map(Token), 0..5);
        (any::<i64>(), any::<i64>(), tokens, bytes(), gzip, ".{0,40}").prop_map(
            |(made_at, quarter, tokens, body, gzip, tag)| SharedAnswer {
                made_at,
                quarter,
                tokens,
                answer: ReadyAnswer { body, gzip, tag },
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_sent_arrives(answer in shared()) {
            prop_assert_eq!(SharedAnswer::decode(&answer.encode()), Some(answer));
        }

        #[test]
        fn a_piece_of_an_answer_is_none(answer in shared(), cut in any::<prop::sample::Index>()) {
            let bytes = answer.encode();
            let cut = cut.index(bytes.len());
            prop_assert_eq!(SharedAnswer::decode(&bytes[..cut]), None);
            prop_assert_eq!(SharedAnswer::decode(&[bytes.as_slice(), &[0]].concat()), None);
        }

        #[test]
        fn nonsense_is_none_and_harmless(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Some(answer) = SharedAnswer::decode(&bytes) {
                prop_assert_eq!(answer.encode(), bytes);
            }
        }
    }

    #[test]
    fn no_token_is_given_twice() {
        assert_ne!(Token::new(), Token::new());
        assert_eq!(Token::read(Token([3; 16]).bytes()), Some(Token([3; 16])));
        assert_eq!(Token::read(b"short"), None);
    }
}
