//! Forms as browsers send them: where they lead back to, how they prove where they come from, and how a step is taken back.

use std::fmt::Write as _;

use serde_json::json;

use crate::client::{Client, Reply};
use crate::fixture::{Running, documents, start, start_with};
use crate::pages::{Browser, addresses, by_role, html, items, urlencoded};

/// The items of the inbox.
fn inbox(browser: &Browser) -> Vec<String> {
    items(&html(&browser.client.get("/p/shop/inbox"), "inbox"))
}

fn reviewed() -> (Running, Browser) {
    let service = start();
    service.shop("shop");
    let browser = Browser::open(&service, &service.key);
    (service, browser)
}

#[test]
fn browsers_say_where_the_forms_of_our_pages_come_from() {
    // With `no-referrer`, browsers send `Origin: null` with every form, which is refused as foreign.
    let (_service, browser) = reviewed();
    let reply = browser.client.get("/p/shop/inbox");
    assert_eq!(reply.header("referrer-policy"), "same-origin");
    assert!(reply.text().contains("<meta name=\"referrer\" content=\"same-origin\">"));
}

#[test]
fn a_form_leads_back_to_the_page_that_it_stands_on() {
    let (_service, browser) = reviewed();
    for address in ["/p/shop/inbox", "/p/shop/threats?waiting=yes", "/p/shop/sources"] {
        let page = html(&browser.client.get(address), address);
        assert!(page.contains(&format!("name=\"_back\" value=\"{address}\"")), "{address}");
    }
    let reply =
        browser.post("/p/shop/inbox", "action=nothing_of_the_kind&_back=%2Fp%2Fshop%2Finbox%3Fat%3Dr1").expect(303);
    assert_eq!(reply.header("location"), "/p/shop/inbox?at=r1&done=nothing");
}

/// A form with files as browsers send it: each part with its name, its file name, and its text.
fn multipart(client: &Client, path: &str, parts: &[(&str, Option<&str>, &str)]) -> Reply {
    let mut body = String::new();
    for (name, file, text) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        write!(body, "--line\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{text}\r\n").unwrap();
    }
    body.push_str("--line--\r\n");
    client.with("Content-Type", "multipart/form-data; boundary=line").send("POST", path, Some(body.as_bytes()))
}

#[test]
fn an_upload_brings_its_proof_in_its_body_and_before_the_files() {
    let (service, browser) = reviewed();
    let page = html(&browser.client.get("/p/shop/sources"), "sources");
    assert!(!page.contains("?_csrf="), "addresses end up in logs");
    let file =
        ("file", Some("lockers.md"), "# Lockers\n\nThe `locker-hub` service calls the `basket-api` over HTTPS.\n");
    let upload = |parts: &[(&str, Option<&str>, &str)]| multipart(&browser.client, "/p/shop/sources/upload", parts);
    upload(&[file]).expect(403);
    upload(&[("_csrf", None, "guess"), file]).expect(403);
    let long = "x".repeat(8 * 1024);
    upload(&[("file", Some("long.md"), &long), ("_csrf", None, &browser.proof), file]).expect(403);
    let address = format!("/p/shop/sources/upload?_csrf={}", browser.proof);
    multipart(&browser.client, &address, &[file]).expect(403);
    let before = service.all("/api/v1/projects/shop/documents").len();
    upload(&[("_csrf", None, &browser.proof), ("_back", None, "/"), file]).expect(303);
    service.settle("shop");
    assert_eq!(service.all("/api/v1/projects/shop/documents").len(), before + 1);
}

/// What waits, as the page tells it.
fn triage(browser: &Browser) -> String {
    let page = html(&browser.client.get("/p/shop/inbox"), "inbox");
    // Above it the page tells that there are decisions now, which stays when they are withdrawn.
    page.split_once("<form id=\"triage\"").map_or_else(|| "nothing waits".to_owned(), |(_, rest)| rest.to_owned())
}

/// Does something by form, finds it done, takes it back by the form of the page that one comes back to, and finds it as before.
#[track_caller]
fn check_is_taken_back(browser: &Browser, form: &str) {
    let before = triage(browser);
    let done = browser.post("/p/shop/inbox", form).expect(303);
    assert!(triage(browser) != before, "{form} does something");
    let page = html(&browser.client.get(done.header("location")), "done");
    let step = page.split("name=\"undo\" value=\"").nth(1).and_then(|it| it.split('"').next()).expect("it is offered");
    let undone = browser.post("/p/shop/undo", &format!("undo={step}&_back=%2Fp%2Fshop%2Finbox")).expect(303);
    assert_eq!(undone.header("location"), "/p/shop/inbox?done=undone");
    assert!(triage(browser) == before, "{form} is taken back: {}", triage(browser));
    browser.post("/p/shop/undo", &format!("undo={step}")).expect(409);
}

