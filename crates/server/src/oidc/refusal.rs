//! Why nobody is let in. The names are all that the trail, the log and the browser get to know: what a provider says about it may
//! hold parts of tokens.

use http::StatusCode;

use crate::problem::Problem;

/// When it is worth trying again while the provider is away, in seconds.
const AWAY_RETRY: u64 = 30;

/// What stops a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Nobody answers for the provider.
    Away,
    /// What answers is not what a provider answers, or it does not know this service.
    Unusable(&'static str),
    /// Whoever comes is not let in.
    Refused(Refusal),
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is not this browser's sign-in.
    State,
    /// This sign-in has ended before.
    Repeated,
    /// The provider did not let them in, or they turned back there.
    ByProvider,
    /// The provider gives nothing for the code.
    Code,
    /// There is no ID token in what it gives.
    NoToken,
    /// The token is of another provider.
    Issuer,
    /// The token is for somebody else than this service.
    Audience,
    /// The token is over.
    Expired,
    /// The token is of another sign-in.
    Nonce,
    /// The token is not signed by a key of the provider.
    Signature,
    /// Something else is wrong with the token.
    Token,
    /// The provider knows them, and this service does not.
    Unknown,
    /// They are locked out here.
    LockedOut,
}

impl Refusal {
    /// The name in the trail and the log.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::State => "other_state",
            Self::Repeated => "repeated",
            Self::ByProvider => "refused_by_provider",
            Self::Code => "code_not_taken",
            Self::NoToken => "no_id_token",
            Self::Issuer => "other_issuer",
            Self::Audience => "other_audience",
            Self::Expired => "expired",
            Self::Nonce => "other_nonce",
            Self::Signature => "bad_signature",
            Self::Token => "bad_token",
            Self::Unknown => "unknown_person",
            Self::LockedOut => "locked_out",
        }
    }

    const fn detail(self) -> &'static str {
        match self {
            Self::State | Self::Repeated => {
                "this sign-in was not begun in this browser, took too long, or has ended before; begin it anew from the sign-in page"
            }
            Self::ByProvider => "the identity provider did not let you in, or you turned back there",
            Self::Unknown => {
                "the identity provider knows you and this service does not; ask whoever runs it to add you"
            }
            Self::LockedOut => "you are locked out of this service; ask whoever runs it",
            _ => {
                "what the identity provider says about you does not hold; begin anew, and if that does not help, ask whoever runs the service"
            }
        }
    }
}

impl Failure {
    /// The name in the trail and the log.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Away => "provider_away",
            Self::Unusable(what) => what,
            Self::Refused(refusal) => refusal.as_str(),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Away => Self::unavailable(
                "the identity provider does not answer; keys of this service go on working",
                AWAY_RETRY,
            ),
            Failure::Unusable(_) => {
                let detail = "the identity provider answers what this service cannot use; its log has the reason under this request's id";
                Self::new(StatusCode::BAD_GATEWAY, "provider", detail)
            }
            Failure::Refused(refusal) => {
                let status = match refusal {
                    Refusal::State | Refusal::Repeated => StatusCode::BAD_REQUEST,
                    // Never 401: that would lead to the sign-in page, with the code in the address to come back to.
                    _ => StatusCode::FORBIDDEN,
                };
                Self::new(status, "sign_in_refused", refusal.detail())
            }
        }
    }
}
