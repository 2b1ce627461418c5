//! Threats that have one cause, so that a reader meets each cause once.
//!
//! The same words of a document can decide many threats: "no audit log" on nine parts, or one missing control that several
//! rules ask for. Those are one group, whatever their rules. What is left of one rule and one status is one group as well: the
//! same thing is to be done or asked, on several elements. Nothing is dropped; a group has all its threats.

use std::collections::BTreeMap;

use cairn_model::{Citation, PremiseRole, Threat, ThreatStatus, Truth};

/// Threats with one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreatGroup<'t> {
    /// What they have in common.
    pub cause: Cause<'t>,
    /// The threats, worst first; never empty.
    pub threats: Vec<&'t Threat>,
}

/// What the threats of a group have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause<'t> {
    /// One passage decides their status.
    Passage(&'t Citation),
    /// One rule was met.
    Rule(&'t str),
}

/// The groups of `threats`, most pressing first.
pub fn group<'t>(threats: &[&'t Threat]) -> Vec<ThreatGroup<'t>> {
    let mut by_passage: BTreeMap<(ThreatStatus, &Citation), Vec<&Threat>> = BTreeMap::new();
    let mut by_rule: BTreeMap<(ThreatStatus, &str), Vec<&Threat>> = BTreeMap::new();
    for threat in threats {
        match deciding(threat) {
            Some(citation) => by_passage.entry((threat.status, citation)).or_default().push(threat),
            None => by_rule.entry((threat.status, &threat.rule)).or_default().push(threat),
        }
    }
    let mut groups = Vec::new();
    for ((status, citation), members) in by_passage {
        // A passage that decides one threat is no cause in common; its rule may be.
        match members.as_slice() {
            [only] => by_rule.entry((status, &only.rule)).or_default().push(only),
            _ => groups.push(ThreatGroup { cause: Cause::Passage(citation), threats: members }),
        }
    }
    groups.extend(
        by_rule.into_iter().map(|((_, rule), members)| ThreatGroup { cause: Cause::Rule(rule), threats: members }),
    );
    for group in &mut groups {
        group.threats.sort_by(|a, b| b.score_tenths.cmp(&a.score_tenths).then_with(|| a.id.cmp(&b.id)));
    }
    groups.sort_by(|a, b| pressing(a).cmp(&pressing(b)));
    groups
}

/// The passage that decides the status: of the first control or acceptance that the status follows from.
fn deciding(threat: &Threat) -> Option<&Citation> {
    let wanted = if threat.status == ThreatStatus::Mitigated { Truth::False } else { Truth::True };
    let answers = threat.explanation.iter().filter(|it| it.role != PremiseRole::Condition);
    let mut answers = answers.filter(|it| it.role != PremiseRole::Severity && it.truth == wanted);
    answers.find_map(|premise| premise.evidence.first())
}

fn pressing<'t>(group: &ThreatGroup<'t>) -> (Option<ThreatStatus>, std::cmp::Reverse<u16>, Option<&'t str>) {
    let worst = group.threats.first();
    (
        worst.map(|threat| threat.status),
        std::cmp::Reverse(worst.map_or(0, |threat| threat.score_tenths)),
        worst.map(|threat| threat.id.as_str()),
    )
}
