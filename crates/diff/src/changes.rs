//! What changed: the words for it.

use cairn_model::{ClaimKind, Date, ElementId, Severity, ThreatStatus};

/// All that is otherwise in one state than in the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Source text, by path.
    pub documents: Vec<DocumentChange>,
    /// Claims, by id.
    pub claims: Vec<ClaimChange>,
    /// Elements of the model, by kind and id.
    pub elements: Vec<Change>,
    /// Threats, the most pressing first.
    pub threats: Vec<ThreatChange>,
    /// Where sources disagree, by id.
    pub conflicts: Vec<Change>,
    /// What no source says and a reviewer needs, by id.
    pub questions: Vec<Change>,
    /// Goals that attackers reach on one side only, or not as surely on the other; by attacker.
    pub goals: Vec<Change>,
    /// Components that only got another name: before and after.
    pub renamed: Vec<Moved>,
    /// What changed beside the documents: rules, readers, settings, decisions.
    pub engine: Vec<EngineChange>,
    /// The days on which the states are judged.
    pub days: (Date, Date),
}

impl Changes {
    /// Whether nothing changed but the day.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
            && self.claims.iter().all(|it| it.class == Class::Unchanged)
            && self.engine.is_empty()
            && [&self.elements, &self.conflicts, &self.questions, &self.goals].iter().all(|list| list.is_empty())
            && self.threats.iter().all(|it| it.class == Class::Unchanged)
    }

    /// How many threats of each class there are.
    pub fn threat_counts(&self) -> Counts {
        Counts::of(self.threats.iter().map(|it| it.class))
    }
}

/// What became of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// It was not there before.
    New,
    /// It was there once, was gone or answered, and stands again.
    Reopened,
    /// It is otherwise.
    Changed,
    /// It is gone or answered.
    Resolved,
    /// It is as it was.
    Unchanged,
}

impl Class {
    /// All classes, those that ask for attention first.
    pub const ALL: [Self; 5] = [Self::New, Self::Reopened, Self::Changed, Self::Resolved, Self::Unchanged];

    /// The name used in outputs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Reopened => "reopened",
            Self::Changed => "changed",
            Self::Resolved => "resolved",
            Self::Unchanged => "unchanged",
        }
    }
}

/// How many there are of each class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the classes' own names")]
pub struct Counts {
    pub new: usize,
    pub reopened: usize,
    pub changed: usize,
    pub resolved: usize,
    pub unchanged: usize,
}

impl Counts {
    /// Counts classes.
    pub fn of(classes: impl IntoIterator<Item = Class>) -> Self {
        let mut counts = Self::default();
        for class in classes {
            match class {
                Class::New => counts.new += 1,
                Class::Reopened => counts.reopened += 1,
                Class::Changed => counts.changed += 1,
                Class::Resolved => counts.resolved += 1,
                Class::Unchanged => counts.unchanged += 1,
            }
        }
        counts
    }
}

/// A sentence (or a line, where there are no sentences) of a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passage {
    /// The document's path.
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    /// The words as they stand there.
    pub text: String,
}

/// A sentence that is in one text only, or in other words in both.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SentenceChange {
    /// As it was; none for one that was added.
    pub before: Option<Passage>,
    /// As it is; none for one that was removed.
    pub after: Option<Passage>,
}

/// A document that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentChange {
    /// Its path now, or its last one.
    pub path: String,
    /// New, changed, or resolved for one that is gone.
    pub class: Class,
    /// Its path before, where it moved.
    pub moved_from: Option<String>,
    /// The sentences that are not as they were, in the order of the text.
    pub sentences: Vec<SentenceChange>,
}

/// Something under two names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moved {
    /// The id before.
    pub from: ElementId,
    /// The id now.
    pub to: ElementId,
    /// The name before.
    pub from_name: String,
    /// The name now.
    pub to_name: String,
}

/// Why something changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A sentence was added, removed or edited.
    Text(SentenceChange),
    /// Somebody decided, or took a decision back.
    Decision(SentenceChange),
    /// The day has come on which something expires.
    Time {
        /// The day of the state before.
        from: Date,
        /// The day of the state after.
        to: Date,
    },
    /// A rule is another one; by its file's name.
    Rule(String),
    /// A profile of an attacker is another one, by its file's name: another beginning, and nothing in the system.
    Attacker(String),
    /// A reader of documents is another one and reads the same text otherwise; by its name.
    Reader(String),
    /// Somebody imported a file, or took one out; by its name.
    Import(String),
    /// The settings are others.
    Settings,
    /// No sentence that it rests on changed, and nothing in the engine: it follows from other changes of the model.
    Indirect,
}

/// A claim that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimChange {
    /// The claim.
    pub id: ElementId,
    /// What it is about.
    pub kind: ClaimKind,
    /// In words: what kind of statement, about which names.
    pub title: String,
    /// New, resolved for one that is gone, or unchanged for one whose quote only stands elsewhere now.
    pub class: Class,
    /// Where it stood.
    pub before: Option<Passage>,
    /// Where it stands.
    pub after: Option<Passage>,
    /// Why.
    pub causes: Vec<Cause>,
}

/// An element, a conflict or a question that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which kind of thing: `component`, `flow`, `conflict`, `gap` …
    pub kind: &'static str,
    /// Its id now, or its last one.
    pub id: ElementId,
    /// Its name or statement.
    pub title: String,
    /// What became of it.
    pub class: Class,
    /// The attributes that are not as they were.
    pub attributes: Vec<Attribute>,
    /// Why.
    pub causes: Vec<Cause>,
}

/// An attribute with another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: &'static str,
    /// The value before; none for one that was not known.
    pub before: Option<String>,
    /// The value now; none for one that is not known any more.
    pub after: Option<String>,
}

/// A threat, changed or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreatChange {
    /// Its id now, or its last one.
    pub id: ElementId,
    /// Its id before, where its subject got another name.
    pub was: Option<ElementId>,
    /// The rule.
    pub rule: String,
    /// One sentence that names the subject.
    pub title: String,
    /// What became of it.
    pub class: Class,
    /// How bad it is now, or was.
    pub severity: Severity,
    /// How bad in tenths, before and after.
    pub score_tenths: (Option<u16>, Option<u16>),
    /// What had become of it before, and what has now.
    pub status: (Option<ThreatStatus>, Option<ThreatStatus>),
    /// Whether a person's decision about it held before, and holds now.
    pub decided: (bool, bool),
    /// Why.
    pub causes: Vec<Cause>,
}

/// Something beside the documents on which results depend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineChange {
    /// Its name.
    pub name: String,
    /// New, changed, or resolved for what is gone.
    pub class: Class,
}
