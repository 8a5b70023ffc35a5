//! How iCalendar writes lines: escaped, folded, ended with CRLF (RFC 5545, 3.1 and 3.3.11).

/// Most octets of a line without its end. Longer ones go on in the next line, after a space.
const MOST_OCTETS: usize = 75;

/// The lines of a calendar file.
#[derive(Debug, Default)]
pub(super) struct Lines(String);

impl Lines {
    /// A line as it stands: `name`, with its parameters, and a value that needs no escaping.
    pub(super) fn raw(&mut self, name: &str, value: &str) {
        let mut width = 0;
        for character in name.chars().chain([':']).chain(value.chars()) {
            // A character is never cut in two, though the standard would allow it.
            if width + character.len_utf8() > MOST_OCTETS {
                self.0.push_str("\r\n ");
                width = 1;
            }
            self.0.push(character);
            width += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// A line with a text that people wrote.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.raw(name, &escaped(value));
    }

    /// Everything written so far.
    pub(super) fn into_text(self) -> String {
        self.0
    }
}

/// A text as a value. Line breaks of all systems become `\n`, other control characters but the tab are left out.
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\\' | ';' | ',' => value.extend(['\\', character]),
            '\n' | '\r' => value.push_str("\\n"),
            control if control.is_control() && control != '\t' => {}
            other => value.push(other),
        }
    }
    value
}

/// A text as the quoted value of a parameter. A quotation mark has no form there, and readers disagree about the backslash.
pub(super) fn quoted(text: &str) -> String {
    let inner = text.chars().filter(|character| !character.is_control()).map(|character| match character {
        '"' => '\'',
        '\\' => '/',
        other => other,
    });
    format!("\"{}\"", inner.collect::<String>())
}

/// A mail address as a URI (RFC 6068).
pub(super) fn mailto(address: &str) -> String {
    let mut uri = String::from("mailto:");
    for byte in address.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$'*+@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, value: &str) -> String {
        let mut lines = Lines::default();
        lines.text(name, value);
        lines.into_text()
    }

    #[test]
    fn what_has_a_meaning_in_calendars_is_escaped() {
        assert_eq!(
            line("NOTE", "a;b,c\\d\ne\r\nf\rg\t\"h\": i\u{7}"),
            "NOTE:a\\;b\\,c\\\\d\\ne\\nf\\ng\t\"h\": i\r\n"
        );
        assert_eq!(line("NOTE", "END:VEVENT\r\nBEGIN:VALARM"), "NOTE:END:VEVENT\\nBEGIN:VALARM\r\n");
    }

    #[test]
    fn long_lines_are_folded_at_75_octets_and_characters_stay_whole() {
        for text in ["x".repeat(400), "🎹".repeat(100), "é🎹, ;\\\n".repeat(60), "x".repeat(70)] {
            let folded = line("NOTE", &text);
            let (body, end) = folded.split_at(folded.len() - 2);
            assert_eq!(end, "\r\n");
            assert!(body.split("\r\n").all(|line| line.len() <= MOST_OCTETS), "{folded}");
            assert_eq!(body.replace("\r\n ", ""), format!("NOTE:{}", escaped(&text)));
        }
        assert_eq!(line("N", &"x".repeat(73)), format!("N:{}\r\n", "x".repeat(73)));
        assert_eq!(line("N", &"x".repeat(74)), format!("N:{}\r\n x\r\n", "x".repeat(73)));
    }

    #[test]
    fn parameters_and_addresses_cannot_be_left() {
        assert_eq!(quoted("Zoë \"Z\\\";X=1:\r\ny"), "\"Zoë 'Z/';X=1:y\"");
        assert_eq!(
            mailto("o'hara+%x?cc=y&z/é@example.com"),
            "mailto:o'hara+%25x%3Fcc%3Dy%26z%2F%C3%A9@example.com"
        );
    }
}
