//! JSON with positions. Strict enough to know that a text is not JSON, so that the YAML parser gets its turn.

use std::ops::Range;

use super::{DEPTH_MAX, Entry, Forest, Kind, NODES_MAX, Node};

/// Parses `text` as one JSON value.
pub(super) fn parse(text: &str) -> Forest {
    let mut reader = Reader { text, at: text.len() - text.trim_start_matches('\u{feff}').len(), nodes: 0 };
    let parsed = reader.value(0).and_then(|node| {
        reader.skip_space();
        if reader.at == text.len() { Ok(node) } else { Err(reader.problem("text after the value")) }
    });
    match parsed {
        Ok(node) => Forest { trees: vec![node], problems: Vec::new() },
        Err(problem) => Forest { trees: Vec::new(), problems: vec![problem] },
    }
}

/// Parses `text` as JSON values one behind the other.
pub(super) fn parse_stream(text: &str) -> Forest {
    let mut reader = Reader { text, at: text.len() - text.trim_start_matches('\u{feff}').len(), nodes: 0 };
    let mut forest = Forest::default();
    loop {
        reader.skip_space();
        if reader.at >= text.len() {
            return forest;
        }
        match reader.value(0) {
            Ok(node) => forest.trees.push(node),
            Err(problem) => {
                forest.problems.push(problem);
                let rest = text.as_bytes().get(reader.at..).unwrap_or_default();
                reader.at += rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
            }
        }
    }
}

/// The JSON inside a JSON string whose bytes, marks included, are `span`: its nodes stand where their characters stand.
pub(crate) fn embedded(text: &str, span: &Range<usize>) -> Option<Node> {
    let raw = text.get(span.start + 1..span.end.checked_sub(1)?)?;
    let (decoded, offsets) = unescaped(raw, span.start + 1)?;
    let mut tree = parse(&decoded).trees.pop()?;
    remap(&mut tree, &|at| offsets.get(at).copied().unwrap_or(span.end - 1));
    Some(tree)
}

/// The string that `raw` writes, and for each of its bytes where it is written.
fn unescaped(raw: &str, base: usize) -> Option<(String, Vec<usize>)> {
    let mut text = String::with_capacity(raw.len());
    let mut offsets = Vec::with_capacity(raw.len());
    let mut characters = raw.char_indices();
    while let Some((at, c)) = characters.next() {
        let written = match c {
            '\\' => match characters.next()?.1 {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' | 'f' => ' ',
                'u' => {
                    let code = raw.get(at + 2..at + 6).and_then(|hex| u32::from_str_radix(hex, 16).ok())?;
                    characters.nth(3)?;
                    char::from_u32(code).unwrap_or('\u{fffd}')
                }
                other => other,
            },
            other => other,
        };
        text.push(written);
        offsets.resize(text.len(), base + at);
    }
    Some((text, offsets))
}

fn remap(node: &mut Node, place: &dyn Fn(usize) -> usize) {
    node.span = place(node.span.start)..place(node.span.end);
    match &mut node.kind {
        Kind::Scalar { .. } => {}
        Kind::List(items) => items.iter_mut().for_each(|item| remap(item, place)),
        Kind::Map(entries) => {
            for entry in entries {
                entry.key_span = place(entry.key_span.start)..place(entry.key_span.end);
                remap(&mut entry.value, place);
            }
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    nodes: usize,
}

type Problem = (usize, String);

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<Node, Problem> {
        self.nodes += 1;
        if depth > DEPTH_MAX || self.nodes > NODES_MAX {
            return Err(self.problem("nested too deep or too large"));
        }
        self.skip_space();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.map(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Kind::Scalar { text: self.string()?, quoted: true },
            _ => Kind::Scalar { text: self.word()?, quoted: false },
        };
        Ok(Node { span: start..self.at, kind })
    }

    fn map(&mut self, depth: usize) -> Result<Kind, Problem> {
        self.at += 1;
        let mut entries = Vec::new();
        self.skip_space();
        if self.eat(b'}') {
            return Ok(Kind::Map(entries));
        }
        loop {
            self.skip_space();
            let start = self.at;
            let key = self.string()?;
            let key_span = start..self.at;
            self.skip_space();
            self.expect(b':')?;
            let value = self.value(depth + 1)?;
            entries.push(Entry { key, key_span, value });
            self.skip_space();
            if self.eat(b'}') {
                return Ok(Kind::Map(entries));
            }
            self.expect(b',')?;
        }
    }

    fn list(&mut self, depth: usize) -> Result<Kind, Problem> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.eat(b']') {
            return Ok(Kind::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip_space();
            if self.eat(b']') {
                return Ok(Kind::List(items));
            }
            self.expect(b',')?;
        }
    }

    fn string(&mut self) -> Result<String, Problem> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(_) => self.at += 1,
                None => return Err(self.problem("string without an end")),
            }
        }
        let raw = self.text.get(start..self.at).ok_or_else(|| self.problem("string cuts a character"))?;
        self.at += 1;
        if !raw.contains('\\') {
            return Ok(raw.to_owned());
        }
        serde_json::from_str(&format!("\"{raw}\"")).map_err(|_| self.problem("bad escape in a string"))
    }

    fn word(&mut self) -> Result<String, Problem> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')) {
            self.at += 1;
        }
        let word = self.text.get(start..self.at).unwrap_or_default();
        let known = matches!(word, "true" | "false" | "null") || word.parse::<f64>().is_ok();
        if known { Ok(word.to_owned()) } else { Err(self.problem("expected a value")) }
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), Problem> {
        if self.eat(byte) { Ok(()) } else { Err(self.problem(&format!("expected `{}`", char::from(byte)))) }
    }

    fn problem(&self, what: &str) -> Problem {
        (self.at, format!("not JSON: {what}"))
    }
}
