//! Whose word counts for more when sources disagree: what runs over what was planned, the newer over the older.

use std::cmp::Ordering;

use cairn_model::{Date, Document, SourceType};

/// How far a document's statements weigh.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rank {
    source_type: SourceType,
    tier: u8,
    modified: Option<Date>,
}

impl Rank {
    pub(crate) fn of(document: &Document) -> Self {
        Self { source_type: document.source_type, tier: tier_of(document), modified: document.modified }
    }

    /// Compares what decides; a document without a date counts as older than any with one.
    pub(crate) fn compare(self, other: Self) -> Ordering {
        self.key().cmp(&other.key())
    }

    /// The rule by which this rank beats `loser`, or `None` when none is strong enough to call the matter settled.
    pub(crate) fn beats(self, loser: Self) -> Option<String> {
        match self.tier.cmp(&loser.tier) {
            Ordering::Greater => Some(format!("{} outranks {}", title(self.source_type), title(loser.source_type))),
            Ordering::Equal if loser.modified.is_some() && self.modified > loser.modified => {
                Some("newer source outranks older".to_owned())
            }
            _ => None,
        }
    }

    fn key(self) -> (u8, Option<Date>) {
        (self.tier, self.modified)
    }
}

/// A decision that says that it is not accepted, or not any more, weighs as a design does.
fn tier_of(document: &Document) -> u8 {
    let status = document.front_matter.get("status").map(|status| status.to_lowercase());
    let is_open = status.is_some_and(|status| !status.contains("accepted") && !status.contains("approved"));
    if document.source_type == SourceType::Adr && is_open {
        tier(SourceType::Design)
    } else {
        tier(document.source_type)
    }
}

/// The higher, the closer to what runs.
const fn tier(source_type: SourceType) -> u8 {
    match source_type {
        SourceType::Observed => 11,
        SourceType::Deployment => 10,
        SourceType::Code => 9,
        SourceType::ApiSpec => 8,
        SourceType::Adr => 7,
        SourceType::Design | SourceType::Readme | SourceType::Policy => 6,
        SourceType::Guide => 5,
        SourceType::Diagram => 4,
        SourceType::Postmortem => 3,
        SourceType::Ticket | SourceType::PullRequest => 2,
        SourceType::Discussion => 1,
    }
}

const fn title(source_type: SourceType) -> &'static str {
    match source_type {
        SourceType::Observed => "observed behaviour",
        SourceType::Deployment => "deployment configuration",
        SourceType::Code => "code",
        SourceType::ApiSpec => "API specification",
        SourceType::Adr => "decision record",
        SourceType::Design => "design document",
        SourceType::Readme => "readme",
        SourceType::Policy => "policy",
        SourceType::Guide => "guide",
        SourceType::Diagram => "diagram",
        SourceType::Postmortem => "postmortem",
        SourceType::Ticket => "ticket",
        SourceType::PullRequest => "pull request",
        SourceType::Discussion => "discussion",
    }
}
