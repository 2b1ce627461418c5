//! HCL to the same tree as YAML: blocks and attributes are entries, `jsonencode({…})` and here-documents of JSON are what
//! they encode. An expression that only a run can evaluate is a scalar without text, whose references stand in its bytes.

use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Body, Structure};

use super::{Entry, Kind, Node, TEMPLATE_MARK, json};

/// A block at the top of a file.
#[derive(Debug)]
pub(crate) struct Block {
    /// `resource`, `data`, `module` …
    pub(crate) kind: String,
    /// The words in quotes after it.
    pub(crate) labels: Vec<String>,
    /// From the kind to the last label.
    pub(crate) head: Range<usize>,
    /// What stands between the braces.
    pub(crate) body: Node,
}

/// What an HCL file holds.
#[derive(Debug)]
pub(crate) struct File {
    /// Its blocks.
    pub(crate) blocks: Vec<Block>,
    /// What it sets outside of blocks.
    pub(crate) attributes: Vec<Entry>,
}

/// An HCL file, or where and why it is none.
pub(crate) fn parse(text: &str) -> Result<File, (usize, String)> {
    let body: Body = hcl_edit::parser::parse_body(text).map_err(|error| {
        let location = error.location();
        (location.offset(), format!("not HCL: {}", error.message().lines().next().unwrap_or_default()))
    })?;
    let blocks = body.blocks().map(|block| Block {
        kind: block.ident.as_str().to_owned(),
        labels: block.labels.iter().map(|label| label.as_str().to_owned()).collect(),
        head: head(block),
        body: Node { span: block.span().unwrap_or_default(), kind: Kind::Map(entries(&block.body, text)) },
    });
    let attributes = body.iter().filter(|structure| matches!(structure, Structure::Attribute(_)));
    Ok(File {
        blocks: blocks.collect(),
        attributes: attributes.map(|structure| structure_entry(structure, text)).collect(),
    })
}

fn head(block: &hcl_edit::structure::Block) -> Range<usize> {
    let start = block.ident.span().unwrap_or_default();
    let end = block.labels.last().and_then(Span::span).map_or(start.end, |span| span.end);
    start.start..end
}

fn entries(body: &Body, text: &str) -> Vec<Entry> {
    body.iter().map(|structure| structure_entry(structure, text)).collect()
}

fn structure_entry(structure: &Structure, text: &str) -> Entry {
    match structure {
        Structure::Attribute(attribute) => Entry {
            key: attribute.key.as_str().to_owned(),
            key_span: attribute.key.span().unwrap_or_default(),
            value: node(&attribute.value, text),
        },
        Structure::Block(block) => {
            let inner = Node { span: block.span().unwrap_or_default(), kind: Kind::Map(entries(&block.body, text)) };
            let dynamic = block.ident.as_str() == "dynamic";
            let label = block.labels.first().map(|label| label.as_str().to_owned());
            let key = label.filter(|_| dynamic).unwrap_or_else(|| block.ident.as_str().to_owned());
            let content = inner.get("content").cloned().filter(|_| dynamic);
            Entry { key, key_span: head(block), value: content.unwrap_or(inner) }
        }
    }
}

fn node(expression: &Expression, text: &str) -> Node {
    let span = expression.span().unwrap_or_default();
    let scalar = |text: String, quoted| Kind::Scalar { text, quoted };
    let kind = match expression {
        Expression::Null(_) => scalar("null".to_owned(), false),
        Expression::Bool(value) => scalar(value.value().to_string(), false),
        Expression::Number(value) => scalar(value.value().to_string(), false),
        Expression::String(value) => scalar(value.value().clone(), true),
        Expression::Array(items) => Kind::List(items.iter().map(|item| node(item, text)).collect()),
        Expression::Object(object) => {
            Kind::Map(object.iter().map(|(key, value)| object_entry(key, value.expr(), text)).collect())
        }
        Expression::Parenthesis(inner) => return node(inner.inner(), text),
        Expression::FuncCall(call) if call.name.name.as_str() == "jsonencode" => match call.args.iter().next() {
            Some(argument) => return node(argument, text),
            None => scalar(String::new(), true),
        },
        Expression::HeredocTemplate(_) => heredoc(&span, text),
        _ => scalar(TEMPLATE_MARK.to_string(), true),
    };
    Node { span, kind }
}

fn object_entry(key: &ObjectKey, value: &Expression, text: &str) -> Entry {
    let (name, key_span) = match key {
        ObjectKey::Ident(ident) => (ident.as_str().to_owned(), ident.span().unwrap_or_default()),
        ObjectKey::Expression(expression) => {
            let name = expression.as_str().map(str::to_owned).unwrap_or_default();
            (name, expression.span().unwrap_or_default())
        }
    };
    Entry { key: name, key_span, value: node(value, text) }
}

/// The lines between the markers, read as JSON when they are JSON; interpolations in them stay unknown.
fn heredoc(span: &Range<usize>, text: &str) -> Kind {
    let unknown = Kind::Scalar { text: TEMPLATE_MARK.to_string(), quoted: true };
    let Some(slice) = text.get(span.clone()) else { return unknown };
    let (Some(first), Some(last)) = (slice.find('\n'), slice.trim_end().rfind('\n')) else { return unknown };
    let Some(inner) = slice.get(first..last).filter(|inner| inner.trim_start().starts_with('{')) else {
        return unknown;
    };
    let masked = mask_interpolations(inner);
    match json::parse(&masked).trees.pop() {
        Some(mut tree) => {
            shift(&mut tree, span.start + first);
            tree.kind
        }
        None => unknown,
    }
}

/// `${…}` inside strings, byte for byte.
fn mask_interpolations(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut previous = '\0';
    for c in text.chars() {
        if c == '{' && previous == '$' {
            depth += 1;
            masked.pop();
            masked.push(TEMPLATE_MARK);
        }
        if depth > 0 {
            masked.extend(std::iter::repeat_n(TEMPLATE_MARK, c.len_utf8()));
        } else {
            masked.push(c);
        }
        if c == '}' {
            depth = depth.saturating_sub(1);
        }
        previous = c;
    }
    masked
}

fn shift(node: &mut Node, by: usize) {
    node.span = node.span.start + by..node.span.end + by;
    match &mut node.kind {
        Kind::Scalar { .. } => {}
        Kind::List(items) => items.iter_mut().for_each(|item| shift(item, by)),
        Kind::Map(entries) => {
            for entry in entries {
                entry.key_span = entry.key_span.start + by..entry.key_span.end + by;
                shift(&mut entry.value, by);
            }
        }
    }
}
