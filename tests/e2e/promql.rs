//! What an expression of Prometheus names. This is no parser: Prometheus itself says whether an expression makes sense.

use std::collections::BTreeSet;

/// What an expression asks for.
#[derive(Debug, PartialEq, Eq, Default)]
pub(crate) struct Named {
    /// Every series with what it must look like, such as `up{job="a"}`.
    pub(crate) selectors: BTreeSet<String>,
    /// Every label that series are put together by.
    pub(crate) labels: BTreeSet<String>,
}

/// Words before a list of labels.
const BEFORE_LABELS: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];
/// Words that name nothing: operators, and what stands before `by`.
const WORDS: [&str; 15] = [
    "and", "or", "unless", "bool", "offset", "inf", "nan", "sum", "max", "min", "avg", "count", "group",
    "topk", "bottomk",
];

/// What `expression` names.
pub(crate) fn named(expression: &str) -> Named {
    let mut named = Named::default();
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        if first == '"' {
            rest = after_string(rest);
        } else if first.is_ascii_digit() {
            // A number or a duration, such as 5m.
            rest = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '.');
        } else if first.is_ascii_alphabetic() || first == '_' {
            let end =
                rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_:".contains(c))).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            rest = after;
            let next = after.trim_start();
            if BEFORE_LABELS.contains(&word) {
                let (list, after) =
                    next.strip_prefix('(').and_then(|list| list.split_once(')')).unwrap_or_default();
                named.labels.extend(list.split(',').map(|label| label.trim().to_owned()));
                rest = after;
            } else if next.starts_with('(') || WORDS.contains(&word) {
                // A function or an operator.
            } else if after.starts_with('{') {
                let length = length_of_matchers(after);
                let (matchers, after) = after.split_at(length);
                named.selectors.insert(format!("{word}{matchers}"));
                rest = after;
            } else {
                named.selectors.insert(word.to_owned());
            }
        } else {
            rest = rest.trim_start_matches(first);
        }
    }
    named
}

/// What stands behind the string that `text` begins with.
fn after_string(text: &str) -> &str {
    text.splitn(3, '"').nth(2).unwrap_or_default()
}

/// How long the matchers are that `text` begins with; braces in strings do not end them.
fn length_of_matchers(text: &str) -> usize {
    let mut rest = text;
    while let Some(end) = rest.find(['"', '}']) {
        let (_before, found) = rest.split_at(end);
        if found.starts_with('}') {
            return text.len() - found.len() + 1;
        }
        rest = after_string(found);
    }
    text.len()
}

#[test]
fn an_expression_names_its_series_and_labels() {
    let of = |expression: &str| {
        let Named { selectors, labels } = named(expression);
        (selectors.into_iter().collect::<Vec<_>>(), labels.into_iter().collect::<Vec<_>>())
    };
    let strings = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    for (expression, selectors, labels) in [
        ("up", &["up"][..], &[][..]),
        ("1 + vector(0.5e3)", &[], &[]),
        (r#"up{job="a}b"} == 0"#, &[r#"up{job="a}b"}"#], &[]),
        ("sum by (a, b) (rate(x_total[5m])) * 60", &["x_total"], &["a", "b"]),
        ("topk(10, sum(x) by (le)) or vector(0)", &["x"], &["le"]),
        ("x / on (instance) group_left (job) y > bool 0.5", &["x", "y"], &["instance", "job"]),
        ("avg_over_time((x offset 1h)[1h:1m])", &["x"], &[]),
        (r#"histogram_quantile(0.9, rate(x_bucket{a=~"[45].."}[5m]))"#, &[r#"x_bucket{a=~"[45].."}"#], &[]),
    ] {
        assert_eq!(of(expression), (strings(selectors), strings(labels)), "{expression}");
    }
}
