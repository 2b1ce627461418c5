//! The model as one page for people: threats first, each with its reasons and quotes, then what the documents say.

mod inventory;
pub(crate) mod page;
mod threats;

use std::collections::BTreeMap;

use cairn_model::{DocumentId, RejectedReason, Skipped, System, Threat};

use crate::Labels;
use page::Page;

/// The model as one Markdown page. Whatever a document says, it cannot break out of its quote: see `page`.
pub fn markdown(system: &System, threats: &[Threat], skipped: &[Skipped]) -> String {
    let context = Context {
        system,
        labels: Labels::of(system),
        paths: system.documents.iter().map(|document| (&document.id, document.path.as_str())).collect(),
    };
    let mut page = Page::default();
    page.heading(1, "Threat model");
    summary(&mut page, &context, threats);
    threats::write(&mut page, &context, threats);
    inventory::write(&mut page, &context);
    not_used(&mut page, system, skipped);
    page.finish()
}

/// What every part of the page looks things up in.
struct Context<'a> {
    system: &'a System,
    labels: Labels,
    paths: BTreeMap<&'a DocumentId, &'a str>,
}

fn summary(page: &mut Page, context: &Context<'_>, threats: &[Threat]) {
    let system = context.system;
    page.heading(2, "Summary");
    let counts = [
        ("Documents", system.documents.len()),
        ("Components", system.components.len()),
        ("Flows", system.flows.len()),
        ("Boundaries", system.boundaries.len()),
        ("Data sets", system.data.len()),
        ("Endpoints", system.endpoints.len()),
        ("Controls", system.controls.len()),
        ("Accepted risks", system.accepted_risks.len()),
        ("Conflicts", system.conflicts.len()),
        ("Gaps", system.gaps.len()),
        ("Threats", threats.len()),
    ];
    page.table(&["Found", "Count"], counts.map(|(name, count)| vec![name.to_owned(), count.to_string()]));
}

fn not_used(page: &mut Page, system: &System, skipped: &[Skipped]) {
    page.heading(2, "Not used");
    page.item(&format!("{} inputs were skipped.", skipped.len()));
    page.item(&format!(
        "{} claims were rejected because nothing in the documents supports them.",
        system.rejected.len()
    ));
    let mut by_reason: BTreeMap<RejectedReason, usize> = BTreeMap::new();
    for rejected in &system.rejected {
        *by_reason.entry(rejected.reason).or_default() += 1;
    }
    let rows = by_reason.iter().map(|(reason, count)| vec![reason.as_str().to_owned(), count.to_string()]);
    page.table(&["Why a claim was rejected", "Count"], rows);
    let rows = skipped.iter().map(|it| vec![it.path.clone(), it.reason.clone()]);
    page.table(&["Skipped input", "Why"], rows);
}
