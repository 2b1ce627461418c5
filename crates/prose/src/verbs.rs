//! Verbs: which forms belong to which frame, and which words are verbs at all.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::terms::parse;
use crate::word_table::WordTable;

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
    forms: WordTable<Verb>,
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
        Self { frames: terms.frame, forms: forms.into_iter().collect() }
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
