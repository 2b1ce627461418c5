//! A small invented system, read as the product reads it, and ready for questions.

use std::collections::BTreeMap;

use cairn_ask::{Answer, Asked, Conversation, Facts, Library, Query, Row, Rows, answer, evaluate};
use cairn_ingest::Limits;
use cairn_model::{Document, ElementId, System};

const DOCUMENTS: &[(&str, &str)] = &[
    (
        "docs/README.md",
        "# Orchard Post\n\nOrchard Post prints stamps for growers.\n\n\
         | Component | Technology | Purpose | Owner |\n|---|---|---|---|\n\
         | Stamp API | Go | Public REST service, reachable from the internet | Team Plum |\n\
         | Stamp Store | PostgreSQL | Database with card numbers and addresses | Team Pear |\n\
         | Fruit Gateway | Envoy | Forwards requests to growers | Team Plum |\n",
    ),
    (
        "docs/design.md",
        "# Design\n\n## Flows\n\nThe Stamp API writes card numbers to the Stamp Store over SQL without encryption.\n\
         The Fruit Gateway calls the Stamp API over HTTPS.\n\n## Security\n\n\
         The Stamp API does not authenticate requests to `POST /stamps`.\n\
         Rate limiting will be added to the Stamp API later.\n\
         We assume that the Stamp Store is only reachable from the cluster.\n\n\
         ## Operation\n\nThe certificate of the Fruit Gateway is renewed every 30 days.\n\
         Restrict what leaves the Stamp API to the following places:\n\n\
         - the Stamp Store\n- the mail server of the growers\n- the clock\n\n\
         ## Why one database\n\nWe keep one database because two people cannot run more.\n",
    ),
];

/// The system, held for as long as a test needs it.
pub(crate) struct Orchard {
    documents: Vec<Document>,
    system: System,
    coverage: BTreeMap<ElementId, (usize, usize)>,
}

impl Orchard {
    pub(crate) fn new() -> Self {
        Self::of(DOCUMENTS)
    }

    pub(crate) fn of(texts: &[(&str, &str)]) -> Self {
        let limits = Limits { document_bytes_max: 1_000_000 };
        let read = |(path, text): &(&str, &str)| cairn_ingest::read(path, text.as_bytes(), limits).unwrap();
        let documents: Vec<Document> = texts.iter().map(read).collect();
        let plan = cairn_extract::plan(&documents);
        let claims: Vec<_> =
            plan.units.iter().flat_map(|unit| cairn_extract::run(&plan, unit, &documents).claims).collect();
        let system = cairn_validate::validate(&documents, &claims);
        Self { coverage: cairn_validate::coverage(&system).elements, documents, system }
    }

    pub(crate) fn facts(&self) -> Facts<'_> {
        Facts {
            system: &self.system,
            threats: &[],
            paths: &[],
            coverage: &self.coverage,
            changes: None,
            documents: &self.documents,
        }
    }

    pub(crate) fn ask(&self, question: &str) -> Answer {
        self.ask_in(question, &Conversation::default())
    }

    pub(crate) fn ask_in(&self, question: &str, conversation: &Conversation) -> Answer {
        let facts = self.facts();
        answer(&Asked { question, conversation, found: &[] }, &facts, &Library::new(&facts))
    }

    #[track_caller]
    pub(crate) fn query(&self, text: &str) -> Rows {
        let query = Query::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        evaluate(&query, &self.facts()).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    /// The names that a query finds.
    #[track_caller]
    pub(crate) fn names(&self, text: &str) -> Vec<String> {
        self.query(text).rows.into_iter().map(|Row { name, .. }| name).collect()
    }

    /// Whether all citations of an answer stand in the documents.
    pub(crate) fn is_founded(&self, answer: &Answer) -> bool {
        answer.citations().into_iter().all(|citation| {
            let document = self.documents.iter().find(|it| it.id == citation.document).unwrap();
            citation.span.of(&document.text) == Some(citation.quote.as_str())
        })
    }
}
