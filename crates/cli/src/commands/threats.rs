//! `cairn threats`, and how threats are ordered, listed and gated everywhere.

use std::collections::{BTreeMap, BTreeSet};

use cairn_engine::Model;
use cairn_model::{Severity, Threat, ThreatStatus};
use cairn_threats::{Cause, Excluded, ThreatGroup, group};
use serde_json::{Value, json};

use crate::arguments::{Gate, Threats};
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::lookup::did_you_mean;
use crate::records;
use crate::text::{bold, count, dim, one_line, padded, severity, status};

/// Ids of further threats that a group shows.
const GROUP_IDS_MAX: usize = 4;

pub(crate) async fn run(context: &Context, arguments: &Threats) -> Result<Ending, Failure> {
    let workspace = context.workspace().await?;
    let rules = cairn_engine::rules(&workspace)?;
    for id in &arguments.rule {
        if rules.rule(id).is_none() {
            let hint = did_you_mean(id, rules.rules().map(|rule| rule.id.as_str()));
            return Err(Failure::usage(format!("there is no rule `{}`{hint}", one_line(id))));
        }
    }
    let model = context.model().await?;
    if arguments.excluded {
        return list_excluded(context, &model);
    }
    let meant = |threat: &&Threat| {
        is_asked_for(threat, arguments) && rules.rule(&threat.rule).is_none_or(|rule| arguments.filter.takes(rule))
    };
    let mut threats: Vec<&Threat> = model.threats.iter().filter(meant).collect();
    most_pressing_first(&mut threats);
    if context.is_json() {
        let ids: BTreeSet<&str> = threats.iter().map(|threat| threat.id.as_str()).collect();
        let found = records::filtered(&records::export(&model), "threats", |record| ids.contains(records::id(record)));
        let groups: Vec<Value> = group(&threats).iter().map(group_record).collect();
        records::print("cairn.threats/1", json!({ "threats": found, "groups": groups }))?;
    } else {
        context.print(&text(&threats, arguments, model.excluded.len()))?;
    }
    Ok(gate(threats, &arguments.gate))
}

fn text(threats: &[&Threat], arguments: &Threats, excluded: usize) -> String {
    let is_answered = |threat: &Threat| threat.status == ThreatStatus::Mitigated && arguments.status.is_empty();
    let shown: Vec<&Threat> = threats.iter().copied().filter(|threat| !is_answered(threat)).collect();
    let left_out = threats.len() - shown.len();
    let groups = group(&shown);
    let mut text: String = if arguments.all {
        shown.iter().map(|threat| overview_line(threat)).collect()
    } else {
        groups.iter().map(group_lines).collect()
    };
    let number = bold(&count(threats.len(), "threat"));
    text.extend([number, ": ".to_owned(), findings(threats.iter().copied()), "\n".to_owned()]);
    if !arguments.all && groups.len() < shown.len() {
        let causes = count(groups.len(), "cause");
        text += &dim(&format!("{} shown by {causes}: `--all` lists each\n", count(shown.len(), "threat")));
    }
    if left_out > 0 {
        text += &dim(&format!("{left_out} mitigated left out: `--status mitigated` lists them\n"));
    }
    if excluded > 0 {
        text += &dim(&format!("{excluded} excluded by the settings: `--excluded` lists them with the reasons\n"));
    }
    text
}

/// A group as its worst threat, with how many more there are for the same cause.
fn group_lines(group: &ThreatGroup<'_>) -> String {
    let Some((worst, more)) = group.threats.split_first() else { return String::new() };
    let head = overview_line(worst);
    if more.is_empty() {
        return head;
    }
    let ids: Vec<&str> = more.iter().take(GROUP_IDS_MAX).map(|threat| threat.id.as_str()).collect();
    let rest = if more.len() > GROUP_IDS_MAX { " …" } else { "" };
    let common = match group.cause {
        Cause::Passage(_) => "decided by the same passage",
        Cause::Rule(_) => "of the same rule",
    };
    let line = format!("and {} {common}: {}{rest}", more.len(), ids.join(" "));
    format!("{head}{} {}\n", " ".repeat(Severity::Critical.as_str().len()), dim(&line))
}

fn group_record(group: &ThreatGroup<'_>) -> Value {
    let ids: Vec<&str> = group.threats.iter().map(|threat| threat.id.as_str()).collect();
    let cause = match group.cause {
        Cause::Passage(citation) => json!({ "passage": citation.quote.as_str(), "line": citation.line }),
        Cause::Rule(rule) => json!({ "rule": rule }),
    };
    json!({ "cause": cause, "threats": ids })
}

