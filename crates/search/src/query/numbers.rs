//! Numbers written as words.

const SMALL: &[&str] = &[
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: &[(&str, u32)] = &[
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("hundred", 100),
];
const ORDINALS: &[&str] = &[
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
];

/// The value of a number word.
pub(super) fn word(word: &str) -> Option<u32> {
    let small = (0..).zip(SMALL).find(|(_, name)| **name == word).map(|(value, _)| value);
    small.or_else(|| TENS.iter().find(|(name, _)| *name == word).map(|(_, value)| *value))
}

/// The value of an ordinal word.
pub(super) fn ordinal(word: &str) -> Option<u32> {
    (0..).zip(ORDINALS).find(|(_, name)| **name == word).map(|(value, _)| value)
}

/// Whether the word makes an ordinal of the number before it.
pub(super) fn is_ordinal_ending(word: &str) -> bool {
    matches!(word, "st" | "nd" | "rd" | "th")
}

#[cfg(test)]
mod tests {
    #[test]
    fn number_words_have_values() {
        assert_eq!(
            (super::word("four"), super::word("ninety"), super::word("for")),
            (Some(4), Some(90), None)
        );
        assert_eq!((super::ordinal("third"), super::ordinal("thirds")), (Some(3), None));
    }
}
