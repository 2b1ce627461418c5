//! What the documents say, element by element: tables for what has attributes, quotes for what is a statement.

use cairn_model::{Known, Term};

use super::Context;
use super::page::Page;
use super::threats::write_evidence;

/// How a table shows what no document says.
const UNKNOWN: &str = "?";

pub(super) fn write(page: &mut Page, context: &Context<'_>) {
    structure(page, context);
    data(page, context);
    controls(page, context);
    statements(page, context);
    disputes(page, context);
    aged(page, context);
    documents(page, context);
}

/// What has grown old, and decisions that meet nothing any more.
fn aged(page: &mut Page, context: &Context<'_>) {
    let system = context.system;
    if !system.stale.is_empty() {
        section(page, "Stale", system.stale.len());
        for it in &system.stale {
            page.paragraph(&it.statement);
            write_evidence(page, context, &it.evidence);
        }
    }
    if !system.unmatched.is_empty() {
        section(page, "Decisions that meet nothing", system.unmatched.len());
        let rows = system.unmatched.iter().map(|it| vec![it.action.clone(), it.about.clone(), it.why.clone()]);
        page.table(&["Decision", "About", "Why"], rows);
    }
}

fn structure(page: &mut Page, context: &Context<'_>) {
    let labels = &context.labels;
    section(page, "Components", context.system.components.len());
    let rows = context.system.components.iter().map(|it| {
        let boundary = it.boundary.as_ref().map_or(UNKNOWN, |id| labels.get(id)).to_owned();
        let names = std::iter::once(it.name.as_str()).chain(it.aliases.iter().map(String::as_str));
        vec![
            names.collect::<Vec<_>>().join(", "),
            term(&it.component_type),
            text(&it.technology),
            term(&it.exposure),
            text(&it.owner),
            boundary,
            it.status.to_string(),
        ]
    });
    page.table(&["Name", "Type", "Technology", "Exposure", "Owner", "Boundary", "Status"], rows);

    section(page, "Flows", context.system.flows.len());
    let rows = context.system.flows.iter().map(|it| {
        vec![
            labels.get(&it.id).to_owned(),
            text(&it.protocol),
            labels.list(&it.data),
            text(&it.authentication),
            text(&it.encryption),
            it.status.to_string(),
        ]
    });
    page.table(&["Flow", "Protocol", "Data", "Authentication", "Encryption", "Status"], rows);

    section(page, "Boundaries", context.system.boundaries.len());
    let boundaries = context.system.boundaries.iter();
    let rows = boundaries.map(|it| vec![it.name.clone(), term(&it.boundary_type), labels.list(&it.members)]);
    page.table(&["Name", "Type", "Members"], rows);

    section(page, "Endpoints", context.system.endpoints.len());
    let rows = context.system.endpoints.iter().map(|it| {
        let component = it.component.as_ref().map_or(UNKNOWN, |id| labels.get(id)).to_owned();
        let call = labels.get(&it.id).to_owned();
        vec![
            call,
            component,
            term(&it.exposure),
            text(&it.authentication),
            text(&it.authorization),
            it.status.to_string(),
        ]
    });
    page.table(&["Endpoint", "Component", "Exposure", "Authentication", "Authorization", "Status"], rows);
}

fn data(page: &mut Page, context: &Context<'_>) {
    section(page, "Data", context.system.data.len());
    let rows = context.system.data.iter().map(|it| {
        let handlers = it.handled_by.iter().map(|handled| {
            let verbs: Vec<&str> = handled.handling.iter().map(|verb| verb.as_str()).collect();
            format!("{} ({})", context.labels.get(&handled.component), verbs.join(", "))
        });
        vec![it.name.clone(), term(&it.classification), handlers.collect::<Vec<_>>().join("; ")]
    });
    page.table(&["Name", "Classification", "Handled by"], rows);
}

