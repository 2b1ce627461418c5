//! How bad a threat is: a number from 0.0 to 10.0, kept in tenths.
//!
//! A rule gives a likelihood and an impact, each a word that stands for 3, 5, 7 or 9 of 10. What the documents say of the
//! place raises them: each raise of the rule whose condition is true adds its points, and no factor leaves 10. The score is
//! the geometric mean of both factors, so that neither alone makes a threat severe:
//!
//! ```text
//! score in tenths = floor(sqrt(100 * likelihood * impact))
//! ```
//!
//! Nothing else enters. No other element of the model moves the score, and neither does the status: a mitigated threat
//! shows what its control is worth.

use serde::Deserialize;

/// The most a factor can be.
const FACTOR_MAX: u16 = 10;

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
    pub const fn factor(self) -> u16 {
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
    pub const fn factor(self) -> u16 {
        match self {
            Self::Low => 3,
            Self::Medium => 5,
            Self::High => 7,
            Self::VeryHigh => 9,
        }
    }
}

/// The score in tenths of these factors.
pub(crate) fn score_tenths(likelihood: u16, impact: u16) -> u16 {
    (100 * likelihood.min(FACTOR_MAX) * impact.min(FACTOR_MAX)).isqrt()
}
