//! The answer to a question: what the model says, then what the texts say, or that nothing is documented.

use cairn_model::{ElementId, LineIndex};

use crate::answer::{Answer, AnswerStatus, Focus, LookedAt, LookedAtPlace, OpenQuestion, Understood};
use crate::conversation::Conversation;
use crate::forms::{Forms, Taken};
use crate::from_model::{FromModel, asked, from_model};
use crate::from_text::{FromText, from_text};
use crate::gate::gate;
use crate::query::{Kind, Query};
use crate::question::{Question, read};
use crate::rank::{Found, Scored, rank};
use crate::{Facts, Library};

/// How many of the passages that came nearest are named when nothing is documented.
const PLACES_MAX: usize = 5;

/// How many questions are suggested.
const SUGGESTIONS_MAX: usize = 3;

/// The most quotes that are added to what the model says.
const QUOTES_BESIDE_MODEL: usize = 4;

/// A question with what it is asked of.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The question.
    pub question: &'a str,
    /// What was said before.
    pub conversation: &'a Conversation,
    /// Passages that a search found for [`search_words`], best first; may be empty.
    pub found: &'a [Found],
}

/// The words by which passages for a question should be looked for: its own, names as the model has them, and what it takes over
/// from the conversation.
pub fn search_words(question: &str, library: &Library, conversation: &Conversation) -> String {
    let read = read(question, library, conversation);
    let mut words: Vec<String> = vec![read.text.clone()];
    words.extend(read.corrected.iter().map(|(_, meant)| meant.clone()));
    if read.follows {
        words.extend(read.wants.iter().filter(|it| it.is_carried).map(|it| it.shown.clone()));
    }
    words.join(" ")
}

/// What the present is compared with, where a question asks what changed: the name of a revision, or a day.
pub fn changes_since(question: &str, library: &Library, conversation: &Conversation) -> Option<String> {
    let read = read(question, library, conversation);
    let taken = Forms::shipped().taken(&read.masked)?;
    if Query::parse(&taken.form.query).ok()?.kind != Kind::Change {
        return None;
    }
    let is_name = |word: &str| {
        let number = word.strip_prefix('r').or_else(|| word.strip_prefix("latest~"));
        word == "latest" || number.is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()))
    };
    let of_words = |word: &str| word.trim_matches(|it: char| !it.is_alphanumeric()).to_lowercase();
    let named =
        question.split_whitespace().map(of_words).find(|it| is_name(it) || cairn_model::Date::parse(it).is_some());
    Some(named.unwrap_or_else(|| "latest~1".to_owned()))
}

/// Answers a question. Every sentence of the answer has citations that stand in the documents.
pub fn answer(asked_now: &Asked<'_>, facts: &Facts<'_>, library: &Library) -> Answer {
    let question = read(asked_now.question, library, asked_now.conversation);
    let (taken, model) = taken(&question, facts, library);
    let ranked = rank(&question, library, asked_now.found, &asked_now.conversation.focus.places);
    let text = from_text(&question, &ranked, facts, library);
    let composed = composed(&question, taken.as_ref(), model, text, &ranked, facts, library);
    gate(composed, facts.documents)
}

/// The form that a question is of, with what the model says to it: the first reading of the question to which it says anything.
fn taken(question: &Question, facts: &Facts<'_>, library: &Library) -> (Option<Taken<'static>>, FromModel) {
    let readings = [&question.masked, &question.by_class].into_iter().filter_map(|it| Forms::shipped().taken(it));
    let mut first = None;
    for taken in readings {
        let model = from_model(question, &taken, facts, library);
        if !model.sentences.is_empty() {
            return (Some(taken), model);
        }
        first.get_or_insert((Some(taken), model));
    }
    first.unwrap_or_default()
}

