//! Patterns that name identifiers: `*` for any text, `?` for any character.

/// Whether `text` is what `pattern` describes.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut pattern, mut text) = (pattern.as_slice(), text.as_slice());
    // Where to go on when the last star has to take one character more.
    let mut retry = None;
    loop {
        match (pattern.split_first(), text.split_first()) {
            (Some(('*', after)), _) => {
                retry = Some((after, text));
                pattern = after;
            }
            (Some((wanted, after)), Some((given, rest))) if *wanted == '?' || wanted == given => {
                (pattern, text) = (after, rest);
            }
            (None, None) => return true,
            _ => match retry {
                Some((after, [_taken, rest @ ..])) => {
                    retry = Some((after, rest));
                    (pattern, text) = (after, rest);
                }
                _ => return false,
            },
        }
    }
}

/// The pattern as Redis writes it: what means something only there means itself.
pub(super) fn for_redis(pattern: &str) -> String {
    pattern.chars().fold(String::with_capacity(pattern.len()), |mut escaped, character| {
        if matches!(character, '[' | ']' | '\\' | '^') {
            escaped.push('\\');
        }
        escaped.push(character);
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_others() {
        for (pattern, text) in [
            ("*", ""),
            ("*", "203.0.113.7"),
            ("203.0.113.*", "203.0.113.7"),
            ("user_?", "user_7"),
            ("*@example.com", "a@b@example.com"),
            ("a*b*c", "a-b-b-c-c"),
            ("[x]", "[x]"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("", "x"), ("user_?", "user_17"), ("a*b", "abc"), ("?", ""), ("[x]", "x")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
        assert_eq!(for_redis("[x]*^\\"), "\\[x\\]*\\^\\\\");
    }
}
