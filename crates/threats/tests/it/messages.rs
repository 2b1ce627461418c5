//! Mistakes in a rule file are shown at their place with what to do.

use cairn_threats::RuleSet;

const RULE: &str = r#"id = "open-door"
title = "{subject} is open"
subject = "flow"
pack = "general"
stride = ["spoofing"]
rationale = "It is open."
remediation = "Close it."
question = "Is {subject} closed?"
maturity = "preview"
since = "0.1.0"

[severity]
likelihood = "likely"
impact = "low"

[[premises]]
say = "{target} is a store"
when = "target.type == datastore"
"#;

fn message(from: &str, to: &str) -> String {
    let text = RULE.replace(from, to);
    assert_ne!(text, RULE);
    let errors = RuleSet::load(&[("team/open-door.toml", &text)]).expect_err("the rule has a mistake");
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn a_sound_rule_loads_beside_the_shipped_ones() {
    let rules = RuleSet::load(&[("team/open-door.toml", RULE)]).unwrap();
    assert_eq!(rules.rule("open-door").unwrap().file, "team/open-door.toml");
    assert_eq!(rules.rules().count(), RuleSet::built_in().rules().count() + 1);
}

#[test]
fn a_file_replaces_the_shipped_rule_of_its_id() {
    let text = RULE.replace("open-door", "shared-identity");
    let rules = RuleSet::load(&[("team/shared-identity.toml", &text)]).unwrap();
    assert_eq!(rules.rule("shared-identity").unwrap().title, "{subject} is open");
    assert_eq!(rules.rules().count(), RuleSet::built_in().rules().count());
}

#[test]
fn two_files_must_not_share_an_id() {
    let errors = RuleSet::load(&[("a/open-door.toml", RULE), ("b/open-door.toml", RULE)]).unwrap_err();
    insta::assert_snapshot!(errors[0].message, @r"the rule `open-door` is also in `a/open-door.toml`");
}

#[test]
fn an_unknown_attribute_is_named_with_the_nearest() {
    insta::assert_snapshot!(message("target.type ==", "target.tipe =="), @r#"
    unknown attribute of a component: `tipe`
      --> team/open-door.toml:18:16
       |
    18 | when = "target.tipe == datastore"
       |                ^^^^
    hint: did you mean `type`?
    "#);
}

#[test]
fn an_unknown_word_is_named_with_the_nearest() {
    insta::assert_snapshot!(message("== datastore", "== database"), @r#"
    unknown value of `type`: `database`
      --> team/open-door.toml:18:24
       |
    18 | when = "target.type == database"
       |                        ^^^^^^^^
    hint: known are `actor`, `client`, `service`, `gateway`, `datastore`, `cache`, `queue`, `identity_provider`, `secret_store`, `external`, `ai_model`, `ai_agent`, `pipeline`, `infrastructure`, `observability`
    "#);
}

#[test]
fn a_verb_of_another_kind_is_refused() {
    insta::assert_snapshot!(message("target.type == datastore", "target crosses boundary"), @r#"
    `crosses` can be said of a flow, not of a component
      --> team/open-door.toml:18:16
       |
    18 | when = "target crosses boundary"
       |                ^^^^^^^
    "#);
}

#[test]
fn an_unfinished_condition_is_pointed_at() {
    insta::assert_snapshot!(message("== datastore", "in [datastore, cache"), @r#"
    expected `]`, found the end of the condition
      --> team/open-door.toml:18:41
       |
    18 | when = "target.type in [datastore, cache"
       |                                         ^
    "#);
}

#[test]
fn an_unknown_place_in_a_sentence_is_named() {
    insta::assert_snapshot!(message("{target} is a store", "{tagret} is a store"), @r#"
    unknown place `{tagret}` in a sentence about a flow
      --> team/open-door.toml:17:9
       |
    17 | say = "{tagret} is a store"
       |         ^^^^^^
    hint: did you mean `{target}`?
    "#);
}

#[test]
fn an_unknown_key_is_refused() {
    insta::assert_snapshot!(message("stride =", "strides ="), @r#"
    unknown field `strides`, expected one of `id`, `title`, `subject`, `pack`, `stride`, `cwe`, `linddun`, `capec`, `attack`, `atlas`, `owasp`, `asvs`, `nist`, `references`, `rationale`, `remediation`, `trade_off`, `statement`, `question`, `silence`, `topics`, `is_own_acceptance`, `refines`, `maturity`, `since`, `severity`, `premises`, `answered_by`, `examples`
     --> team/open-door.toml:5:1
      |
    5 | strides = ["spoofing"]
      | ^^^^^^^
    "#);
}

#[test]
fn the_file_is_named_after_the_rule() {
    insta::assert_snapshot!(message("id = \"open-door\"", "id = \"open-gate\""), @r#"
    the id `open-gate` differs from the file's name
     --> team/open-door.toml:1:6
      |
    1 | id = "open-gate"
      |      ^^^^^^^^^^^
    hint: name the file `open-gate.toml`
    "#);
}

#[test]
fn a_broader_rule_that_does_not_exist_is_refused() {
    insta::assert_snapshot!(message("stride =", "refines = [\"open-gate\"]\nstride ="), @r#"
    unknown rule `open-gate`
     --> team/open-door.toml:5:12
      |
    5 | refines = ["open-gate"]
      |            ^^^^^^^^^^^
    "#);
}

#[test]
fn a_condition_nested_beyond_the_limit_is_refused_not_followed() {
    let deep = format!("{}is documented{}", "(".repeat(100_000), ")".repeat(100_000));
    let text = message("target.type == datastore", &deep);
    assert!(text.starts_with("the condition nests deeper than 32 levels"), "{} bytes", text.len());
}

#[test]
fn no_text_in_place_of_a_condition_panics() {
    for noise in ["é", "'", "'é'", "target.", "any", "any data", "any data (", "not", "[", "crosses"] {
        let text = RULE.replace("target.type == datastore", noise);
        assert!(RuleSet::load(&[("team/open-door.toml", &text)]).is_err(), "`{noise}` loads");
    }
}
