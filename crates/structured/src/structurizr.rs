//! Structurizr DSL: people, software systems, containers and components of the model, their relationships, groups and
//! deployment nodes as walls. Of the views only dynamic ones say more than the model does; what is included from elsewhere
//! or made by scripts is named.

mod parse;

use std::collections::BTreeMap;

use cairn_model::{ComponentType, Document};

use crate::Reading;
use crate::diagram::{self, Graph, NodeText};
use crate::facts::Facts;
use parse::Statement;

/// Directives that only set how the rest is read.
const SILENT_DIRECTIVES: &[&str] =
    &["!identifiers", "!impliedRelationships", "!const", "!constant", "!var", "!element", "!elements"];
/// Words without meaning for the model.
const SILENT: &[&str] = &[
    "name",
    "description",
    "tags",
    "tag",
    "url",
    "properties",
    "perspectives",
    "configuration",
    "technology",
    "instances",
    "healthCheck",
    "branding",
    "terminology",
    "styles",
    "themes",
    "theme",
    "users",
    "scope",
    "visibility",
];

/// Reads every workspace of the document.
pub(crate) fn read(document: &Document) -> Reading {
    let mut facts = Facts::new(document, "structured/structurizr/1");
    for lines in diagram::sources(document, &["structurizr", "structurizr-dsl"]) {
        let mut reader = Reader::default();
        match parse::statements(&lines) {
            Ok(statements) => {
                reader.register(&statements, &mut Vec::new());
                reader.all(&statements, &Place::default(), &mut facts);
            }
            Err(at) => facts.not_understood(at, "workspace nested too deep"),
        }
        if reader.graph.is_full() {
            facts.not_understood(lines.first().map_or(0, |line| line.at), "the rest of a very large diagram");
        }
        reader.graph.claim(&mut facts);
    }
    facts.finish()
}

/// Where a statement stands.
#[derive(Clone, Default)]
struct Place {
    /// The element around it.
    element: Option<String>,
    /// Whether it is inside a view.
    view: bool,
}

#[derive(Default)]
struct Reader {
    graph: Graph,
    /// Identifiers, as written and from the outermost element on, to the element that they name.
    elements: BTreeMap<String, String>,
}

