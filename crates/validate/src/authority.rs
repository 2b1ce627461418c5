//! Whose word counts for more when sources disagree: what runs over what was planned, the newer over the older.

use std::cmp::Ordering;

use cairn_model::{Date, Document, Format, SourceType, Trust};

use crate::Policy;

/// How far a document's statements weigh.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rank {
    trust: Trust,
    standing: Standing,
    modified: Option<Date>,
}

/// What a document is to the system that it speaks of.
#[derive(Clone, Copy, Debug)]
enum Standing {
    /// A person who decided about the model itself.
    Person,
    /// Code that makes what is deployed: Terraform, templates, pipelines. It may not have been applied yet.
    Code,
    /// A decision that nobody has accepted yet, or that another one replaced.
    OpenDecision,
    /// What its type says.
    Of(SourceType),
}

impl Rank {
    pub(crate) fn of(document: &Document, policy: &Policy) -> Self {
        let standing = match document.source_type {
            _ if policy.is_decided_by(document) => Standing::Person,
            SourceType::Deployment if is_code(document) => Standing::Code,
            SourceType::Adr if is_open(document) => Standing::OpenDecision,
            source_type => Standing::Of(source_type),
        };
        Self { trust: policy.trust_of(document), standing, modified: document.modified }
    }

    /// Compares what decides; a document without a date counts as older than any with one.
    pub(crate) fn compare(self, other: Self) -> Ordering {
        self.key().cmp(&other.key())
    }

    /// The rule by which this rank beats `loser`, or `None` when none is strong enough to call the matter settled.
    pub(crate) fn beats(self, loser: Self) -> Option<String> {
        if self.trust > loser.trust {
            let by_kind = tier(self.standing) > tier(loser.standing);
            return Some(if by_kind {
                format!("{} outranks {}", title(self.standing), title(loser.standing))
            } else {
                "a source that vouches outranks one that only asserts".to_owned()
            });
        }
        match tier(self.standing).cmp(&tier(loser.standing)) {
            Ordering::Greater => Some(format!("{} outranks {}", title(self.standing), title(loser.standing))),
            Ordering::Equal if loser.modified.is_some() && self.modified > loser.modified => {
                Some("newer source outranks older".to_owned())
            }
            _ => None,
        }
    }

    fn key(self) -> (Trust, u8, Option<Date>) {
        (self.trust, tier(self.standing), self.modified)
    }
}

/// Paths of pipelines, which make what runs and are not run as a part of it.
const PIPELINE_PATHS: &[&str] = &[".github/workflows/", ".gitlab-ci.y", ".gitlab/ci/"];
/// Keys by which a template or a plan shows itself.
const TEMPLATE_KEYS: &[&str] = &["AWSTemplateFormatVersion", "\"planned_values\"", "\"resource_changes\""];
/// Where such keys stand.
const KEY_BYTES: usize = 2_000;

fn is_code(document: &Document) -> bool {
    let text = &document.text;
    let head = text.get(..text.floor_char_boundary(KEY_BYTES)).unwrap_or_default();
    matches!(document.format, Format::Hcl | Format::Source)
        || PIPELINE_PATHS.iter().any(|part| document.path.contains(part))
        || TEMPLATE_KEYS.iter().any(|key| head.contains(key))
}

fn is_open(document: &Document) -> bool {
    let status = document.front_matter.get("status").map(|status| status.to_lowercase()).unwrap_or_default();
    ["proposed", "draft", "pending", "rejected", "superseded", "deprecated"].iter().any(|word| status.starts_with(word))
}

/// The higher, the closer to what runs.
const fn tier(standing: Standing) -> u8 {
    let source_type = match standing {
        Standing::Person => return 12,
        Standing::Code => return 9,
        Standing::OpenDecision => SourceType::Design,
        Standing::Of(source_type) => source_type,
    };
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

const fn title(standing: Standing) -> &'static str {
    let source_type = match standing {
        Standing::Person => return "a reviewer's decision",
        Standing::Code => return "infrastructure as code",
        Standing::OpenDecision => return "decision that is not in force",
        Standing::Of(source_type) => source_type,
    };
    match source_type {
        SourceType::Observed => "observed behaviour",
        SourceType::Deployment => "deployment configuration",
        SourceType::Code => "infrastructure as code",
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
