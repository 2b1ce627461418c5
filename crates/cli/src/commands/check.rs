//! `cairn check --against REV`: a gate that looks only at what changed.

use cairn_diff::{Change, Changes, Class, ThreatChange};
use cairn_engine::InputKind;
use cairn_model::ThreatStatus;
use cairn_report::{changes_json, changes_markdown};
use serde_json::json;

use super::diff::{known_before, summary, threat, workspace_at};
use crate::arguments::{Check, FailsOn, Format};
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{count, one_line};

pub(crate) async fn run(context: &Context, arguments: &Check) -> Result<Ending, Failure> {
    let workspace = context.workspace_now().await?;
    let (baseline, trusted_day) = workspace_at(context, &arguments.against).await?;
    let (judged, unheeded) = workspace.judged_by(&baseline).await?;
    let (before, after) = cairn_engine::standings((&baseline, trusted_day), (&judged, context.as_of)).await?;
    let before = before.knowing(known_before(context, &arguments.against).await?);
    let changes = cairn_engine::changes(&before, &after);
    let failures: Vec<String> = arguments.fail_on.iter().filter_map(|what| failure(*what, &changes)).collect();
    let remarks = remarks(&failures, &unheeded);
    match context.format {
        Format::Json => {
            let fields = json!({ "failures": failures, "not_heeded": unheeded, "changes": changes_json(&changes) });
            records::print("cairn.check/1", fields)?;
        }
        Format::Markdown => {
            let title =
                if failures.is_empty() { "Threat model: nothing in the way" } else { "Threat model: needs a look" };
            Context::print_data(&changes_markdown(title, &remarks, &changes))?;
        }
        _ => {
            let changed = changes.threats.iter().filter(|it| it.class != Class::Unchanged);
            let mut text: String = changed.map(|it| threat(it, context.verbose)).collect();
            text.extend(remarks.iter().map(|remark| one_line(remark) + "\n"));
            context.print(&(text + &summary(&changes)))?;
        }
    }
    if failures.is_empty() {
        return Ok(Ending::Done);
    }
    Ok(Ending::GateFailed(format!("{} (--fail-on)", failures.join(", "))))
}

/// What fails, in words, if anything does.
fn failure(what: FailsOn, changes: &Changes) -> Option<String> {
    let (number, noun) = match what {
        FailsOn::New(least) => {
            let failing = changes.threats.iter().filter(|it| comes(it.class) && stands(it) && it.severity >= least);
            (failing.count(), format!("new threat of severity {} or above", least.as_str()))
        }
        FailsOn::Expired => {
            // What had ended already when the baseline was made was there for whoever trusted it.
            let is_past = |status| status == Some(ThreatStatus::AcceptanceExpired);
            let expired = changes.threats.iter().filter(|it| is_past(it.status.1) && !is_past(it.status.0));
            let ended = changes.threats.iter().filter(|it| it.decided == (true, false) && it.status.1.is_some());
            (expired.filter(|it| !it.decided.1).count() + ended.count(), "acceptance past its day".to_owned())
        }
        FailsOn::Conflict => {
            let open = |it: &&Change| {
                comes(it.class) && it.attributes.iter().all(|it| it.name != SETTLED || it.after.is_none())
            };
            (changes.conflicts.iter().filter(open).count(), "new conflict".to_owned())
        }
    };
    (number > 0).then(|| format!("{number} × {noun}"))
}

/// The attribute of a conflict that says which rule settles it.
const SETTLED: &str = "settled by";

const fn comes(class: Class) -> bool {
    matches!(class, Class::New | Class::Reopened)
}

/// Whether it stands by what is written; what is merely unknown is a question.
fn stands(it: &ThreatChange) -> bool {
    let finding = [ThreatStatus::Open, ThreatStatus::Disputed, ThreatStatus::AcceptanceExpired];
    !it.decided.1 && it.status.1.is_some_and(|status| finding.contains(&status))
}

fn remarks(failures: &[String], unheeded: &[String]) -> Vec<String> {
    let mut remarks = Vec::new();
    if !failures.is_empty() {
        remarks.push(format!("Fails: {}.", failures.join(", ")));
    }
    for kind in [InputKind::Decisions, InputKind::Settings, InputKind::Rule, InputKind::Attacker] {
        let number = unheeded.iter().filter(|name| InputKind::of(name) == kind).count();
        if number > 0 {
            let changed = count(number, "file");
            remarks.push(format!("Also changes {} ({changed}); judged by those of the baseline.", kind.as_str()));
        }
    }
    remarks
}
