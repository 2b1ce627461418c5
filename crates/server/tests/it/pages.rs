//! The pages for people: every address answers with HTML, forms do what the API does, and roles hold for both.

use serde_json::json;

use crate::client::{Client, Reply};
use crate::fixture::{Running, start, start_with};

/// Everything that can be looked at in a project.
const LOOKED_AT: [&str; 26] = [
    "inbox",
    "threats",
    "threats?status=open&severity=low&sort=score&words=basket",
    "model",
    "model?layer=threats&layer=data",
    "model.svg",
    "inventory/components",
    "inventory/flows",
    "inventory/boundaries",
    "inventory/data",
    "inventory/endpoints",
    "inventory/controls",
    "inventory/permissions",
    "inventory/assumptions",
    "inventory/decisions",
    "inventory/accepted_risks",
    "inventory/open_questions",
    "inventory/incidents",
    "conflicts",
    "questions",
    "paths",
    "trial",
    "assistant",
    "sources",
    "rejected",
    "search?q=basket",
];
const OPERATED: [&str; 7] = ["jobs", "revisions", "rules", "usage", "access", "audit", "report"];

/// A browser that is signed in, and the proof of its forms.
pub(crate) struct Browser {
    pub(crate) client: Client,
    pub(crate) proof: String,
}

impl Browser {
    pub(crate) fn open(service: &Running, key: &str) -> Self {
        let form = format!("key={key}&_back=%2F");
        let reply = urlencoded(&service.anybody()).send("POST", "/sign-in", Some(form.as_bytes())).expect(303);
        let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
        let client = service.anybody().with("Cookie", &cookie);
        let proof = client.get("/api/v1/session").expect(200).json()["csrf_token"].as_str().unwrap().to_owned();
        Self { client, proof }
    }

    pub(crate) fn post(&self, path: &str, form: &str) -> Reply {
        let body = format!("_csrf={}&{form}", self.proof);
        urlencoded(&self.client).send("POST", path, Some(body.as_bytes()))
    }
}

pub(crate) fn urlencoded(client: &Client) -> Client {
    client.with("Content-Type", "application/x-www-form-urlencoded")
}

/// The items that a page of the inbox lists.
pub(crate) fn items(page: &str) -> Vec<String> {
    page.split("name=\"item\" value=\"").skip(1).filter_map(|it| it.split('"').next()).map(str::to_owned).collect()
}

/// Sends forms as somebody of each role: `(least role, address, form)`. What is answered is judged with the role, and whether it may.
pub(crate) fn by_role<P: AsRef<str>>(
    service: &Running,
    forms: &[(&str, P, &str)],
    judge: impl Fn(&str, &str, bool, &Reply),
) -> Vec<(&'static str, Client)> {
    let roles = ["viewer", "reviewer", "editor", "admin"];
    let mut clients = Vec::new();
    for (rank, role) in roles.into_iter().enumerate() {
        let client = urlencoded(&service.person(&format!("the-{role}"), Some(("shop", role))));
        for (least, path, form) in forms {
            let may = roles.iter().position(|it| it == least).unwrap() <= rank;
            judge(role, path.as_ref(), may, &client.send("POST", path.as_ref(), Some(form.as_bytes())));
        }
        clients.push((role, client));
    }
    clients
}

/// The addresses of a page that begin so.
pub(crate) fn addresses(page: &str, beginning: &str) -> Vec<String> {
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.filter(|link| link.starts_with(beginning)).map(|link| link.replace("&amp;", "&")).collect()
}

#[track_caller]
pub(crate) fn html(reply: &Reply, address: &str) -> String {
    assert_eq!(reply.status, 200, "{address}: {}", reply.text());
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8", "{address}");
    assert!(reply.header("content-security-policy").contains("script-src 'self'"), "{address}");
    assert_eq!(reply.header("cache-control"), "no-store", "{address}");
    reply.text()
}

#[test]
fn every_page_answers_and_all_its_links_lead_somewhere() {
    let service = start();
    service.shop("shop");
    let mut seen: std::collections::BTreeSet<String> = std::collections::BTreeSet::new();
    let mut waiting: Vec<String> = LOOKED_AT.iter().chain(&OPERATED).map(|path| format!("/p/shop/{path}")).collect();
    waiting.push("/".to_owned());
    while let Some(address) = waiting.pop() {
        let address = address.split('#').next().unwrap().to_owned();
        if !seen.insert(address.clone()) || seen.len() > 400 {
            continue;
        }
        let reply = service.admin.get(&address);
        if address.contains("/export/") || address.contains(".svg") || address.starts_with("/assets/") {
            reply.expect(200);
            continue;
        }
        let reply = if reply.status == 303 { service.admin.get(reply.header("location")) } else { reply };
        let page = html(&reply, &address);
        // Passages and questions of addresses are many; the first of each page are enough.
        waiting.extend(addresses(&page, "/").into_iter().filter(|link| !link.contains('?')).take(60));
        waiting.extend(addresses(&page, "/p/").into_iter().filter(|link| link.contains('?')).take(4));
    }
    assert!(seen.iter().any(|it| it.contains("/threats/thr-")), "{seen:?}");
    assert!(seen.iter().any(|it| it.contains("/model/cmp-")), "{seen:?}");
    assert!(seen.iter().any(|it| it.contains("/documents/doc-")), "{seen:?}");
}

