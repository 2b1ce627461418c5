//! The table of threats as CSV, for spreadsheets.

use std::fmt::Write as _;

use cairn_model::Threat;

use crate::Material;
use crate::parts::score;

/// The threats, one a line, with a head. A cell that a spreadsheet would compute is made a text.
pub fn csv(material: &Material<'_>, threats: &[Threat]) -> String {
    let mut csv =
        String::from("id,severity,score,status,title,element,stride,cwe,rule,decision,owner,expires,remediation\r\n");
    for threat in threats {
        let ruling = threat.ruling.as_ref();
        let cells = [
            threat.id.to_string(),
            threat.severity.as_str().to_owned(),
            score(threat.score_tenths),
            threat.status.as_str().to_owned(),
            threat.title.clone(),
            material.label(&threat.subject).to_owned(),
            threat.stride.iter().map(|it| it.letter()).collect::<Vec<_>>().join(" "),
            threat.cwe.map(|cwe| cwe.to_string()).unwrap_or_default(),
            threat.rule.clone(),
            ruling.map(|it| it.kind.as_str().to_owned()).unwrap_or_default(),
            ruling.and_then(|it| it.owner.clone()).unwrap_or_default(),
            ruling.and_then(|it| it.expires).map(|it| it.to_string()).unwrap_or_default(),
            threat.remediation.clone(),
        ];
        let line: Vec<String> = cells.iter().map(|it| cell(it)).collect();
        writeln!(csv, "{}\r", line.join(",")).expect("writing into a text does not fail");
    }
    csv
}

fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if is_formula { "'" } else { "" }, text.replace('"', "\"\""))
}
