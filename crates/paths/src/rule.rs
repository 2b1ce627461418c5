//! The kinds of step, `P-01` to `P-30`, and how each is worded.

/// A kind of step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// What a capability means: no step of an attacker.
    Meaning,
    /// Where a profile begins.
    Start,
    NetworkReach,
    /// What a part has to do with is had with the part.
    Content,
    OpenCall,
    CredentialCall,
    Weakness,
    ExecIdentity,
    Grant,
    RoleChain,
    IdentityWrite,
    SecretInStore,
    TokenTheft,
    KeyUse,
    KeyAdministration,
    QueuePublish,
    QueueConsume,
    QueuePurge,
    StorageAsCode,
    Pipeline,
    Dependency,
    ForgedRequest,
    RuntimeEscape,
    Backup,
    LogPivot,
    Webhook,
    Federation,
    TenantHop,
    Context,
    Phishing,
    Vendor,
}

impl Rule {
    /// The id of the catalogue.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Meaning | Self::Start | Self::NetworkReach => "P-01",
            Self::OpenCall => "P-02",
            Self::CredentialCall => "P-03",
            Self::Weakness => "P-04",
            Self::ExecIdentity | Self::Content => "P-05",
            Self::Grant => "P-06",
            Self::RoleChain => "P-07",
            Self::IdentityWrite => "P-08",
            Self::SecretInStore => "P-09",
            Self::TokenTheft => "P-10",
            Self::KeyUse => "P-11",
            Self::KeyAdministration => "P-12",
            Self::QueuePublish => "P-13",
            Self::QueueConsume => "P-14",
            Self::QueuePurge => "P-15",
            Self::StorageAsCode => "P-16",
            Self::Pipeline => "P-17",
            Self::Dependency => "P-18",
            Self::ForgedRequest => "P-19",
            Self::RuntimeEscape => "P-20",
            Self::Backup => "P-21",
            Self::LogPivot => "P-22",
            Self::Webhook => "P-23",
            Self::Federation => "P-24",
            Self::TenantHop => "P-25",
            Self::Context => "P-26",
            Self::Phishing => "P-27",
            Self::Vendor => "P-30",
        }
    }

    /// How the step is taken. `does` is what is gained, as a verb with its object.
    pub(crate) fn means(self, from: &str, to: &str, does: &str) -> String {
        match self {
            Self::Meaning => does.to_owned(),
            Self::Start => format!("{does} to begin with"),
            Self::NetworkReach => format!("{does} by way of {from}"),
            Self::Content => format!("{does} in {from}"),
            Self::OpenCall => format!("{does} without having to prove anything"),
            Self::CredentialCall => format!("{does} with the secret of {from}"),
            Self::Weakness => format!("{does} by a weakness"),
            Self::ExecIdentity => format!("{does} as {from} does"),
            Self::Grant => format!("{does} by what {from} is allowed to do"),
            Self::RoleChain => format!("{does}, which {from} may take on"),
            Self::IdentityWrite => format!("{does} by changing who is who in {from}"),
            Self::SecretInStore => format!("{does}, which lies in {from}"),
            Self::TokenTheft => format!("{does} with the session that {from} keeps"),
            Self::KeyUse => format!("{does} with the key"),
            Self::KeyAdministration => format!("{does} by governing the keys in {from}"),
            Self::QueuePublish => format!("{does} by a message in {from}"),
            Self::QueueConsume => format!("{does}, which passes through {from}"),
            Self::QueuePurge => format!("{does} by emptying {from}"),
            Self::StorageAsCode => format!("{does}, which runs what {from} holds"),
            Self::Pipeline => format!("{does}, which {from} delivers"),
            Self::Dependency => format!("{does}, which is built from {from}"),
            Self::ForgedRequest => format!("{does} by requests that {from} sends"),
            Self::RuntimeEscape => format!("{does}, which shares a machine with {from}"),
            Self::Backup => format!("{does} in the copy that {from} keeps"),
            Self::LogPivot => format!("{does} by what {from} records"),
            Self::Webhook => format!("{does} by a forged event"),
            Self::Federation => format!("{does}, which believes {from}"),
            Self::TenantHop => format!("{does} across the line between tenants"),
            Self::Context => format!("{does} by words in what it reads from {from}"),
            Self::Phishing => format!("{does} by talking {to} out of a password"),
            Self::Vendor => format!("{does}, which {from} was given or calls"),
        }
    }
}

/// Why a step is unknown by itself, whatever stops it or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    None,
    /// Nobody says who can reach the part.
    Exposure,
    /// Nobody says whether it writes or only reads.
    Writes,
    /// Nobody says whether content passes on.
    Passes,
    /// Nobody says whether it could do without.
    Depends,
    /// Nobody says whether the pipeline delivers it.
    Delivers,
    /// A grant on everything may or may not reach as far.
    Everything,
    /// A grant holds under a condition.
    Condition,
    /// What the step rests on is planned or assumed.
    NotThere,
    /// The weakness is not certain: the threat has the questions.
    Threat,
}

impl Doubt {
    /// What to ask.
    pub(crate) fn question(self, from: &str, to: &str) -> Option<String> {
        match self {
            Self::None | Self::Threat => None,
            Self::Exposure => Some(format!("Can {to} be reached from outside?")),
            Self::Writes => Some(format!("Does {from} change what is in {to}, or read only?")),
            Self::Passes => Some(format!("Does what others send to {from} reach {to}?")),
            Self::Depends => Some(format!("What does {to} do without {from}?")),
            Self::Delivers => Some(format!("Does {from} deliver {to}, or only call it?")),
            Self::Everything => Some(format!("Does what {from} may do to everything reach {to}?")),
            Self::Condition => {
                Some(format!("Could the condition of what {from} may do to {to} be met by an attacker?"))
            }
            Self::NotThere => Some(format!("Is what leads from {from} to {to} there already?")),
        }
    }
}
