//! Just enough reading of HTML: our own pages are written one way.

/// The values of an attribute in everything that begins with `opening`, such as `<a `.
pub fn attributes(html: &str, opening: &str, attribute: &str) -> Vec<String> {
    tags(html, opening).filter_map(|tag| attribute_of(tag, attribute)).collect()
}

/// The tags that begin with `opening`, without their end.
pub fn tags<'a>(html: &'a str, opening: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(opening).skip(1).map(|rest| rest.split('>').next().unwrap_or_default())
}

/// The value of an attribute of a tag.
pub fn attribute_of(tag: &str, attribute: &str) -> Option<String> {
    let rest = tag.split(&format!("{attribute}=\"")).nth(1)?;
    Some(text(rest.split('"').next()?))
}

/// What is between two marks, as people read it.
pub fn between<'a>(html: &'a str, from: &str, to: &str) -> Option<&'a str> {
    html.split(from).nth(1)?.split(to).next()
}

/// Text without the escapes that the templates write.
pub fn text(html: &str) -> String {
    [
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#x2F;", "/"),
        ("&ndash;", "\u{2013}"),
        ("&amp;", "&"),
    ]
    .into_iter()
    .fold(html.to_owned(), |text, (escape, letter)| text.replace(escape, letter))
}

/// The text of a page without its tags, on one line.
pub fn visible_text(html: &str) -> String {
    let mut shown = String::with_capacity(html.len());
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => {
                inside = true;
                shown.push(' ');
            }
            '>' => inside = false,
            _ if !inside => shown.push(letter),
            _ => {}
        }
    }
    text(&shown.split_whitespace().collect::<Vec<_>>().join(" "))
}
