//! Turning typed text into tokens that remember where they came from.

use serde::Serialize;

/// Bytes of a query that are read; the rest is ignored.
pub const MAX_BYTES: usize = 1024;
/// Tokens of a query that are read; the rest is ignored.
pub const MAX_TOKENS: usize = 64;
/// Longer words are cut: nothing in any vocabulary is as long.
const MAX_WORD_CHARS: usize = 40;

/// A byte range `start..end` of the text as it was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
}

impl Span {
    /// The smallest span that holds both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// What `text` says there; empty if the span is not of this text.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters.
    Word,
    /// Digits, with their value in hundredths.
    Number(u32),
    /// One sign.
    Sign,
}

/// One piece of the query, folded: lower case, without accents and apostrophes.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) span: Span,
    pub(crate) kind: Kind,
    /// No space between this token and the one before.
    pub(crate) glued: bool,
    /// Written in capitals throughout.
    pub(crate) capitals: bool,
    /// Begins with a capital.
    pub(crate) capitalised: bool,
}

impl Token {
    pub(crate) fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }

    pub(crate) fn is_sign(&self, sign: char) -> bool {
        self.kind == Kind::Sign && self.text.starts_with(sign)
    }
}

/// Splits the beginning of `text` into tokens.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let limit = (0..=MAX_BYTES.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let text = text.get(..limit).unwrap_or_default();
    let mut reader = Reader { text, at: 0, glued: false, out: Vec::with_capacity(16) };
    while reader.out.len() < MAX_TOKENS && reader.step() {}
    reader.out
}

/// The folded words and numbers of a phrase of the vocabulary, without signs.
pub(crate) fn words(phrase: &str) -> Vec<String> {
    tokens(phrase).into_iter().filter(|token| token.kind != Kind::Sign).map(|token| token.text).collect()
}

/// The words of a phrase in the form in which they are compared, with single spaces between: phrases with one key are one phrase.
#[must_use]
pub fn key(phrase: &str) -> String {
    words(phrase).join(" ")
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    glued: bool,
    out: Vec<Token>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads one token or skips one character; false at the end.
    fn step(&mut self) -> bool {
        let Some(first) = self.rest().chars().next() else { return false };
        if first.is_alphabetic() {
            self.word();
        } else if first.is_ascii_digit() {
            self.number();
        } else {
            self.sign(first);
        }
        true
    }

    fn push(&mut self, text: String, length: usize, kind: Kind) {
        let span = Span { start: self.at, end: self.at + length };
        let typed = span.of(self.text);
        let capitals = typed.len() > 1 && typed.chars().all(char::is_uppercase);
        let capitalised = typed.chars().next().is_some_and(char::is_uppercase);
        self.out.push(Token { text, span, kind, glued: self.glued, capitals, capitalised });
        self.at += length;
        self.glued = true;
    }

    fn word(&mut self) {
        let mut folded = String::new();
        let mut length = 0;
        let mut letters = 0;
        let rest = self.rest();
        let mut chars = rest.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let next_is_letter = chars.peek().is_some_and(|(_, next)| next.is_alphabetic());
            if c.is_alphabetic() || is_mark(c) {
                if letters < MAX_WORD_CHARS {
                    fold_into(c, &mut folded);
                }
                letters += 1;
            } else if !(is_apostrophe(c) && next_is_letter) {
                break;
            }
            length = at + c.len_utf8();
        }
        // "p.m." is one word.
        if (folded == "a" || folded == "p")
            && let Some(after) = rest.get(length..)
            && after.get(..2).is_some_and(|dot_m| dot_m.eq_ignore_ascii_case(".m"))
            && !after.chars().nth(2).is_some_and(char::is_alphabetic)
        {
            folded.push('m');
            length += if after.chars().nth(2) == Some('.') { 3 } else { 2 };
        }
        self.push(folded, length, Kind::Word);
    }

    fn number(&mut self) {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let mut text = String::new();
        let mut length = 0;
        while digit(length) || (bytes.get(length) == Some(&b',') && thousands(bytes, length)) {
            if let Some(byte) = bytes.get(length).filter(|byte| **byte != b',')
                && text.len() < 9
            {
                text.push(char::from(*byte));
            }
            length += 1;
        }
        let whole: u32 = text.parse().unwrap_or(0);
        let mut hundredths = 0;
        if bytes.get(length) == Some(&b'.') && digit(length + 1) {
            let mut place = 10;
            text.push('.');
            length += 1;
            while digit(length) {
                let value = bytes.get(length).map_or(0, |byte| u32::from(byte - b'0'));
                hundredths += value * place;
                place /= 10;
                if place > 0 || text.len() < 12 {
                    text.push(char::from(b'0' + u8::try_from(value).unwrap_or(0)));
                }
                length += 1;
            }
        }
        let value = whole.saturating_mul(100).saturating_add(hundredths);
        self.push(text, length, Kind::Number(value));
    }

    fn sign(&mut self, c: char) {
        let length = c.len_utf8();
        let sign = match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            '$' | '-' | '/' | ':' | '+' | ',' | ';' | '~' | '<' | '>' | '=' | '!' | '?' | '.' | '(' | ')'
            | '|' | '%' => c,
            '&' => {
                self.push("and".to_owned(), length, Kind::Word);
                return;
            }
            _ => {
                self.at += length;
                self.glued = self.glued && !c.is_whitespace() && !c.is_control();
                return;
            }
        };
        self.push(sign.to_string(), length, Kind::Sign);
    }
}

