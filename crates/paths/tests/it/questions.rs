//! Blast radius, chokepoints, trust and attackers as data, on one small system.

use cairn_model::{ElementId, Truth};
use cairn_paths::{Analysis, Attackers, Hands, Remedy, TrustKind, trust};

use super::system::system;

const SHOP: &str = r#"
component Visitor type=actor
component Shop type=service exposure=internet
component Ledger type=datastore
component Files type=datastore
component Mailer type=external
component Login type=identity_provider
flow Visitor -> Shop
flow Shop -> Ledger says="Shop writes orders" authentication=mTLS
flow Shop -> Files
flow Shop -> Mailer data=Addresses
flow Shop -> Login
flow Files -> Ledger
boundary Inside type=network members=Ledger,Files
control authentication on=Shop status=absent
control authorization on=Shop status=absent
control network_isolation on=Ledger mechanism="firewall"
data Orders classification=financial
data Addresses classification=personal
data "Ledger token" classification=secret
holding Orders in Ledger handling=stores
holding "Ledger token" in Shop handling=stores
holding "Ledger token" in Files handling=stores
permission Mailer administer *
"#;

fn id(prefix: &str, name: &str) -> ElementId {
    ElementId::named(prefix, name)
}

#[test]
fn a_blast_tells_what_is_lost_and_what_holds() {
    let model = system(SHOP);
    let attackers = Attackers::built_in();
    let blast = Analysis::new(&model, &[], &attackers).blast(&id("cmp", "shop"), Hands::Whole).unwrap();
    let lost = |name: &ElementId| blast.lost.iter().find(|it| it.element == *name);
    let orders = lost(&id("data", "order")).expect("Shop writes orders");
    assert!(orders.gains.contains(&"write".to_owned()) && orders.is_certain, "{orders:?}");
    assert!(orders.hops.iter().all(|hop| hop.truth != Truth::True || !hop.evidence.is_empty()));
    assert!(lost(&id("data", "addresse")).is_some(), "what Shop sends");
    assert_eq!(blast.crossed, [id("bnd", "inside")]);
    let held: Vec<&str> = blast.contained.iter().map(|it| it.step.as_str()).collect();
    assert!(blast.contained.iter().all(|it| it.by.iter().any(|by| !by.evidence.is_empty())), "{held:?}");
    assert!(Analysis::new(&model, &[], &attackers).blast(&id("cmp", "nobody"), Hands::Whole).is_none());
}

#[test]
fn somebody_whom_only_a_permission_names_has_a_blast_radius() {
    let model = system(&format!("{SHOP}permission \"Night Operator\" administer Ledger\n"));
    let operator = model.permissions.iter().find(|it| it.principal == "Night Operator").unwrap().principal_id();
    let attackers = Attackers::built_in();
    let blast = Analysis::new(&model, &[], &attackers).blast(&operator, Hands::Whole).unwrap();
    assert_eq!(blast.begins, ["assume"]);
    let lost: Vec<&str> = blast.lost.iter().map(|it| it.element.as_str()).collect();
    assert!(lost.contains(&"cmp-ledger") && lost.contains(&"data-order"), "{lost:?}");
    assert!(!lost.contains(&"cmp-shop"), "{lost:?}");
}

#[test]
fn whoever_writes_a_document_has_what_follows_its_words_and_not_its_source() {
    let model = system(
        "component Wiki type=datastore\ncomponent Helper type=ai_agent\ncomponent Payments type=service\n\
         component Archive type=datastore\nflow Helper -> Wiki data=Pages\nflow Helper -> Payments data=Orders\n\
         data Pages\ndata Orders classification=financial\nholding Pages in Wiki handling=stores\n\
         holding Orders in Wiki handling=stores\nholding Orders in Archive handling=stores\n",
    );
    let attackers = Attackers::built_in();
    let analysis = Analysis::new(&model, &[], &attackers);
    for source in [id("cmp", "wiki"), id("data", "page")] {
        let blast = analysis.blast(&source, Hands::Content).unwrap();
        let lost: Vec<&str> = blast.lost.iter().map(|it| it.element.as_str()).collect();
        assert!(lost.contains(&"cmp-helper") && lost.contains(&"cmp-payment"), "{source}: {lost:?}");
        assert!(!lost.contains(&"cmp-archive"), "{source}: {lost:?}");
    }
    let whole = analysis.blast(&id("cmp", "wiki"), Hands::Whole).unwrap();
    assert!(whole.lost.iter().any(|it| it.element.as_str() == "data-order"), "what stands in it besides");
    assert!(analysis.blast(&id("cmp", "nobody"), Hands::Content).is_none());
}

