//! The query language: what it finds, what it says of silence, and its errors.

use cairn_ask::{Condition, Kind, Link, Operator, Query, Target, evaluate};
use proptest::prelude::*;

use crate::check::Orchard;

#[test]
fn elements_are_found_by_attribute() {
    let orchard = Orchard::new();
    assert_eq!(orchard.names("components where type = gateway and owner = \"team plum\""), ["Fruit Gateway"]);
    assert_eq!(orchard.names("components where owner ~ pear"), ["Stamp Store"]);
    assert_eq!(orchard.names("components where owner in (\"Team Pear\", \"Team Fig\")"), ["Stamp Store"]);
}

#[test]
fn elements_are_found_by_relation() {
    let orchard = Orchard::new();
    assert_eq!(orchard.names("flows from \"Stamp API\""), ["Stamp API → Stamp Store"]);
    assert_eq!(orchard.names("components where calls \"stamp-store\""), ["Stamp API"]);
    assert_eq!(
        orchard.names("components where reaches (components where name = \"Stamp Store\")"),
        ["Fruit Gateway", "Stamp API"]
    );
    assert_eq!(orchard.names("components called by \"Fruit Gateway\""), ["Stamp API"]);
}

#[test]
fn a_row_cites_what_decides_it_first() {
    let orchard = Orchard::new();
    let rows = orchard.query("components where owner is known and name = \"Stamp Store\"");
    let first = &rows.rows[0].citations[0];
    assert!(first.quote.contains("Team Pear"), "{first:?}");
}

#[test]
fn silence_is_neither_yes_nor_no() {
    let orchard = Orchard::new();
    let told = orchard.query("components where exposure = internet");
    let denied = orchard.query("components where not exposure = internet");
    let open = |rows: &cairn_ask::Rows| rows.undecided.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>();
    assert!(open(&told).contains(&"Fruit Gateway".to_owned()));
    assert_eq!(open(&told), open(&denied));
    assert!(orchard.names("components where exposure is unknown").contains(&"Fruit Gateway".to_owned()));
    assert!(
        orchard
            .names("components where no protected_by (controls where type = backup)")
            .contains(&"Stamp Store".to_owned())
    );
}

#[test]
fn a_limit_tells_what_it_leaves_out() {
    let orchard = Orchard::new();
    let all = orchard.query("components").rows.len();
    let some = orchard.query("components limit 1");
    assert_eq!((some.rows.len(), some.left_out), (1, all - 1));
}

#[test]
fn mistakes_are_shown_with_their_place_and_what_helps() {
    let shown = |text: &str| {
        let error = Query::parse(text).unwrap_err();
        format!("{error}\n{}\nhint: {}", error.shown(text), error.hint.clone().unwrap_or_default())
    };
    insta::assert_snapshot!(shown("componets where x = 1"), @r"
    there is no kind `componets`
      | componets where x = 1
      | ^
    hint: did you mean `components` or `conflicts`?
    ");
    insta::assert_snapshot!(shown("components where type = databse"), @r"
    `type` is never `databse`
      | components where type = databse
      |                         ^
    hint: did you mean `datastore`?
    ");
    insta::assert_snapshot!(shown("flows where encryption"), @r"
    `encryption` must be compared with something
      | flows where encryption
      |                       ^
    hint: such as `encryption = …`, `encryption ~ …`, `encryption is unknown`
    ");
    insta::assert_snapshot!(shown("flows carries x and"), @r"
    `and` was not expected here
      | flows carries x and
      |                 ^
    hint: conditions are joined by `and` and `or`
    ");
    insta::assert_snapshot!(shown("threats where severity >= \"high"), @r#"
    the quotation mark is not closed
      | threats where severity >= "high
      |                           ^
    hint: end the name with `"`
    "#);
}

#[test]
fn an_unknown_name_is_a_mistake_and_offers_others() {
    let orchard = Orchard::new();
    let query = Query::parse("flows to \"Stamp Stor\"").unwrap();
    let error = evaluate(&query, &orchard.facts()).unwrap_err();
    assert_eq!(error.at, 9);
    assert!(error.hint.unwrap().contains("Stamp Store"));
}

#[test]
fn depth_and_length_have_an_end() {
    let deep = format!("components where {}type = cache{}", "(".repeat(200), ")".repeat(200));
    assert!(Query::parse(&deep).unwrap_err().message.contains("deep"));
    let nots = format!("components where {} type = cache", "not ".repeat(200));
    assert!(Query::parse(&nots).unwrap_err().message.contains("deep"));
    assert!(Query::parse(&"x".repeat(10_000)).unwrap_err().message.contains("longer"));
}

fn condition() -> impl Strategy<Value = Condition> {
    let name = "[a-zA-Z ./_-]{1,12}".prop_map(|it| it.trim().to_owned()).prop_filter("not empty", |it| !it.is_empty());
    let leaf = prop_oneof![
        (name.clone(), prop_oneof![Just(Operator::Equal), Just(Operator::Unequal), Just(Operator::Contains)])
            .prop_map(|(value, operator)| Condition::Compare { attribute: "owner", operator, values: vec![value] }),
        any::<bool>().prop_map(|is_known| Condition::Stated { attribute: "technology", is_known }),
        (name, any::<bool>()).prop_map(|(name, is_told)| Condition::Linked {
            link: Link::Calls,
            target: Target::Named { name, at: 0 },
            is_told
        }),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::All),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::Any),
            inner.prop_map(|it| Condition::Not(Box::new(it))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again_as_the_same(condition in condition(), limit in prop::option::of(0_usize..99)) {
        let query = Query { condition: Some(condition), limit, ..Query::of(Kind::Component) };
        let text = query.to_string();
        let read = Query::parse(&text).unwrap();
        prop_assert_eq!(read.to_string(), text);
    }

    #[test]
    fn nothing_that_is_typed_fails_otherwise_than_with_a_place(text in ".{0,80}") {
        if let Err(error) = Query::parse(&text) {
            prop_assert!(error.at <= text.len());
            prop_assert!(!error.shown(&text).is_empty());
        }
    }
}