fn composed(
    question: &Question,
    taken: Option<&Taken<'_>>,
    model: FromModel,
    text: FromText,
    ranked: &[Scored],
    facts: &Facts<'_>,
    library: &Library,
) -> Answer {
    let says = !model.sentences.is_empty();
    let status = if says { AnswerStatus::Answered } else { text.status };
    let mut notes: Vec<String> = Vec::new();
    if model.left_out > 0 {
        notes.push(format!("{} more in the model; the query lists them", model.left_out));
    }
    let mut sentences = model.sentences;
    let quotes = if says { QUOTES_BESIDE_MODEL } else { usize::MAX };
    sentences.extend(text.sentences.into_iter().take(quotes));
    let named: Vec<(ElementId, String)> =
        question.elements().into_iter().map(|it| (it.id.clone(), it.name.clone())).collect();
    let mut elements = named.clone();
    elements.extend(model.elements.iter().filter_map(|id| Some((id.clone(), library.named(id)?.name))));
    elements.dedup();
    let open = (status != AnswerStatus::Answered)
        .then(|| open_question(question, taken, status, &text.missing, facts, ranked, library));
    Answer {
        question: question.text.clone(),
        understood: Understood {
            form: taken.map(|it| it.form.id.clone()),
            elements: named.clone(),
            corrected: question.corrected.clone(),
            query: model.query,
            follows: question.follows,
        },
        status,
        sentences,
        looked_at: LookedAt {
            elements: library.elements(),
            documents: facts.documents.len(),
            words: question.wants.iter().map(|it| it.shown.as_str()).collect::<Vec<_>>().join(" "),
            places: places(ranked, facts, library),
        },
        open,
        focus: Focus { elements, words: focus_words(question), places: text.places },
        suggestions: suggestions(question, taken, &named),
        withheld: 0,
        notes,
        wording: None,
    }
}

/// The words that a next question may lean on: the question's own, and what it leant on itself.
fn focus_words(question: &Question) -> Vec<String> {
    let own = question.telling();
    let carried = question.wants.iter().filter(|it| it.is_carried && it.is_name).map(|it| it.shown.clone());
    own.into_iter().chain(carried).collect()
}

/// Where the best sentences stand, each passage once.
fn places(ranked: &[Scored], facts: &Facts<'_>, library: &Library) -> Vec<LookedAtPlace> {
    let mut seen = std::collections::BTreeSet::new();
    let units = ranked.iter().filter_map(|it| library.units.get(it.at)).filter(|it| seen.insert(it.section));
    let place = |unit: &crate::units::Unit| {
        let document = facts.documents.get(unit.document)?;
        Some(LookedAtPlace {
            document: document.id.clone(),
            path: document.path.clone(),
            line: LineIndex::new(&document.text).line_of(unit.span.start),
            heading: library.units.section_of(unit).map(|it| it.headings.join(" › ")).unwrap_or_default(),
        })
    };
    units.take(PLACES_MAX).filter_map(place).collect()
}

/// What to ask and whom: what the model's own gaps say of the element, or else the question as it was asked.
fn open_question(
    question: &Question,
    taken: Option<&Taken<'_>>,
    status: AnswerStatus,
    missing: &[String],
    facts: &Facts<'_>,
    ranked: &[Scored],
    library: &Library,
) -> OpenQuestion {
    let owner = question.elements().into_iter().find_map(|named| {
        let part = facts.system.components.iter().find(|it| it.id == named.id)?;
        part.owner.as_ref().map(|it| it.value.clone())
    });
    let gap = question.elements().into_iter().find_map(|named| {
        facts.system.gaps.iter().find(|gap| gap.subject == named.id && gap.ask.is_some()).and_then(|it| it.ask.clone())
    });
    // Whoever wrote what comes nearest probably knows.
    let nearest =
        ranked.first().and_then(|it| library.units.get(it.at)).and_then(|it| facts.documents.get(it.document));
    let ask = owner.or(gap).or_else(|| nearest.map(|it| format!("the authors of {}", it.path)));
    let text = taken.map_or_else(|| question.text.clone(), |it| asked(it, question));
    let because = match (status, missing) {
        (AnswerStatus::Partly, _) => "what is documented bears on it and may not be all".to_owned(),
        (_, []) => "no document says it".to_owned(),
        (_, missing) => format!("no document says it; nothing near speaks of {}", missing.join(", ")),
    };
    OpenQuestion { question: text, ask, because }
}

/// What could be asked next: what the form suggests of its elements, or what one asks of a part.
fn suggestions(question: &Question, taken: Option<&Taken<'_>>, named: &[(ElementId, String)]) -> Vec<String> {
    let filled = |text: &String| {
        let mut text = text.clone();
        for (number, (_, name)) in named.iter().enumerate() {
            text = text.replace(&format!("{{{}}}", number + 1), name);
        }
        (!text.contains('{')).then_some(text)
    };
    let mut suggested: Vec<String> =
        taken.map(|it| it.form.next.iter().filter_map(filled).collect()).unwrap_or_default();
    for (_, name) in named {
        suggested.push(format!("What threatens {name}?"));
        suggested.push(format!("How is {name} protected?"));
    }
    suggested.push("Which questions are open?".to_owned());
    suggested.retain(|it| !it.eq_ignore_ascii_case(&question.text));
    suggested.truncate(SUGGESTIONS_MAX);
    suggested
}