impl Reader {
    /// Learns what each identifier means, before anything refers to it.
    fn register(&mut self, statements: &[Statement<'_>], path: &mut Vec<String>) {
        for statement in statements {
            if Element::of(statement).is_none() {
                self.register(&statement.inner, path);
                continue;
            }
            let id = Element::id(statement);
            if let Some(own) = statement.identifier {
                path.push(own.to_owned());
                self.elements.entry(own.to_owned()).or_insert_with(|| id.clone());
                self.elements.insert(path.join("."), id);
            }
            self.register(&statement.inner, path);
            if statement.identifier.is_some() {
                path.pop();
            }
        }
    }

    fn statement(&mut self, statement: &Statement<'_>, place: &Place, facts: &mut Facts<'_>) {
        if let Some(at) = statement.words.iter().position(|word| *word == "->") {
            self.relationship(statement, at, place);
        } else if let Some(element) = Element::of(statement) {
            self.element(&element, statement, place, facts);
        } else {
            self.other(statement, place, facts);
        }
    }

    fn other(&mut self, statement: &Statement<'_>, place: &Place, facts: &mut Facts<'_>) {
        let word = statement.word(0);
        let inside = |view| Place { view, ..place.clone() };
        match word {
            "workspace" | "model" => {
                if statement.word(1) == "extends" {
                    facts.not_understood(statement.at, "the workspace that this one extends");
                }
                self.all(&statement.inner, &inside(false), facts);
            }
            "views" | "dynamic" => {
                let scope = Place { element: None, view: true };
                self.all(&statement.inner, &scope, facts);
            }
            "{" => self.all(&statement.inner, place, facts),
            "containerInstance" | "softwareSystemInstance" | "instanceOf" => {
                let named = self.elements.get(statement.word(1)).cloned();
                if let (Some(group), Some(instance)) = (&place.element, named) {
                    self.graph.join_group(group, &instance);
                }
            }
            _ if word.starts_with('!') => {
                if !SILENT_DIRECTIVES.contains(&word) {
                    facts.not_understood(statement.at, format!("directive `{word} {}`", statement.word(1)));
                }
            }
            _ if place.view || SILENT.contains(&word) || word.is_empty() => {}
            _ => {
                let start: String = statement.text.chars().take(60).collect();
                facts.not_understood(statement.at, format!("Structurizr line `{start}`"));
            }
        }
    }

    fn all(&mut self, statements: &[Statement<'_>], place: &Place, facts: &mut Facts<'_>) {
        for statement in statements {
            self.statement(statement, place, facts);
        }
    }

    /// An element with elements inside is a wall around them.
    fn element(&mut self, element: &Element, statement: &Statement<'_>, place: &Place, facts: &mut Facts<'_>) {
        let id = Element::id(statement);
        let label = statement.word(1);
        let holds = statement.inner.iter().any(|inner| {
            Element::of(inner).is_some() || matches!(inner.word(0), "containerInstance" | "softwareSystemInstance")
        });
        let is_group = holds || matches!(element, Element::Group | Element::DeploymentNode);
        let inside = Place { element: Some(id.clone()), view: place.view };
        if matches!(element, Element::Environment) {
            self.all(&statement.inner, &Place { element: None, view: false }, facts);
        } else if is_group {
            self.graph.open_group(&id, label, true, &statement.place());
            // A group only encloses; what stands in it belongs to the element around the group.
            let inside = if matches!(element, Element::Group) && place.element.is_some() { place } else { &inside };
            self.all(&statement.inner, inside, facts);
            self.graph.close_group();
        } else {
            self.graph.node(&id, element.text(statement), &statement.place());
            self.all(&statement.inner, &inside, facts);
        }
    }

    /// `a -> b "description" "technology"`, or `-> b` inside of `a`.
    fn relationship(&mut self, statement: &Statement<'_>, at: usize, place: &Place) {
        let known = |name: &str| self.elements.get(name).cloned().unwrap_or_else(|| name.to_owned());
        let from = match at.checked_sub(1).map(|before| statement.word(before)) {
            Some("this") | None => place.element.clone(),
            Some(name) => Some(known(name.rsplit(' ').next().unwrap_or(name))),
        };
        let target = statement.word(at + 1);
        let to = if target == "this" { place.element.clone() } else { Some(known(target)) };
        let (Some(from), Some(to)) = (from, to) else { return };
        let text = |at: usize| Some(statement.word(at)).filter(|text| !text.is_empty());
        let inner = statement.inner.iter().find(|inner| inner.word(0) == "technology");
        let technology = text(at + 3).or_else(|| inner.map(|inner| inner.word(1)));
        if place.view && self.graph.has_edge(&from, &to) {
            return;
        }
        let place = inner.map_or_else(|| statement.place(), |inner| statement.up_to(inner));
        self.graph.edge_with(&from, &to, text(at + 2), technology, None, &place);
    }
}

/// The kinds of element that a model has.
enum Element {
    Person,
    System,
    Container,
    Component,
    Infrastructure,
    Custom,
    Group,
    DeploymentNode,
    Environment,
}

impl Element {
    fn of(statement: &Statement<'_>) -> Option<Self> {
        Some(match statement.word(0).to_lowercase().as_str() {
            "person" => Self::Person,
            "softwaresystem" => Self::System,
            "container" if !statement.word(1).is_empty() && !statement.is_view() => Self::Container,
            "component" if !statement.word(1).is_empty() && !statement.is_view() => Self::Component,
            "infrastructurenode" => Self::Infrastructure,
            "element" if !statement.is_style() => Self::Custom,
            "group" | "enterprise" => Self::Group,
            "deploymentnode" => Self::DeploymentNode,
            "deploymentenvironment" => Self::Environment,
            _ => return None,
        })
    }

    /// The identifier, or the place of one that has none: two elements of one name may be two.
    fn id(statement: &Statement<'_>) -> String {
        statement
            .identifier
            .map_or_else(|| format!("{}@{}", statement.word(1), statement.at), |id| format!("{id}@{}", statement.at))
    }

    fn text(&self, statement: &Statement<'_>) -> NodeText {
        let tags = match self {
            Self::Person | Self::System => statement.word(3),
            _ => statement.word(4),
        };
        let inner = |word: &str| statement.inner.iter().find(|inner| inner.word(0) == word).map(|inner| inner.word(1));
        let tags = format!("{tags},{}", inner("tags").unwrap_or_default()).to_lowercase();
        let tagged = |word: &str| tags.split(',').any(|tag| tag.trim().contains(word));
        let kind = match self {
            Self::Person => Some(ComponentType::Actor),
            _ if tagged("external") => Some(ComponentType::External),
            _ if tagged("database") => Some(ComponentType::Datastore),
            _ if tagged("queue") || tagged("topic") => Some(ComponentType::Queue),
            _ if tagged("browser") || tagged("mobile") => Some(ComponentType::Client),
            Self::Infrastructure => None,
            _ => None,
        };
        let technology = match self {
            Self::Container | Self::Component | Self::Infrastructure => Some(statement.word(3)),
            _ => None,
        };
        let technology = technology.filter(|text| !text.is_empty()).or_else(|| inner("technology"));
        NodeText {
            label: Some(statement.word(1).to_owned()),
            kind,
            technology: technology.map(str::to_owned),
            silent: false,
        }
    }
}
