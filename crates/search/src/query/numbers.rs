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

/// A number in words at the beginning of `words`, and how many words it takes: "forty", "seventy five", "a hundred", "one
/// hundred twenty".
pub(super) fn phrase<'a>(words: impl Fn(usize) -> &'a str) -> Option<(u32, usize)> {
    let hundreds = match (words(0), words(1)) {
        ("hundred", _) => Some((100, 1)),
        ("a", "hundred") => Some((100, 2)),
        (count, "hundred") => word(count).filter(|count| *count < 10).map(|count| (count * 100, 2)),
        _ => None,
    };
    let (total, mut taken) = hundreds.unwrap_or((0, 0));
    if taken > 0 && words(taken) == "and" && word(words(taken + 1)).is_some() {
        taken += 1;
    }
    let Some(rest) = word(words(taken)).filter(|rest| *rest < 100) else {
        return (taken > 0).then_some((total, taken));
    };
    taken += 1;
    if rest >= 20 {
        let dash = usize::from(words(taken) == "-");
        if let Some(unit) = word(words(taken + dash)).filter(|unit| (1..10).contains(unit)) {
            return Some((total + rest + unit, taken + dash + 1));
        }
    }
    Some((total + rest, taken))
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
        let phrase = |text: &'static str| super::phrase(move |at| text.split(' ').nth(at).unwrap_or(""));
        assert_eq!(phrase("forty dollars"), Some((40, 1)));
        assert_eq!(phrase("seventy - five"), Some((75, 3)));
        assert_eq!(phrase("a hundred an hour"), Some((100, 2)));
        assert_eq!(phrase("one hundred and twenty bucks"), Some((120, 4)));
        assert_eq!(phrase("hundred and some"), Some((100, 1)));
        assert_eq!(phrase("a lesson"), None);
        assert_eq!((super::ordinal("third"), super::ordinal("thirds")), (Some(3), None));
    }
}
