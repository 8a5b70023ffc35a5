//! Searching text ignoring case, in all scripts.
//!
//! `lower()` of SQLite knows ASCII only and that of PostgreSQL depends on the locale of the database. So the text to search is stored
//! a second time in lower case, by the one function that also prepares what is looked for.

/// The form in which text is stored for searching and looked for.
pub(crate) fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// A `LIKE` pattern, escaped with a backslash, that finds `text` anywhere in a folded text.
pub(crate) fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in folded(text).chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(storable(c));
    }
    pattern.push('%');
    pattern
}

/// PostgreSQL refuses NUL in any text. No stored text holds one, so looking for the replacement finds the same: nothing.
const fn storable(c: char) -> char {
    if c == '\0' { char::REPLACEMENT_CHARACTER } else { c }
}

/// The folded form of a whole text to compare with.
pub(crate) fn equal_to(text: &str) -> String {
    folded(text).chars().map(storable).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_never_a_wildcard() {
        assert_eq!(containing("50% off_\\"), "%50\\% off\\_\\\\%");
        assert_eq!(containing("ÜNÏ"), "%ünï%");
        assert_eq!(containing("a\0b"), "%a\u{fffd}b%");
    }
}