#[test]
fn files_of_pages_are_kept_for_ever() {
    let service = start();
    let page = service.anybody().get("/sign-in").expect(200).text();
    let files: Vec<&str> = page.split('"').filter(|it| it.starts_with("/assets/")).collect();
    assert!(files.len() > 5, "{files:?}");
    for file in files {
        let reply = service.anybody().get(file).expect(200);
        assert!(reply.header("cache-control").contains("immutable"), "{file}");
    }
    service.anybody().get("/assets/style-000000000000.css").expect(404);
}

#[test]
fn who_is_not_known_comes_to_the_door_and_back() {
    let service = start();
    service.project("shop");
    let reply = service.anybody().get("/p/shop/threats?severity=high").expect(303);
    assert_eq!(reply.header("location"), "/sign-in?back=%2Fp%2Fshop%2Fthreats%3Fseverity%3Dhigh");
    let form = format!("key={}&_back=%2Fp%2Fshop%2Fthreats", service.key);
    let reply = urlencoded(&service.anybody()).send("POST", "/sign-in", Some(form.as_bytes())).expect(303);
    assert_eq!(reply.header("location"), "/p/shop/threats");
    for elsewhere in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example"] {
        let form = format!("key={}&_back={elsewhere}", service.key);
        let reply = urlencoded(&service.anybody()).send("POST", "/sign-in", Some(form.as_bytes())).expect(303);
        assert_eq!(reply.header("location"), "/", "{elsewhere}");
    }
    let wrong = urlencoded(&service.anybody()).send("POST", "/sign-in", Some(b"key=ck_wrong")).expect(303);
    assert_eq!(wrong.header("location"), "/sign-in?wrong=yes");
}

#[test]
fn a_risk_is_accepted_changed_and_taken_back_by_form() {
    let service = start();
    service.shop("shop");
    let browser = Browser::open(&service, &service.key);
    let list = html(&browser.client.get("/p/shop/threats?waiting=yes"), "threats");
    let threat = addresses(&list, "/p/shop/threats/thr-").remove(0);
    let decide = format!("{threat}/decide");
    let without = browser.post(&decide, "action=accept&reason=Because").expect(422).text();
    assert!(without.contains("takes an owner"), "{without}");
    let accept = "action=accept&owner=Ines+Okafor&expires=2090-01-31&reason=Replaced+soon";
    let reply = browser.post(&decide, accept).expect(303);
    assert!(reply.header("location").starts_with(&format!("{threat}?done=decided")));
    let page = html(&browser.client.get(&threat), &threat);
    assert!(page.contains("Ines Okafor") && page.contains("2090-01-31") && page.contains("Replaced soon"));
    // The same again is a change of the decision, not a second one.
    browser.post(&decide, "action=accept&owner=Jonas+Brandt&expires=2090-01-31&reason=Replaced+soon").expect(303);
    let decisions = service.admin.get("/api/v1/projects/shop/decisions").expect(200).json();
    assert_eq!(decisions.as_array().unwrap().len(), 1, "{decisions}");
    let id = decisions[0]["id"].as_str().unwrap();
    browser.post(&format!("{threat}/withdraw"), &format!("decision={id}")).expect(303);
    assert_eq!(service.admin.get("/api/v1/projects/shop/decisions").expect(200).json(), json!([]));
    let trail = service.admin.get("/api/v1/projects/shop/audit").expect(200).text();
    for action in ["decision.create", "decision.change", "decision.withdraw"] {
        assert!(trail.contains(action), "{action}");
    }
}

#[test]
fn a_form_without_its_proof_or_from_elsewhere_does_nothing() {
    let service = start();
    service.shop("shop");
    let browser = Browser::open(&service, &service.key);
    let forged = urlencoded(&browser.client).send("POST", "/p/shop/inbox", Some(b"action=all_seen"));
    assert!(html_problem(forged, 403).contains("proof"));
    let foreign = urlencoded(&browser.client).with("Origin", "https://elsewhere.example");
    let body = format!("_csrf={}&action=all_seen", browser.proof);
    html_problem(foreign.send("POST", "/p/shop/inbox", Some(body.as_bytes())), 403);
    let inbox = service.admin.get("/api/v1/projects/shop/inbox").expect(200).json();
    assert_eq!(inbox["seen"], json!(null), "nothing was marked");
}

#[track_caller]
fn html_problem(reply: Reply, status: u16) -> String {
    let reply = reply.expect(status);
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    reply.text()
}

