//! What an attacker can have on an element, and how sure the documents are that a step leads there.

use cairn_model::Truth;

/// What an attacker has on an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// A connection to it.
    Reach,
    /// A foothold in the same network; on a boundary: one inside it.
    Near,
    /// Requests that it takes for valid ones.
    Call,
    /// Requests of somebody who is entitled to its service.
    Use,
    /// Code of the attacker runs in it.
    Exec,
    /// What is in it, or the data itself, is read.
    Read,
    /// What is in it, or the data itself, is changed.
    Write,
    /// It does not serve any more, or the data is gone.
    Deny,
    /// It is governed.
    Admin,
    /// Acting under its identity.
    Assume,
    /// The secret is known.
    Hold,
    /// Content of the attacker arrives in it.
    Feed,
    /// It sends requests where the attacker wants them.
    Forge,
    /// Identities are issued in its name.
    Issue,
    /// What its key protects is decrypted.
    Decrypt,
    /// Being one of its tenants.
    Tenant,
}

impl Capability {
    /// All capabilities; a capability's place here is its number.
    pub const ALL: [Self; 16] = [
        Self::Reach,
        Self::Near,
        Self::Call,
        Self::Use,
        Self::Exec,
        Self::Read,
        Self::Write,
        Self::Deny,
        Self::Admin,
        Self::Assume,
        Self::Hold,
        Self::Feed,
        Self::Forge,
        Self::Issue,
        Self::Decrypt,
        Self::Tenant,
    ];

    /// The name used in exports and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reach => "reach",
            Self::Near => "near",
            Self::Call => "call",
            Self::Use => "use",
            Self::Exec => "exec",
            Self::Read => "read",
            Self::Write => "write",
            Self::Deny => "deny",
            Self::Admin => "administer",
            Self::Assume => "assume",
            Self::Hold => "hold",
            Self::Feed => "feed",
            Self::Forge => "forge",
            Self::Issue => "issue",
            Self::Decrypt => "decrypt",
            Self::Tenant => "tenant",
        }
    }

    /// The capability of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// Position of an element among the nodes of a graph.
pub(crate) type Node = u32;

/// A capability on a node, as a number: all facts of a node follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Fact(pub(crate) u32);

/// How many facts a node has.
pub(crate) const PER_NODE: u32 = 16;

impl Fact {
    /// No fact: an unused place in a body.
    pub(crate) const NONE: Self = Self(u32::MAX);

    pub(crate) const fn new(capability: Capability, node: Node) -> Self {
        Self(node * PER_NODE + capability as u32)
    }

    pub(crate) const fn node(self) -> Node {
        self.0 / PER_NODE
    }

    pub(crate) fn capability(self) -> Capability {
        Capability::ALL.get((self.0 % PER_NODE) as usize).copied().expect("the remainder is below their number")
    }

    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// How sure the documents are that a step can be taken, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    /// They say so.
    Stated,
    /// What would stop it is only taken for granted, or what it rests on is only planned.
    Assumed,
    /// They leave open whether something stops it.
    Unknown,
}

impl Grade {
    /// As the truth of a hop. What is assumed is as unknown as what nobody wrote.
    pub(crate) const fn truth(self) -> Truth {
        match self {
            Self::Stated => Truth::True,
            Self::Assumed | Self::Unknown => Truth::Unknown,
        }
    }

    /// What the step costs: a way with fewer unknown steps comes first, then one with fewer assumed steps, then the shorter.
    pub(crate) const fn cost(self, is_definition: bool) -> u64 {
        match self {
            Self::Stated if is_definition => 0,
            Self::Stated => 1,
            Self::Assumed => (1 << 16) + 1,
            Self::Unknown => (1 << 32) + 1,
        }
    }
}
