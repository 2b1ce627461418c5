//! One case explained: a gold claim with what was predicted near its passage, or a predicted element, and why it counts as it does.
//!
//! What is chosen and how it is laid out is here; `verdicts.rs` holds how everything counts, `why.rs` the reasons.

mod verdicts;
mod why;

use cairn_model::ClaimKind;
use serde_json::Value;

use crate::EvalError;
use crate::claims::{Cited, Element, Names, PathRule, list, parse, text, texts};
use crate::gold::{GoldLine, GoldSet, Place, overlap};
use verdicts::Verdicts;

/// Which cases to explain. What is not given does not restrict.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// Only this kind of claim.
    pub kind: Option<String>,
    /// Only the gold claim in this line.
    pub line: Option<usize>,
    /// Only claims and elements that contain all these words, in their attributes or quotes; an element's id is one of them.
    pub words: Vec<String>,
    /// Only what is missed, wrong or said twice.
    pub errors: bool,
}

/// Everything that the explanations draw on.
struct Scene<'a> {
    model: &'a Value,
    gold: &'a GoldSet,
    elements: &'a [Element<'a>],
    names: Names<'a>,
    verdicts: Verdicts<'a>,
}

/// Explains the cases, one text each: gold claims first, in the order of their lines, then elements.
pub fn show_one(model_json: &str, gold: &GoldSet, rule: PathRule, case: &Case) -> Result<Vec<String>, EvalError> {
    let model = parse(model_json)?;
    let cited = Cited::of(&model, gold, rule);
    let names = Names::of(&model, gold);
    let verdicts = Verdicts::of(&names, gold, &cited.elements);
    let scene = Scene { model: &model, gold, elements: &cited.elements, names, verdicts };
    let lines = gold.lines.iter().filter(|line| scene.chooses_line(case, line)).map(|line| scene.line(line));
    let elements = cited.elements.iter().filter(|element| scene.chooses_element(case, element));
    Ok(lines.chain(elements.map(|element| scene.element(element))).collect())
}

impl<'a> Scene<'a> {
    fn chooses_line(&self, case: &Case, line: &GoldLine) -> bool {
        case.line.is_none_or(|number| number == line.number)
            && case.kind.as_deref().is_none_or(|kind| kind == line.kind())
            && contains_all(&line.value.to_string(), &case.words)
            && (!case.errors || self.verdicts.is_missed(line))
    }

    fn chooses_element(&self, case: &Case, element: &Element<'_>) -> bool {
        case.line.is_none()
            && case.kind.as_deref().is_none_or(|kind| kind == element.kind)
            && contains_all(&format!("{} {}", self.described(element.kind, element.value), element.value), &case.words)
            && (!case.errors || self.verdicts.meets(element).is_none())
    }

    fn line(&self, line: &GoldLine) -> String {
        let optional = if line.is_optional() { ", optional" } else { "" };
        let described = self.described(line.kind(), &line.value);
        let mut text = format!(
            "gold line {}, {}{optional}: {described}\n{}",
            line.number,
            line.kind(),
            self.quotes(&line.value, &line.places)
        );
        text.extend([format!("  {}\n", self.why_line(line))]);
        let near: Vec<_> = self.elements.iter().filter(|element| overlap(&line.places, &element.places)).collect();
        text.push_str(if near.is_empty() {
            "  predicted near its passage: nothing\n"
        } else {
            "  predicted near its passage:\n"
        });
        for element in near {
            let here: Vec<Place> = element
                .places
                .iter()
                .filter(|place| overlap(&line.places, std::slice::from_ref(place)))
                .cloned()
                .collect();
            text.extend([format!(
                "    {}, {}\n{}",
                self.described_as_element(element),
                self.verdict(element),
                self.places(&here)
            )]);
        }
        for rejected in self.rejected_near(line) {
            text.extend([format!("    rejected: {rejected}\n")]);
        }
        text
    }

