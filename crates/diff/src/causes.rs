//! Why something changed: the sentences under it that did, or else what changed in the engine, or the day.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Citation, DocumentId, ElementId, Span, Statement};

use crate::changes::{Cause, ClaimChange, Class, Passage, SentenceChange};
use crate::state::{KnownClaim, State};
use crate::text::Texts;

/// So many causes of one change are told.
const CAUSES_MAX: usize = 8;

/// Finds causes.
pub(crate) struct Explainer<'a> {
    before: &'a State<'a>,
    after: &'a State<'a>,
    texts: &'a Texts,
    /// Claims of one side only, by the normal form of each name that they speak of.
    changed_claims: BTreeMap<String, Vec<(&'a KnownClaim, bool)>>,
    /// The names of elements.
    names: BTreeMap<&'a ElementId, Vec<&'a str>>,
    paths: BTreeMap<&'a DocumentId, &'a str>,
    /// The inputs beside documents that differ.
    engine: BTreeSet<&'a str>,
    /// Who read what before and after, where some reader is another one.
    readers: (Readers<'a>, Readers<'a>),
}

/// Who read a passage, by document and place.
type Readers<'a> = BTreeMap<(&'a DocumentId, Span), BTreeSet<&'a str>>;

impl<'a> Explainer<'a> {
    pub(crate) fn new(before: &'a State<'a>, after: &'a State<'a>, texts: &'a Texts) -> Self {
        let mut names: BTreeMap<&ElementId, Vec<&str>> = BTreeMap::new();
        for system in [before.system, after.system] {
            for it in &system.components {
                let all = std::iter::once(&it.name).chain(&it.aliases).map(String::as_str);
                names.entry(&it.id).or_default().extend(all);
            }
            for it in &system.data {
                names.entry(&it.id).or_default().push(&it.name);
            }
        }
        let documents = before.documents.iter().chain(after.documents);
        let both: BTreeSet<&String> = before.engine.keys().chain(after.engine.keys()).collect();
        let differs = |name: &&String| before.engine.get(*name) != after.engine.get(*name);
        let engine: BTreeSet<&str> = both.into_iter().filter(differs).map(String::as_str).collect();
        let other_readers = engine.iter().any(|name| name.starts_with(READERS));
        let readers = |state: &'a State<'a>| if other_readers { readers(state.claims) } else { Readers::new() };
        Self {
            before,
            after,
            texts,
            changed_claims: changed_claims(before.claims, after.claims),
            names,
            paths: documents.map(|document| (&document.id, document.path.as_str())).collect(),
            engine,
            readers: (readers(before), readers(after)),
        }
    }

    /// Why what rested on `old` citations rests on `new` ones now, or is judged otherwise. `named` are the elements it is about,
    /// `rule` the rule that derives it, and `expired` says whether an acceptance is past its day on one side only.
    pub(crate) fn causes(
        &self,
        old: &[Citation],
        new: &[Citation],
        named: &[&ElementId],
        rule: Option<&str>,
        expired: bool,
    ) -> Vec<Cause> {
        let words =
            |citations: &[Citation]| -> BTreeSet<String> { citations.iter().map(|it| folded(&it.quote)).collect() };
        let (old_words, new_words) = (words(old), words(new));
        let mut causes: BTreeSet<Cause> = BTreeSet::new();
        for citation in old.iter().filter(|it| !new_words.contains(&folded(&it.quote))) {
            causes.extend(self.texts.at_before(citation).into_iter().map(|change| self.told(citation, change)));
        }
        for citation in new.iter().filter(|it| !old_words.contains(&folded(&it.quote))) {
            causes.extend(self.texts.at_after(citation).into_iter().map(|change| self.told(citation, change)));
        }
        if causes.is_empty() {
            causes.extend(rule.and_then(|rule| self.rule_changed(rule)));
        }
        if causes.is_empty() && expired && self.before.as_of != self.after.as_of {
            causes.insert(Cause::Time { from: self.before.as_of, to: self.after.as_of });
        }
        if causes.is_empty() {
            causes.extend(self.by_claims(named));
        }
        if causes.is_empty() {
            causes.extend(self.by_standing(old.iter().chain(new)));
        }
        if causes.is_empty() && (old_words != new_words || self.are_read_by_others(old, new)) {
            causes.extend(self.by_readers());
        }
        if causes.is_empty() && self.engine.contains(SETTINGS) {
            causes.insert(Cause::Settings);
        }
        if causes.is_empty() {
            causes.insert(Cause::Indirect);
        }
        causes.into_iter().take(CAUSES_MAX).collect()
    }

