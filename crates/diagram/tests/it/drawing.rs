use std::collections::BTreeSet;

use cairn_diagram::{Layer, Rect, Scene, View, diagram, layout};
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

#[test]
fn words_lie_neither_on_parts_nor_on_each_other() {
    let mut made = crate::model::made(60, 3);
    for flow in &mut made.flows {
        flow.protocol = stated("HTTPS with mutual TLS".to_owned());
    }
    let svg = diagram(&made, &[], &view(&[Layer::Encryption]));
    let number = |tag: &str, name: &str| -> i32 {
        let rest = tag.split_once(&format!(" {name}=\"")).expect("the tag has it").1;
        rest.split('"').next().expect("it ends").parse().expect("it is a number")
    };
    let texts: Vec<Rect> = svg
        .split("<text class=\"on-line\"")
        .skip(1)
        .map(|tag| {
            let words = tag.split_once('>').expect("the tag ends").1.split('<').next().expect("it has words");
            let width = 6 * i32::try_from(words.chars().count()).expect("few letters");
            Rect { x: number(tag, "x") - width / 2, y: number(tag, "y") - 10, width, height: 11 }
        })
        .collect();
    assert!(texts.len() > made.flows.len() / 2, "{} of {} lines say it", texts.len(), made.flows.len());
    let parts = layout(&Scene::of(&made, &view(&[]))).parts;
    for (at, one) in texts.iter().enumerate() {
        assert!(!parts.iter().any(|part| part.overlaps(*one)), "{one:?} lies on a part");
        assert!(!texts.iter().skip(at + 1).any(|other| other.overlaps(*one)), "{one:?} lies on other words");
    }
}

#[test]
fn signs_tell_what_a_supposition_does_and_words_say_the_same() {
    let ids: Vec<_> = example().components.iter().map(|it| it.id.clone()).collect();
    let supposed = View {
        supposed: true,
        marked: BTreeSet::from([ids[0].clone()]),
        eased: BTreeSet::from([ids[1].clone()]),
        ..view(&[])
    };
    let svg = diagram(&example(), &[], &supposed);
    assert_eq!((svg.matches("▲").count(), svg.matches("▼").count()), (1, 1));
    assert_eq!((svg.matches(", worse off<").count(), svg.matches(", better off<").count()), (1, 1));
    assert!(!diagram(&example(), &[], &View { supposed: false, ..supposed }).contains('▲'), "a path has no signs");
}
