//! The gate: what is not in the documents is not shown, whoever wrote it.

use cairn_ask::{Answer, AnswerStatus, Origin, Sentence, gate};
use cairn_model::{Citation, Span};

use crate::check::Orchard;

fn written(text: &str, citations: Vec<Citation>) -> Sentence {
    Sentence { text: text.to_owned(), origin: Origin::Written, citations }
}

#[test]
fn a_sentence_without_a_citation_is_withheld() {
    let orchard = Orchard::new();
    let answer = Answer {
        status: AnswerStatus::Answered,
        sentences: vec![written("All is well.", Vec::new())],
        ..Answer::default()
    };
    let shown = gate(answer, orchard.facts().documents);
    assert_eq!((shown.sentences.len(), shown.withheld, shown.status), (0, 1, AnswerStatus::NotDocumented));
}

#[test]
fn a_citation_that_does_not_stand_in_its_document_takes_its_sentence_with_it() {
    let orchard = Orchard::new();
    let good = orchard.ask("who owns the Stamp Store?").sentences[0].citations[0].clone();
    let moved = Citation { span: Span::new(good.span.start + 1, good.span.end + 1), ..good.clone() };
    let altered = Citation { quote: "Team Quince".into(), ..good.clone() };
    let beyond = Citation { span: Span::new(0, usize::MAX), ..good.clone() };
    let answer = Answer {
        status: AnswerStatus::Answered,
        sentences: vec![
            written("Right.", vec![good.clone()]),
            written("Moved.", vec![moved]),
            written("Altered.", vec![good, altered]),
            written("Beyond.", vec![beyond]),
        ],
        ..Answer::default()
    };
    let shown = gate(answer, orchard.facts().documents);
    let texts: Vec<&str> = shown.sentences.iter().map(|it| it.text.as_str()).collect();
    assert_eq!((texts, shown.withheld, shown.status), (vec!["Right."], 3, AnswerStatus::Partly));
}
