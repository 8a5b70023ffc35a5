//! Arbitrary input: nothing panics, and every span is a piece of the input.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::LazyLock;

use instainstru_search::{query::Query, vocabulary::Vocabulary};
use jiff::civil::date;
use proptest::prelude::*;

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary::embedded().unwrap());

fn check(text: &str, year: i16, month: i8, day: i8) -> Result<(), TestCaseError> {
    let query = Query::parse(&VOCABULARY, text, date(year, month, day));
    for chip in &query.chips {
        prop_assert!(text.is_char_boundary(chip.span.start) && text.is_char_boundary(chip.span.end));
        prop_assert_eq!(chip.span.of(text), chip.text.as_str());
    }
    for range in &query.dates {
        prop_assert!(range.first() <= range.last());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,200}", month in 1i8..=12, day in 1i8..=28) {
        check(&text, 2026, month, day)?;
    }

    #[test]
    fn any_mixture_of_words_numbers_and_signs_is_read_without_panic(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "piano", "next", "tuesday", "in", "two", "weeks", "$", "50", "-", "60", "to", "pm", "2", "4", ":", "/", "31", "2/29",
                "sat", "under", "kids", "year", "old", "for", "a", "hour", "half", "from", "bronx", "not", "or", "and", ",", "between",
                "after", "before", "by", "april", "may", "the", "15th", "99999999999", "0", "24", "12am", "noon", "midnight", "é", "🎹",
                "9999", "2099", "1.5", "%", "every", "age", "grade", "staten", "island", "guittar", "near", "me",
            ]),
            0..24,
        ),
        spaces in any::<bool>(),
        year in prop::sample::select(vec![-9999i16, 1, 2024, 2026, 9999]),
        month in 1i8..=12,
        day in 1i8..=28,
    ) {
        let text = words.join(if spaces { " " } else { "" });
        check(&text, year, month, day)?;
    }
}
