//! CODEOWNERS: who must agree to changes of which files. Paths are no components, so owners are permissions, and the rule
//! that somebody must agree is a control where the file covers everything.

use cairn_model::{ControlType, Document, PermissionClaim};

use crate::Reading;
use crate::diagram::lines;
use crate::facts::Facts;

/// Whether the path is one of those at which hosts look for the file.
pub(crate) fn is(path: &str) -> bool {
    path.rsplit('/').next() == Some("CODEOWNERS")
}

/// Reads one rule a line.
pub(crate) fn read(document: &Document) -> Reading {
    let mut facts = Facts::new(document, "structured/codeowners/1");
    for line in lines(&document.text, 0) {
        let rule = line.text.split('#').next().unwrap_or_default().trim();
        let mut words = rule.split_whitespace();
        let Some(pattern) = words.next().filter(|pattern| !pattern.starts_with(['[', '^'])) else { continue };
        let owners: Vec<&str> = words.filter(|word| word.contains('@')).collect();
        for owner in &owners {
            let claim = PermissionClaim {
                principal: owner.trim_start_matches('@').to_owned(),
                action: "review changes".to_owned(),
                resource: pattern.to_owned(),
                condition: None,
            };
            facts.permission(claim, &[line.place()]);
        }
        if pattern == "*" && !owners.is_empty() {
            facts.protects(ControlType::HumanApproval, "", "code owners review changes", &[line.place()]);
        }
    }
    facts.finish()
}
