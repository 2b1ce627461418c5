//! Verbs: which forms belong to which frame, and which words are verbs at all.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::terms::parse;

/// How a verb of a flow names the other end (see `config/lexicon/flows.toml`).
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Frame {
    verbs: Vec<String>,
    /// The direct object can be the other end.
    pub(crate) object: bool,
    /// The other end stands after one of these.
    pub(crate) prepositions: Vec<String>,
    /// The other end initiates.
    #[serde(default)]
    pub(crate) reversed: bool,
    /// The direct object is what is exchanged.
    #[serde(default)]
    pub(crate) data: bool,
}

/// The form in which a verb stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    Base,
    Third,
    Past,
    Gerund,
}

/// A verb of some frames.
#[derive(Clone, Debug)]
pub(crate) struct Verb {
    /// Indices into [`Verbs::frames`].
    pub(crate) frames: Vec<usize>,
    pub(crate) base: String,
    pub(crate) form: Form,
}

/// The verbs of all frames by every form.
pub(crate) struct Verbs {
    pub(crate) frames: Vec<Frame>,
    forms: BTreeMap<String, Verb>,
}

/// The compiled verb table.
pub(crate) fn verbs() -> &'static Verbs {
    static VERBS: OnceLock<Verbs> = OnceLock::new();
    VERBS.get_or_init(Verbs::load)
}

#[derive(Deserialize)]
struct FlowTerms {
    frame: Vec<Frame>,
    irregular: BTreeMap<String, [String; 4]>,
}

impl Verbs {
    /// The verb whose form `lower` is.
    pub(crate) fn get(&self, lower: &str) -> Option<&Verb> {
        self.forms.get(lower)
    }

    fn load() -> Self {
        let terms: FlowTerms = parse("flows", include_str!("../../../config/lexicon/flows.toml"));
        let mut forms: BTreeMap<String, Verb> = BTreeMap::new();
        for (index, frame) in terms.frame.iter().enumerate() {
            for base in &frame.verbs {
                for (text, form) in inflections(base, &terms.irregular) {
                    let verb =
                        forms.entry(text).or_insert_with(|| Verb { frames: Vec::new(), base: base.clone(), form });
                    if !verb.frames.contains(&index) {
                        verb.frames.push(index);
                    }
                }
            }
        }
        Self { frames: terms.frame, forms }
    }
}

fn inflections(base: &str, irregular: &BTreeMap<String, [String; 4]>) -> Vec<(String, Form)> {
    if let Some([third, past, participle, gerund]) = irregular.get(base) {
        let mut forms = vec![(base.to_owned(), Form::Base), (third.clone(), Form::Third)];
        if past != base {
            forms.push((past.clone(), Form::Past));
        }
        forms.extend([(participle.clone(), Form::Past), (gerund.clone(), Form::Gerund)]);
        return forms;
    }
    let stem = base.strip_suffix('e').unwrap_or(base);
    let y_stem = base.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    let third = match y_stem {
        Some(stem) => format!("{stem}ies"),
        None if base.ends_with(['s', 'x', 'z']) || base.ends_with("ch") || base.ends_with("sh") => format!("{base}es"),
        None => format!("{base}s"),
    };
    let past = y_stem.map_or_else(|| format!("{stem}ed"), |stem| format!("{stem}ied"));
    vec![(base.to_owned(), Form::Base), (third, Form::Third), (past, Form::Past), (format!("{stem}ing"), Form::Gerund)]
}

/// Whether `lower` is an auxiliary or modal.
pub(crate) fn is_auxiliary(lower: &str) -> bool {
    AUXILIARIES.contains(&lower)
}

/// Whether `lower` is a form of "to be", as before a passive.
pub(crate) fn is_be(lower: &str) -> bool {
    matches!(lower, "is" | "are" | "was" | "were" | "be" | "been" | "being" | "gets" | "get" | "isn't" | "aren't")
}

/// Whether `lower` can only be a verb here: auxiliaries and everyday verbs of engineering prose that no frame has.
pub(crate) fn is_verb(lower: &str) -> bool {
    is_auxiliary(lower)
        || COMMON_VERBS.contains(&lower)
        || verbs().get(lower).is_some_and(|verb| verb.form != Form::Base)
}

const AUXILIARIES: &[&str] = &[
    "is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "does", "do", "did", "can", "could",
    "will", "would", "shall", "should", "may", "might", "must", "cannot", "can't", "won't", "doesn't", "don't",
    "didn't", "isn't", "aren't", "wasn't", "weren't", "hasn't", "haven't",
];

const COMMON_VERBS: &[&str] = &[
    "runs",
    "run",
    "handles",
    "serves",
    "provides",
    "exposes",
    "allows",
    "enables",
    "supports",
    "contains",
    "holds",
    "keeps",
    "creates",
    "generates",
    "returns",
    "performs",
    "processes",
    "requires",
    "needs",
    "starts",
    "stops",
    "becomes",
    "makes",
    "takes",
    "gives",
    "sets",
    "works",
    "lives",
    "sits",
    "exists",
    "acts",
    "enforces",
    "decides",
    "checks",
    "ensures",
    "prevents",
    "protects",
    "blocks",
    "rejects",
    "signs",
    "issues",
    "grants",
    "implements",
    "includes",
    "offers",
    "hosts",
    "owns",
    "depends",
    "relies",
    "expects",
    "assumes",
    "trusts",
    "maps",
    "matches",
    "converts",
    "transforms",
    "parses",
    "renders",
    "calculates",
    "charges",
    "recommends",
    "schedules",
    "executes",
    "evaluates",
    "applies",
    "adds",
    "removes",
    "deletes",
    "drops",
    "rotates",
    "retries",
    "waits",
    "fails",
    "crashes",
    "scales",
    "belongs",
    "uses",
    "owns",
    "lets",
    "shows",
    "displays",
    "computes",
    "decrypts",
    "resolves",
    "affect",
    "affects",
    "allow",
    "allowing",
    "enable",
    "enabling",
    "require",
    "requiring",
    "provide",
    "providing",
    "support",
    "include",
    "including",
    "ensure",
    "prevent",
    "protect",
    "affecting",
    "contain",
    "containing",
    "expose",
    "exposing",
    "serve",
    "become",
    "need",
    "want",
    "wants",
    "let",
    "help",
    "helps",
    "keep",
    "make",
    "making",
    "give",
    "find",
    "finds",
    "see",
    "know",
    "knows",
    "choose",
    "follow",
    "follows",
    "add",
    "adding",
    "remove",
    "removing",
    "impersonate",
    "demonstrate",
    "demonstrates",
    "describe",
    "describes",
    "explain",
    "explains",
    "cause",
    "causes",
    "increase",
    "reduce",
    "reduces",
    "avoid",
    "avoids",
    "replace",
    "replaces",
    "extend",
    "extends",
    "restrict",
    "restricts",
    "terminates",
    "tracks",
    "responds",
    "picks",
    "assigns",
    "binds",
    "caused",
    "failed",
    "became",
    "went",
    "made",
];