    /// The name of an element, or its id where it has none.
    pub(crate) fn name(&self, id: &ElementId) -> String {
        let name = self.names.get(id).and_then(|names| names.first());
        name.map_or_else(|| id.to_string(), |name| (*name).to_owned())
    }

    /// The claims that are not as they were.
    pub(crate) fn claims(&self) -> Vec<ClaimChange> {
        let by_id = |claims: &'a [KnownClaim]| -> BTreeMap<&'a ElementId, &'a KnownClaim> {
            claims.iter().map(|claim| (&claim.id, claim)).collect()
        };
        let (olds, news) = (by_id(self.before.claims), by_id(self.after.claims));
        let ids: BTreeSet<&ElementId> = olds.keys().chain(news.keys()).copied().collect();
        let mut changes = Vec::new();
        for id in ids {
            let (old, new) = (olds.get(id).copied(), news.get(id).copied());
            let (before, after) = (old.and_then(|it| self.place(it)), new.and_then(|it| self.place(it)));
            let class = match (old, new) {
                (None, _) => Class::New,
                (_, None) => Class::Resolved,
                _ if before == after => continue,
                _ => Class::Unchanged,
            };
            let Some(claim) = new.or(old) else { continue };
            let cited = |claim: Option<&KnownClaim>| claim.map(|it| it.evidence.clone()).unwrap_or_default();
            let causes = match class {
                Class::Unchanged => Vec::new(),
                _ => self.causes(&cited(old), &cited(new), &[], None, false),
            };
            let title = title(&claim.statement);
            changes.push(ClaimChange {
                id: id.clone(),
                kind: claim.statement.kind(),
                title,
                class,
                before,
                after,
                causes,
            });
        }
        changes
    }

    /// Where a citation stands.
    pub(crate) fn passage(&self, citation: &Citation) -> Passage {
        let path = self.paths.get(&citation.document).copied().unwrap_or_default().to_owned();
        Passage { path, line: citation.line, text: citation.quote.to_string() }
    }

    fn place(&self, claim: &KnownClaim) -> Option<Passage> {
        claim.evidence.first().map(|citation| self.passage(citation))
    }

    fn told(&self, citation: &Citation, change: &SentenceChange) -> Cause {
        let decided =
            [self.before.decided, self.after.decided].into_iter().flatten().any(|it| *it == citation.document);
        if decided {
            let entry = Some(self.passage(citation));
            return Cause::Decision(match change.after {
                Some(_) => SentenceChange { before: None, after: entry },
                None => SentenceChange { before: entry, after: None },
            });
        }
        let path = self.paths.get(&citation.document).copied().unwrap_or_default();
        match path.strip_prefix(IMPORTED) {
            Some(name) => Cause::Import(name.to_owned()),
            None => Cause::Text(change.clone()),
        }
    }

    fn rule_changed(&self, rule: &str) -> Option<Cause> {
        let file = format!("/{rule}.toml");
        let is_it = |name: &&&str| name.ends_with(&file) && !name.starts_with(ATTACKERS);
        self.engine.iter().find(is_it).map(|name| Cause::Rule((*name).to_owned()))
    }

    /// That the profile of the attacker is another one, or is there on one side only.
    pub(crate) fn attacker_changed(&self, attacker: &str) -> Option<Cause> {
        let file = format!("{ATTACKERS}{attacker}.toml");
        self.engine.contains(file.as_str()).then_some(Cause::Attacker(file))
    }

    /// What the claims say that are of one side only and speak of the elements.
    fn by_claims(&self, named: &[&ElementId]) -> BTreeSet<Cause> {
        let mut causes = BTreeSet::new();
        let names = named.iter().filter_map(|id| self.names.get(*id)).flatten();
        for (claim, is_old) in names.filter_map(|name| self.changed_claims.get(&folded(name))).flatten() {
            for citation in &claim.evidence {
                let changes = if *is_old { self.texts.at_before(citation) } else { self.texts.at_after(citation) };
                causes.extend(changes.into_iter().map(|change| self.told(citation, change)));
            }
        }
        causes
    }

    /// That a document is in force now, or is not any more: what it says stays, and weighs otherwise.
    fn by_standing<'c>(&self, cited: impl Iterator<Item = &'c Citation>) -> BTreeSet<Cause> {
        let documents: BTreeSet<&DocumentId> = cited.map(|it| &it.document).collect();
        let changes = documents.into_iter().flat_map(|document| self.texts.of_document(document));
        let says = |passage: &Option<Passage>| passage.as_ref().is_some_and(|it| states_standing(&it.text));
        changes.filter(|it| says(&it.before) || says(&it.after)).map(|it| Cause::Text(it.clone())).collect()
    }

    /// Whether somebody else read the passages than before.
    fn are_read_by_others(&self, old: &[Citation], new: &[Citation]) -> bool {
        let of = |readers: &Readers<'a>, cited: &[Citation]| -> BTreeSet<&'a str> {
            cited.iter().filter_map(|it| readers.get(&(&it.document, it.span))).flatten().copied().collect()
        };
        of(&self.readers.0, old) != of(&self.readers.1, new)
    }

    /// The same text and other claims: a reader is another one.
    fn by_readers(&self) -> BTreeSet<Cause> {
        let readers = self.engine.iter().filter_map(|name| name.strip_prefix(READERS));
        readers.map(|name| Cause::Reader(name.to_owned())).collect()
    }
}

