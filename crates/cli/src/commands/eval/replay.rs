//! `cairn eval replay`: how a model grows with its documents, one after the other in the order of their days.
//!
//! Each step is a scan into one workspace and the difference to the step before. What gives no day is there from the beginning.

use std::path::Path;

use cairn_diff::{Change, Changes, Class, Counts};
use cairn_engine::{ScanRequest, Silent, Standing, Workspace};
use cairn_evals::Added;
use cairn_model::Date;
use serde_json::{Value, json};

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, count, one_line};

/// A step and what it changed.
struct Step {
    day: Date,
    path: String,
    threats: Counts,
    conflicts: Counts,
    questions: Counts,
}

pub(super) async fn run(context: &Context, docs: &Path) -> Result<Ending, Failure> {
    let added = cairn_evals::growth(docs)?;
    let dated = added.partition_point(|it| it.day.is_none());
    let (undated, dated) = added.split_at(dated);
    if dated.is_empty() {
        return Err(Failure::no_input(format!("no document in `{}` gives a day", docs.display())));
    }
    let folder = tempfile::tempdir()?;
    let growing = Growing { context, root: folder.path() };
    let first = dated.first().and_then(|it| it.day).unwrap_or(context.as_of);
    undated.iter().try_for_each(|it| growing.write(it))?;
    let mut before = growing.scanned(first).await?;
    let threats = before.model.threats.len();
    let mut steps = Vec::new();
    for it in dated {
        growing.write(it)?;
        let day = it.day.unwrap_or(first);
        let after = growing.scanned(day).await?;
        steps.push(step(it, day, &cairn_engine::changes(&before, &after)));
        before = after;
    }
    if context.is_json() {
        let records: Vec<Value> = steps.iter().map(record).collect();
        let fields = json!({ "undated": undated.len(), "threats_of_undated": threats, "steps": records });
        records::print("cairn.eval-replay/1", fields)?;
        return Ok(Ending::Done);
    }
    let undated = count(undated.len(), "document");
    let mut text = format!("{}: {undated} without a day, {}\n", bold("from the beginning"), count(threats, "threat"));
    text.extend(steps.iter().map(line));
    context.print(&text)?;
    Ok(Ending::Done)
}

/// A folder that documents are added to, with its workspace.
struct Growing<'a> {
    context: &'a Context,
    root: &'a Path,
}

impl Growing<'_> {
    fn write(&self, added: &Added) -> std::io::Result<()> {
        let path = self.root.join("docs").join(&added.path);
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(path, &added.bytes)
    }

    async fn scanned(&self, day: Date) -> Result<Standing, Failure> {
        let docs = self.root.join("docs");
        std::fs::create_dir_all(&docs)?;
        let workspace = Workspace::open(&self.root.join(cairn_engine::WORKSPACE_FOLDER)).await?;
        let request = ScanRequest {
            inputs: vec![docs],
            threads: self.context.threads,
            as_of: Some(day),
            ..ScanRequest::default()
        };
        cairn_engine::scan(&workspace, &request, &Silent).await?;
        Ok(cairn_engine::standing(&workspace, day).await?)
    }
}

fn step(added: &Added, day: Date, changes: &Changes) -> Step {
    let of = |list: &[Change]| Counts::of(list.iter().map(|it| it.class));
    let threats = Counts::of(changes.threats.iter().map(|it| it.class).filter(|class| *class != Class::Unchanged));
    let (conflicts, questions) = (of(&changes.conflicts), of(&changes.questions));
    Step { day, path: added.path.clone(), threats, conflicts, questions }
}

fn line(step: &Step) -> String {
    let all = [("threats", step.threats), ("conflicts", step.conflicts), ("questions", step.questions)];
    let told = all.map(|(name, it)| format!("{name} +{} ~{} -{}", it.new + it.reopened, it.changed, it.resolved));
    format!("{}  {}  {}\n", step.day, told.join("  "), one_line(&step.path))
}

fn record(step: &Step) -> Value {
    let counts =
        |it: Counts| json!({ "new": it.new, "reopened": it.reopened, "changed": it.changed, "resolved": it.resolved });
    json!({
        "day": step.day.to_string(),
        "document": step.path,
        "threats": counts(step.threats),
        "conflicts": counts(step.conflicts),
        "questions": counts(step.questions),
    })
}