/// Whether the comma at `at` separates thousands: exactly three digits follow.
fn thousands(bytes: &[u8], at: usize) -> bool {
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    (1..=3).all(|ahead| digit(at + ahead)) && !digit(at + 4)
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '`' | '\u{b4}')
}

/// Combining accents.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Appends `c` in lower case and without its accent.
fn fold_into(c: char, out: &mut String) {
    if is_mark(c) {
        return;
    }
    for lower in c.to_lowercase() {
        match lower {
            'à'..='å' | 'ā' | 'ă' | 'ą' => out.push('a'),
            'æ' => out.push_str("ae"),
            'ç' | 'ć' | 'č' => out.push('c'),
            'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => out.push('e'),
            'ì'..='ï' | 'ī' | 'į' | 'ı' => out.push('i'),
            'ñ' | 'ń' | 'ň' => out.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ő' => out.push('o'),
            'œ' => out.push_str("oe"),
            'ù'..='ü' | 'ū' | 'ů' | 'ű' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'š' | 'ś' | 'ş' => out.push('s'),
            'ž' | 'ź' | 'ż' => out.push('z'),
            'ß' => out.push_str("ss"),
            'ł' => out.push('l'),
            'ğ' => out.push('g'),
            other if is_mark(other) => {}
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        tokens(text).iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn words_numbers_and_signs_are_told_apart() {
        assert_eq!(shown("Piano under $80"), "piano|under|$|80");
        assert_eq!(shown("2-4pm"), "2|-|4|pm");
        assert_eq!(shown("Kid's ESPAÑOL, at 5 p.m. please"), "kids|espanol|,|at|5|pm|please");
        assert_eq!(shown("arts & crafts $1,200.50"), "arts|and|crafts|$|1200.50");
    }

    #[test]
    fn spans_point_into_the_text_as_typed() {
        let text = "😀 Español 2–4";
        let typed: Vec<_> = tokens(text).iter().map(|token| token.span.of(text).to_owned()).collect();
        assert_eq!(typed, ["Español", "2", "–", "4"]);
    }

    #[test]
    fn long_input_is_cut() {
        assert_eq!(tokens(&"word ".repeat(5_000)).len(), MAX_TOKENS);
        assert_eq!(tokens(&"é".repeat(5_000)).len(), 1);
    }
}
