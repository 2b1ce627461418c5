//! `cairn history X`: in which revisions an element or a threat changed, and why.

use std::collections::BTreeSet;

use cairn_diff::{Changes, Class};
use cairn_engine::{Revision, RevisionRecord, Standing, Workspace};
use cairn_model::ElementId;
use cairn_report::changes_json;
use serde_json::{Value, json};

use super::diff::{other, threat};
use super::show;
use crate::context::{Context, named};
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, dim, one_line};

pub(crate) async fn run(context: &Context, wanted: &str, limit: usize) -> Result<Ending, Failure> {
    let workspace = context.workspace().await?;
    let revisions = cairn_engine::log(&workspace).await?;
    let mut ids = BTreeSet::from([id_of(context, wanted).await?]);
    let (mut text, mut entries, mut newer) = (String::new(), Vec::new(), None::<(&RevisionRecord, Standing)>);
    // One more than are looked at: what the oldest of them changed.
    for record in revisions.iter().rev().take(limit.saturating_add(1)) {
        let standing = at(&workspace, record.number).await?;
        if let Some((record, after)) = newer.take() {
            look(context, &standing, record, &after, &mut ids, &mut text, &mut entries);
        }
        newer = Some((record, standing));
    }
    if let Some((record, after)) = newer.filter(|_| revisions.len() <= limit) {
        let nothing = cairn_engine::standing(&workspace.clone().emptied()?, after.as_of).await?;
        look(context, &nothing, record, &after, &mut ids, &mut text, &mut entries);
    }
    if context.is_json() {
        records::print("cairn.history/1", json!({ "ids": names(&ids), "revisions": entries }))?;
        return Ok(Ending::Done);
    }
    if entries.is_empty() {
        let hint = "hint: `cairn threats` and `cairn show` name what there is; `--limit` looks further back";
        return Err(Failure::usage(format!("no revision changed `{}`\n{hint}", one_line(wanted))));
    }
    context.print(&text)?;
    Ok(Ending::Done)
}

/// The id meant: of an element by name or id, of a threat by its beginning; else as it is written, for what is gone.
async fn id_of(context: &Context, wanted: &str) -> Result<String, Failure> {
    let model = context.model().await?;
    let found: Vec<&str> = model
        .threats
        .iter()
        .map(|it| it.id.as_str())
        .filter(|id| !wanted.is_empty() && id.starts_with(wanted))
        .collect();
    if let [one] = found.as_slice() {
        return Ok((*one).to_owned());
    }
    let element = show::find(&records::export(&model), wanted);
    Ok(element.map_or_else(|_| wanted.to_owned(), |(_, record)| records::id(&record).to_owned()))
}

async fn at(workspace: &Workspace, number: i64) -> Result<Standing, Failure> {
    let revision = named(workspace, &Revision::name(number)).await?;
    Ok(cairn_engine::standing(&workspace.clone().at_revision(&revision).await?, revision.day).await?)
}

/// Tells what one revision did to what is looked for, under all names that it had.
fn look(
    context: &Context,
    before: &Standing,
    record: &RevisionRecord,
    after: &Standing,
    ids: &mut BTreeSet<String>,
    text: &mut String,
    entries: &mut Vec<Value>,
) {
    let changes = only(cairn_engine::changes(before, after), ids);
    for moved in &changes.renamed {
        ids.insert(moved.from.to_string());
    }
    ids.extend(changes.threats.iter().filter_map(|it| it.was.as_ref()).map(ElementId::to_string));
    let mut lines: Vec<String> = changes.threats.iter().map(|it| threat(it, context.verbose)).collect();
    for list in [&changes.elements, &changes.conflicts, &changes.questions] {
        lines.extend(list.iter().map(|it| other(it, context.verbose)));
    }
    if lines.is_empty() {
        return;
    }
    let name = Revision::name(record.number);
    text.extend([format!("{} {}\n{}", bold(&name), dim(&record.at), lines.concat())]);
    entries.push(json!({ "revision": name, "at": record.at, "changes": changes_json(&changes) }));
}

/// The changes of what goes by these ids.
fn only(mut changes: Changes, ids: &BTreeSet<String>) -> Changes {
    let meant = |id: &ElementId| ids.contains(id.as_str());
    changes.threats.retain(|it| meant(&it.id) && (it.class != Class::Unchanged || it.was.is_some()));
    changes.elements.retain(|it| meant(&it.id));
    changes.conflicts.retain(|it| meant(&it.id));
    changes.questions.retain(|it| meant(&it.id));
    changes.renamed.retain(|it| meant(&it.to));
    changes.documents.clear();
    changes.claims.clear();
    changes.engine.clear();
    changes
}

fn names(ids: &BTreeSet<String>) -> Vec<&str> {
    ids.iter().map(String::as_str).collect()
}
