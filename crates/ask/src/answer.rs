//! What an answer is, whoever gives it and wherever it is shown.
//!
//! Every front end renders this one type. A sentence stands in it only with citations that hold: [`gate`](crate::gate()) sees to that.

use cairn_model::{Citation, DocumentId, ElementId};

/// The answer to a question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The question as it was asked.
    pub question: String,
    /// How it was understood.
    pub understood: Understood,
    /// What came of it.
    pub status: AnswerStatus,
    /// What is answered; empty when nothing is documented.
    pub sentences: Vec<Sentence>,
    /// What was looked at to find out.
    pub looked_at: LookedAt,
    /// What to ask, and whom; where the answer leaves something open.
    pub open: Option<OpenQuestion>,
    /// What the conversation is about from here on.
    pub focus: Focus,
    /// What could be asked next.
    pub suggestions: Vec<String>,
    /// How many sentences were withheld because their citations do not hold.
    pub withheld: usize,
    /// What did not work as it should have, and what was done instead.
    pub notes: Vec<String>,
    /// Who worded it, where a language model did.
    pub wording: Option<Wording>,
}

/// How a language model came to an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wording {
    /// The model's name.
    pub model: String,
    /// What it looked up, in the order in which it did.
    pub looked_up: Vec<String>,
    /// How often it was asked.
    pub calls: u64,
    /// Tokens of the questions.
    pub input_tokens: u64,
    /// Tokens of its answers.
    pub output_tokens: u64,
    /// What that cost, in millionths of the currency.
    pub cost_micros: u64,
}

/// How much of a question is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnswerStatus {
    /// The documents say it.
    Answered,
    /// They say a part of it, or what bears on it.
    Partly,
    /// They do not say it.
    #[default]
    NotDocumented,
}

impl AnswerStatus {
    /// The name in outputs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Partly => "partly",
            Self::NotDocumented => "not_documented",
        }
    }
}

/// One sentence of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The sentence, in plain text.
    pub text: String,
    /// Where it is from.
    pub origin: Origin,
    /// The passages that say so. Only sentences about what is *not* said have none.
    pub citations: Vec<Citation>,
}

/// Where a sentence is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Composed from the model.
    Model,
    /// Words of a document.
    Text,
    /// Written by a language model from what its tools gave it.
    Written,
}

impl Origin {
    /// The name in outputs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Text => "text",
            Self::Written => "written",
        }
    }
}

/// How a question was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Understood {
    /// The form of question that it is of, by id; none for a question about anything.
    pub form: Option<String>,
    /// The elements it names, or takes over from the conversation: id and name.
    pub elements: Vec<(ElementId, String)>,
    /// Words that were taken for others: as typed, and as taken.
    pub corrected: Vec<(String, String)>,
    /// The query it was turned into, where the model can answer it.
    pub query: Option<String>,
    /// Whether it was understood from what was asked before.
    pub follows: bool,
}

/// What was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LookedAt {
    /// How many elements of the model.
    pub elements: usize,
    /// How many documents.
    pub documents: usize,
    /// The words that passages were looked for by.
    pub words: String,
    /// The passages that came nearest, nearest first.
    pub places: Vec<LookedAtPlace>,
}

/// A passage that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookedAtPlace {
    /// The document.
    pub document: DocumentId,
    /// Its path.
    pub path: String,
    /// The line that the passage begins in.
    pub line: usize,
    /// The headings above it, outermost first.
    pub heading: String,
}

/// What is left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenQuestion {
    /// What to ask.
    pub question: String,
    /// Whom: an owner, or the document whose authors say most of the subject.
    pub ask: Option<String>,
    /// Why it is open.
    pub because: String,
}

/// What a conversation is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Focus {
    /// The elements in sight: id and name, the most recent first.
    pub elements: Vec<(ElementId, String)>,
    /// The words of the question.
    pub words: Vec<String>,
    /// Where the last answer stands: document and first byte.
    pub places: Vec<(DocumentId, usize)>,
}

impl Answer {
    /// All citations in the order of their first use: a citation's number is its place here, counted from 1.
    pub fn citations(&self) -> Vec<&Citation> {
        let mut numbered: Vec<&Citation> = Vec::new();
        for citation in self.sentences.iter().flat_map(|sentence| &sentence.citations) {
            if !numbered.contains(&citation) {
                numbered.push(citation);
            }
        }
        numbered
    }

    /// The numbers of a sentence's citations.
    pub fn numbers(&self, sentence: &Sentence) -> Vec<usize> {
        let numbered = self.citations();
        let number = |citation: &Citation| numbered.iter().position(|it| *it == citation).map(|at| at + 1);
        sentence.citations.iter().filter_map(number).collect()
    }
}
