//! An answer to claims. The answer is a stranger's text: whatever does not fit is left out and counted, never guessed at.

use cairn_llm::{Completion, Finish, parse_leniently};
use cairn_model::{
    AcceptedRiskClaim, AssumptionClaim, BoundaryClaim, Claim, ClaimKind, ComponentClaim, Confidence, ControlClaim,
    DataClaim, DecisionClaim, Document, EndpointClaim, FlowClaim, IncidentClaim, PermissionClaim, QuestionClaim, Quote,
    Span, Statement, Status, Term,
};
use serde_json::{Map, Value};

use super::visible::Sight;
use super::{Ask, Secrets, kinds};

/// The most items that are taken from one answer. No page states more; whatever lists more has lost its way.
const ITEMS_MAX: usize = 300;
/// The longest text of a field.
const FIELD_BYTES_MAX: usize = 2_000;
/// The longest quote.
const QUOTE_BYTES_MAX: usize = 6_000;
/// The most entries of a list in an item.
const LIST_MAX: usize = 50;
/// A model's word weighs a little less than a rule that matched exactly.
const CONFIDENCE: Confidence = Confidence::thousandths(700);

/// What an answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How the chunk ended.
    pub state: ChunkState,
    /// Claims, unchecked, in the order of the answer.
    pub claims: Vec<Claim>,
    /// Items that were no claims: of a wrong form, without a name or a quote, or beyond the bound.
    pub dropped: usize,
}

/// How the reading of a chunk ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChunkState {
    /// With claims.
    Extracted,
    /// The model says that nothing is stated.
    Empty,
    /// The model, or a filter before it, does not want to read it.
    Refused,
    /// The answer was cut off at its longest; what was whole is kept.
    CutOff,
    /// The answer cannot be read.
    Failed(String),
}

pub(super) fn read(ask: &Ask, document: &Document, sight: &Sight, extractor: &str, completion: &Completion) -> Answer {
    let ended = |state| Answer { state, claims: Vec::new(), dropped: 0 };
    if completion.refusal.is_some() || completion.finish == Finish::Filtered {
        return ended(ChunkState::Refused);
    }
    let cut_off = completion.finish == Finish::Length;
    let Some((answer, _)) = parse_leniently(&completion.content) else {
        let failed = ChunkState::Failed("the answer is not JSON".to_owned());
        return ended(if cut_off { ChunkState::CutOff } else { failed });
    };
    let reader = Reader { ask, document, sight, extractor };
    let asked = kinds(&ask.prompt);
    let items = items(&asked, &answer);
    if items.is_empty() && !has_list(&asked, &answer) {
        return ended(ChunkState::Failed("the answer is not of the form asked for".to_owned()));
    }
    let total = items.len();
    let mut claims: Vec<Claim> =
        items.into_iter().take(ITEMS_MAX).filter_map(|(kind, item)| reader.claim(kind, item)).collect();
    let dropped = total - claims.len();
    let mut seen = std::collections::BTreeSet::new();
    claims.retain(|claim| seen.insert(claim.clone()));
    let state = match (cut_off, claims.is_empty()) {
        (true, _) => ChunkState::CutOff,
        (false, true) if dropped > 0 => ChunkState::Failed("no item of the answer has the form asked for".to_owned()),
        (false, true) => ChunkState::Empty,
        (false, false) => ChunkState::Extracted,
    };
    Answer { state, claims, dropped }
}

/// The items of the lists that were asked for; also of one list of claims that name their kind, as some models prefer.
fn items<'a>(asked: &[ClaimKind], answer: &'a Value) -> Vec<(ClaimKind, &'a Map<String, Value>)> {
    let list =
        |name: &str| answer.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object);
    let mut items: Vec<_> = asked.iter().flat_map(|kind| list(kind.list()).map(|item| (*kind, item))).collect();
    items.extend(list("claims").filter_map(|item| {
        let name = item.get("kind")?.as_str()?;
        asked.iter().find(|kind| kind.as_str() == name || kind.list() == name).map(|kind| (*kind, item))
    }));
    items
}

fn has_list(asked: &[ClaimKind], answer: &Value) -> bool {
    let mut names = asked.iter().map(|kind| kind.list()).chain(["claims"]);
    names.any(|name| answer.get(name).is_some_and(Value::is_array))
}

struct Reader<'a> {
    ask: &'a Ask,
    document: &'a Document,
    sight: &'a Sight,
    extractor: &'a str,
}

impl Reader<'_> {
    fn claim(&self, kind: ClaimKind, item: &Map<String, Value>) -> Option<Claim> {
        let fields = Fields { item, secrets: &self.ask.secrets };
        let statement = statement(kind, &fields)?;
        let quote = fields.bounded("quote", QUOTE_BYTES_MAX)?;
        let status = fields.term("status").unwrap_or_default();
        Some(Claim {
            statement,
            status: if kind == ClaimKind::Question { Status::Implemented } else { status },
            evidence: vec![self.quote(quote)],
            extractor: self.extractor.to_owned(),
            confidence: CONFIDENCE,
        })
    }

    /// The quote with the place where it, or else its chunk, stands in the document.
    fn quote(&self, text: String) -> Quote {
        let visible = &self.sight.visible;
        let chunk = self.ask.chunk.span;
        let inside = chunk.of(visible.text()).and_then(|chunk_text| chunk_text.find(text.as_str()));
        let start = chunk.start + inside.unwrap_or(0);
        let source = visible.source(Span::new(start, start + 1));
        Quote { document: self.document.id.clone(), text, at: source.map(|span| span.start) }
    }
}

