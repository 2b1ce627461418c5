//! JSON out of what a model wrote: fenced, with words around it, or broken off at the end.

use serde_json::{Map, Value};

/// How deep values may lie in each other.
const DEPTH_MAX: usize = 24;

/// The first JSON object in `text`, and whether anything had to be mended. What is mended only ever loses items: an object
/// or array that breaks off ends with its last whole item.
pub fn parse_leniently(text: &str) -> Option<(Value, bool)> {
    let trimmed = text.trim();
    if let Ok(value @ Value::Object(_)) = serde_json::from_str(trimmed) {
        return Some((value, false));
    }
    let start = trimmed.find('{')?;
    let rest = trimmed.get(start..)?;
    let mut reader = Reader { bytes: rest.as_bytes(), text: rest, at: 0 };
    let value = reader.object(DEPTH_MAX).ok_or_broken()?;
    Some((value, true))
}

/// A value that may have broken off.
enum Read {
    Whole(Value),
    /// The text ended inside; this much was whole.
    Broken(Option<Value>),
}

impl Read {
    fn ok_or_broken(self) -> Option<Value> {
        match self {
            Self::Whole(value) => Some(value),
            Self::Broken(value) => value,
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Read {
        self.skip_space();
        match self.bytes.get(self.at) {
            Some(b'{') if depth > 0 => self.object(depth - 1),
            Some(b'[') if depth > 0 => self.array(depth - 1),
            Some(b'"') => self.string().map_or(Read::Broken(None), |text| Read::Whole(Value::String(text))),
            Some(_) => self.scalar(),
            None => Read::Broken(None),
        }
    }

    fn object(&mut self, depth: usize) -> Read {
        self.at += 1;
        let mut fields = Map::new();
        loop {
            self.skip_space_and_commas();
            match self.bytes.get(self.at) {
                Some(b'}') => {
                    self.at += 1;
                    return Read::Whole(Value::Object(fields));
                }
                Some(b'"') => {}
                _ => return Read::Broken(Some(Value::Object(fields))),
            }
            let Some(name) = self.string() else { return Read::Broken(Some(Value::Object(fields))) };
            self.skip_space();
            if self.bytes.get(self.at) != Some(&b':') {
                return Read::Broken(Some(Value::Object(fields)));
            }
            self.at += 1;
            match self.value(depth) {
                Read::Whole(value) => drop(fields.insert(name, value)),
                // Only lists may end early: half of a claim is no claim.
                Read::Broken(Some(list @ Value::Array(_))) => {
                    fields.insert(name, list);
                    return Read::Broken(Some(Value::Object(fields)));
                }
                Read::Broken(_) => return Read::Broken(Some(Value::Object(fields))),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Read {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space_and_commas();
            if self.bytes.get(self.at) == Some(&b']') {
                self.at += 1;
                return Read::Whole(Value::Array(items));
            }
            match self.value(depth) {
                Read::Whole(value) => items.push(value),
                Read::Broken(_) => return Read::Broken(Some(Value::Array(items))),
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let start = self.at;
        let mut at = start + 1;
        loop {
            match self.bytes.get(at)? {
                b'"' => break,
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        self.at = at + 1;
        let raw = self.text.get(start..=at)?;
        serde_json::from_str(raw).ok().or_else(|| with_raw_line_breaks(raw))
    }

    fn scalar(&mut self) -> Read {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)) {
            self.at += 1;
        }
        let at_end = self.at == self.bytes.len();
        match self.text.get(start..self.at).and_then(|raw| serde_json::from_str(raw).ok()) {
            // A number at the very end may go on.
            Some(value) if !at_end => Read::Whole(value),
            _ => Read::Broken(None),
        }
    }

    fn skip_space(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    /// Commas too many or too few change nothing.
    fn skip_space_and_commas(&mut self) {
        while self.bytes.get(self.at).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b',') {
            self.at += 1;
        }
    }
}

/// Some models write line breaks into strings as they are.
fn with_raw_line_breaks(raw: &str) -> Option<String> {
    let escaped = raw.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t");
    serde_json::from_str(&escaped).ok()
}
