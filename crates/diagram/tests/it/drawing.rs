use std::collections::BTreeSet;

use cairn_diagram::{Layer, View, diagram};
use cairn_model::{Component, ComponentType, System};

use crate::model::{part, stated, system};

fn example() -> System {
    let parts = vec![
        part("ledger", Some(ComponentType::Datastore)),
        part("payments", Some(ComponentType::Service)),
        part("customer", Some(ComponentType::Actor)),
        part("notes", None),
    ];
    let mut system =
        system(parts, &[("customer", "payments"), ("payments", "ledger")], &[("cluster", &["payments", "ledger"])]);
    for flow in &mut system.flows {
        if flow.target.as_str() == "cmp-ledger" {
            flow.protocol = stated("PostgreSQL".to_owned());
            flow.encryption = stated("none".to_owned());
        }
    }
    system
}

fn view(layers: &[Layer]) -> View {
    View { layers: layers.iter().copied().collect(), link: Some("model/".to_owned()), ..View::default() }
}

#[test]
fn a_small_model_as_a_drawing() {
    insta::assert_snapshot!(diagram(&example(), &[], &view(&[Layer::Encryption, Layer::Unknown])));
}

#[test]
fn what_is_unknown_is_said_to_be_unknown() {
    let svg = diagram(&example(), &[], &view(&[]));
    assert!(svg.contains("customer to payments, authentication unknown, encryption unknown"), "{svg}");
    assert!(svg.contains("payments to ledger over PostgreSQL, authentication unknown, no encryption"), "{svg}");
    assert!(svg.contains("notes, type unknown"), "{svg}");
}

#[test]
fn a_marked_element_stands_out() {
    let marked = BTreeSet::from([example().components[0].id.clone()]);
    let svg = diagram(&example(), &[], &View { marked, ..view(&[]) });
    assert!(svg.contains("class=\"dfd marking\""));
    assert_eq!(svg.matches(" marked\"").count(), 1);
}

#[test]
fn names_are_text_and_never_markup() {
    let hostile = "</text><script>alert(1)</script> \u{202e}\"onload='x'";
    let named = Component { name: hostile.to_owned(), ..part("named", None) };
    let svg = diagram(&system(vec![named], &[], &[]), &[], &view(&[]));
    assert!(!svg.contains("<script") && !svg.contains('\u{202e}') && !svg.contains("\"onload"), "{svg}");
}

#[test]
fn a_drawing_of_its_own_brings_its_style_and_no_links() {
    let svg = diagram(&example(), &[], &View { styled: true, ..View::default() });
    assert!(svg.contains("<style>") && !svg.contains("<a "), "{svg}");
}
