//! Writes all pages about a folder of documents to files, for looking at them while their style is worked on.
//!
//! ```text
//! cargo run -p cairn-web --example pages -- eval/examples/tuckbox /tmp/pages
//! python3 -m http.server --directory /tmp/pages
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use cairn_engine::{ScanRequest, Silent, Workspace, claims, inbox, model, scan, world};
use cairn_model::Threat;
use cairn_report::Labels;
use cairn_web::inbox::{Ending, Waiting};
use cairn_web::operations::{self, DocumentRow, RejectedRow, Sources, Usage};
use cairn_web::source::{ClaimNote, Wanted};
use cairn_web::threats::{Detail, Query};
use cairn_web::trial::Supposed;
use cairn_web::{Frame, Material, ProjectName, Role, assets, model as model_pages};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let (Some(documents), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: pages DOCUMENTS OUT".into());
    };
    let folder = tempfile::tempdir()?;
    let (workspace, _) = Workspace::initialise(&folder.path().join(".cairn")).await?;
    let request = ScanRequest { inputs: vec![documents], ..ScanRequest::default() };
    scan(&workspace, &request, &Silent).await?;
    write_all(&workspace, &out).await
}

async fn write_all(workspace: &Workspace, out: &Path) -> Result<(), Box<dyn Error>> {
    let today = world::today();
    let read = model(workspace, today).await?;
    let known = claims(workspace).await?;
    let new = inbox(workspace, "me", today, 90).await?;
    let labels = Labels::of(&read.system);
    let paths = read.exported_paths();
    let material = Material::new(&read.system, &read.threats, &paths, &read.documents, &labels);
    let as_of = today.to_string();
    let frame = Frame {
        project: Some(ProjectName { id: "demo", name: "Tuckbox" }),
        person: Some("Ines Okafor"),
        role: Role::Admin,
        newest: 1,
        as_of: &as_of,
        unseen: 12,
        pressing: 7,
        ..Frame::default()
    };
    let put = |path: &str, page: String| -> Result<(), Box<dyn Error>> {
        let folder = out.join("p/demo").join(path);
        fs::create_dir_all(&folder)?;
        Ok(fs::write(folder.join("index.html"), page)?)
    };
    for asset in assets::all() {
        fs::create_dir_all(out.join("assets"))?;
        fs::write(out.join("assets").join(&asset.name), asset.body)?;
    }
    let ending = new.expiring.iter().map(|it| Ending {
        id: it.id.to_string(),
        title: it.title.clone(),
        on: it.on.to_string(),
        owner: it.owner.clone(),
        is_past: it.is_past,
    });
    let waiting = Waiting {
        since: None,
        changes: &new.changes,
        ending: ending.collect(),
        failing: Vec::new(),
        aside: BTreeSet::new(),
        assigned: BTreeMap::new(),
    };
    put("inbox", cairn_web::inbox::page(&frame, &material, &waiting))?;
    put("threats", cairn_web::threats::list(&frame, &material, &Query::of([]), &[]))?;
    let nothing = BTreeSet::new();
    let detail = |threat| Detail {
        threat,
        cite: 2,
        outlook: &[],
        rationale: "Why the rule is there.",
        history: &[],
        paths: Vec::new(),
        changed_since: &nothing,
        assignee: None,
    };
    let mut sorted: Vec<&Threat> = read.threats.iter().collect();
    Query::of([]).sort(&mut sorted);
    for (nth, threat) in sorted.into_iter().take(3).enumerate() {
        put(&format!("threat{nth}"), cairn_web::threats::detail(&frame, &material, &detail(threat)))?;
    }
    put("model", model_pages::page(&frame, &material, &model_pages::Asked::of([("layer", "encryption"), ("layer", "threats")])))?;
    for kind in ["components", "flows", "data", "controls"] {
        put(&format!("inventory/{kind}"), cairn_web::inventory::page(&frame, &material, kind, 1).unwrap_or_default())?;
    }
    let busiest = read.system.components.iter().max_by_key(|it| it.evidence.len());
    if let Some(page) = busiest.and_then(|it| model_pages::element_page(&frame, &material, it.id.as_str())) {
        put("element", page)?;
    }
    put("conflicts", cairn_web::inventory::conflicts(&frame, &material, 1))?;
    put("questions", cairn_web::inventory::questions(&frame, &material, 1))?;
    put("paths", cairn_web::paths::list(&frame, &material, 1))?;
    if let Some(path) = paths.first() {
        put("path", cairn_web::paths::page(&frame, &material, path))?;
    }
    put("trial", cairn_web::trial::page(&frame, &material, &Supposed::default(), None))?;
    put("assistant", cairn_web::assistant::page(&frame, &material, &[], &[], true))?;
    put("search", cairn_web::search::page(&frame, &material, "session", &[]))?;
    put("report", cairn_web::report::page(&frame, &material))?;
    let rows = read.documents.iter().map(|document| DocumentRow { document, claims: 3, rejected: 0 });
    put("sources", operations::sources(&frame, &Sources { documents: rows.collect(), page: 1, ..Sources::default() }))?;
    put("usage", operations::usage(&frame, &Usage { day: as_of.clone(), ..Usage::default() }))?;
    let rejected: Vec<RejectedRow<'_>> = known
        .rejected
        .iter()
        .map(|it| RejectedRow {
            reason: it.reason.as_str(),
            kind: it.kind.as_str(),
            quote: &it.quote,
            document: &it.document,
            path: material.path(&it.document),
            extractor: &it.extractor,
        })
        .collect();
    put("rejected", operations::rejected(&frame, &rejected, 1))?;
    if let Some(document) = read.documents.iter().max_by_key(|it| it.text.len()) {
        let notes: Vec<ClaimNote<'_>> = known
            .verified
            .iter()
            .filter_map(|it| {
                let citation = it.evidence.iter().find(|citation| citation.document == document.id)?;
                Some(ClaimNote {
                    id: it.id.as_str(),
                    kind: it.kind().as_str(),
                    subject: it.subject(),
                    citation,
                    extractor: &it.extractor,
                    status: "implemented",
                })
            })
            .collect();
        let wanted = Wanted { span: notes.get(4).map(|it| it.citation.span), ..Wanted::default() };
        put("document", cairn_web::source::page(&frame, document, wanted, &notes, &[]))?;
    }
    let outside = Frame { project: None, ..frame };
    put("first", cairn_web::start::projects(&outside, &[], true))?;
    put("sign-in", cairn_web::start::sign_in(&outside, true, "/"))?;
    put("problem", cairn_web::start::problem(&outside, 404, "Not found", "there is no such project"))
}