    fn element(&self, element: &Element<'_>) -> String {
        let mut text = format!("predicted {}\n{}", self.described_as_element(element), self.places(&element.places));
        text.extend([format!("  {}\n", self.why_element(element))]);
        let near: Vec<_> = self.gold.lines.iter().filter(|line| overlap(&line.places, &element.places)).collect();
        text.push_str(if near.is_empty() {
            "  gold claims near its passages: none\n"
        } else {
            "  gold claims near its passages:\n"
        });
        for line in near {
            let optional = if line.is_optional() { ", optional" } else { "" };
            text.extend([format!(
                "    line {}, {}{optional}: {}\n",
                line.number,
                line.kind(),
                self.described(line.kind(), &line.value)
            )]);
        }
        text
    }

    fn described_as_element(&self, element: &Element<'_>) -> String {
        format!("{} {}: {}", element.kind, id(element), self.described(element.kind, element.value))
    }

    /// A claim or an element in a few words.
    fn described(&self, kind: &str, value: &Value) -> String {
        let of = |field: &str| text(value, field, "?");
        let label = |field: &str| self.names.label(of(field)).to_owned();
        let what = match kind {
            "component" | "boundary" => format!("`{}`, type {}", of("name"), of("type")),
            "flow" => format!("`{}` -> `{}`", label("source"), label("target")),
            "data" => format!("`{}`", of("name")),
            "endpoint" => format!("{} {}", text(value, "method", "any method"), of("path")),
            "control" => {
                let on: Vec<_> = texts(value, "on").map(|id| format!("`{}`", self.names.label(id))).collect();
                let mechanism = text(value, "mechanism", "");
                let mechanism = if mechanism.is_empty() { String::new() } else { format!(" ({mechanism})") };
                format!(
                    "{}{mechanism} on {}",
                    of("type"),
                    if on.is_empty() { "nothing".to_owned() } else { on.join(", ") }
                )
            }
            "permission" => format!("`{}` may {} `{}`", label("principal"), of("action"), label("resource")),
            _ => of("statement").to_owned(),
        };
        match text(value, "status", "implemented") {
            "implemented" => what,
            status => format!("{what}, {status}"),
        }
    }

    /// The quotes of a gold claim; one that stands nowhere in the document is shown without a place.
    fn quotes(&self, value: &Value, places: &[Place]) -> String {
        let mut shown = self.places(places);
        let lost = list(value, "evidence").iter().filter(|_| places.is_empty());
        shown.extend(lost.map(|citation| format!("      not found: \"{}\"\n", text(citation, "quote", ""))));
        shown
    }

    fn places(&self, places: &[Place]) -> String {
        let lines: Vec<String> = places.iter().map(|place| format!("      {}\n", self.place(place))).collect();
        lines.concat()
    }

    fn place(&self, place: &Place) -> String {
        let bytes = self.gold.files.get(&place.path).map(Vec::as_slice).unwrap_or_default();
        let line = bytes.iter().take(place.start).filter(|byte| **byte == b'\n').count() + 1;
        let quote = String::from_utf8_lossy(bytes.get(place.start..place.end).unwrap_or_default());
        let quote = quote.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{}:{line}: \"{quote}\"", place.path)
    }

    /// Claims that the quote check refused and that quote this passage or a part of it.
    fn rejected_near(&self, line: &GoldLine) -> Vec<String> {
        let quotes: Vec<&str> = list(&line.value, "evidence").iter().map(|it| text(it, "quote", "")).collect();
        let near = |rejected: &&Value| {
            let quote = text(rejected, "quote", "");
            !quote.is_empty() && quotes.iter().any(|gold| gold.contains(quote) || quote.contains(gold))
        };
        let shown = |rejected: &Value| {
            let [kind, reason, quote] = ["kind", "reason", "quote"].map(|field| text(rejected, field, "?"));
            format!("{kind}, {reason}: \"{quote}\"")
        };
        list(self.model, "rejected").iter().filter(near).map(shown).collect()
    }

    /// Everything of a kind in the model, also what is cited elsewhere only.
    fn all_of_kind(&self, kind: &str) -> &'a [Value] {
        let plural = ClaimKind::ALL.into_iter().find(|it| it.as_str() == kind).map_or("", ClaimKind::list);
        list(self.model, plural)
    }
}

fn id<'e>(element: &Element<'e>) -> &'e str {
    text(element.value, "id", "?")
}

fn contains_all(text: &str, words: &[String]) -> bool {
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(&word.to_lowercase()))
}