#[test]
fn every_step_of_triage_is_taken_back() {
    let (service, browser) = reviewed();
    let item = inbox(&browser).remove(0);
    check_is_taken_back(&browser, &format!("action=seen&item={item}"));
    check_is_taken_back(&browser, &format!("action=snooze&expires=2090-01-01&item={item}"));
    check_is_taken_back(&browser, &format!("action=assign&owner=Ines&item={item}"));
    check_is_taken_back(&browser, &format!("action=accept&owner=Ines&expires=2090-01-01&reason=Soon+gone&item={item}"));
    check_is_taken_back(&browser, "action=all_seen");
    // What was there before comes back, not nothing.
    browser.post("/p/shop/inbox", &format!("action=assign&owner=Jonas&item={item}")).expect(303);
    check_is_taken_back(&browser, &format!("action=assign&owner=Ines&item={item}"));
    assert!(html(&browser.client.get("/p/shop/inbox"), "inbox").contains("Assigned to <strong>Jonas</strong>"));
    let trail = service.admin.get("/api/v1/projects/shop/audit").expect(200).text();
    assert!(trail.contains("decision.withdraw"), "taking back is in the trail");
}

#[test]
fn nobody_takes_back_what_another_did() {
    let (service, browser) = reviewed();
    let item = inbox(&browser).remove(0);
    let done = browser.post("/p/shop/inbox", &format!("action=seen&item={item}")).expect(303);
    let step = done.header("location").split("undo=").nth(1).unwrap().to_owned();
    let other = urlencoded(&service.person("other", Some(("shop", "admin"))));
    other.send("POST", "/p/shop/undo", Some(format!("undo={step}").as_bytes())).expect(409);
    assert!(!inbox(&browser).contains(&item));
}

#[test]
fn a_source_is_added_and_removed_by_form() {
    let folder = tempfile::tempdir().unwrap();
    documents(
        folder.path(),
        &[("notes.md", "# Notes\n\nThe `till-api` service calls the `till-db` database over TLS.\n")],
    );
    let root = folder.path().canonicalize().unwrap();
    let service = start_with(|config| config.source_roots = vec![root.clone()]);
    service.project("shop");
    let browser = Browser::open(&service, &service.key);
    let path = root.to_str().unwrap();
    browser.post("/p/shop/sources/add", &format!("kind=folder&id=docs&path={path}")).expect(303);
    service.settle("shop");
    let page = html(&browser.client.get("/p/shop/sources"), "sources");
    assert!(page.contains("docs/notes.md"), "{page}");
    browser.post("/p/shop/sources/add", "kind=folder&id=etc&path=%2Fetc").expect(404);
    // An address is taken for one, and its host may not be asked here.
    let address = "kind=git&id=code&path=https%3A%2F%2Fgit.example.com%2Fteam%2Fplatform";
    let refused = browser.post("/p/shop/sources/add", address).expect(409);
    assert!(refused.text().contains("git.example.com"), "{}", refused.text());
    browser.post("/p/shop/sources/docs/remove", "").expect(303);
    service.settle("shop");
    assert!(!html(&browser.client.get("/p/shop/sources"), "sources").contains("docs/notes.md"));
}

#[test]
fn people_and_keys_are_managed_by_form() {
    let (service, browser) = reviewed();
    browser.post("/p/shop/access/member", "person=ines&name=Ines+Okafor&role=reviewer").expect(303);
    let page = html(&browser.client.get("/p/shop/access"), "access");
    assert!(page.contains("Ines Okafor") && page.contains("<code>ines</code>"));
    let made = html(&browser.post("/p/shop/access/keys", "name=laptop&scope=viewer&days=3&only=yes"), "keys");
    let secret = made.split("<code class=\"secret\">").nth(1).and_then(|it| it.split('<').next()).unwrap();
    let holder = service.anybody().with_key(secret);
    holder.get("/api/v1/projects/shop").expect(200);
    assert_eq!(
        holder.get("/api/v1/keys").expect(200).json()[0]["name"],
        json!("made at the start"),
        "its person's keys"
    );
    let page = html(&browser.client.get("/p/shop/access"), "access");
    assert!(!page.contains(secret), "a secret is shown once");
    let revoke =
        page.split("action=\"").find_map(|it| it.split('"').next().filter(|it| it.ends_with("/revoke"))).unwrap();
    let keys = service.admin.get("/api/v1/keys").expect(200).json();
    let laptop = keys.as_array().unwrap().iter().find(|it| it["name"] == "laptop").unwrap()["id"].as_str().unwrap();
    assert!(revoke.starts_with("/p/shop/access/keys/"));
    browser.post(&format!("/p/shop/access/keys/{laptop}/revoke"), "").expect(303);
    holder.get("/api/v1/projects/shop").expect(401);
    browser.post("/p/shop/access/remove", "person=ines").expect(303);
    assert!(!html(&browser.client.get("/p/shop/access"), "access").contains("Ines Okafor"));
}

