//! What the model is told at each step: the question, and the material so far, numbered, on lines that no document can forge.

use cairn_ask::{Conversation, Material};
use cairn_extract::prompted::{mark, on_one_line};
use cairn_model::DocumentId;
use serde::Serialize;

use super::tools::Found;

/// Questions before that the model is told.
const BEFORE_MAX: usize = 3;

/// The most bytes of a question, of one thing that was found, and of one quote.
const QUESTION_BYTES_MAX: usize = 2_000;
const TEXT_BYTES_MAX: usize = 600;
const QUOTE_BYTES_MAX: usize = 1_000;

/// The most passages under one thing.
const QUOTES_MAX: usize = 3;

/// A question with everything that was found for it.
pub(super) struct Talk {
    question: String,
    before: Vec<String>,
    material: Vec<Material>,
    /// The same as the model is told it: secrets are out.
    told: String,
    bytes_max: usize,
}

#[derive(Serialize)]
pub(super) struct Values {
    mark: String,
    question: String,
    before: Vec<String>,
    material: String,
    steps_left: u32,
    is_last: bool,
}

impl Talk {
    pub(super) fn new(question: &str, conversation: &Conversation, bytes_max: usize) -> Self {
        let turns = &conversation.turns;
        let before = turns.iter().skip(turns.len().saturating_sub(BEFORE_MAX)).map(|it| it.question.clone());
        Self {
            question: question.to_owned(),
            before: before.collect(),
            material: Vec::new(),
            told: String::new(),
            bytes_max,
        }
    }

    /// Everything that can be cited, in the order of its numbers.
    pub(super) fn material(&self) -> &[Material] {
        &self.material
    }

    /// Numbers what a tool found and writes it down, as long as there is room.
    pub(super) fn take<'p>(
        &mut self,
        what: &str,
        found: Found,
        leaves: &dyn Fn(&DocumentId) -> bool,
        path: &dyn Fn(&DocumentId) -> Option<&'p str>,
        safe: &mut dyn FnMut(&str) -> String,
    ) {
        self.write(&format!("looked up: {}\n", safe(&on_one_line(what))));
        let (mut kept_back, mut given) = (0, 0);
        for mut item in found.items {
            if !item.citations.iter().all(|it| leaves(&it.document)) {
                kept_back += 1;
                continue;
            }
            item.citations.truncate(QUOTES_MAX);
            let number = self.material.len() + 1;
            let mut lines = format!("[{number}] {}\n", shortened(&safe(&on_one_line(&item.text)), TEXT_BYTES_MAX));
            for citation in &item.citations {
                let place = format!("{}:{}", path(&citation.document).unwrap_or_default(), citation.line);
                let quote = safe(&on_one_line(&citation.quote));
                let place = safe(&on_one_line(&place));
                lines.extend([format!("    {place} says: {}\n", shortened(&quote, QUOTE_BYTES_MAX))]);
            }
            if !self.write(&lines) {
                break;
            }
            self.material.push(item);
            given += 1;
        }
        for note in &found.notes {
            self.write(&format!("note: {}\n", shortened(&safe(&on_one_line(note)), TEXT_BYTES_MAX)));
        }
        if kept_back > 0 {
            self.write(&format!("note: {kept_back} more may not be shown to you\n"));
        }
        if given == 0 && found.notes.is_empty() && kept_back == 0 {
            self.write("note: nothing was found\n");
        }
    }

    /// What the template of the prompt needs.
    pub(super) fn values(&self, steps_left: u32, safe: &mut dyn FnMut(&str) -> String) -> Values {
        let mut line = |text: &String| shortened(&safe(&on_one_line(text)), QUESTION_BYTES_MAX).to_owned();
        let (question, before): (String, Vec<String>) = (line(&self.question), self.before.iter().map(line).collect());
        // A secret that was met later may stand in what was written down before.
        let material = safe(&self.told);
        let mut parts: Vec<&str> = vec![&question, &material];
        parts.extend(before.iter().map(String::as_str));
        Values { mark: mark(&parts), is_last: steps_left == 0, question, before, material, steps_left }
    }

    /// Says whether there was room.
    fn write(&mut self, lines: &str) -> bool {
        let has_room = self.told.len() + lines.len() <= self.bytes_max;
        if has_room {
            self.told.push_str(lines);
        }
        has_room
    }
}

fn shortened(text: &str, bytes_max: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes_max)).unwrap_or_default()
}
