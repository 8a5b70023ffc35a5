//! Words written without the space between them: "pianolessons", "nearme".

use crate::{
    text::{Kind, MAX_TOKENS, Span, Token},
    vocabulary::Vocabulary,
};

/// Shorter words are what they are.
const SHORTEST: usize = 6;
/// Longer words are nonsense.
const LONGEST: usize = 24;
/// More pieces than this are a coincidence.
const MOST_PIECES: u8 = 4;
/// A word that differs by no more than this from a known one is a misspelling of it.
const MISSPELT: f32 = 1.7;
/// At least one piece must be this long.
const LONG_PIECE: usize = 4;

/// Splits words that nobody knows into words that everybody knows.
pub(super) fn split(vocabulary: &Vocabulary, tokens: Vec<Token>) -> Vec<Token> {
    let mut out = Vec::with_capacity(tokens.len());
    for token in tokens {
        match pieces(vocabulary, &token) {
            Some(ends) if out.len() + ends.len() < MAX_TOKENS => push_pieces(&token, &ends, &mut out),
            _ => out.push(token),
        }
    }
    out
}

fn push_pieces(token: &Token, ends: &[usize], out: &mut Vec<Token>) {
    let mut from = 0;
    for end in ends {
        out.push(Token {
            text: token.text.get(from..*end).unwrap_or_default().to_owned(),
            span: Span { start: token.span.start + from, end: token.span.start + end },
            kind: Kind::Word,
            glued: from > 0 || token.glued,
            capitals: token.capitals,
            capitalised: token.capitalised,
        });
        from = *end;
    }
}

/// Where the pieces of the token end, if it is made of known words; the fewest pieces win.
fn pieces(vocabulary: &Vocabulary, token: &Token) -> Option<Vec<usize>> {
    let word = token.text.as_str();
    let plain = token.is_word() && word.is_ascii() && token.span.end - token.span.start == word.len();
    if !plain || !(SHORTEST..=LONGEST).contains(&word.len()) {
        return None;
    }
    if vocabulary.phrases.word(word).is_some()
        || vocabulary.english.contains(word)
        || vocabulary.is_filler(word)
    {
        return None;
    }
    // "wodworking" is misspelt, not joined.
    if vocabulary.spelling.near(word).first().is_some_and(|correction| correction.cost <= MISSPELT) {
        return None;
    }
    // best[end]: the fewest pieces of the letters up to there, and where the last of them begins.
    let mut best: Vec<Option<(u8, usize)>> = vec![None; word.len() + 1];
    *best.first_mut()? = Some((0, 0));
    for end in 2..=word.len() {
        for from in 0..end - 1 {
            let Some((count, _)) =
                best.get(from).copied().flatten().filter(|(count, _)| *count < MOST_PIECES)
            else {
                continue;
            };
            let fewer = best.get(end).copied().flatten().is_none_or(|(known, _)| count + 1 < known);
            if fewer && word.get(from..end).is_some_and(|piece| is_piece(vocabulary, piece)) {
                *best.get_mut(end)? = Some((count + 1, from));
            }
        }
    }
    let mut ends = Vec::new();
    let mut end = word.len();
    let mut longest = 0;
    while end > 0 {
        let (_, from) = best.get(end).copied().flatten()?;
        longest = longest.max(end - from);
        ends.push(end);
        end = from;
    }
    ends.reverse();
    (ends.len() > 1 && longest >= LONG_PIECE).then_some(ends)
}

/// A word that holds a sentence together, or that means something by itself.
fn is_piece(vocabulary: &Vocabulary, piece: &str) -> bool {
    vocabulary.is_filler(piece) || (piece.len() > 2 && !vocabulary.phrases.find(&[piece]).is_empty())
}
