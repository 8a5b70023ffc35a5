//! Yes and no in queries.

/// A text that is neither yes nor no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be true or false")]
pub(crate) struct InvalidSwitch;

/// Reads true/false, 1/0, yes/no or on/off in any case.
pub(crate) fn read_switch(text: &str) -> Result<bool, InvalidSwitch> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err(InvalidSwitch),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_have_many_spellings() {
        for yes in ["true", "TRUE", "1", "yes", "On"] {
            assert_eq!(read_switch(yes), Ok(true));
        }
        for no in ["false", "0", "No", "off"] {
            assert_eq!(read_switch(no), Ok(false));
        }
        assert_eq!(read_switch("maybe"), Err(InvalidSwitch));
    }
}
