//! Configuration, schemas and diagrams: comment lines are paragraphs, everything between them is code.
//!
//! What the code says is read by `cairn-structured`, which knows the schemas; the comments say why.

use cairn_model::{Block, BlockKind, Inline, Run, Style};

use crate::inline::{block, code, push_run};
use crate::lines::{Line, lines, span_of};

/// How a notation marks its comments.
struct Notation {
    /// The tag of its code blocks.
    language: &'static str,
    /// What begins a line that is all comment.
    line: &'static [&'static str],
    /// What begins and ends a comment of several lines.
    block: Option<(&'static str, &'static str)>,
}

/// A longer block comment, or one that is never closed, is code. Keeps a text of opening marks linear.
const COMMENT_LINES_MAX: usize = 300;

const C_STYLE: Option<(&str, &str)> = Some(("/*", "*/"));

/// File endings and their notation.
const NOTATIONS: &[(&[&str], Notation)] = &[
    (&["yaml", "yml"], Notation { language: "yaml", line: &["#"], block: None }),
    (&["tf", "hcl", "tfvars", "tofu"], Notation { language: "hcl", line: &["#", "//"], block: C_STYLE }),
    (&["proto"], Notation { language: "proto", line: &["//"], block: C_STYLE }),
    (&["sql"], Notation { language: "sql", line: &["--"], block: C_STYLE }),
    (&["graphql", "gql"], Notation { language: "graphql", line: &["#"], block: None }),
    (&["mmd", "mermaid"], Notation { language: "mermaid", line: &["%%"], block: None }),
    (&["puml", "plantuml", "iuml", "pu"], Notation { language: "plantuml", line: &["'"], block: Some(("/'", "'/")) }),
    (&["dot", "gv"], Notation { language: "dot", line: &["//", "#"], block: C_STYLE }),
    (&["d2"], Notation { language: "d2", line: &["#"], block: None }),
    (&["dsl"], Notation { language: "dsl", line: &["//", "#"], block: C_STYLE }),
    (&["drawio"], Notation { language: "drawio", line: &[], block: None }),
    (&["dockerfile"], Notation { language: "dockerfile", line: &["#"], block: None }),
];

const UNKNOWN: Notation = Notation { language: "", line: &[], block: None };

/// Reads the blocks of `text` from the offset `from` on.
pub(crate) fn read(path: &str, text: &str, from: usize) -> Vec<Block> {
    let notation = notation_of(path);
    let all = lines(text, from);
    let mut blocks = Vec::new();
    let mut rest = all.as_slice();
    while let Some((first, more)) = rest.split_first() {
        let comment_lines = comment_length(notation, rest);
        let length = if comment_lines > 0 {
            blocks.extend(comment_paragraphs(notation, rest.get(..comment_lines).unwrap_or_default()));
            comment_lines
        } else {
            let is_code = |line: &&Line<'_>| !starts_comment(notation, **line) && !is_document_end(notation, **line);
            let length = 1 + more.iter().take_while(is_code).count();
            let own = if is_document_end(notation, *first) { rest.get(1..length) } else { rest.get(..length) };
            blocks.extend(code(notation.language, own.unwrap_or_default()));
            length
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    blocks
}

fn notation_of(path: &str) -> &'static Notation {
    let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let ending = name.rsplit('.').next().unwrap_or_default();
    let known = NOTATIONS.iter().find(|(endings, _)| {
        endings.contains(&ending) || name.starts_with("dockerfile") && endings.contains(&"dockerfile")
    });
    known.map_or(&UNKNOWN, |(_, notation)| notation)
}

/// Whether a further YAML document begins behind the line.
fn is_document_end(notation: &Notation, line: Line<'_>) -> bool {
    notation.language == "yaml" && line.text.trim_end() == "---"
}

fn starts_comment(notation: &Notation, line: Line<'_>) -> bool {
    let starts_block = notation.block.is_some_and(|(open, _)| line.trimmed().starts_with(open));
    starts_block || line_marker(notation, line).is_some()
}

/// How many of the first lines are one run of comment.
fn comment_length(notation: &Notation, rest: &[Line<'_>]) -> usize {
    let Some(first) = rest.first() else { return 0 };
    if let Some((open, close)) = notation.block
        && first.trimmed().starts_with(open)
    {
        let until = rest.iter().take(COMMENT_LINES_MAX).position(|line| line.trimmed().ends_with(close));
        return until.map_or(0, |until| until + 1);
    }
    rest.iter().take_while(|line| line_marker(notation, **line).is_some()).count()
}

fn line_marker(notation: &Notation, line: Line<'_>) -> Option<&'static str> {
    notation.line.iter().copied().find(|marker| line.trimmed().starts_with(marker))
}

/// The paragraphs of one run of comment lines; a comment line without words parts them.
fn comment_paragraphs(notation: &Notation, own: &[Line<'_>]) -> Vec<Block> {
    let is_border = |line: &Line<'_>| !comment_text(notation, *line).text.contains(char::is_alphanumeric);
    let paragraphs = own.split(is_border).filter(|paragraph| !paragraph.is_empty());
    let read = |paragraph: &[Line<'_>]| {
        let mut runs = Inline::new();
        for line in paragraph {
            let span = comment_text(notation, *line).span();
            let after_break = !runs.is_empty();
            push_run(&mut runs, Run { span, style: Style::default(), after_break });
        }
        block(BlockKind::Paragraph, span_of(paragraph), runs)
    };
    paragraphs.map(read).collect()
}

/// The line without comment marks at either end.
fn comment_text<'t>(notation: &Notation, line: Line<'t>) -> Line<'t> {
    let text = line.trimmed();
    let body = text.trim_start_matches(['#', '/', '*', '%', '\'']).trim_start_matches("--");
    let start = line.span().start + (text.len() - body.len());
    let close = notation.block.map_or("", |(_, close)| close);
    Line { start, text: body.strip_suffix(close).unwrap_or(body) }
}
