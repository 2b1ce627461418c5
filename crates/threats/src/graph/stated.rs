//! Controls and assumptions on top of what they are about.

use std::sync::Arc;

use cairn_model::{Assumption, Control, ElementId};

use super::{Element, Fixed, Graph, Node, NodeIndex};
use crate::condition::vocabulary::Relation;
use crate::key::Key;

impl<'a> Fixed<'a> {
    /// The graph with these controls and assumptions. What they do not touch is shared with every other such graph.
    pub(crate) fn graph_with<'b>(&self, controls: &'b [Control], assumptions: &'b [Assumption]) -> Graph<'b>
    where
        'a: 'b,
    {
        let fixed: Fixed<'b> = self.clone();
        fixed.into_graph(controls, assumptions)
    }

    /// The same, with nothing left of this.
    pub(crate) fn into_graph(self, controls: &'a [Control], assumptions: &'a [Assumption]) -> Graph<'a> {
        let Self { mut graph, waiting, conflicts } = self;
        let whole = graph.fixed.checked_sub(1);
        for control in controls {
            graph.state(&control.id, Element::Control(control));
        }
        for assumption in assumptions {
            graph.state(&assumption.id, Element::Assumption(assumption));
        }
        for at in graph.fixed..graph.nodes.len() {
            let relation = match graph.node(at).element {
                Element::Control(control) => {
                    graph.protect(at, control);
                    Relation::Controls
                }
                Element::Assumption(assumption) => {
                    for id in &assumption.about {
                        graph.link_about(at, id, Relation::Assumptions);
                    }
                    Relation::Assumptions
                }
                _ => continue,
            };
            if let Some(whole) = whole {
                graph.relate(whole, relation, at);
            }
        }
        for (at, id, back) in waiting {
            graph.link_about(at, id, back);
        }
        graph.place(conflicts);
        graph
    }
}

impl<'a> Graph<'a> {
    fn state(&mut self, id: &'a ElementId, element: Element<'a>) {
        self.stated.insert(Key::of(id), self.nodes.len());
        self.nodes.push(Arc::new(Node::new(element)));
    }

    fn protect(&mut self, at: NodeIndex, control: &'a Control) {
        for id in &control.on {
            self.link_about(at, id, Relation::Controls);
        }
        let named = self.node(at).related(Relation::About).to_vec();
        if named.is_empty() {
            self.relate(at, Relation::Controls, at);
        }
        for protected in if named.is_empty() { vec![at] } else { named } {
            self.change(protected, |node| node.controls.push(control));
        }
    }
}
