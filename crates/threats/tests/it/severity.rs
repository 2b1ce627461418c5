//! The score follows from what the documents say of the place, each factor with its source, and from nothing else.

use cairn_model::{PremiseRole, Threat, Truth};
use cairn_threats::{RuleChange, derive_all};

use crate::custom::{rule, rules, threats};
use crate::{model_of, review_day};

fn one(model: &str) -> Threat {
    let answered = "answered_by = [{ control = [\"authentication\"] }]";
    let rules = rules(&rule("component", "name == Shop", answered));
    threats(&rules, model).into_iter().next().expect("the rule is met on the model")
}

fn score(more: &str) -> u16 {
    one(&format!("component Shop\n{more}")).score_tenths
}

#[test]
fn exposure_data_and_privileges_move_the_score() {
    // sqrt(5 * 5), and with points each.
    assert_eq!(score(""), 50);
    assert_eq!(one("component Shop exposure=internet").score_tenths, 59);
    assert_eq!(one("component Shop exposure=internal").score_tenths, 44);
    assert_eq!(score("component Front exposure=internet\nflow Front -> Shop"), 54);
    assert_eq!(score("holding Key in Shop handling=stores\ndata Key classification=secret"), 59);
    assert_eq!(score("holding News in Shop handling=stores\ndata News classification=public"), 38);
    assert_eq!(score("permission Shop admin everything"), 54);
}

#[test]
fn controls_that_are_there_or_unknown_lower_it() {
    assert_eq!(score("control authentication on=Shop status=absent"), 50);
    assert_eq!(score("control authentication on=Shop status=planned"), 50);
    assert_eq!(score("control authentication on=Shop status=assumed"), 44);
    assert_eq!(score("control authentication on=Shop"), 22);
}

#[test]
fn every_factor_has_its_source() {
    let threat =
        one("component Shop exposure=internet\nholding Key in Shop handling=stores\ndata Key classification=secret");
    let factors: Vec<&cairn_model::Premise> =
        threat.explanation.iter().filter(|it| it.role == PremiseRole::Severity).collect();
    let said: Vec<&str> = factors.iter().map(|it| it.premise.as_str()).collect();
    assert_eq!(
        said,
        ["Shop can be reached from the internet (likelihood +2)", "Shop handles credentials or secrets (impact +2)"]
    );
    assert!(factors.iter().all(|it| it.truth == Truth::True && !it.evidence.is_empty()));
}

#[test]
fn what_the_rule_looks_at_counts_once() {
    let rules = rules(&rule("component", "exposure == internet", ""));
    assert_eq!(threats(&rules, "component Shop exposure=internet")[0].score_tenths, 50);
}

#[test]
fn a_change_of_the_project_is_shown_with_its_reason() {
    let weighed = |on: &str| RuleChange {
        rule: "made-up".to_owned(),
        on: vec![on.to_owned()],
        impact: 2,
        because: "it prints money".to_owned(),
        ..RuleChange::default()
    };
    let rules = rules(&rule("component", "name == Shop", ""));
    let changed = rules.clone().changed(&[weighed("the shop")]).unwrap();
    let threat = &threats(&changed, "component Shop")[0];
    assert_eq!(threat.score_tenths, 59);
    assert!(threat.explanation.iter().any(|it| it.premise.ends_with("because it prints money (impact +2)")));
    let elsewhere = rules.changed(&[weighed("Ledger")]).unwrap();
    assert_eq!(threats(&elsewhere, "component Shop")[0].score_tenths, 50);
}

#[test]
fn what_the_project_excludes_is_kept_with_its_reason() {
    let change = RuleChange {
        rule: "made-up".to_owned(),
        on: vec!["Shop".to_owned()],
        disabled: true,
        because: "it is a toy".to_owned(),
        ..RuleChange::default()
    };
    let rules = rules(&rule("component", "status == implemented", "")).changed(&[change]).unwrap();
    let derived = derive_all(&model_of("component Shop\ncomponent Ledger"), &rules, review_day());
    let left: Vec<&str> = derived.threats.iter().map(|threat| threat.subject.as_str()).collect();
    assert_eq!(left, ["cmp-ledger"]);
    let excluded: Vec<(&str, &str)> =
        derived.excluded.iter().map(|it| (it.threat.subject.as_str(), it.because.as_str())).collect();
    assert_eq!(excluded, [("cmp-shop", "it is a toy")]);
}

#[test]
fn a_change_needs_a_rule_a_reason_and_an_effect() {
    let change = |rule: &str, disabled: bool, because: &str| {
        let change =
            RuleChange { rule: rule.to_owned(), disabled, because: because.to_owned(), ..RuleChange::default() };
        cairn_threats::RuleSet::built_in().changed(&[change]).map(|_| ()).unwrap_err()
    };
    assert_eq!(
        change("shared-identiti", true, "b"),
        "there is no rule `shared-identiti` to change\nhint: did you mean `shared-identity`?"
    );
    assert_eq!(change("shared-identity", true, " "), "the change of `shared-identity` gives no reason in `because`");
    assert!(change("shared-identity", false, "b").contains("needs `disabled = true`"));
}

#[test]
fn elements_without_a_flow_to_the_place_move_nothing() {
    let model = "component Shop type=service\nflow Phone -> Shop data=Cards\ndata Cards classification=payment\n\
                 control authentication on=Shop status=absent\nendpoint /orders on=Shop exposure=internet";
    let more = "component Vault type=secret_store exposure=internet\nholding Keys in Vault handling=stores\n\
                data Keys classification=secret\nflow Vault -> Backup\npermission Vault admin everything";
    let rules = cairn_threats::RuleSet::built_in();
    let before = cairn_threats::derive(&model_of(model), &rules, review_day());
    let after = cairn_threats::derive(&model_of(&format!("{model}\n{more}")), &rules, review_day());
    assert!(before.len() > 3);
    for threat in &before {
        let same = after.iter().find(|it| it.id == threat.id).expect("what was derived before is derived still");
        assert_eq!((same.score_tenths, same.status), (threat.score_tenths, threat.status), "{}", threat.rule);
    }
}
