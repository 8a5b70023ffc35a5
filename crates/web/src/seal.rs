//! Text that a visitor carries for us and cannot change.

use std::fmt::Write as _;

use crate::settings::PageKey;

/// The seal of `text` for `purpose`, bound to `holder`, in hexadecimal.
pub(crate) fn seal(key: &PageKey, purpose: &str, holder: &str, text: &str) -> String {
    let code = key.seal(purpose, &[holder.as_bytes(), text.as_bytes()]);
    code.iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Whether two seals are equal; takes as long whether they differ early or late.
pub(crate) fn is_same(given: &str, expected: &str) -> bool {
    given.len() == expected.len()
        && given.bytes().zip(expected.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_fits_its_holder_and_its_text_only() {
        let key = PageKey::derive(b"k");
        let expected = seal(&key, "form", "ada", "x");
        assert_eq!(expected.len(), 64);
        assert!(is_same(&expected, &seal(&key, "form", "ada", "x")));
        assert!(!is_same(&expected, &seal(&key, "form", "bob", "x")));
        assert!(!is_same(&expected, &seal(&key, "form", "ada", "y")));
        assert!(!is_same("", &expected));
    }
}