#[test]
fn a_wall_is_shown_as_what_holds() {
    let model = system(SHOP);
    let attackers = Attackers::built_in();
    let blast = Analysis::new(&model, &[], &attackers).blast(&id("bnd", "inside"), Hands::Whole).unwrap();
    let wall =
        blast.contained.iter().find(|it| it.element == id("cmp", "ledger")).expect("a firewall stands before Ledger");
    assert_eq!(wall.by.len(), 1);
    assert!(wall.by[0].evidence[0].quote.contains("firewall"));
}

#[test]
fn the_smallest_set_of_remedies_is_found() {
    let model = system(SHOP);
    let attackers = Attackers::built_in().only(|it| it.id == "internet");
    let found = Analysis::new(&model, &[], &attackers).chokepoints();
    assert!(found.is_smallest && found.uncut == 0, "{found:?}");
    // Everything the internet reaches is reached through Shop.
    assert_eq!(found.cut.len(), 1, "{found:?}");
    assert!(matches!(&found.cut[0], Remedy::Control { on, .. } if *on == id("cmp", "shop")), "{found:?}");
    assert_eq!(found.ranked[0].cuts, found.ways);
}

#[test]
fn trust_is_listed_with_what_says_so() {
    let found = trust(&system(SHOP));
    let of =
        |kind: TrustKind| found.iter().filter(move |it| it.kind == kind).map(|it| it.what.as_str()).collect::<Vec<_>>();
    assert_eq!(of(TrustKind::Wildcard), ["may administer *"]);
    assert_eq!(of(TrustKind::SharedSecret), ["all have Ledger token"]);
    assert_eq!(of(TrustKind::Federation), ["is believed by Shop"]);
    assert_eq!(of(TrustKind::UnprovenCall).len(), 3, "{:?}", of(TrustKind::UnprovenCall));
    assert!(found.iter().all(|it| !it.evidence.is_empty()));
    // Every one leads from somebody to something, by the names of the model.
    let shared = found.iter().find(|it| it.kind == TrustKind::SharedSecret).unwrap();
    let from: Vec<&str> = shared.from.iter().map(|it| it.name.as_str()).collect();
    assert_eq!((from, shared.to.name.as_str()), (vec!["Shop", "Files"], "Ledger token"));
    let wildcard = found.iter().find(|it| it.kind == TrustKind::Wildcard).unwrap();
    assert_eq!((wildcard.from[0].element.clone(), wildcard.to.element.clone()), (Some(id("cmp", "mailer")), None));
    assert!(found.iter().all(|it| (it.question.is_some()) == (it.kind == TrustKind::UnprovenCall)));
}

#[test]
fn attackers_are_data() {
    let built_in = Attackers::built_in();
    let ids: Vec<&str> = built_in.profiles().map(|it| it.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "authenticated-user",
            "compromised-dependency",
            "compromised-vendor",
            "document-author",
            "insider",
            "internet",
            "other-tenant",
            "partner",
        ]
    );
    let own = "id = 'neighbour'\ntitle = 'a neighbour'\n[[start]]\ngains = 'exec'\non = ['Files']\n";
    let more = built_in.clone().with(&[("own.toml", own)]).unwrap();
    assert_eq!(more.profiles().len(), ids.len() + 1);
    let model = system(SHOP);
    let neighbour = more.only(|it| it.id == "neighbour");
    assert!(!Analysis::new(&model, &[], &neighbour).losses().is_empty());
    for (text, reason) in [
        ("id = 'a b'\ntitle = 't'\nstart = []", "`a.toml`: the id `a b` is not made of small letters, digits and `-`"),
        (
            "id = 'a'\ntitle = 't'\nstart = []",
            "`a.toml`: the profile has no `[[start]]`, so its attacker could do nothing",
        ),
        (
            "id = 'a'\ntitle = 't'\n[[start]]\ngains = 'exec'",
            "`a.toml`: a start says nothing of where: give `exposure`, `type`, `mentions`, `on` or `tenants`",
        ),
    ] {
        assert_eq!(built_in.clone().with(&[("a.toml", text)]).unwrap_err().to_string(), reason);
    }
    let wrong = "id = 'a'\ntitle = 't'\n[[start]]\ngains = 'everything'\non = ['x']";
    assert!(built_in.with(&[("a.toml", wrong)]).unwrap_err().reason.contains("unknown variant"));
}