fn controls(page: &mut Page, context: &Context<'_>) {
    section(page, "Controls", context.system.controls.len());
    let rows = context.system.controls.iter().map(|it| {
        let mechanism = it.mechanism.clone().unwrap_or_else(|| UNKNOWN.to_owned());
        vec![it.control_type.to_string(), mechanism, context.labels.list(&it.on), it.status.to_string()]
    });
    page.table(&["Type", "Mechanism", "On", "Status"], rows);

    section(page, "Permissions", context.system.permissions.len());
    let rows = context.system.permissions.iter().map(|it| {
        let condition = it.condition.clone().unwrap_or_else(|| UNKNOWN.to_owned());
        vec![it.principal.clone(), it.action.clone(), it.resource.clone(), condition, it.status.to_string()]
    });
    page.table(&["Who", "May", "On", "When or why", "Status"], rows);
}

fn statements(page: &mut Page, context: &Context<'_>) {
    let system = context.system;
    section(page, "Assumptions", system.assumptions.len());
    for it in &system.assumptions {
        page.paragraph(&it.statement);
        write_evidence(page, context, &it.evidence);
    }
    section(page, "Decisions", system.decisions.len());
    for it in &system.decisions {
        page.paragraph(&format!("{} ({})", it.statement, it.status));
        write_evidence(page, context, &it.evidence);
    }
    section(page, "Accepted risks", system.accepted_risks.len());
    for it in &system.accepted_risks {
        let known = |value: &Option<String>| value.clone().unwrap_or_else(|| UNKNOWN.to_owned());
        let (owner, until) = (known(&it.owner), known(&it.expires_on));
        page.paragraph(&format!("{} (owner: {owner}, until: {until})", it.statement));
        write_evidence(page, context, &it.evidence);
    }
    section(page, "Incidents", system.incidents.len());
    for it in &system.incidents {
        page.paragraph(&it.statement);
        write_evidence(page, context, &it.evidence);
    }
    section(page, "Open questions", system.questions.len());
    for it in &system.questions {
        page.paragraph(&it.statement);
        write_evidence(page, context, &it.evidence);
    }
}

fn disputes(page: &mut Page, context: &Context<'_>) {
    section(page, "Conflicts", context.system.conflicts.len());
    for it in &context.system.conflicts {
        let outcome = it.resolution.as_ref().map_or("open".to_owned(), |rule| format!("settled by {rule}"));
        page.paragraph(&format!("{} of {}: {outcome}", it.attribute, context.labels.get(&it.subject)));
        for position in &it.positions {
            page.paragraph(&format!("Said: {} ({})", position.value, position.status));
            write_evidence(page, context, &position.evidence);
        }
    }
    section(page, "Gaps", context.system.gaps.len());
    for it in &context.system.gaps {
        page.item(&format!("{}: {} ({})", context.labels.get(&it.subject), it.question, it.rule));
    }
}

fn documents(page: &mut Page, context: &Context<'_>) {
    section(page, "Documents", context.system.documents.len());
    let rows = context.system.documents.iter().map(|it| {
        let modified = it.modified.map_or(UNKNOWN.to_owned(), |date| date.to_string());
        vec![it.path.clone(), it.title.clone(), it.source_type.as_str().to_owned(), modified, it.bytes.to_string()]
    });
    page.table(&["Path", "Title", "Type", "Date", "Bytes"], rows);
}

/// A heading, with a sentence when nothing follows.
fn section(page: &mut Page, title: &str, count: usize) {
    page.heading(2, title);
    if count == 0 {
        page.paragraph("None found.");
    }
}

#[expect(clippy::ref_option, reason = "every caller has the attribute as the model keeps it")]
fn text(known: &Known<String>) -> String {
    known.as_ref().map_or(UNKNOWN.to_owned(), |stated| stated.value.clone())
}

#[expect(clippy::ref_option, reason = "every caller has the attribute as the model keeps it")]
fn term<T: Term>(known: &Known<T>) -> String {
    known.as_ref().map_or(UNKNOWN, |stated| stated.value.as_str()).to_owned()
}
