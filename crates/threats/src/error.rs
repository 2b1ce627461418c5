//! What is wrong with a rule file, shown at its place.

use std::fmt;
use std::ops::Range;

/// A mistake in a rule file, usually its author's.
///
/// Displays as the message, the place, the line with a caret under the mistake and, where there is one, a hint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct RuleError {
    /// The file as it was named by the caller.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    line_text: String,
    width: usize,
}

impl RuleError {
    /// The mistake at the bytes `span` of the file's `text`.
    pub(crate) fn new(file: &str, text: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line_text = text.get(line_start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let column = before.get(line_start..).map_or(0, |head| head.chars().count());
        let marked = text.get(span).and_then(|marked| marked.lines().next()).map_or(1, |marked| marked.chars().count());
        Self {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: column + 1,
            message: message.into(),
            hint: None,
            line_text: line_text.replace('\t', " "),
            width: marked.max(1),
        }
    }

    /// The line with a caret under the mistake.
    pub fn shown_line(&self) -> String {
        format!("  | {}\n  | {}{}", self.line_text, " ".repeat(self.column - 1), "^".repeat(self.width))
    }

    pub(crate) fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        writeln!(f, "{}", self.message)?;
        writeln!(f, "{margin}--> {}:{}:{}", self.file, self.line, self.column)?;
        writeln!(f, "{margin} |")?;
        writeln!(f, "{number} | {}", self.line_text)?;
        write!(f, "{margin} | {}{}", " ".repeat(self.column - 1), "^".repeat(self.width))?;
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}
