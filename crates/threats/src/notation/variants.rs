//! A model with something left out, to see whether it matters.

/// A model's text with one thing left out.
pub(crate) struct Variant {
    pub(crate) left_out: String,
    /// Whether that is a whole line, or else an attribute.
    pub(crate) is_line: bool,
    pub(crate) text: String,
}

/// The text without each of its lines and without each attribute of each line, one at a time.
pub(crate) fn variants(text: &str) -> Vec<Variant> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let with = |at: usize, line: String| {
        let all = lines.iter().enumerate();
        all.map(|(other, it)| if other == at { line.as_str() } else { it }).collect::<Vec<_>>().join("\n")
    };
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        found.push(Variant { left_out: (*line).to_owned(), is_line: true, text: with(at, String::new()) });
        for attribute in attribute_texts(line) {
            let text = with(at, line.replacen(attribute, "", 1));
            found.push(Variant { left_out: format!("`{attribute}` of `{line}`"), is_line: false, text });
        }
    }
    found
}

/// The `key=value` texts of a line as they are written.
fn attribute_texts(line: &str) -> Vec<&str> {
    let mut quoted = false;
    let parts = line.split(|c: char| {
        quoted ^= c == '"';
        c == ' ' && !quoted
    });
    parts.filter(|part| part.split_once('=').is_some_and(|(key, _)| !key.contains('"'))).collect()
}
