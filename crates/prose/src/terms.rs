//! The lexicons of `config/lexicon/`, compiled once: phrases into one automaton, verb frames into a table of forms.
//!
//! A [`Hit`] says that a phrase of some list stands at some place of a line. What follows from it is decided by the readers.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use cairn_model::{Classification, ControlType, Handling, Status, Term as _};
use serde::Deserialize;

/// What a phrase stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cue {
    /// A control, named outright.
    Control(ControlType),
    /// A control, if company stands beside it.
    WeakControl(ControlType),
    /// Company of a weak control word.
    Company(ControlType),
    /// A status.
    Status(Status),
    /// A negation that protects.
    Protective,
    /// A protocol.
    Protocol,
    /// Says that an exchange is encrypted.
    Encrypted,
    /// Says that it is not.
    Plaintext,
    /// A way to authenticate.
    Scheme,
    /// Says that nothing authenticates.
    Unauthenticated,
    /// A data name and its class.
    Data(Option<Classification>),
    /// A data name that is also an everyday word.
    CommonData(Option<Classification>),
    /// Makes the sentence an assumption.
    Assumption,
    /// Makes it an accepted risk.
    AcceptedRisk,
    /// Makes it a decision.
    Decision,
    /// Gives a reason.
    Rationale,
    /// Leaves something open.
    Question,
    /// Says who may do what.
    Permission,
    /// Tells of an incident.
    Incident,
    /// Addresses the reader.
    Advice,
    /// Is an example.
    Example,
}

/// A phrase in a line's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) cue: Cue,
}

/// All phrase lists in one automaton.
pub(crate) struct Terms {
    automaton: AhoCorasick,
    /// For each pattern: whether its last word may be inflected, and what it stands for.
    meanings: Vec<(bool, Vec<Cue>)>,
    /// Which handling a verb states, by base form.
    pub(crate) handling: BTreeMap<String, Handling>,
    /// Beginnings of control phrases that state the control's absence.
    pub(crate) bare: Vec<String>,
    pub(crate) headings: Headings,
}

/// Words of headings that say what the sections under them are.
#[derive(Debug, Deserialize)]
pub(crate) struct Headings {
    pub(crate) planned: Vec<Phrase>,
    pub(crate) foreign: Vec<Phrase>,
    pub(crate) questions: Vec<Phrase>,
    pub(crate) risks: Vec<Phrase>,
    pub(crate) assumptions: Vec<Phrase>,
    pub(crate) decision: Vec<Phrase>,
    pub(crate) components: Vec<Phrase>,
    pub(crate) incident: Vec<Phrase>,
}

/// The words of a phrase, in lower case.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Phrase(pub(crate) Vec<String>);

impl From<String> for Phrase {
    fn from(text: String) -> Self {
        Self(text.split(' ').map(str::to_owned).collect())
    }
}

/// The compiled lexicons.
pub(crate) fn terms() -> &'static Terms {
    static TERMS: OnceLock<Terms> = OnceLock::new();
    TERMS.get_or_init(Terms::load)
}

impl Terms {
    /// Every phrase in `text`, in order of place.
    pub(crate) fn hits(&self, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        for found in self.automaton.find_overlapping_iter(text) {
            let Some((inflects, cues)) = self.meanings.get(found.pattern().as_usize()) else { continue };
            let Some(end) = word_end(text, found.start(), found.end(), *inflects) else { continue };
            hits.extend(cues.iter().map(|cue| Hit { start: found.start(), end, cue: *cue }));
        }
        hits.sort_by_key(|hit| (hit.start, hit.end, hit.cue));
        hits
    }

    fn load() -> Self {
        let mut phrases: BTreeMap<String, Vec<Cue>> = BTreeMap::new();
        let mut add = |words: &[String], cue: Cue| {
            for word in words {
                phrases.entry(word.to_lowercase()).or_default().push(cue);
            }
        };
        let controls: BTreeMap<String, ControlTerms> =
            parse("controls", include_str!("../../../config/lexicon/controls.toml"));
        for (family, terms) in &controls {
            let control =
                ControlType::parse(family).expect("a test checks that every table of controls.toml is a control type");
            add(&terms.strong, Cue::Control(control));
            add(&terms.weak, Cue::WeakControl(control));
            add(&terms.company, Cue::Company(control));
        }
        let status: StatusTerms = parse("status", include_str!("../../../config/lexicon/status.toml"));
        add(&status.planned, Cue::Status(Status::Planned));
        add(&status.absent, Cue::Status(Status::Absent));
        add(&status.assumed, Cue::Status(Status::Assumed));
        add(&status.deprecated, Cue::Status(Status::Deprecated));
        add(&status.protective, Cue::Protective);
        let protocols: ProtocolTerms = parse("protocols", include_str!("../../../config/lexicon/protocols.toml"));
        add(&protocols.protocols, Cue::Protocol);
        add(&protocols.encrypted, Cue::Encrypted);
        add(&protocols.plaintext, Cue::Plaintext);
        add(&protocols.authentication, Cue::Scheme);
        add(&protocols.unauthenticated, Cue::Unauthenticated);
        let data: DataTerms = parse("data", include_str!("../../../config/lexicon/data.toml"));
        for (class, words) in data.classes() {
            for word in words {
                let cue = if data.common.contains(word) { Cue::CommonData(class) } else { Cue::Data(class) };
                add(&[word.clone(), plural(word)], cue);
            }
        }
        for phrase in data.of_persons() {
            add(&[phrase], Cue::Data(Some(Classification::Personal)));
        }
        let statements: StatementTerms = parse("statements", include_str!("../../../config/lexicon/statements.toml"));
        for (words, cue) in statements.lists() {
            add(words, cue);
        }
        let handling = data.handling();
        Self::compile(phrases, handling, status)
    }

