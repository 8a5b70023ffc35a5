//! `WordPiece`: splitting words into the tokens of the table, the longest first.

use super::table::Embeddings;

/// Longer words are unknown, as in the model the table was made from.
const MAX_WORD: usize = 100;

/// Calls `each` with the number of every token of the phrase.
pub(super) fn pieces(phrase: &str, table: &Embeddings, unknown: u32, each: &mut impl FnMut(u32)) {
    // Our own folding lowers and strips accents; punctuation separates, as in BERT.
    for word in crate::text::tokens(phrase) {
        if word.text.len() > MAX_WORD {
            each(unknown);
        } else {
            split(&word.text, table, unknown, each);
        }
    }
}

fn split(word: &str, table: &Embeddings, unknown: u32, each: &mut impl FnMut(u32)) {
    let mut found = Vec::new();
    let mut rest = word;
    while !rest.is_empty() {
        let first = rest.len() == word.len();
        let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
        let longest = ends.filter_map(|end| {
            let piece = rest.get(..end)?;
            let id = if first { table.token(piece) } else { table.token(&format!("##{piece}")) };
            id.map(|id| (id, end))
        });
        let Some((id, end)) = longest.into_iter().next() else {
            each(unknown);
            return;
        };
        found.push(id);
        rest = rest.get(end..).unwrap_or_default();
    }
    found.into_iter().for_each(each);
}
