//! What a change makes different is found in what was derived already, and is what a model derived anew gives.

use std::collections::BTreeSet;
use std::path::Path;

use cairn_engine::attack::{AddedControl, Change};
use cairn_engine::{Difference, ScanRequest, Silent, Trials, decisions, model, rules, scan};
use cairn_model::{ControlType, Date, ElementId, Term as _};

use crate::folder::Folder;

/// What two differences have to have in common: paths are told by their ids.
fn told(difference: &Difference) -> (String, BTreeSet<&ElementId>) {
    let Difference { threats, gained, averted, settled, unsettled, gone_paths, accepted_risks, .. } = difference;
    let paths = difference.new_paths.iter().map(|it| &it.id).collect();
    let sorted = |losses: &Vec<cairn_engine::attack::Loss>| {
        let mut losses = losses.clone();
        losses.sort();
        losses
    };
    let losses = [gained, averted, settled, unsettled].map(sorted);
    (format!("{threats:#?}\n{losses:#?}\n{gone_paths:#?}\n{accepted_risks:#?}"), paths)
}

#[tokio::test]
async fn a_trial_gives_what_a_model_derived_anew_gives() {
    let folder = Folder::with(&[]);
    let workspace = folder.workspace().await;
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../eval/examples/tuckbox");
    let request = ScanRequest { inputs: vec![example], threads: Some(2), ..ScanRequest::default() };
    scan(&workspace, &request, &Silent).await.unwrap();
    let today = Date::new(2026, 1, 1).unwrap();
    let model = model(&workspace, today).await.unwrap();
    let (rules, decisions) = (rules(&workspace).unwrap(), decisions(&workspace).unwrap());
    let trials = Trials::new(&model, &rules, &decisions, today);
    let mut changes: Vec<Change> = Vec::new();
    for control in &model.system.controls {
        changes.push(Change { failed: [control.id.clone()].into(), ..Change::default() });
    }
    for assumption in &model.system.assumptions {
        changes.push(Change { wrong: [assumption.id.clone()].into(), ..Change::default() });
    }
    for (component, control_type) in model.system.components.iter().zip(ControlType::ALL.iter().cycle()) {
        let added = AddedControl { control_type: *control_type, on: component.id.clone(), mechanism: None };
        changes.push(Change { added: vec![added], ..Change::default() });
    }
    // Each one derived anew takes its time, and every tenth is enough of them.
    let (mut tried, mut different) = (0, 0);
    for change in changes.iter().step_by(10) {
        let (quick, anew) = (trials.difference(change), trials.anew(change));
        assert_eq!(told(&quick), told(&anew), "{change:?}");
        tried += 1;
        different += usize::from(!quick.is_empty());
    }
    println!("{tried} changes tried, {different} of which make a difference");
    assert!(different > 1, "{different} of {tried}");
}
