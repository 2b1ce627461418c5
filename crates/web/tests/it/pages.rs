//! Every page of a model, and what each of them has to have.

use std::collections::{BTreeMap, BTreeSet};

use cairn_diff::{Cause, Changes, Class, Passage, SentenceChange, ThreatChange};
use cairn_model::{Date, Severity, ThreatStatus};
use cairn_web::assistant::{Reply, Sentence};
use cairn_web::inbox::{Ending, Waiting};
use cairn_web::operations::{
    self, AuditRow, DocumentRow, JobRow, KeyRow, MemberRow, People, RejectedRow, SourceRow, Sources, Trail,
};
use cairn_web::source::{ClaimNote, Look, RejectedNote, Wanted};
use cairn_web::threats::{Beside, Detail, Event, Query, SavedView};
use cairn_web::trial::{Outcome, Supposed};
use cairn_web::{Frame, model, start};

use crate::fixture::{World, frame, threat_id};

/// All pages about a world in which every text is `text`, by name.
pub(crate) fn all(world: &World, text: &str) -> Vec<(&'static str, String)> {
    let (frame, material) = (frame(text), world.material());
    let changes = changes(text);
    let waiting = Waiting {
        since: Some((2, "2026-11-01".to_owned())),
        changes: &changes,
        ending: vec![Ending {
            id: "risk-1".to_owned(),
            title: text.to_owned(),
            on: "2026-12-01".to_owned(),
            owner: Some(text.to_owned()),
            is_past: false,
        }],
        failing: vec![(text.to_owned(), text.to_owned())],
        aside: BTreeSet::new(),
        assigned: BTreeMap::from([(threat_id(0).to_string(), text.to_owned())]),
    };
    let threat = world.threats.first().unwrap();
    let detail = Detail {
        threat,
        cite: 1,
        outlook: &[text.to_owned()],
        rationale: text,
        history: &[
            Event { when: "2026-11-01".to_owned(), who: Some(text.to_owned()), what: text.to_owned(), revision: None },
            Event { when: "2026-10-01".to_owned(), who: None, what: "found, open".to_owned(), revision: Some(2) },
        ],
        paths: world.paths.iter().collect(),
        changed_since: &BTreeSet::new(),
        assignee: Some(text),
    };
    let document = world.documents.first().unwrap();
    let citation = &threat.explanation[0].evidence[0];
    let claims = [ClaimNote {
        id: "claim-1",
        kind: "component",
        subject: text.to_owned(),
        citation,
        extractor: text,
        status: "implemented",
    }];
    let rejected = [RejectedNote { kind: "flow", quote: text, reason: "the quote has no word", extractor: text }];
    let row = RejectedRow {
        reason: "the quote has no word",
        kind: "flow",
        quote: text,
        document: &document.id,
        path: text,
        extractor: text,
    };
    let outcome = Ok(Outcome {
        supposed: vec![text.to_owned()],
        threats: vec![(threat.id.clone(), text.to_owned(), Some(ThreatStatus::Open), None)],
        goals: vec![("reached now", threat.subject.clone(), "read".to_owned(), text.to_owned())],
        paths: (1, 0),
        accepted_risks: Vec::new(),
        worse: BTreeSet::from([threat.subject.clone()]),
        better: BTreeSet::new(),
    });
    let supposed = Supposed { with: text.to_owned(), ..Supposed::default() };
    let reply = Reply {
        question: text.to_owned(),
        sentences: vec![Sentence { words: text.to_owned(), cites: vec![1] }],
        is_undocumented: true,
        missing: vec![text.to_owned()],
        ask: vec![text.to_owned()],
        about: vec![threat.subject.clone()],
        next: vec![text.to_owned()],
        by: Some(text.to_owned()),
    };
    let read = |look| Wanted { span: Some(citation.span), look };
    let sources = Sources {
        sources: vec![SourceRow {
            id: text.to_owned(),
            place: text.to_owned(),
            state: text.to_owned(),
            ..SourceRow::default()
        }],
        documents: vec![DocumentRow { document, claims: 1, rejected: 1 }],
        skipped: vec![(text.to_owned(), text.to_owned())],
        page: 1,
    };
    let member =
        |by_groups| MemberRow { id: text.to_owned(), name: text.to_owned(), role: "viewer".to_owned(), by_groups };
    let members = vec![member(false), member(true)];
    let keys = vec![KeyRow { id: "key-1".to_owned(), name: text.to_owned(), ..KeyRow::default() }];
    let people = People {
        members,
        keys,
        new_secret: Some("ck_secret".to_owned()),
        asks_for_keys: true,
        is_operator: true,
        key_days: 90,
    };
    let job =
        JobRow { about: text.to_owned(), state: "dead".to_owned(), outcome: text.to_owned(), ..JobRow::default() };
    let trail = AuditRow { actor: text.to_owned(), object: text.to_owned(), ..AuditRow::default() };
    let layers = [("layer", "data"), ("layer", "authentication"), ("layer", "threats"), ("layer", "unknown")];
    let outside = Frame { project: None, ..frame.clone() };
    vec![
        ("inbox", cairn_web::inbox::page(&frame, &material, &waiting)),
        (
            "threats",
            cairn_web::threats::list(
                &frame,
                &material,
                &Query::of([("words", text)]),
                &beside(text),
                &[SavedView { name: text, question: text }],
            ),
        ),
        ("all threats", cairn_web::threats::list(&frame, &material, &Query::of([]), &beside(text), &[])),
        ("threat", cairn_web::threats::detail(&frame, &material, &detail)),
        ("model", model::page(&frame, &material, &model::Asked::of(layers))),
        ("element", cairn_web::element::page(&frame, &material, threat.subject.as_str()).unwrap()),
        ("components", cairn_web::inventory::page(&frame, &material, "components", 1).unwrap()),
        ("flows", cairn_web::inventory::page(&frame, &material, "flows", 1).unwrap()),
        ("data", cairn_web::inventory::page(&frame, &material, "data", 1).unwrap()),
        ("conflicts", cairn_web::inventory::conflicts(&frame, &material, 1)),
        ("questions", cairn_web::inventory::questions(&frame, &material, 1)),
        ("paths", cairn_web::paths::list(&frame, &material, 1)),
        ("path", cairn_web::paths::page(&frame, &material, world.paths.first().unwrap())),
        ("trial", cairn_web::trial::page(&frame, &material, &supposed, Some(&outcome))),
        ("trial that means nothing", cairn_web::trial::page(&frame, &material, &supposed, Some(&Err(text.to_owned())))),
        ("document", cairn_web::source::page(&frame, document, read(Look::Read), &claims, &rejected)),
        ("document as stored", cairn_web::source::page(&frame, document, read(Look::Stored), &claims, &rejected)),
        ("assistant", cairn_web::assistant::page(&frame, &material, &[reply], std::slice::from_ref(citation), true)),
        ("search", cairn_web::search::page(&frame, &material, text, &[])),
        ("report", cairn_web::report::page(&frame, &material)),
        ("sources", operations::sources(&frame, &sources)),
        ("rejected", operations::rejected(&frame, &[row], 1)),
        ("jobs", operations::jobs(&frame, &[job])),
        ("access", operations::access(&frame, &people)),
        ("audit", operations::audit(&frame, &Trail { rows: vec![trail], may_verify: true, holds: None })),
        (
            "projects",
            start::projects(
                &outside,
                &[start::ProjectRow { id: text.to_owned(), name: text.to_owned(), role: "viewer".to_owned() }],
                true,
            ),
        ),
        ("first run", start::projects(&outside, &[], true)),
        ("sign in", start::sign_in(&outside, true, text, Some("/login/oidc"))),
        ("problem", start::problem(&outside, 404, "Not Found", text)),
    ]
}

