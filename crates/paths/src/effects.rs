//! What an attacker gains by a weakness: `config/paths/effects.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use cairn_model::Threat;
use serde::Deserialize;

/// The shipped table.
pub(crate) static EFFECTS: LazyLock<Effects> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../../../config/paths/effects.toml"))
        .expect("the shipped effects are read by every test");
    Effects::of(file)
});

/// What is had before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Needs {
    Reach,
    Call,
    Feed,
    Near,
    Exec,
    Forge,
    Supply,
}

/// What is had afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Gained {
    Call,
    Exec,
    Read,
    Write,
    Deny,
    Forge,
    Assume,
    /// Code in the clients of the part.
    Script,
    /// Code in everything beside the part.
    Escape,
    /// What passes over the flow.
    Overhear,
}

/// What a weakness needs and gives.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Effect {
    #[serde(default)]
    cwe: Vec<u32>,
    #[serde(default)]
    rule: Vec<String>,
    pub(crate) needs: Needs,
    pub(crate) gains: Vec<Gained>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    effect: Vec<Effect>,
}

/// The table, by rule and by CWE.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    by_rule: BTreeMap<String, Effect>,
    by_cwe: BTreeMap<u32, Effect>,
}

impl Effects {
    fn of(file: File) -> Self {
        let mut effects = Self::default();
        for effect in file.effect {
            effects.by_rule.extend(effect.rule.iter().map(|rule| (rule.clone(), effect.clone())));
            effects.by_cwe.extend(effect.cwe.iter().map(|cwe| (*cwe, effect.clone())));
        }
        effects
    }

    /// What the threat is good for, if an attacker can make anything of it.
    pub(crate) fn of_threat(&self, threat: &Threat) -> Option<&Effect> {
        self.by_rule.get(&threat.rule).or_else(|| self.by_cwe.get(&threat.cwe?))
    }
}
