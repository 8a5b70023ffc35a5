//! Taking out of a text what may be about people, or secret.

/// Greatest number of characters of a text that are sent.
const MOST_CHARS: usize = 2_000;

/// A text without addresses of mail, tokens, and whatever is quoted and is no name of a table, a column or a constraint.
pub(crate) fn scrubbed(text: &str) -> String {
    let text: String = text.chars().take(MOST_CHARS).collect();
    without_words(&without_quotes(&text))
}

/// Messages of databases quote the values they complain of.
fn without_quotes(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['"', '\'', '`']) {
        let (before, quoted) = rest.split_at(start);
        let mut characters = quoted.chars();
        let Some(quote) = characters.next() else { break };
        let inside = characters.as_str();
        let Some((value, after)) = inside.split_once(quote) else {
            // Nobody knows where it ends.
            shown.push_str(before);
            shown.push_str("[…]");
            return shown;
        };
        shown.push_str(before);
        let is_name =
            value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_.".contains(&b));
        if is_name {
            shown.push(quote);
            shown.push_str(value);
            shown.push(quote);
        } else {
            shown.push_str("[…]");
        }
        rest = after;
    }
    shown.push_str(rest);
    shown
}

fn without_words(text: &str) -> String {
    let mut after_bearer = false;
    let words = text.split(' ').map(|word| {
        let is_secret = std::mem::replace(&mut after_bearer, word.eq_ignore_ascii_case("bearer"));
        // What stands before an @ is a person or a password; a token of ours begins with eyJ.
        if is_secret || word.contains('@') || word.contains("eyJ") { "[…]" } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_about_people_and_no_secret_is_left() {
        for (text, shown) in [
            ("the pool timed out", "the pool timed out"),
            ("mail to ada@example.com failed", "mail to […] failed"),
            ("<ada@example.com>: no", "[…] no"),
            ("postgres://app:hunter2@db/x is away", "[…] is away"),
            ("Authorization: Bearer abc.def next", "Authorization: Bearer […] next"),
            ("token=eyJhbGciOi.x.y is old", "[…] is old"),
            (
                "duplicate key violates \"users_email_key\": \"Ada Lovelace\"",
                "duplicate key violates \"users_email_key\": […]",
            ),
            ("value 'Ünï' of `users.full_name`", "value […] of `users.full_name`"),
            ("it's never closed: Ada", "it[…]"),
            ("", ""),
        ] {
            assert_eq!(scrubbed(text), shown, "{text}");
        }
        assert_eq!(scrubbed(&"x".repeat(3_000)).len(), MOST_CHARS);
    }
}