/// Names of inputs, as the engine gives them.
const SETTINGS: &str = "cairn.toml";
const ATTACKERS: &str = "attackers/";
const READERS: &str = "version/";
const IMPORTED: &str = "imported/";

/// Whether the line is the entry in a document's head that says how it stands, such as `- Status: accepted`.
fn states_standing(line: &str) -> bool {
    let entry = line.trim_start_matches(|character: char| !character.is_alphanumeric()).to_lowercase();
    let rest = entry.strip_prefix("status").or_else(|| entry.strip_prefix("state"));
    rest.is_some_and(|rest| rest.trim_start_matches(['*', '_', ' ']).starts_with(':'))
}

fn readers(claims: &[KnownClaim]) -> Readers<'_> {
    let mut readers = Readers::new();
    for claim in claims {
        for citation in &claim.evidence {
            readers.entry((&citation.document, citation.span)).or_default().insert(claim.extractor.as_str());
        }
    }
    readers
}

fn changed_claims<'a>(
    before: &'a [KnownClaim],
    after: &'a [KnownClaim],
) -> BTreeMap<String, Vec<(&'a KnownClaim, bool)>> {
    let ids = |claims: &'a [KnownClaim]| -> BTreeSet<&'a ElementId> { claims.iter().map(|claim| &claim.id).collect() };
    let (olds, news) = (ids(before), ids(after));
    let gone = before.iter().filter(|claim| !news.contains(&claim.id)).map(|claim| (claim, true));
    let come = after.iter().filter(|claim| !olds.contains(&claim.id)).map(|claim| (claim, false));
    let mut changed: BTreeMap<String, Vec<(&KnownClaim, bool)>> = BTreeMap::new();
    for (claim, is_old) in gone.chain(come) {
        for name in names(&claim.statement) {
            changed.entry(folded(name)).or_default().push((claim, is_old));
        }
    }
    changed
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The names that a statement speaks of.
fn names(statement: &Statement) -> Vec<&str> {
    match statement {
        Statement::Component(body) => vec![&body.name],
        Statement::Boundary(body) => [vec![body.name.as_str()], all(&body.members)].concat(),
        Statement::Flow(body) => [vec![body.source.as_str(), &body.target], all(&body.data)].concat(),
        Statement::Data(body) => std::iter::once(body.name.as_str()).chain(body.component.as_deref()).collect(),
        Statement::Endpoint(body) => std::iter::once(body.path.as_str()).chain(body.component.as_deref()).collect(),
        Statement::Control(body) => all(&body.on),
        Statement::Permission(body) => vec![&body.principal, &body.resource],
        Statement::Assumption(body) => all(&body.about),
        Statement::Decision(body) => all(&body.about),
        Statement::AcceptedRisk(body) => all(&body.about),
        Statement::Question(body) => all(&body.about),
        Statement::Incident(body) => all(&body.about),
    }
}

fn all(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// What a statement says, in a few words.
fn title(statement: &Statement) -> String {
    match statement {
        Statement::Component(body) => body.name.clone(),
        Statement::Boundary(body) => body.name.clone(),
        Statement::Flow(body) => format!("{} -> {}", body.source, body.target),
        Statement::Data(body) => body.name.clone(),
        Statement::Endpoint(body) => format!("{} {}", body.method.as_deref().unwrap_or("*"), body.path),
        Statement::Control(body) => {
            let kind = cairn_model::Term::as_str(body.control_type).replace('_', " ");
            if body.on.is_empty() { kind } else { format!("{kind} on {}", body.on.join(", ")) }
        }
        Statement::Permission(body) => format!("{} may {} {}", body.principal, body.action, body.resource),
        Statement::Assumption(body) => body.statement.clone(),
        Statement::Decision(body) => body.statement.clone(),
        Statement::AcceptedRisk(body) => body.statement.clone(),
        Statement::Question(body) => body.statement.clone(),
        Statement::Incident(body) => body.statement.clone(),
    }
}
