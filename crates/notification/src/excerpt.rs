//! What other servers say, fit for a log.

/// The beginning of what another server said, fit for one line of a log.
pub(crate) fn excerpt(text: &str) -> String {
    const MOST: usize = 200;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = line.chars().filter(|c| !c.is_control()).take(MOST).collect();
    if line.chars().count() > MOST { format!("{shown}…") } else { shown }
}
