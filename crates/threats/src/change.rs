//! What a project changes about rules: a rule taken away or weighed differently, everywhere or on some elements, with a reason.

use cairn_model::{NormalName, Threat};
use serde::Deserialize;

use crate::graph::{Element, Graph, NodeIndex};
use crate::template;

/// A change of one rule, as the settings have it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleChange {
    /// The rule's id.
    pub rule: String,
    /// The elements that it is about, by name or id; all when there are none.
    #[serde(default)]
    pub on: Vec<String>,
    /// Whether the rule is not applied.
    #[serde(default)]
    pub disabled: bool,
    /// Points that its likelihood gains or loses.
    #[serde(default)]
    pub likelihood: i16,
    /// Points that its impact gains or loses.
    #[serde(default)]
    pub impact: i16,
    /// Why.
    pub because: String,
}

/// A threat that the rules derive and the project excludes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excluded {
    /// The threat.
    pub threat: Threat,
    /// The project's reason.
    pub because: String,
}

impl RuleChange {
    /// What is wrong with the change by itself.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.because.trim().is_empty() {
            return Err(format!("the change of `{}` gives no reason in `because`", self.rule));
        }
        let weighs = self.likelihood != 0 || self.impact != 0;
        if self.disabled == weighs {
            return Err(format!("the change of `{}` needs `disabled = true`, or `likelihood` or `impact`", self.rule));
        }
        Ok(())
    }

    /// Whether the change is about this element: by its id, its name, another name of it, or what a reader calls it.
    pub(crate) fn is_about(&self, graph: &Graph<'_>, at: NodeIndex) -> bool {
        let element = graph.node(at).element;
        let aliases = match element {
            Element::Component(component) => component.aliases.as_slice(),
            _ => &[],
        };
        let name = template::name(graph, at);
        let is_named = |wanted: &String| {
            let wanted_name = NormalName::of(wanted);
            *wanted == *element.id().as_str()
                || std::iter::once(&name).chain(aliases).any(|it| NormalName::of(it) == wanted_name)
        };
        self.on.is_empty() || self.on.iter().any(is_named)
    }
}
