//! Attackers as data: one TOML file each, from `config/attackers/` or a project's own folder, checked when it is loaded.
//!
//! A profile says what its attacker has before the first step. Everything beyond is derived.

use std::collections::BTreeMap;

use cairn_model::{ComponentType, ElementId, Exposure};
use include_dir::{Dir, include_dir};
use serde::Deserialize;

use crate::capability::Capability;

static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../config/attackers");

/// Profiles at most: who has a capability fits into one number of 64 bits, with room for elements that are compromised on trial.
const PROFILES_MAX: usize = 48;

/// Who attacks, and from where.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attacker {
    /// Names the profile.
    pub id: String,
    /// Who it is, as part of a sentence.
    pub title: String,
    /// What the attacker has to begin with.
    pub start: Vec<Start>,
}

/// A capability on all elements of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// What the attacker has there.
    pub gains: Gains,
    /// Only on parts that are exposed so.
    #[serde(default)]
    pub exposure: Vec<Exposure>,
    /// Only on parts of these types.
    #[serde(default, rename = "type")]
    pub component_type: Vec<ComponentType>,
    /// Only on parts whose name or technology has one of these words.
    #[serde(default)]
    pub mentions: Vec<String>,
    /// Only on these elements, by name or id.
    #[serde(default)]
    pub on: Vec<String>,
    /// Only on parts that several tenants share.
    #[serde(default)]
    pub tenants: bool,
}

/// What a profile may give to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gains {
    /// See [`Capability::Reach`].
    Reach,
    /// See [`Capability::Near`].
    Near,
    /// See [`Capability::Call`].
    Call,
    /// See [`Capability::Use`].
    Use,
    /// See [`Capability::Exec`].
    Exec,
    /// See [`Capability::Read`].
    Read,
    /// See [`Capability::Write`].
    Write,
    /// See [`Capability::Assume`].
    Assume,
    /// See [`Capability::Hold`].
    Hold,
    /// See [`Capability::Feed`].
    Feed,
    /// See [`Capability::Tenant`].
    Tenant,
    /// A hand in what parts are built from.
    Supply,
}

impl Gains {
    /// The capability, where it is one on an element.
    pub(crate) const fn capability(self) -> Option<Capability> {
        Some(match self {
            Self::Reach => Capability::Reach,
            Self::Near => Capability::Near,
            Self::Call => Capability::Call,
            Self::Use => Capability::Use,
            Self::Exec => Capability::Exec,
            Self::Read => Capability::Read,
            Self::Write => Capability::Write,
            Self::Assume => Capability::Assume,
            Self::Hold => Capability::Hold,
            Self::Feed => Capability::Feed,
            Self::Tenant => Capability::Tenant,
            Self::Supply => return None,
        })
    }
}

/// A mistake in a profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{file}`: {reason}")]
pub struct AttackerError {
    /// The file as it was named by the caller.
    pub file: String,
    /// What is wrong.
    pub reason: String,
}

/// The profiles in force, sorted by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attackers {
    profiles: BTreeMap<String, Attacker>,
    /// What each profile was read from, by its id.
    texts: BTreeMap<String, String>,
}

impl Attackers {
    /// The profiles shipped with the product (`config/attackers/`).
    pub fn built_in() -> Self {
        let files = BUILT_IN.files().filter(|file| file.path().extension().is_some_and(|ending| ending == "toml"));
        let files: Vec<(&str, &str)> =
            files.filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?))).collect();
        Self::default().with(&files).expect("the shipped profiles are checked by the tests")
    }

    /// These profiles and those of `files`, pairs of path and text, which replace profiles of the same id.
    pub fn with(mut self, files: &[(&str, &str)]) -> Result<Self, AttackerError> {
        for (file, text) in files {
            let wrong = |reason: String| AttackerError { file: (*file).to_owned(), reason };
            let profile: Attacker = toml::from_str(text).map_err(|error| wrong(one_line(&error)))?;
            check(&profile).map_err(wrong)?;
            self.texts.insert(profile.id.clone(), (*text).to_owned());
            self.profiles.insert(profile.id.clone(), profile);
            if self.profiles.len() > PROFILES_MAX {
                return Err(wrong(format!("there are more than {PROFILES_MAX} profiles")));
            }
        }
        Ok(self)
    }

    /// The profiles in order of their ids.
    pub fn profiles(&self) -> impl ExactSizeIterator<Item = &Attacker> {
        self.profiles.values()
    }

    /// The files of the profiles in force, by id: what they say and nothing of where they lay.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.texts.iter().map(|(id, text)| (id.as_str(), text.as_str()))
    }

    /// The profile of this id.
    pub fn get(&self, id: &str) -> Option<&Attacker> {
        self.profiles.get(id)
    }

    /// These profiles and one who has the element in hand, whatever is had of it.
    #[must_use]
    pub fn and_compromised(mut self, element: &ElementId, name: &str) -> Self {
        let on = |gains| Start {
            gains,
            exposure: Vec::new(),
            component_type: Vec::new(),
            mentions: Vec::new(),
            on: vec![element.as_str().to_owned()],
            tenants: false,
        };
        let gains: &[Gains] = match element.as_str().split('-').next() {
            Some("data") => &[Gains::Read, Gains::Write, Gains::Hold],
            Some("bnd") => &[Gains::Near],
            Some("principal") => &[Gains::Assume],
            _ => &[Gains::Exec, Gains::Feed],
        };
        let start = gains.iter().copied().map(on).collect();
        let (id, title) = (format!("compromised-{element}"), format!("whoever has {name} in hand"));
        self.profiles.insert(id.clone(), Attacker { id, title, start });
        self
    }

    /// Only the profiles for which `keep` holds.
    #[must_use]
    pub fn only(mut self, keep: impl Fn(&Attacker) -> bool) -> Self {
        self.profiles.retain(|_, profile| keep(profile));
        let kept = &self.profiles;
        self.texts.retain(|id, _| kept.contains_key(id));
        self
    }
}

fn check(profile: &Attacker) -> Result<(), String> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if profile.id.is_empty() || !profile.id.chars().all(is_plain) {
        return Err(format!("the id `{}` is not made of small letters, digits and `-`", profile.id));
    }
    if profile.title.trim().is_empty() {
        return Err("the profile has no title".to_owned());
    }
    if profile.start.is_empty() {
        return Err("the profile has no `[[start]]`, so its attacker could do nothing".to_owned());
    }
    for start in &profile.start {
        let narrowed = !start.exposure.is_empty()
            || !start.component_type.is_empty()
            || !start.mentions.is_empty()
            || !start.on.is_empty()
            || start.tenants;
        if narrowed == (start.gains == Gains::Supply) {
            return Err(match start.gains {
                Gains::Supply => "a hand in what parts are built from is had everywhere: leave `supply` alone",
                _ => "a start says nothing of where: give `exposure`, `type`, `mentions`, `on` or `tenants`",
            }
            .to_owned());
        }
    }
    Ok(())
}

fn one_line(error: &toml::de::Error) -> String {
    error.message().lines().collect::<Vec<_>>().join("; ")
}
