//! The gate before an answer is shown: a sentence whose citations do not stand in the texts is withheld.

use std::collections::BTreeMap;

use cairn_model::{Citation, Document, DocumentId};

use crate::{Answer, AnswerStatus};

/// The answer without sentences that have no citation, or one that does not stand in its document to the byte. When nothing is left of
/// an answer, nothing is answered.
#[must_use]
pub fn gate(mut answer: Answer, documents: &[Document]) -> Answer {
    let texts: BTreeMap<&DocumentId, &Document> = documents.iter().map(|it| (&it.id, it)).collect();
    let before = answer.sentences.len();
    answer.sentences.retain(|it| !it.citations.is_empty() && it.citations.iter().all(|it| stands(it, &texts)));
    answer.withheld += before - answer.sentences.len();
    if answer.sentences.is_empty() {
        answer.status = AnswerStatus::NotDocumented;
    } else if answer.withheld > 0 && answer.status == AnswerStatus::Answered {
        answer.status = AnswerStatus::Partly;
    }
    answer
}

fn stands(citation: &Citation, texts: &BTreeMap<&DocumentId, &Document>) -> bool {
    texts.get(&citation.document).is_some_and(|it| {
        it.revision == citation.revision && citation.span.of(&it.text).is_some_and(|text| citation.quote == text)
    })
}
