//! What would change: a claim or a document is not there, a control fails, an assumption is wrong, a control is added, something is in the wrong
//! hands. The model under the change is compared with the model as it is, and nothing of it is kept. Changes of controls and
//! assumptions are tried in what was derived already (`trials`); for a claim or document that nobody wrote, and for somebody else
//! who attacks, the whole is derived again.

mod compare;
mod meant;
mod trials;

use std::collections::BTreeSet;

use cairn_model::{Citation, Date, ElementId, Status};
use cairn_paths::Change;

use crate::decisions::decisions;
use crate::model::{Trial, model_under};
use crate::{EngineError, Workspace, model, rules};
pub use compare::{Difference, ThreatChange};
use compare::{Outcome, compare};
pub use meant::element;
use meant::{added, label, unknown, without};
pub use trials::Trials;

/// Elements that can be in the wrong hands at once.
const COMPROMISED_MAX: usize = 16;

/// What is supposed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Supposition {
    /// Claims, controls or assumptions that are taken away, by id or words; documents by path.
    pub without: Vec<String>,
    /// Controls that are added: `control TYPE on NAME [mechanism]`.
    pub with: Vec<String>,
    /// Elements in the wrong hands, by name or id.
    pub compromise: Vec<String>,
}

/// Derives the model under a supposition and compares. The inner error is the asker's: a name that means nothing or several things.
pub async fn what_if(
    workspace: &Workspace,
    as_of: Date,
    supposition: &Supposition,
) -> Result<Result<Difference, String>, EngineError> {
    let before = model(workspace, as_of).await?;
    let mut trial = Trial::default();
    let mut supposed = Vec::new();
    for wanted in &supposition.without {
        match without(&before.system, &before.documents, wanted) {
            Ok(it) => it.suppose(&mut trial, &mut supposed),
            Err(reason) => return Ok(Err(reason)),
        }
    }
    for wanted in &supposition.with {
        match added(&before.system, wanted) {
            Ok(control) => {
                supposed.push(format!("supposed: {} is there", wanted.trim()));
                trial.change.added.push(control);
            }
            Err(reason) => return Ok(Err(reason)),
        }
    }
    if supposition.compromise.len() > COMPROMISED_MAX {
        return Ok(Err(format!("at most {COMPROMISED_MAX} elements can be in the wrong hands at once")));
    }
    let mut attackers = before.attackers.clone();
    for wanted in &supposition.compromise {
        let Some((id, name)) = element(&before.system, wanted) else { return Ok(Err(unknown(wanted))) };
        supposed.push(format!("supposed: {name} is in the wrong hands"));
        attackers = attackers.and_compromised(&id, &name);
    }
    if trial.is_merged_already() && supposition.compromise.is_empty() {
        let (rules, decisions) = (rules(workspace)?, decisions(workspace)?);
        let difference = Trials::new(&before, &rules, &decisions, as_of).difference(&trial.change);
        return Ok(Ok(Difference { supposed, ..difference }));
    }
    let after = model_under(workspace, as_of, &trial).await?;
    if !trial.claims.is_empty() && after.system.rejected == before.system.rejected {
        let ids: Vec<String> = trial.claims.iter().map(|id| format!("`{id}`")).collect();
        return Ok(Err(format!("no claim has the id {}\nhint: `cairn claims` lists them", ids.join(", "))));
    }
    let was = Outcome::of(&before, &before.attackers);
    let mut difference = compare(&was, &Outcome::of(&after, &attackers));
    difference.supposed = supposed;
    Ok(Ok(difference))
}

/// Something that the model rests on, with what would follow if it did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Support {
    /// The assumption or control.
    pub id: ElementId,
    /// What it says.
    pub statement: String,
    /// Whether it is an assumption; else it is a control that one document alone tells of.
    pub is_assumption: bool,
    /// What would be different without it, in the whole model.
    pub difference: Difference,
    /// Where it is said.
    pub evidence: Vec<Citation>,
}

/// All assumptions and all implemented controls that one document alone tells of, by the size of what would be different without
/// them; what changes nothing is kept at the end.
pub async fn supports(workspace: &Workspace, as_of: Date) -> Result<Vec<Support>, EngineError> {
    let before = model(workspace, as_of).await?;
    let (rules, decisions) = (rules(workspace)?, decisions(workspace)?);
    let trials = Trials::new(&before, &rules, &decisions, as_of);
    let mut found = Vec::new();
    for assumption in before.system.assumptions.iter().filter(|it| it.status != Status::Absent) {
        let change = Change { wrong: [assumption.id.clone()].into(), ..Change::default() };
        let difference = trials.difference(&change);
        let (id, statement) = (assumption.id.clone(), assumption.statement.clone());
        found.push(Support { id, statement, is_assumption: true, difference, evidence: assumption.evidence.clone() });
    }
    for control in
        before.system.controls.iter().filter(|it| it.status == Status::Implemented && is_single_source(&it.evidence))
    {
        let change = Change { failed: [control.id.clone()].into(), ..Change::default() };
        let difference = trials.difference(&change);
        let statement = label(&before.system, control);
        let id = control.id.clone();
        found.push(Support { id, statement, is_assumption: false, difference, evidence: control.evidence.clone() });
    }
    found.sort_by(|one, other| {
        let rank = |it: &Support| (usize::MAX - it.difference.gained.len(), usize::MAX - it.difference.size());
        rank(one).cmp(&rank(other)).then_with(|| one.id.cmp(&other.id))
    });
    Ok(found)
}

fn is_single_source(evidence: &[Citation]) -> bool {
    let documents: BTreeSet<_> = evidence.iter().map(|it| &it.document).collect();
    documents.len() == 1
}
