//! What a text looks like, for files whose name does not say it or says it wrongly.

use cairn_model::Format;

use crate::traffic;

/// The part of a text that is looked at.
const LINES_LOOKED_AT: usize = 200;

/// The format of a text whose file has no known ending.
pub(crate) fn without_ending(body: &str) -> Format {
    evident(body).unwrap_or(if looks_like_markdown(body) { Format::Markdown } else { Format::Plain })
}

/// `named`, unless the text is evidently something else.
pub(crate) fn or_evident(named: Format, body: &str) -> Format {
    match named {
        Format::Markdown | Format::Mdx | Format::Rst | Format::AsciiDoc => json(body).unwrap_or(named),
        Format::Plain => without_ending(body),
        Format::Json if traffic::is_json(body) => Format::Log,
        Format::Json if json(body).is_none() && looks_like_markdown(body) => Format::Markdown,
        Format::Yaml => json(body).unwrap_or(named),
        _ => named,
    }
}

fn evident(body: &str) -> Option<Format> {
    let start = body.trim_start();
    let head = || body.lines().take(LINES_LOOKED_AT);
    if start.starts_with("<mxfile") || start.starts_with("@startuml") {
        return Some(Format::Diagram);
    }
    if traffic::is_lines(body) {
        return Some(Format::Log);
    }
    if head().any(|line| line.starts_with(".. ") && line.contains("::")) {
        return Some(Format::Rst);
    }
    let is_asciidoc = start.starts_with("= ") && head().any(|line| line.starts_with("== ") || line.starts_with(':'));
    if is_asciidoc {
        return Some(Format::AsciiDoc);
    }
    json(body)
}

/// An object, or an array of objects or strings, from the first character to the last.
fn json(body: &str) -> Option<Format> {
    let text = body.trim();
    let inner = match (text.chars().next()?, text.chars().next_back()?) {
        ('{', '}') | ('[', ']') => text.get(1..)?.trim_start(),
        _ => return None,
    };
    let is_json =
        if text.starts_with('{') { inner.starts_with('"') || inner == "}" } else { inner.starts_with(['{', '"']) };
    is_json.then(|| if traffic::is_json(body) { Format::Log } else { Format::Json })
}

/// Two kinds of markup, or a heading at the very start.
fn looks_like_markdown(body: &str) -> bool {
    let head = || body.lines().take(LINES_LOOKED_AT);
    let is_heading = |line: &str| {
        let hashes = line.bytes().take_while(|byte| *byte == b'#').count();
        (1..=6).contains(&hashes) && line.get(hashes..).is_some_and(|rest| rest.starts_with(' '))
    };
    let signs = [
        head().any(is_heading),
        head().any(|line| line.starts_with("```") || line.starts_with("~~~")),
        head().any(|line| line.contains("](")),
        head().any(|line| line.contains("**")),
        head().any(|line| line.trim_start().starts_with('|') && line.trim_end().ends_with('|')),
    ];
    let starts_with_heading = body.lines().find(|line| !line.trim().is_empty()).is_some_and(is_heading);
    starts_with_heading || signs.iter().filter(|sign| **sign).count() > 1
}
