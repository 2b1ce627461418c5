//! Texts of documents as texts of a drawing.

/// The text on one line, with stand-ins for what no reader sees.
pub(super) fn visible(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    cairn_report::visible(&line).into_owned()
}

/// The text, or what of it has room.
pub(super) fn shortened(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(letters.saturating_sub(1)).collect();
    if kept.is_empty() { kept } else { format!("{}…", kept.trim_end()) }
}

/// The text as content of an element or value of an attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
