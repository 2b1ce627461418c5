//! What a reader of the diagram asked to see.

use std::collections::BTreeSet;

use cairn_model::ElementId;

/// Something that can be laid over the parts and lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// Which data the flows carry.
    Data,
    /// How the ends of flows prove who they are.
    Authentication,
    /// How flows are encrypted.
    Encryption,
    /// How many threats there are to each part and flow, and how bad the worst is.
    Threats,
    /// What no document says.
    Unknown,
}

impl Layer {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Data, Self::Authentication, Self::Encryption, Self::Threats, Self::Unknown];

    /// The layer's name in addresses and classes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Authentication => "authentication",
            Self::Encryption => "encryption",
            Self::Threats => "threats",
            Self::Unknown => "unknown",
        }
    }

    /// The layer of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.as_str() == name)
    }
}

/// What to show, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// What is laid over.
    pub layers: BTreeSet<Layer>,
    /// Only this component and those at most so many flows away; everything when not given.
    pub focus: Option<(ElementId, usize)>,
    /// Elements to stand out, such as those of a path of attack; the others step back. None: all are alike.
    pub marked: BTreeSet<ElementId>,
    /// Elements that stand out because a supposition makes them better off; what is marked is then worse off.
    pub eased: BTreeSet<ElementId>,
    /// Whether what stands out does so under a supposition, so that signs tell worse from better.
    pub supposed: bool,
    /// What an element's address begins with; its id follows. Without it nothing is a link.
    pub link: Option<String>,
    /// Whether the drawing brings its own style, as a file of its own must; on a page [`STYLE`](crate::STYLE) is the page's.
    pub styled: bool,
}
