//! Forms of questions as data (`config/questions/`): what the model can be asked in plain words, and what kind of thing answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::query::Kind;
use crate::words::words;

static SHIPPED: LazyLock<Forms> = LazyLock::new(|| {
    Forms::parse(
        include_str!("../../../config/questions/forms.toml"),
        include_str!("../../../config/questions/expected.toml"),
    )
    .expect("the shipped forms are checked by the tests")
});

/// Stands for an element of any kind in an expression.
const ANY_ELEMENT: &str = r"\{element\}";

/// Stands for a class of data in an expression and in a query.
const CLASS: &str = "{class}";

/// All forms.
#[derive(Debug)]
pub(crate) struct Forms {
    list: Vec<Form>,
    expected: Vec<Expected>,
    classes: Vec<(String, Regex)>,
}

/// A question that the model can answer.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) id: String,
    asked_by: Vec<Regex>,
    pub(crate) query: String,
    pub(crate) says: Vec<String>,
    pub(crate) ask: String,
    pub(crate) next: Vec<String>,
    pub(crate) examples: Vec<String>,
    /// The stems of the words in its expressions.
    literals: BTreeSet<String>,
}

/// What kind of thing answers a question.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) id: String,
    asked_by: Regex,
    shown_by: Regex,
    /// Whether a sentence that shows none does not answer.
    pub(crate) is_demanded: bool,
}

/// A form that a question is of.
#[derive(Debug)]
pub(crate) struct Taken<'f> {
    pub(crate) form: &'f Form,
    /// Which of the question's elements are meant, in the order of the form: index of the mention and the kind.
    pub(crate) slots: Vec<(usize, Kind)>,
    /// The class of data, where the form has one.
    pub(crate) class: Option<String>,
    /// The words by which it was named.
    class_words: String,
}

impl Taken<'_> {
    /// Whether a word in lower case names the class of data.
    pub(crate) fn speaks_of_class(&self, form: &str) -> bool {
        self.class_words.split(' ').any(|it| it == form)
    }
}

/// A question in lower case with the names in it replaced: what expressions look at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Masked {
    pub(crate) text: String,
    /// Where each name was: first byte, index of the mention, kind.
    pub(crate) names: Vec<(usize, usize, Kind)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormsFile {
    classes: BTreeMap<String, String>,
    form: Vec<FormRecord>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormRecord {
    id: String,
    asked_by: Vec<String>,
    query: String,
    says: Vec<String>,
    ask: String,
    next: Vec<String>,
    examples: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedFile {
    expected: Vec<ExpectedRecord>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedRecord {
    id: String,
    asked_by: String,
    shown_by: String,
    demanded: bool,
}

impl Forms {
    pub(crate) fn shipped() -> &'static Self {
        &SHIPPED
    }

    fn parse(forms: &str, expected: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let file: FormsFile = toml::from_str(forms)?;
        let every_class = file.classes.values().map(String::as_str).collect::<Vec<_>>().join("|");
        let compiled = |text: &String| {
            let text = text.replace(ANY_ELEMENT, r"\{(?:component|data|boundary|endpoint)\}");
            Regex::new(&text.replace(CLASS, &format!("(?P<class>{every_class})")))
        };
        let form = |record: FormRecord| -> Result<Form, regex::Error> {
            Ok(Form {
                literals: literals(&record.asked_by),
                asked_by: record.asked_by.iter().map(compiled).collect::<Result<_, _>>()?,
                id: record.id,
                query: record.query,
                says: record.says,
                ask: record.ask,
                next: record.next,
                examples: record.examples,
            })
        };
        let class = |(name, words): (String, String)| Ok((name, Regex::new(&format!("^(?:{words})$"))?));
        let kind = |record: ExpectedRecord| -> Result<Expected, regex::Error> {
            Ok(Expected {
                asked_by: Regex::new(&record.asked_by)?,
                shown_by: Regex::new(&record.shown_by)?,
                id: record.id,
                is_demanded: record.demanded,
            })
        };
        let expected: ExpectedFile = toml::from_str(expected)?;
        Ok(Self {
            list: file.form.into_iter().map(form).collect::<Result<_, _>>()?,
            expected: expected.expected.into_iter().map(kind).collect::<Result<_, _>>()?,
            classes: file.classes.into_iter().map(class).collect::<Result<_, regex::Error>>()?,
        })
    }

    /// The form whose expression matches the most of a question; of equal ones the first.
    pub(crate) fn taken(&self, question: &Masked) -> Option<Taken<'_>> {
        let mut best: Option<(usize, Taken<'_>)> = None;
        for form in &self.list {
            for captures in form.asked_by.iter().filter_map(|it| it.captures(&question.text)) {
                let Some(whole) = captures.get(0) else { continue };
                let length = whole.len();
                if best.as_ref().is_some_and(|(other, _)| *other >= length) {
                    continue;
                }
                let within = question.names.iter().filter(|(at, _, _)| whole.range().contains(at));
                let slots: Vec<(usize, Kind)> = within.map(|(_, mention, kind)| (*mention, *kind)).collect();
                let needed = (1..=2).filter(|slot| form.query.contains(&format!("{{{slot}}}"))).count();
                let class = captures.name("class").and_then(|it| self.class(it.as_str()));
                if slots.len() >= needed && class.is_some() == form.query.contains(CLASS) {
                    let class_words = captures.name("class").map(|it| it.as_str().to_owned()).unwrap_or_default();
                    best = Some((length, Taken { form, slots, class, class_words }));
                }
            }
        }
        best.map(|(_, taken)| taken)
    }

    /// What kind of thing answers a question in lower case.
    pub(crate) fn expected(&self, question: &str) -> Option<&Expected> {
        self.expected.iter().find(|it| it.asked_by.is_match(question))
    }

    /// Whether these words name a class of data.
    pub(crate) fn is_class(&self, words: &str) -> bool {
        self.class(words).is_some()
    }

    fn class(&self, words: &str) -> Option<String> {
        self.classes.iter().find(|(_, known)| known.is_match(words)).map(|(name, _)| name.clone())
    }
}

impl Form {
    /// Whether its expressions speak of this stem, or of words that begin so.
    pub(crate) fn speaks_of(&self, stem: &str) -> bool {
        self.literals.iter().any(|it| it == stem || it.len() >= 5 && stem.starts_with(it.as_str()))
    }
}

/// The stems of the words that stand in expressions.
fn literals(expressions: &[String]) -> BTreeSet<String> {
    let plain = |text: &String| text.replace("\\b", " ").replace("\\w", " ").replace('?', "");
    expressions.iter().flat_map(|it| words(&plain(it))).map(|it| it.stem).collect()
}

impl Expected {
    /// Whether a text shows such a thing.
    pub(crate) fn is_shown(&self, text: &str) -> bool {
        self.shown_by.is_match(&text.to_lowercase())
    }
}

/// The ids of all forms of questions, each with an example, for help and documentation.
pub fn question_forms() -> Vec<(&'static str, &'static str)> {
    let forms = Forms::shipped().list.iter();
    forms.map(|it| (it.id.as_str(), it.examples.first().map(String::as_str).unwrap_or_default())).collect()
}