/// What threats are filtered by, with `text` wherever there is a text.
fn beside(text: &str) -> Beside {
    Beside {
        assigned: BTreeMap::from([(threat_id(0).to_string(), text.to_owned())]),
        changed: None,
        revisions: vec![(3, text.to_owned())],
        ages: Date::parse("2026-11-22").map(|day| (day, 730)),
    }
}

fn changes(text: &str) -> Changes {
    let day = Date::parse("2026-11-22").unwrap();
    let passage = |text: &str| Some(Passage { path: text.to_owned(), line: 3, text: text.to_owned() });
    let edit = SentenceChange { before: passage("was this"), after: passage(text) };
    let threat = ThreatChange {
        id: threat_id(0),
        was: None,
        rule: "flow-plaintext".to_owned(),
        title: text.to_owned(),
        class: Class::Changed,
        severity: Severity::High,
        score_tenths: (Some(50), Some(73)),
        status: (Some(ThreatStatus::Unverified), Some(ThreatStatus::Open)),
        decided: (false, false),
        causes: vec![Cause::Text(edit), Cause::Rule(text.to_owned())],
    };
    Changes {
        documents: Vec::new(),
        claims: Vec::new(),
        elements: Vec::new(),
        threats: vec![threat],
        conflicts: Vec::new(),
        questions: Vec::new(),
        goals: Vec::new(),
        renamed: Vec::new(),
        engine: Vec::new(),
        days: (day, day),
    }
}