#[test]
fn forms_of_sources_and_people_take_their_roles() {
    let (service, _) = reviewed();
    let forms = [
        ("editor", "/p/shop/sources/add", "kind=folder&id=docs&path=%2Fsrv"),
        ("editor", "/p/shop/sources/uploads/remove", ""),
        ("admin", "/p/shop/access/member", "person=local&role=viewer"),
        ("admin", "/p/shop/access/remove", "person=local"),
    ];
    by_role(&service, &forms, |role, path, may, reply| {
        assert_eq!(reply.status == 403, !may, "{role} {path}: {}", reply.status);
    });
}

#[test]
fn the_trail_is_verified_from_its_page() {
    let (service, browser) = reviewed();
    let page = html(&browser.client.get("/p/shop/audit"), "audit");
    assert!(page.contains("Verify the trail") && !page.contains("The chain is whole"));
    assert!(html(&browser.client.get("/p/shop/audit?verify=yes"), "audit").contains("The chain is whole"));
    let admin = service.person("warden", Some(("shop", "admin")));
    assert!(
        !html(&admin.get("/p/shop/audit?verify=yes"), "audit").contains("The chain is whole"),
        "it takes an operator"
    );
}

#[test]
fn the_history_of_a_threat_tells_what_the_engine_found() {
    let (service, browser) = reviewed();
    let list = html(&browser.client.get("/p/shop/threats"), "threats");
    let threat = addresses(&list, "/p/shop/threats/thr-").remove(0);
    browser.post(&format!("{threat}/decide"), "action=mitigated&reason=Seen+to").expect(303);
    service.read("shop");
    let page = html(&browser.client.get(&threat), &threat);
    let history = page.split("class=\"history\"").nth(1).unwrap().split("</ol>").next().unwrap();
    assert!(history.contains(">engine</span> found, "), "{history}");
    assert!(history.contains("decided"), "{history}");
}

#[test]
fn threats_that_changed_since_a_revision_are_told_apart() {
    let (service, browser) = reviewed();
    service.paste("shop", "later.md", "# Later\n\nThe `ledger-api` service is reachable from the internet and calls the `basket-api` over plain HTTP.\n");
    service.settle("shop");
    let listed = |address: &str| addresses(&html(&browser.client.get(address), address), "/p/shop/threats/thr-");
    let newest = service.admin.get("/api/v1/projects/shop/revisions").expect(200).json();
    let newest = newest["items"][0]["id"].as_str().unwrap().to_owned();
    let (all, since) = (listed("/p/shop/threats"), listed("/p/shop/threats?since=r1"));
    assert!(!since.is_empty() && since.len() < all.len(), "{} of {}", since.len(), all.len());
    assert_eq!(listed(&format!("/p/shop/threats?since={newest}")), Vec::<String>::new());
    browser.client.get("/p/shop/threats?since=r99").expect(200);
}

#[test]
fn an_address_that_leads_nowhere_is_a_page_for_people_and_a_problem_for_programs() {
    let service = start();
    let page = service.anybody().with("Accept", "text/html").get("/nothing/here").expect(404);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(service.anybody().get("/nothing/here").problem(404), "not_found");
}

#[test]
fn a_sentence_of_an_answer_is_proposed_and_a_question_noted_as_open() {
    let (service, browser) = reviewed();
    let address = "/p/shop/assistant?q=what+does+the+basket-api+call";
    assert!(html(&browser.client.get(address), address).contains("Propose as a claim"));
    let keep = |form: &str| browser.post("/p/shop/assistant/keep", &format!("q=what+does+the+basket-api+call&{form}"));
    let kept = keep("action=propose&sentence=1&kind=decision").expect(303);
    assert_eq!(kept.header("location"), "/p/shop/assistant?done=proposed");
    keep("action=open").expect(303);
    for wrong in ["action=propose&sentence=0&kind=decision", "action=propose&sentence=1&kind=component", "action=x"] {
        assert!(keep(wrong).status >= 400, "{wrong}");
    }
    let trail = html(&browser.client.get("/p/shop/audit"), "audit");
    assert!(trail.contains("claim.propose") && trail.contains("question.open"), "{trail}");
    let forms = [("reviewer", "/p/shop/assistant/keep", "q=what+does+the+basket-api+call&action=open")];
    by_role(&service, &forms, |role, path, may, reply| {
        assert_eq!(reply.status == 403, !may, "{role} {path}: {}", reply.status);
    });
}
