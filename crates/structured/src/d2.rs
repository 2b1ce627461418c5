//! D2 diagrams: shapes and containers, connections with their labels, tables of columns. Imports, globs and further boards
//! are named as not understood.

mod parse;

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{ComponentType, DataClaim, Document, Handling};

use crate::Reading;
use crate::diagram::{self, Graph, NodeText};
use crate::facts::{Facts, Place};
use crate::sensitive;
use parse::{End, Statement};

/// What parts the names in an id; no name holds it.
const SEPARATOR: &str = "\u{1f}";
/// Shapes of one diagram; a drawing that no person can read is no documentation.
const SHAPES_MAX: usize = 5_000;

/// Keys that describe the shape they stand in.
const ATTRIBUTES: &[&str] = &[
    "shape",
    "label",
    "style",
    "class",
    "icon",
    "near",
    "tooltip",
    "link",
    "width",
    "height",
    "direction",
    "constraint",
    "source-arrowhead",
    "target-arrowhead",
    "grid-rows",
    "grid-columns",
    "grid-gap",
    "vertical-gap",
    "horizontal-gap",
    "top",
    "left",
    "explanation",
    "desc",
];

/// Reads every D2 diagram of the document.
pub(crate) fn read(document: &Document) -> Reading {
    let mut facts = Facts::new(document, "structured/d2/1");
    for lines in diagram::sources(document, &["d2"]) {
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else { continue };
        let span = first.at..last.at + last.text.len();
        let text = facts.text().get(span.clone()).unwrap_or_default();
        let mut board = Board::default();
        match parse::statements(text, span.start) {
            Ok(statements) => board.read(&statements, &[], &mut facts),
            Err(at) => facts.not_understood(at, "diagram nested too deep"),
        }
        board.claim(&mut facts);
    }
    facts.finish()
}

#[derive(Default)]
struct Shape {
    label: Option<String>,
    form: Option<String>,
    class: Option<String>,
    place: Option<Place>,
    columns: Vec<(String, Place)>,
}

struct Edge {
    from: String,
    to: String,
    label: Option<String>,
    place: Place,
}

/// A diagram while it is read: what is inside what is only known at its end.
#[derive(Default)]
struct Board {
    shapes: BTreeMap<String, Shape>,
    order: Vec<String>,
    edges: Vec<Edge>,
    /// The shape that each class gives.
    classes: BTreeMap<String, String>,
}

impl Board {
    fn read(&mut self, statements: &[Statement], container: &[String], facts: &mut Facts<'_>) {
        for statement in statements {
            self.statement(statement, container, facts);
        }
    }

    fn statement(&mut self, statement: &Statement, container: &[String], facts: &mut Facts<'_>) {
        let key = statement.key.trim();
        let first = key.split('.').next().unwrap_or_default();
        if key.starts_with("...")
            || key.starts_with('@')
            || statement.value.as_deref().is_some_and(|v| v.starts_with('@'))
        {
            facts.not_understood(statement.at, "import of another file");
        } else if key.starts_with('(') {
            // `(a -> b)[0].style`: the look of a connection.
        } else if key.contains('*') || key.starts_with('&') {
            facts.not_understood(statement.at, "glob over shapes");
        } else if let Some(ends) = parse::connection(key) {
            self.connection(statement, &ends, container, facts);
        } else if container.is_empty() && first == "classes" {
            self.classes(statement);
        } else if container.is_empty() && matches!(first, "layers" | "scenarios" | "steps") {
            facts.not_understood(statement.at, format!("further boards under `{first}`"));
        } else if first == "vars" || key.is_empty() {
            // Values for other places of the diagram.
        } else {
            self.shape(statement, container, facts);
        }
    }

    fn classes(&mut self, statement: &Statement) {
        for class in &statement.inner {
            let shape = class.inner.iter().find(|inner| inner.key.trim() == "shape");
            if let Some(shape) = shape.and_then(|inner| inner.value.clone()) {
                self.classes.insert(parse::bare(&class.key), shape);
            }
        }
    }

    fn connection(&mut self, statement: &Statement, ends: &[End], container: &[String], facts: &mut Facts<'_>) {
        let place = statement.place();
        let ids: Vec<String> = ends.iter().map(|end| self.mention(&end.path, container, &place)).collect();
        let labelled = statement.inner.iter().find(|inner| inner.key.trim() == "label");
        let label = statement.value.clone().or_else(|| labelled.and_then(|inner| inner.value.clone()));
        for (pair, (from, to)) in ends.windows(2).zip(ids.iter().zip(ids.iter().skip(1))) {
            let Some(arrow) = pair.first() else { continue };
            let edge = |from: &String, to: &String| Edge {
                from: from.clone(),
                to: to.clone(),
                label: label.clone(),
                place: place.clone(),
            };
            if arrow.forward {
                self.edges.push(edge(from, to));
            }
            if !arrow.forward && !arrow.backward {
                facts.not_understood(statement.at, "connection without a direction");
            }
            if arrow.backward {
                self.edges.push(edge(to, from));
            }
        }
    }