#[test]
fn every_page_has_what_every_page_must_have() {
    let world = World::of(3, "Parcel store");
    for (name, page) in all(&world, "Parcel store") {
        let count = |wanted: &str| page.matches(wanted).count();
        assert_eq!(count("<h1"), 1, "{name}: one heading of the first level");
        assert_eq!(count("<main"), 1, "{name}: one main landmark");
        assert!(page.contains("<html lang=\"en\""), "{name}: a language");
        assert!(page.contains("<title>"), "{name}: a title");
        assert!(page.contains("href=\"#main\""), "{name}: a way past the navigation");
        assert_eq!(count(" style="), 0, "{name}: no style of its own");
        assert_eq!(count("<style"), 0, "{name}: no style of its own");
        assert_eq!(count("<script"), cairn_web::assets::MODULES.len(), "{name}: only the scripts that all pages have");
        assert_eq!(count("http://") - count("http://www.w3.org/2000/svg"), 0, "{name}: no address elsewhere");
        // A field may show what an address is like; nothing is loaded from there.
        let shown = page.split("placeholder=\"").skip(1).filter_map(|it| it.split('"').next());
        let shown = shown.filter(|it| it.contains("https://")).count();
        assert_eq!(count("https://") - shown, 0, "{name}: no address elsewhere");
        assert_eq!(count("<table"), count("<caption"), "{name}: every table says what it is");
    }
}

#[test]
fn an_id_is_on_a_page_once() {
    let world = World::of(3, "Parcel store");
    for (name, page) in all(&world, "Parcel store") {
        let mut seen = BTreeSet::new();
        for id in page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(seen.insert(id), "{name}: `{id}` is there twice");
        }
    }
}

#[test]
fn forms_that_change_something_bring_their_proof() {
    let world = World::of(3, "Parcel store");
    for (name, page) in all(&world, "Parcel store").into_iter().filter(|(name, _)| *name != "sign in") {
        for form in page.split("<form").skip(1).filter(|form| form.contains("method=\"post\"")) {
            let form = form.split("</form>").next().unwrap();
            assert!(form.contains("name=\"_csrf\" value=\"proof\""), "{name}: {form}");
            assert!(!form.contains("_csrf=proof"), "{name}: an address ends up in logs and in the history: {form}");
        }
    }
}

#[test]
fn an_old_revision_is_only_looked_at_and_stays_in_every_link() {
    let world = World::of(3, "Parcel store");
    let frame = Frame { at: Some(2), ..frame("demo") };
    let page = cairn_web::threats::list(&frame, &world.material(), &Query::of([]), &beside("demo"), &[]);
    assert!(page.contains("/p/demo/threats/thr-00000?at=r2"));
    let page = cairn_web::element::page(&frame, &world.material(), "cmp-part-0").unwrap();
    assert!(!page.contains("name=\"attribute\""), "nothing is set in the past");
}

