//! The threats of the page: an overview by status and severity, then each with its premises and their quotes.

use cairn_model::{Citation, Severity, Threat, ThreatStatus, Truth};

use super::Context;
use super::page::Page;

/// Severities in the order of the overview's columns.
const SEVERITIES: [Severity; 4] = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];

pub(super) fn write(page: &mut Page, context: &Context<'_>, threats: &[Threat]) {
    page.heading(2, "Threats");
    if threats.is_empty() {
        page.paragraph("No rule was met.");
    }
    overview(page, threats);
    for status in ThreatStatus::ALL {
        let mut of_status: Vec<&Threat> = threats.iter().filter(|threat| threat.status == status).collect();
        if of_status.is_empty() {
            continue;
        }
        of_status.sort_by(|a, b| b.score_tenths.cmp(&a.score_tenths).then_with(|| a.id.cmp(&b.id)));
        page.heading(3, &sentence_case(status.as_str()));
        for threat in of_status {
            write_threat(page, context, threat);
        }
    }
}

/// Quotes with their places, as links.
pub(super) fn write_evidence(page: &mut Page, context: &Context<'_>, evidence: &[Citation]) {
    for citation in evidence {
        let path = context.paths.get(&citation.document).copied().unwrap_or(citation.document.as_str());
        page.quote(path, citation.line, &citation.quote);
    }
}

fn overview(page: &mut Page, threats: &[Threat]) {
    let count = |status: ThreatStatus, severity: Severity| {
        threats.iter().filter(|threat| threat.status == status && threat.severity == severity).count().to_string()
    };
    let row = |status: ThreatStatus| {
        let name = status.as_str().replace('_', " ");
        std::iter::once(name).chain(SEVERITIES.map(|severity| count(status, severity))).collect()
    };
    let occurring = ThreatStatus::ALL.into_iter().filter(|status| threats.iter().any(|it| it.status == *status));
    page.table(&["Status", "Critical", "High", "Medium", "Low"], occurring.map(row));
}

fn write_threat(page: &mut Page, context: &Context<'_>, threat: &Threat) {
    page.heading(4, &threat.title);
    let tenths = threat.score_tenths;
    let stride: Vec<&str> = threat.stride.iter().map(|it| it.letter()).collect();
    page.item(&format!("Severity: {} ({}.{})", threat.severity.as_str(), tenths / 10, tenths % 10));
    page.item(&format!("About: {}", context.labels.get(&threat.subject)));
    page.item(&format!("Rule: {}", threat.rule));
    page.item(&format!("STRIDE: {}", stride.join(", ")));
    if let Some(number) = threat.cwe {
        page.item(&format!("CWE: CWE-{number}"));
    }
    if !threat.references.is_empty() {
        page.item(&format!("References: {}", threat.references.join(", ")));
    }
    page.item(&format!("Id: {}", threat.id));
    if let Some(ruling) = &threat.ruling {
        let until = ruling.expires.map(|date| format!(" until {date}")).unwrap_or_default();
        let over = if ruling.in_force { "" } else { ", which is past" };
        let who = ruling.owner.as_deref().unwrap_or(&ruling.by);
        page.item(&format!("Decided: {} by {who}{until}{over}: {}", ruling.kind.as_str(), ruling.reason));
    }
    for (at, premise) in threat.explanation.iter().enumerate() {
        let truth = match premise.truth {
            Truth::True => "holds",
            Truth::False => "does not hold",
            Truth::Unknown => "unknown: no document says",
        };
        page.paragraph(&format!("Premise {}: {} ({truth})", at + 1, premise.premise));
        write_evidence(page, context, &premise.evidence);
    }
    if !threat.questions.is_empty() {
        page.paragraph("To ask:");
        for question in &threat.questions {
            page.item(question);
        }
    }
    page.paragraph(&format!("What to do: {}", threat.remediation));
}

fn sentence_case(status: &str) -> String {
    let mut letters = status.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).map(|c| if c == '_' { ' ' } else { c }).collect()
}