fn list_excluded(context: &Context, model: &Model) -> Result<Ending, Failure> {
    if context.is_json() {
        let record =
            |it: &Excluded| json!({ "id": it.threat.id.as_str(), "rule": it.threat.rule, "because": it.because });
        let all: Vec<Value> = model.excluded.iter().map(record).collect();
        records::print("cairn.excluded/1", json!({ "excluded": all }))?;
        return Ok(Ending::Done);
    }
    let because = |it: &Excluded| format!("  because: {}\n", one_line(&it.because));
    let text: String = model.excluded.iter().map(|it| overview_line(&it.threat) + &because(it)).collect();
    context.print(&(text + &count(model.excluded.len(), "threat") + " excluded by the settings\n"))?;
    Ok(Ending::Done)
}

/// Open before mitigated, then bad before harmless, then by id.
pub(crate) fn most_pressing_first(threats: &mut [&Threat]) {
    threats.sort_by(|a, b| {
        a.status.cmp(&b.status).then(b.score_tenths.cmp(&a.score_tenths)).then_with(|| a.id.cmp(&b.id))
    });
}

/// One threat in two lines: what, and where to ask for more.
pub(crate) fn overview_line(threat: &Threat) -> String {
    let name = threat.severity.as_str();
    let severity = padded(&severity(threat.severity), name.len(), Severity::Critical.as_str().len());
    let status = padded(&status(threat.status), threat.status.as_str().len(), "acceptance expired".len());
    format!(
        "{severity} {status} {}\n{} {}\n",
        one_line(&threat.title),
        " ".repeat(Severity::Critical.as_str().len()),
        dim(&format!("{} [{}]{}", threat.id, threat.rule, ruled(threat)))
    )
}

/// What a person decided, for the end of a line.
fn ruled(threat: &Threat) -> String {
    let Some(ruling) = &threat.ruling else { return String::new() };
    let until = ruling.expires.map(|date| format!(" until {date}")).unwrap_or_default();
    let over = if ruling.in_force { "" } else { ", which is past" };
    format!(", {} by {}{until}{over}", ruling.kind.as_str(), one_line(ruling.owner.as_deref().unwrap_or(&ruling.by)))
}

/// How many threats there are of each status: `2 open, 5 unverified`.
pub(crate) fn findings<'a>(threats: impl IntoIterator<Item = &'a Threat>) -> String {
    let threats: Vec<&Threat> = threats.into_iter().collect();
    let of = |wanted: ThreatStatus| threats.iter().filter(|threat| threat.status == wanted).count();
    let counts = ThreatStatus::ALL.into_iter().map(|it| (of(it), it)).filter(|(number, _)| *number > 0);
    let counts: Vec<String> = counts.map(|(number, it)| format!("{number} {}", status(it))).collect();
    if counts.is_empty() { "no rule was met".to_owned() } else { counts.join(", ") }
}

/// Whether the gate lets these threats pass.
pub(crate) fn gate<'a>(threats: impl IntoIterator<Item = &'a Threat>, gate: &Gate) -> Ending {
    gate_of(&failing(threats), gate)
}

/// How many findings there are of each severity.
pub(crate) fn failing<'a>(threats: impl IntoIterator<Item = &'a Threat>) -> BTreeMap<String, usize> {
    let mut failing = BTreeMap::new();
    for threat in threats.into_iter().filter(|threat| is_finding(threat.status) && !is_decided(threat)) {
        *failing.entry(threat.severity.as_str().to_owned()).or_default() += 1;
    }
    failing
}

/// Whether the gate lets so many findings of each severity pass.
pub(crate) fn gate_of(failing: &BTreeMap<String, usize>, gate: &Gate) -> Ending {
    let Some(least) = gate.fail_on else { return Ending::Done };
    let all = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
    let severe = all.into_iter().filter(|severity| *severity >= least);
    let failing: usize = severe.filter_map(|severity| failing.get(severity.as_str())).sum();
    if failing == 0 {
        return Ending::Done;
    }
    Ending::GateFailed(format!("{} of severity `{}` or above (--fail-on)", count(failing, "finding"), least.as_str()))
}

/// Whether a person's decision about it holds.
fn is_decided(threat: &Threat) -> bool {
    threat.ruling.as_ref().is_some_and(|ruling| ruling.in_force)
}

/// Whether a threat of this status stands: what is merely unknown is a question, not a finding.
const fn is_finding(status: ThreatStatus) -> bool {
    matches!(status, ThreatStatus::Open | ThreatStatus::Disputed | ThreatStatus::AcceptanceExpired)
}

fn is_asked_for(threat: &Threat, arguments: &Threats) -> bool {
    (arguments.status.is_empty() || arguments.status.contains(&threat.status))
        && arguments.severity.is_none_or(|least| threat.severity >= least)
        && (arguments.rule.is_empty() || arguments.rule.contains(&threat.rule))
}
