//! What would change the status of a threat, told from its rule.

use cairn_model::{Term as _, Threat, ThreatStatus};

use crate::rule::RuleInfo;

/// Sentences that say what a document would have to say for the status to change.
pub fn outlook(threat: &Threat, rule: &RuleInfo) -> Vec<String> {
    let mut families: Vec<String> = rule.answered_by.iter().map(|it| it.as_str().replace('_', " ")).collect();
    families.dedup();
    let control = if families.is_empty() { "what answers it".to_owned() } else { families.join(" or ") };
    let there = format!("a document that says that {control} is there makes it mitigated");
    let missing = format!("one that says that {control} is missing makes it open");
    let accepted = "an acceptance with an owner and an end makes it accepted".to_owned();
    match threat.status {
        ThreatStatus::Open => vec![there, accepted],
        ThreatStatus::Disputed => vec!["a decision which of the sources holds settles it".to_owned()],
        ThreatStatus::AcceptanceExpired => vec!["a new acceptance makes it accepted".to_owned(), there],
        ThreatStatus::Unverified => vec![there, missing],
        ThreatStatus::Assumed => vec!["a document that confirms the assumption makes it mitigated".to_owned(), missing],
        ThreatStatus::Planned => {
            vec!["a document that says that the plan was carried out makes it mitigated".to_owned()]
        }
        ThreatStatus::Accepted => vec!["the end of the acceptance makes it a finding again".to_owned(), there],
        ThreatStatus::Mitigated => vec![missing, "a source that disagrees makes it disputed".to_owned()],
    }
}