#[test]
fn a_citation_leads_to_its_words() {
    let world = World::of(1, "traffic is plain text");
    let pages = all(&world, "traffic is plain text");
    let (_, page) = pages.iter().find(|(name, _)| *name == "threat").unwrap();
    assert!(page.contains("<mark class=\"cited\" id=\"cited\">traffic is plain text</mark>"));
}

#[test]
fn threats_are_filtered_by_who_answers_for_them_what_changed_and_how_old_their_ground_is() {
    let world = World::of(3, "Parcel store");
    let material = world.material();
    let found = |pairs: &[(&str, &str)], beside: &Beside| -> Vec<String> {
        let query = Query::of(pairs.iter().copied());
        query.sift(&material, beside).into_iter().map(|it| it.id.to_string()).collect()
    };
    let assigned = Beside {
        assigned: BTreeMap::from([(threat_id(1).to_string(), "Ines".to_owned())]),
        changed: Some(BTreeSet::from([threat_id(2)])),
        ..beside("Jonas")
    };
    assert_eq!(found(&[("owner", "Ines")], &Beside { changed: None, ..assigned.clone() }), ["thr-00001"]);
    assert_eq!(found(&[("owner", "Parcel store")], &beside("Jonas")).len(), 3, "the owner of the part counts");
    assert_eq!(found(&[("owner", "Nobody")], &beside("Jonas")), Vec::<String>::new());
    assert_eq!(found(&[("since", "r1")], &assigned), ["thr-00002"]);
    assert_eq!(found(&[("fresh", "undated")], &beside("Jonas")).len(), 3);
    assert_eq!(found(&[("fresh", "old")], &beside("Jonas")), Vec::<String>::new());
    let page = cairn_web::threats::list(&frame("demo"), &material, &Query::of([]), &assigned, &[]);
    for offered in [">Ines<", ">Parcel store<", "value=\"r3\""] {
        assert!(page.contains(offered), "{offered}");
    }
}

#[test]
fn what_a_supposition_changes_stands_out_in_the_diagram() {
    let world = World::of(3, "Parcel store");
    let supposed = Supposed { compromise: "cmp-part-0".to_owned(), ..Supposed::default() };
    let (worse, better) = (world.system.components[0].id.clone(), world.system.components[1].id.clone());
    let asked = model::Asked {
        supposed,
        marked: BTreeSet::from([worse]),
        eased: BTreeSet::from([better]),
        ..model::Asked::default()
    };
    let page = model::page(&frame("demo"), &world.material(), &asked);
    for told in [", worse off<", ", better off<", "class=\"sign worse\"", "name=\"compromise\" value=\"cmp-part-0\""] {
        assert!(page.contains(told), "{told}");
    }
}

#[test]
fn where_an_attacker_begins_is_no_element_and_has_no_link() {
    let mut world = World::of(1, "Parcel store");
    let hop = &mut world.paths[0].hops[0];
    hop.from = cairn_model::ElementId::named("attacker", "other-tenant");
    let page = cairn_web::paths::page(&frame("demo"), &world.material(), &world.paths[0]);
    assert!(page.contains("other tenant") && !page.contains("attacker-other-tenant"), "no page has this address");
}

#[test]
fn where_no_path_is_known_the_page_asks_what_nobody_wrote() {
    let mut world = World::of(1, "Parcel store");
    world.paths.clear();
    let list = |world: &World| cairn_web::paths::list(&frame("demo"), &world.material(), 1);
    assert!(!list(&world).contains("no document says who can reach them"), "another question opens no path");
    world.system.gaps[0].rule = "component-exposure".to_owned();
    let page = list(&world);
    for told in ["No path is known", "no document says who can reach them", "id=\"gap-one\"", "/p/demo/trial"] {
        assert!(page.contains(told), "{told}: {}", &*page);
    }
}