struct Fields<'a> {
    item: &'a Map<String, Value>,
    secrets: &'a Secrets,
}

impl Fields<'_> {
    /// A text that says something. Numbers are texts too; longer texts than any field has are none.
    fn text(&self, name: &str) -> Option<String> {
        let text = self.bounded(name, FIELD_BYTES_MAX)?;
        let nothing = ["null", "n/a", "unknown", "unspecified", "not specified", "not stated", "undefined", "-"];
        (!nothing.contains(&text.to_lowercase().as_str())).then_some(text)
    }

    /// A text that is not just the word for nothing, for fields in which that word has no meaning.
    fn some(&self, name: &str) -> Option<String> {
        self.text(name).filter(|text| !text.eq_ignore_ascii_case("none"))
    }

    fn bounded(&self, name: &str, bytes_max: usize) -> Option<String> {
        let text = match self.item.get(name)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty() && text.len() <= bytes_max).then(|| self.secrets.put_back(&text))
    }

    fn list(&self, name: &str) -> Vec<String> {
        let texts = match self.item.get(name) {
            Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(text)) => vec![text.as_str()],
            _ => Vec::new(),
        };
        let texts = texts.into_iter().map(str::trim).filter(|text| !text.is_empty() && text.len() <= FIELD_BYTES_MAX);
        texts.take(LIST_MAX).map(|text| self.secrets.put_back(text)).collect()
    }

    fn flag(&self, name: &str) -> Option<bool> {
        match self.item.get(name)? {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => text.to_lowercase().parse().ok(),
            _ => None,
        }
    }

    fn term<T: Term>(&self, name: &str) -> Option<T> {
        let text = self.item.get(name)?.as_str()?.trim().to_lowercase();
        T::parse(&text.replace([' ', '-'], "_"))
    }

    fn terms<T: Term>(&self, name: &str) -> Vec<T> {
        let mut terms: Vec<T> = self.list(name).iter().filter_map(|text| T::parse(&text.to_lowercase())).collect();
        terms.sort();
        terms.dedup();
        terms
    }
}

/// The statement of an item, or `None` when what it needs is missing.
fn statement(kind: ClaimKind, fields: &Fields<'_>) -> Option<Statement> {
    Some(match kind {
        ClaimKind::Component => Statement::Component(ComponentClaim {
            name: fields.some("name")?,
            component_type: fields.term("type"),
            technology: fields.some("technology"),
            exposure: fields.term("exposure"),
            owner: fields.some("owner"),
            aliases: fields.list("aliases"),
        }),
        ClaimKind::Boundary => Statement::Boundary(BoundaryClaim {
            name: fields.some("name")?,
            boundary_type: fields.term("type"),
            members: fields.list("members"),
        }),
        ClaimKind::Flow => Statement::Flow(FlowClaim {
            source: fields.some("source")?,
            target: fields.some("target")?,
            protocol: fields.some("protocol"),
            data: fields.list("data"),
            authentication: fields.text("authentication"),
            encryption: fields.text("encryption"),
            mode: fields.term("mode"),
        }),
        ClaimKind::Data => Statement::Data(DataClaim {
            name: fields.some("name")?,
            component: fields.some("component"),
            classification: fields.term("classification"),
            handling: fields.terms("handling"),
            encrypted_at_rest: fields.flag("encrypted_at_rest"),
            retention: fields.some("retention"),
        }),
        ClaimKind::Endpoint => Statement::Endpoint(EndpointClaim {
            path: fields.some("path")?,
            component: fields.some("component"),
            method: fields.some("method").map(|method| method.to_uppercase()),
            exposure: fields.term("exposure"),
            authentication: fields.text("authentication"),
            authorization: fields.text("authorization"),
        }),
        ClaimKind::Control => Statement::Control(ControlClaim {
            control_type: fields.term("type")?,
            on: fields.list("on"),
            mechanism: fields.some("mechanism"),
        }),
        ClaimKind::Permission => Statement::Permission(PermissionClaim {
            principal: fields.some("principal")?,
            action: fields.some("action")?,
            resource: fields.some("resource")?,
            condition: fields.some("condition"),
        }),
        ClaimKind::Assumption => {
            Statement::Assumption(AssumptionClaim { statement: fields.some("statement")?, about: fields.list("about") })
        }
        ClaimKind::Decision => Statement::Decision(DecisionClaim {
            statement: fields.some("statement")?,
            rationale: fields.some("rationale"),
            about: fields.list("about"),
            alternatives: fields.list("alternatives"),
        }),
        ClaimKind::AcceptedRisk => Statement::AcceptedRisk(AcceptedRiskClaim {
            statement: fields.some("statement")?,
            about: fields.list("about"),
            owner: fields.some("owner"),
            accepted_on: fields.some("accepted_on"),
            expires_on: fields.some("expires_on"),
            rationale: fields.some("rationale"),
        }),
        ClaimKind::Question => {
            Statement::Question(QuestionClaim { statement: fields.some("statement")?, about: fields.list("about") })
        }
        ClaimKind::Incident => Statement::Incident(IncidentClaim {
            statement: fields.some("statement")?,
            about: fields.list("about"),
            occurred_on: fields.some("occurred_on"),
            cause: fields.some("cause"),
            follow_up: fields.some("follow_up"),
        }),
    })
}
