//! How bad a threat is: a number from 0.0 to 10.0, kept in tenths.
//!
//! A rule gives a likelihood and an impact, each a word that stands for 3, 5, 7 or 9 of 10. Points are added and taken away by
//! what the documents say, each with its source in the explanation:
//!
//! ```text
//! exposure      internet +2, partner +1, a way of flows from the internet +1, internal -1     likelihood
//! data          credentials, secrets, payment, health +2, other sensitive +1, only public -2  impact
//! privileges    may do nearly everything +1                                                   impact
//! control       mitigated -4, unknown or only assumed -1, else 0                              likelihood
//! rule          what the rule itself says makes it worse                                      both
//! project       what the settings change, with a reason                                       both
//! ```
//!
//! A factor that the rule itself looks at counts once, as the rule weighs it. No sum leaves 1 to 10. The score is the
//! geometric mean of both, so that neither alone makes a threat severe:
//!
//! ```text
//! score in tenths = floor(sqrt(100 * likelihood * impact))
//! ```
//!
//! Nothing else enters, and nothing is compared with other elements: what has no flow to the place moves nothing.

use std::fmt;

use serde::Deserialize;

/// The least and the most that a likelihood or an impact can be.
const FACTOR_MIN: i16 = 1;
const FACTOR_MAX: i16 = 10;

/// How likely an attack is, before raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likelihood {
    /// Needs luck or a position that few have: 3.
    Unlikely,
    /// Needs effort or some knowledge of the system: 5.
    Possible,
    /// A usual way to attack: 7.
    Likely,
    /// Tried against everything that can be reached: 9.
    Expected,
}

impl Likelihood {
    /// The factor the word stands for.
    pub const fn factor(self) -> i16 {
        match self {
            Self::Unlikely => 3,
            Self::Possible => 5,
            Self::Likely => 7,
            Self::Expected => 9,
        }
    }
}

/// What an attack costs, before raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    /// An annoyance: 3.
    Low,
    /// Harm to some users or one part: 5.
    Medium,
    /// Harm to many users or the whole system: 7.
    High,
    /// Loss of what the system exists for: 9.
    VeryHigh,
}

impl Impact {
    /// The factor the word stands for.
    pub const fn factor(self) -> i16 {
        match self {
            Self::Low => 3,
            Self::Medium => 5,
            Self::High => 7,
            Self::VeryHigh => 9,
        }
    }
}

/// Points of a factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Points {
    pub(crate) likelihood: i16,
    pub(crate) impact: i16,
}

impl Points {
    /// The points of a rule's words.
    pub(crate) const fn of(likelihood: Likelihood, impact: Impact) -> Self {
        Self { likelihood: likelihood.factor(), impact: impact.factor() }
    }

    /// Both together.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self {
            likelihood: self.likelihood.saturating_add(other.likelihood),
            impact: self.impact.saturating_add(other.impact),
        }
    }

    /// The score in tenths of a sum of points.
    pub(crate) fn score_tenths(self) -> u16 {
        let within = |points: i16| points.clamp(FACTOR_MIN, FACTOR_MAX).unsigned_abs();
        (100 * within(self.likelihood) * within(self.impact)).isqrt()
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.likelihood, self.impact) {
            (likelihood, 0) => write!(f, "likelihood {likelihood:+}"),
            (0, impact) => write!(f, "impact {impact:+}"),
            (likelihood, impact) => write!(f, "likelihood {likelihood:+}, impact {impact:+}"),
        }
    }
}
