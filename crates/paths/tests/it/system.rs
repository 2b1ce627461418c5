//! Systems in the notation of the rules' examples, with their threats.

use std::sync::LazyLock;

use cairn_model::{AttackPath, Date, System, Threat, Truth};
use cairn_paths::{Analysis, Attackers};
use cairn_threats::{RuleSet, notation};

/// Read once: there are hundreds.
pub(crate) static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::built_in);

pub(crate) fn system(text: &str) -> System {
    notation::parse(text).unwrap_or_else(|error| panic!("{error} in:\n{:?}", text.get(error.span.clone())))
}

pub(crate) fn threats(system: &System) -> Vec<Threat> {
    cairn_threats::derive(system, &RULES, review_day())
}

pub(crate) fn review_day() -> Date {
    Date::new(2026, 1, 1).expect("the first of January is a day")
}

/// The paths of one attacker, a line each: the hops, then what they lead to.
pub(crate) fn paths(system: &System, threats: &[Threat], attacker: &str) -> Vec<String> {
    let attackers = Attackers::built_in().only(|it| it.id == attacker);
    assert_eq!(attackers.profiles().len(), 1, "there is an attacker `{attacker}`");
    let found = Analysis::new(system, threats, &attackers).paths(usize::MAX);
    let mut lines: Vec<String> = found.paths.iter().map(|path| line(system, path)).collect();
    lines.sort();
    lines
}

/// `Shop.reach, Shop.call?, Ledger.read -> Cards.read`: a step that is not certain has a question mark.
fn line(system: &System, path: &AttackPath) -> String {
    let name = |id: &cairn_model::ElementId| {
        let named = (system.components.iter().map(|it| (&it.id, &it.name)))
            .chain(system.data.iter().map(|it| (&it.id, &it.name)))
            .chain(system.boundaries.iter().map(|it| (&it.id, &it.name)));
        named.into_iter().find(|(it, _)| *it == id).map_or_else(|| id.to_string(), |(_, name)| name.clone())
    };
    let hops = path.hops.iter().map(|hop| {
        assert!(hop.truth != Truth::True || !hop.evidence.is_empty(), "a certain hop is cited: {}", hop.means);
        assert!(hop.truth == Truth::True || !hop.questions.is_empty() || !hop.evidence.is_empty(), "{}", hop.means);
        format!("{}.{}{}", name(&hop.to), hop.gains, if hop.truth == Truth::True { "" } else { "?" })
    });
    let mut goals: Vec<String> = path.goals.iter().map(|it| format!("{}.{}", name(&it.element), it.gains)).collect();
    goals.sort();
    format!("{} -> {}", hops.collect::<Vec<_>>().join(", "), goals.join(", "))
}
