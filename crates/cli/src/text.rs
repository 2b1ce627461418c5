//! Words and colours for the terminal. Colours are always written; the stream leaves them out where they are not wanted.

use cairn_model::{Severity, ThreatStatus};
use cairn_report::visible;

/// Document text on one line, harmless to a terminal.
pub(crate) fn one_line(text: &str) -> String {
    visible(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

/// Document text on one line of at most `length` characters, with a sign that something is left out.
pub(crate) fn shortened(text: &str, length: usize) -> String {
    let line = one_line(text);
    if line.chars().count() <= length {
        return line;
    }
    line.chars().take(length.saturating_sub(1)).chain(['…']).collect()
}

/// `1 claim`, `2 claims`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

pub(crate) fn bold(text: &str) -> String {
    styled("1", text)
}

pub(crate) fn dim(text: &str) -> String {
    styled("2", text)
}

pub(crate) fn red(text: &str) -> String {
    styled("1;31", text)
}

/// A severity in its colour.
pub(crate) fn severity(severity: Severity) -> String {
    styled(severity_color(severity), severity.as_str())
}

/// A status in words.
pub(crate) fn status(status: ThreatStatus) -> String {
    status.as_str().replace('_', " ")
}

/// Pads by what is seen: colours take no room.
pub(crate) fn padded(shown: &str, plain_length: usize, width: usize) -> String {
    format!("{shown}{}", " ".repeat(width.saturating_sub(plain_length)))
}

const fn severity_color(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "1;35",
        Severity::High => "1;31",
        Severity::Medium => "1;33",
        Severity::Low => "1;36",
    }
}

fn styled(code: &str, text: &str) -> String {
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}