#[test]
fn roles_hold_for_forms_as_they_do_for_the_api() {
    let service = start();
    service.shop("shop");
    service.project("other");
    let threat = service.all("/api/v1/projects/shop/threats").remove(0)["id"].as_str().unwrap().to_owned();
    let forms = [
        ("reviewer", format!("/p/shop/threats/{threat}/decide"), "action=mitigated&reason=Seen+to"),
        ("reviewer", "/p/shop/inbox".to_owned(), "action=assign&owner=Ines&item=thr-1"),
        ("editor", "/p/shop/sources/paste".to_owned(), "path=note.md&text=Nothing."),
        ("admin", "/p/shop/access/role".to_owned(), "person=the-viewer&role=viewer"),
    ];
    let clients = by_role(&service, &forms, |role, path, may, reply| {
        assert_eq!(reply.status, if may { 303 } else { 403 }, "{role} {path}: {}", reply.text());
    });
    for (role, client) in clients {
        // Another's project is not there.
        for path in LOOKED_AT.iter().chain(&OPERATED) {
            client.get(&format!("/p/other/{path}")).expect(404);
        }
        client.get("/p/shop/audit").expect(if role == "admin" { 200 } else { 403 });
    }
}

#[test]
fn items_are_seen_put_off_and_assigned() {
    let service = start();
    service.shop("shop");
    let browser = Browser::open(&service, &service.key);
    let inbox = || items(&html(&browser.client.get("/p/shop/inbox"), "inbox"));
    let before = inbox();
    assert!(before.len() > 3, "{before:?}");
    browser.post("/p/shop/inbox", &format!("action=seen&item={}", before[0])).expect(303);
    browser.post("/p/shop/inbox", &format!("action=snooze&expires=2090-01-01&item={}", before[1])).expect(303);
    browser.post("/p/shop/inbox", &format!("action=snooze&expires=2000-01-01&item={}", before[2])).expect(303);
    browser.post("/p/shop/inbox", &format!("action=assign&owner=Ines&item={}", before[3])).expect(303);
    let after = inbox();
    assert_eq!(after, before[2..], "one is seen, one rests, and the day of the third is past");
    assert!(html(&browser.client.get("/p/shop/inbox"), "inbox").contains("Assigned to <strong>Ines</strong>"));
    browser.post("/p/shop/inbox", "action=all_seen").expect(303);
    assert_eq!(inbox(), Vec::<String>::new());
    // What others have seen is theirs.
    let other = service.person("other", Some(("shop", "reviewer")));
    assert_eq!(items(&html(&other.get("/p/shop/inbox"), "inbox")).len(), before.len());
}

#[test]
fn the_example_is_one_form_away() {
    let service = start_with(|config| config.auth = cairn_server::AuthMode::Off);
    let anybody = service.anybody();
    assert!(html(&anybody.get("/"), "/").contains("Load the example"));
    let reply = urlencoded(&anybody).send("POST", "/example", Some(b"")).expect(303);
    assert_eq!(reply.header("location"), "/p/tuckbox/inbox?done=example");
    crate::fixture::Running::settle_as(&anybody, "tuckbox");
    let threats = html(&anybody.get("/p/tuckbox/threats"), "threats");
    let threat = addresses(&threats, "/p/tuckbox/threats/thr-").remove(0);
    assert!(html(&anybody.get(&threat), &threat).contains("id=\"cited\""));
}

#[test]
fn an_old_revision_has_an_address() {
    let service = start();
    service.shop("shop");
    service.paste("shop", "later.md", "# Later\n\nThe `ledger-api` service calls the `basket-api` over HTTPS.\n");
    service.settle("shop");
    let now = html(&service.admin.get("/p/shop/inventory/components"), "now");
    let then = html(&service.admin.get("/p/shop/inventory/components?at=r1"), "then");
    assert!(now.contains("ledger-api") && !then.contains("ledger-api"));
    assert!(addresses(&then, "/p/shop/model/cmp-").iter().all(|link| link.ends_with("?at=r1")));
    service.admin.get("/p/shop/threats?at=r99").expect(404);
    service.admin.get("/p/shop/threats?at=nonsense").expect(404);
}

#[test]
fn a_saved_view_comes_back() {
    let service = start();
    service.shop("shop");
    let browser = Browser::open(&service, &service.key);
    browser.post("/p/shop/threats/views", "name=Mine+%3Cb%3E&question=status%3Dopen").expect(303);
    let page = html(&browser.client.get("/p/shop/threats"), "threats");
    assert!(page.contains("Mine &lt;b&gt;") && page.contains("/p/shop/threats?status=open"));
}

#[test]
fn what_if_is_asked_by_address() {
    let service = start();
    service.shop("shop");
    let page = html(&service.admin.get("/p/shop/trial?compromise=cmp-basket-api"), "trial");
    assert!(page.contains("What would be different") && page.contains("in the wrong hands"), "{page}");
    let page = html(&service.admin.get("/p/shop/trial?compromise=cmp-nobody"), "trial");
    assert!(page.contains("role=\"alert\""));
}