    fn compile(phrases: BTreeMap<String, Vec<Cue>>, handling: BTreeMap<String, Handling>, status: StatusTerms) -> Self {
        let (patterns, meanings): (Vec<String>, Vec<(bool, Vec<Cue>)>) = phrases
            .into_iter()
            .map(|(phrase, mut cues)| {
                cues.sort_unstable();
                cues.dedup();
                let inflects = phrase.ends_with('*');
                (phrase.trim_end_matches('*').to_owned(), (inflects, cues))
            })
            .unzip();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .ascii_case_insensitive(true)
            .build(&patterns)
            .expect("the shipped phrase lists are far below the automaton's size limit");
        Self { automaton, meanings, handling, bare: status.bare, headings: status.headings }
    }
}

/// The end of the phrase at `start..end` when it stands there as whole words.
fn word_end(text: &str, start: usize, end: usize, inflects: bool) -> Option<usize> {
    let before = text.get(..start)?.chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let rest = text.get(end..)?;
    let tail = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    (tail == 0 || inflects).then_some(end + tail)
}

/// The plural of a noun phrase: the last word takes `s`, `es` or `ies`.
pub(crate) fn plural(word: &str) -> String {
    if let Some(stem) = word.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
        format!("{stem}ies")
    } else if word.ends_with(['s', 'x']) || word.ends_with("ch") || word.ends_with("sh") {
        format!("{word}es")
    } else {
        format!("{word}s")
    }
}

pub(crate) fn parse<T: for<'de> Deserialize<'de>>(name: &str, text: &str) -> T {
    toml::from_str(text)
        .unwrap_or_else(|error| panic!("config/lexicon/{name}.toml is part of the build and tested: {error}"))
}

#[derive(Deserialize)]
struct ControlTerms {
    strong: Vec<String>,
    weak: Vec<String>,
    company: Vec<String>,
}

#[derive(Deserialize)]
struct StatusTerms {
    planned: Vec<String>,
    absent: Vec<String>,
    assumed: Vec<String>,
    deprecated: Vec<String>,
    protective: Vec<String>,
    bare: Vec<String>,
    headings: Headings,
}

#[derive(Deserialize)]
struct ProtocolTerms {
    protocols: Vec<String>,
    encrypted: Vec<String>,
    plaintext: Vec<String>,
    authentication: Vec<String>,
    unauthenticated: Vec<String>,
}

#[derive(Deserialize)]
struct DataTerms {
    personal: Vec<String>,
    payment: Vec<String>,
    health: Vec<String>,
    credential: Vec<String>,
    secret: Vec<String>,
    financial: Vec<String>,
    confidential: Vec<String>,
    internal: Vec<String>,
    public: Vec<String>,
    unclassified: Vec<String>,
    common: Vec<String>,
    particulars: Vec<String>,
    persons: Vec<String>,
    handling: BTreeMap<Handling, Vec<String>>,
}

impl DataTerms {
    fn classes(&self) -> [(Option<Classification>, &Vec<String>); 10] {
        [
            (Some(Classification::Personal), &self.personal),
            (Some(Classification::Payment), &self.payment),
            (Some(Classification::Health), &self.health),
            (Some(Classification::Credential), &self.credential),
            (Some(Classification::Secret), &self.secret),
            (Some(Classification::Financial), &self.financial),
            (Some(Classification::Confidential), &self.confidential),
            (Some(Classification::Internal), &self.internal),
            (Some(Classification::Public), &self.public),
            (None, &self.unclassified),
        ]
    }

    /// Every particular of every kind of person: "addresses of customers", "a customer's address", "customer address".
    fn of_persons(&self) -> Vec<String> {
        let forms = |particular: &String, person: &String| {
            let [particulars, persons] = [plural(particular), plural(person)];
            [
                format!("{particular} of the {person}"),
                format!("{particular} of a {person}"),
                format!("{particulars} of {persons}"),
                format!("{particulars} of the {persons}"),
                format!("{particulars} of all {persons}"),
                format!("{person}'s {particular}"),
                format!("{persons}' {particulars}"),
                format!("{person} {particular}"),
                format!("{person} {particulars}"),
            ]
        };
        let of_all = |particular| self.persons.iter().flat_map(move |person| forms(particular, person));
        self.particulars.iter().flat_map(of_all).collect()
    }

    fn handling(&self) -> BTreeMap<String, Handling> {
        self.handling.iter().flat_map(|(handling, verbs)| verbs.iter().map(|verb| (verb.clone(), *handling))).collect()
    }
}

#[derive(Deserialize)]
struct StatementTerms {
    assumption: Vec<String>,
    accepted_risk: Vec<String>,
    decision: Vec<String>,
    rationale: Vec<String>,
    question: Vec<String>,
    permission: Vec<String>,
    incident: Vec<String>,
    advice: Vec<String>,
    example: Vec<String>,
}

impl StatementTerms {
    fn lists(&self) -> [(&[String], Cue); 9] {
        [
            (&self.assumption, Cue::Assumption),
            (&self.accepted_risk, Cue::AcceptedRisk),
            (&self.decision, Cue::Decision),
            (&self.rationale, Cue::Rationale),
            (&self.question, Cue::Question),
            (&self.permission, Cue::Permission),
            (&self.incident, Cue::Incident),
            (&self.advice, Cue::Advice),
            (&self.example, Cue::Example),
        ]
    }
}
