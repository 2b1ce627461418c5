//! What an environment variable or an image reference says, wherever a deployment file writes it.

use cairn_model::{Classification, ControlType, DataClaim, FlowClaim};

use crate::facts::{Facts, Place};
use crate::{address, sensitive};

/// A variable with a literal value.
pub(crate) struct Variable<'a> {
    /// The program that gets it.
    pub(crate) program: &'a str,
    /// Its name.
    pub(crate) name: &'a str,
    /// Its value.
    pub(crate) value: &'a str,
    /// Passages that hold name and value.
    pub(crate) whole: Vec<Place>,
    /// Passages that hold the name alone, quoted when the value is a secret.
    pub(crate) name_only: Vec<Place>,
}

impl Variable<'_> {
    /// Claims the flow that an address means and the secret that stands in the open.
    pub(crate) fn claim(&self, facts: &mut Facts<'_>) {
        let found = address::find(self.name, self.value);
        let in_address = found.as_ref().is_some_and(|address| address.has_password);
        if in_address || (found.is_none() && sensitive::is_secret(self.name) && !is_reference(self.value)) {
            self.open_secret(facts);
        }
        if let Some(address) = found {
            let claim = FlowClaim {
                source: self.program.to_owned(),
                target: address.name().to_owned(),
                protocol: address.protocol(),
                encryption: address.encryption(),
                ..FlowClaim::default()
            };
            facts.flow(claim, if in_address { &self.name_only } else { &self.whole });
        }
    }

    fn open_secret(&self, facts: &mut Facts<'_>) {
        facts.lacks(ControlType::SecretManagement, self.program, "secrets kept out of the file", &self.name_only);
        let claim = DataClaim {
            name: self.name.to_owned(),
            component: Some(self.program.to_owned()),
            classification: Some(sensitive::classify(self.name).unwrap_or(Classification::Credential)),
            ..DataClaim::default()
        };
        facts.data(claim, &self.name_only);
    }
}

/// Whether the value points to a secret, or switches something, without being one.
pub(crate) fn is_reference(value: &str) -> bool {
    value.len() < 2 || value.starts_with('$') || value.starts_with('/') || matches!(value, "true" | "false")
}

/// What an image reference says of its integrity: a digest fixes what runs; `latest`, or no tag at all, does not.
pub(crate) fn image_pin(facts: &mut Facts<'_>, program: &str, image: &str, places: &[Place]) {
    let last = image.rsplit('/').next().unwrap_or(image);
    if image.contains("@sha256:") {
        facts.protects(ControlType::Integrity, program, "image pinned by digest", places);
    } else if image.contains('$') {
        // A variable decides the tag.
    } else if last.ends_with(":latest") {
        facts.lacks(ControlType::Integrity, program, "image pinned (tag `latest`)", places);
    } else if !last.contains(':') {
        facts.lacks(ControlType::Integrity, program, "image pinned (no tag)", places);
    }
}
