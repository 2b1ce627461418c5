//! One chunk as a question: what is around it, which known names occur in it, and marks that no document can forge.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_llm::{ChatRequest, Prompt, PromptError};
use cairn_model::{Claim, Document, NormalName, Span, Statement, digest, name_words};
use serde::Serialize;

use super::chunk::Chunk;
use super::redact::Secrets;
use super::visible::{Sight, is_invisible};
use super::{Ask, Asking, EXTRACTOR};

/// The most names that a question lists.
const NAMES_MAX: usize = 40;
/// The most bytes of a title, of headings or of a table's header that a question repeats.
const CONTEXT_BYTES_MAX: usize = 400;
/// Hexadecimal digits of a mark: 64 bits.
const MARK_DIGITS: usize = 16;

/// The names of the components that are known already, so that the model spells them alike.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// By first word of the name: its words, and how it is written.
    by_first_word: BTreeMap<String, Vec<(Vec<String>, String)>>,
}

#[derive(Serialize)]
struct Values<'a> {
    mark: &'a str,
    path: &'a str,
    source_type: &'a str,
    title: &'a str,
    headings: &'a str,
    names: &'a str,
    table_header: &'a str,
    text: &'a str,
    pass: u32,
}

impl Names {
    /// The names of the components that `claims` speak of; of several spellings the most usual one.
    pub fn of<'a>(claims: impl Iterator<Item = &'a Claim>) -> Self {
        let mut spellings: BTreeMap<NormalName, BTreeMap<&str, usize>> = BTreeMap::new();
        for claim in claims {
            if let Statement::Component(body) = &claim.statement {
                let of_name = spellings.entry(NormalName::of(&body.name)).or_default();
                *of_name.entry(body.name.as_str()).or_default() += 1;
            }
        }
        let mut names = Self::default();
        for spellings in spellings.values() {
            // The first of the most frequent ones in the order of the alphabet.
            let Some((name, _)) = spellings.iter().rev().max_by_key(|(_, count)| **count) else { continue };
            let words = name_words(name);
            if let Some(first) = words.first() {
                names.by_first_word.entry(first.clone()).or_default().push((words, (*name).to_owned()));
            }
        }
        names
    }

    /// Those that occur in `text`, in the order of the alphabet.
    fn in_text(&self, text: &str) -> Vec<&str> {
        let words = name_words(text);
        let mut found: Vec<&str> = Vec::new();
        for (at, word) in words.iter().enumerate() {
            for (name, spelling) in self.by_first_word.get(word).into_iter().flatten() {
                if words.get(at..at + name.len()) == Some(name.as_slice()) {
                    found.push(spelling);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found.truncate(NAMES_MAX);
        found
    }
}

pub(super) fn ask(
    document: &Document,
    sight: &Sight,
    chunk: Chunk,
    prompt: &Arc<Prompt>,
    pass: u32,
    names: &Names,
    asking: &Asking,
) -> Result<Ask, PromptError> {
    let visible = sight.visible.text();
    let shown = |span: Span| span.of(visible).unwrap_or_default();
    let mut secrets = Secrets::default();
    let mut safe = |text: &str| secrets.take_out(text, &asking.redaction);
    let text = safe(shown(chunk.span).trim());
    // Shortened after secrets are out: half of a secret is one that no rule knows.
    let mut context = |text: &str| shortened(&safe(&on_one_line(text))).to_owned();
    let table_header = context(chunk.table_header.map(shown).unwrap_or_default());
    let headings = context(&chunk.headings.join(" > "));
    let title = context(&document.title);
    let path = context(&document.path);
    let names = names.in_text(&text).into_iter().map(&mut context).collect::<Vec<_>>().join("; ");
    let mark = mark(&[&path, &title, &headings, &names, &table_header, &text]);
    let values = Values {
        mark: &mark,
        path: &path,
        source_type: document.source_type.as_str(),
        title: &title,
        headings: &headings,
        names: &names,
        table_header: &table_header,
        text: &text,
        pass,
    };
    let request = ChatRequest {
        system: prompt.system().to_owned(),
        user: prompt.render(values)?,
        schema: Some((prompt.name().to_owned(), prompt.schema().clone())),
        parameters: asking.parameters.clone(),
    };
    let key = digest(format!("{EXTRACTOR}\n{}\n{}", prompt.digest(), request.key()).as_bytes());
    Ok(Ask { key, prompt: Arc::clone(prompt), chunk, pass, request, secrets })
}

/// A mark that stands in none of the `parts`.
///
/// It is a hash of the parts and not a random number, so that the same chunk is the same question, which is what keeps answers
/// reusable and replays exact. A document cannot forge it either: whoever writes a mark into a text changes the text, and with
/// it the mark; to meet it by trying takes 2^64 attempts, and then the next number is taken.
pub fn mark(parts: &[&str]) -> String {
    let mut number = 0_u32;
    loop {
        let digest = digest(format!("{number}\n{}", parts.join("\n")).as_bytes());
        let mark = format!("====={}", digest.get(..MARK_DIGITS).unwrap_or(&digest));
        if !parts.iter().any(|part| part.contains(&mark)) {
            return mark;
        }
        number += 1;
    }
}

/// A text on one line, without what no reader sees.
pub fn on_one_line(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Context of a bounded length.
fn shortened(line: &str) -> &str {
    line.get(..line.floor_char_boundary(CONTEXT_BYTES_MAX)).unwrap_or_default()
}
