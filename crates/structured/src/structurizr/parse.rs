//! The syntax of the DSL: a statement a line, words and quoted texts in it, a block in braces behind it.

use crate::diagram::Line;
use crate::facts::Place;

/// Deeper nesting of blocks is refused.
const DEPTH_MAX: usize = 50;

/// One line of the DSL with the block behind it.
pub(super) struct Statement<'a> {
    /// The name before `=`.
    pub(super) identifier: Option<&'a str>,
    /// Keyword and arguments, without quotes.
    pub(super) words: Vec<&'a str>,
    /// What stands in the block.
    pub(super) inner: Vec<Self>,
    /// Its first byte in the document.
    pub(super) at: usize,
    /// The line as written.
    pub(super) text: &'a str,
    /// Whether it stands in the views.
    in_views: bool,
}

impl Statement<'_> {
    /// The word at `at`, empty when there is none.
    pub(super) fn word(&self, at: usize) -> &str {
        self.words.get(at).copied().unwrap_or_default()
    }

    /// The line.
    pub(super) fn place(&self) -> Place {
        (self.at..self.at + self.text.len()).into()
    }

    /// From this line to one in its block.
    pub(super) fn up_to(&self, inner: &Self) -> Place {
        (self.at..inner.at + inner.text.len()).into()
    }

    /// Whether the statement begins a view instead of an element.
    pub(super) fn is_view(&self) -> bool {
        self.in_views
    }

    /// Whether the statement gives a style to elements.
    pub(super) fn is_style(&self) -> bool {
        self.in_views
    }
}

/// The statements of the lines, or the place where they nest too deep.
pub(super) fn statements<'a>(lines: &[Line<'a>]) -> Result<Vec<Statement<'a>>, usize> {
    let mut open: Vec<Vec<Statement<'a>>> = vec![Vec::new()];
    let mut comment = false;
    let mut views: Option<usize> = None;
    for line in lines {
        let text = line.text;
        if comment || text.starts_with("/*") {
            comment = !text.contains("*/");
            continue;
        }
        if text.is_empty() || text.starts_with("//") || text.starts_with('#') {
            continue;
        }
        if text.starts_with('}') {
            close(&mut open);
            views = views.filter(|depth| *depth < open.len());
            continue;
        }
        let mut words = words(text);
        let opens = words.last() == Some(&"{");
        if opens && words.len() > 1 {
            words.pop();
        }
        let assigned = words.get(1) == Some(&"=");
        let identifier = words.first().copied().filter(|_| assigned);
        let words: Vec<&str> = words.into_iter().skip(if assigned { 2 } else { 0 }).collect();
        if words.first() == Some(&"views") && views.is_none() {
            views = Some(open.len());
        }
        let text = text.trim_end_matches('{').trim_end();
        let text = if text.is_empty() { line.text } else { text };
        let statement =
            Statement { identifier, words, inner: Vec::new(), at: line.at, text, in_views: views.is_some() };
        if let Some(last) = open.last_mut() {
            last.push(statement);
        }
        if opens {
            if open.len() > DEPTH_MAX {
                return Err(line.at);
            }
            open.push(Vec::new());
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    Ok(open.pop().unwrap_or_default())
}

/// Ends the innermost block: its statements belong to the last one before it.
fn close(open: &mut Vec<Vec<Statement<'_>>>) {
    if open.len() < 2 {
        return;
    }
    let inner = open.pop().unwrap_or_default();
    if let Some(owner) = open.last_mut().and_then(|statements| statements.last_mut()) {
        owner.inner.extend(inner);
    }
}

/// Words and quoted texts; a comment behind them is dropped.
fn words(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() && !rest.starts_with("//") {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_at(rest.find([' ', '\t', '"']).unwrap_or(rest.len())),
        };
        found.push(word);
        rest = after.trim_start();
    }
    found
}