    fn shape(&mut self, statement: &Statement, container: &[String], facts: &mut Facts<'_>) {
        let mut path = parse::path(&statement.key);
        let attribute = path.iter().position(|part| ATTRIBUTES.contains(&part.as_str()));
        if let Some(at) = attribute {
            let name = path.get(at).cloned().unwrap_or_default();
            path.truncate(at);
            let id = if path.is_empty() {
                container.join(SEPARATOR)
            } else {
                self.mention(&path, container, &statement.place())
            };
            if let (Some(shape), Some(value)) = (self.shapes.get_mut(&id), statement.value.clone()) {
                match name.as_str() {
                    "shape" => shape.form = Some(value),
                    "label" => shape.label = Some(value),
                    "class" => shape.class = Some(value.trim_matches(['[', ']']).to_owned()),
                    _ => {}
                }
            }
            return;
        }
        let id = self.mention(&path, container, &statement.place());
        let is_table = self.is_table(&container.join(SEPARATOR));
        if is_table {
            self.column(&container.join(SEPARATOR), &id, statement);
            return;
        }
        if let Some(shape) = self.shapes.get_mut(&id) {
            shape.label = statement.value.clone().filter(|value| !value.is_empty()).or(shape.label.take());
            shape.place = Some(statement.place());
        }
        let inside: Vec<String> = id.split(SEPARATOR).map(str::to_owned).collect();
        // A table says that it is one before or after its columns.
        let (attributes, others): (Vec<_>, Vec<_>) =
            statement.inner.iter().partition(|inner| ATTRIBUTES.contains(&inner.key.trim()));
        for inner in attributes.into_iter().chain(others) {
            self.statement(inner, &inside, facts);
        }
    }

    fn is_table(&self, id: &str) -> bool {
        let shape = self.shapes.get(id);
        shape.is_some_and(|shape| self.form(shape) == "sql_table")
    }

    fn column(&mut self, table: &str, id: &str, statement: &Statement) {
        self.shapes.remove(id);
        self.order.retain(|known| known != id);
        if let Some(shape) = self.shapes.get_mut(table) {
            shape.columns.push((parse::bare(&statement.key), statement.place()));
        }
    }

    /// Notes every part of the path; the id of the last.
    fn mention(&mut self, path: &[String], container: &[String], place: &Place) -> String {
        let mut whole: Vec<String> = container.to_vec();
        for part in path {
            if part == "_" {
                whole.pop();
                continue;
            }
            whole.push(part.clone());
            let id = whole.join(SEPARATOR);
            if !self.shapes.contains_key(&id) && self.order.len() < SHAPES_MAX {
                self.order.push(id.clone());
                self.shapes.insert(id, Shape { place: Some(place.clone()), ..Shape::default() });
            }
        }
        whole.join(SEPARATOR)
    }

    fn form(&self, shape: &Shape) -> String {
        let by_class = shape.class.as_ref().and_then(|class| self.classes.get(class));
        shape.form.as_ref().or(by_class).cloned().unwrap_or_default()
    }

    fn claim(&self, facts: &mut Facts<'_>) {
        let parent = |id: &str| id.rsplit_once(SEPARATOR).map(|(parent, _)| parent.to_owned());
        let containers: BTreeSet<String> = self.order.iter().filter_map(|id| parent(id)).collect();
        let mut graph = Graph::default();
        for id in &self.order {
            let (Some(shape), last) = (self.shapes.get(id), id.rsplit(SEPARATOR).next().unwrap_or(id)) else {
                continue;
            };
            let Some(place) = &shape.place else { continue };
            let label = shape.label.as_deref().unwrap_or(last);
            let form = self.form(shape);
            if form == "sql_table" {
                columns(shape, label, facts);
            } else if containers.contains(id) {
                graph.open_group(id, label, form != "sequence_diagram", place);
                graph.close_group();
            } else {
                graph.node(id, text(label, &form), place);
            }
        }
        for id in &self.order {
            if let Some(parent) = parent(id) {
                graph.join_group(&parent, id);
            }
        }
        for edge in &self.edges {
            graph.edge(&edge.from, &edge.to, edge.label.as_deref(), &edge.place);
        }
        graph.claim(facts);
    }
}

fn text(label: &str, form: &str) -> NodeText {
    let kind = match form {
        "cylinder" | "stored_data" => Some(ComponentType::Datastore),
        "queue" => Some(ComponentType::Queue),
        "person" | "c4-person" => Some(ComponentType::Actor),
        _ => None,
    };
    let silent = matches!(form, "text" | "code" | "diamond" | "callout" | "step" | "class");
    NodeText { label: Some(label.to_owned()), kind, technology: None, silent }
}

/// Columns of a table whose names say that they are sensitive.
fn columns(shape: &Shape, table: &str, facts: &mut Facts<'_>) {
    for (column, place) in &shape.columns {
        let Some(class) = sensitive::classify(column) else { continue };
        let claim = DataClaim {
            name: format!("{table}.{column}"),
            classification: Some(class),
            handling: vec![Handling::Stores],
            ..DataClaim::default()
        };
        facts.data(claim, &shape.place.iter().chain([place]).cloned().collect::<Vec<_>>());
    }
}
