//! Helm and other Go templates inside YAML. Expressions are masked, byte for byte, so that the rest can be parsed where it
//! stands. What stands under a condition or a loop is not certain: it is masked whole and named.

use super::TEMPLATE_MARK;

/// The text with its templates masked, and what was masked whole.
pub(super) fn mask(text: &str) -> (String, Vec<(usize, String)>) {
    if !text.contains("{{") {
        return (text.to_owned(), Vec::new());
    }
    let mut masked = String::with_capacity(text.len());
    let mut problems = Vec::new();
    let mut open_blocks = 0_usize;
    let mut open_at = 0;
    for action in actions(text) {
        match action {
            Part::Text(part) if open_blocks > 0 => blank(&mut masked, part),
            Part::Text(part) => masked.push_str(part),
            Part::Action { at, whole, inner } => {
                let word = inner.split_whitespace().next().unwrap_or_default();
                let opens = matches!(word, "if" | "with" | "range" | "define" | "block");
                if opens {
                    if open_blocks == 0 {
                        open_at = at;
                        problems.push((at, format!("what stands under the template condition `{{{{ {inner} }}}}`")));
                    }
                    open_blocks += 1;
                }
                let hidden = opens || open_blocks > 0 || alone_on_line(text, at, whole.len());
                if hidden {
                    blank(&mut masked, whole);
                } else {
                    masked.extend(std::iter::repeat_n(TEMPLATE_MARK, whole.len()));
                }
                if !opens && !hidden && !inner.starts_with("/*") {
                    problems.push((at, format!("value of the template expression `{{{{ {inner} }}}}`")));
                } else if !opens && open_blocks == 0 && !is_silent(word) && !inner.starts_with("/*") {
                    problems.push((at, format!("what the template expression `{{{{ {inner} }}}}` inserts")));
                }
                if word == "end" {
                    open_blocks = open_blocks.saturating_sub(1);
                }
            }
        }
    }
    if open_blocks > 0 {
        problems.push((open_at, "template block without an end".to_owned()));
    }
    (masked, problems)
}

enum Part<'a> {
    Text(&'a str),
    Action { at: usize, whole: &'a str, inner: &'a str },
}

fn actions(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        // `${{ … }}` belongs to workflows: an expression inside a string, which YAML reads as it stands.
        let is_helm = |found: &usize| !rest.get(..*found).unwrap_or_default().ends_with('$');
        let Some(open) = rest.match_indices("{{").map(|(found, _)| found).find(is_helm) else {
            parts.push(Part::Text(rest));
            break;
        };
        let (before, action) = rest.split_at(open);
        parts.push(Part::Text(before));
        let length = action.find("}}").map_or(action.len(), |close| close + 2);
        let (whole, _) = action.split_at(length);
        let inner = whole.trim_matches(|c: char| matches!(c, '{' | '}' | '-') || c.is_whitespace());
        parts.push(Part::Action { at: at + open, whole, inner });
        at += open + length;
    }
    parts
}

fn is_silent(word: &str) -> bool {
    matches!(word, "end" | "else" | "") || word.starts_with('$')
}

/// Spaces of the same number of bytes; line ends stay.
fn blank(masked: &mut String, part: &str) {
    masked.extend(part.bytes().map(|byte| if byte == b'\n' || byte == b'\r' { char::from(byte) } else { ' ' }));
}

fn alone_on_line(text: &str, at: usize, length: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let after = text.get(at + length..).unwrap_or_default();
    let line_before = before.rsplit('\n').next().unwrap_or_default();
    let line_after = after.split('\n').next().unwrap_or_default();
    line_before.trim().is_empty() && line_after.trim().is_empty()
}
