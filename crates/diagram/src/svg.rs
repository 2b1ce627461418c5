//! The drawing. Everything in it has a name for those who do not see it, and every name from a document is text, never markup.

mod beside;
mod label;
mod part;
mod style;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use cairn_model::{ElementId, Flow, Severity, Status, System, Term as _, Threat, ThreatStatus};

use crate::geometry::{WALL_HEADER, px};
use crate::{Layer, Layout, Line, Rect, Route, Scene, View, Wall};
use label::{escaped, shortened, visible};

pub use style::STYLE;

/// Pixels that a letter of a wall's name takes.
const LETTER: i32 = 8;

/// Draws a scene at the places of a layout.
pub fn draw(scene: &Scene<'_>, layout: &Layout, system: &System, threats: &[Threat], view: &View) -> String {
    let pen = Pen { scene, system, view, tallies: tallies(threats) };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"dfd{}\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"group\" aria-label=\"{}\">\n",
        if view.marked.is_empty() && view.eased.is_empty() { "" } else { " marking" },
        escaped(&pen.summary()),
        w = layout.width.max(1),
        h = layout.height.max(1),
    );
    if view.styled {
        push(&mut svg, format_args!("<style>{STYLE}</style>\n"));
    }
    svg.push_str(ARROW);
    pen.walls(&mut svg, layout);
    pen.lines(&mut svg, layout);
    pen.parts(&mut svg, layout);
    svg.push_str("</svg>\n");
    svg
}

/// The head of a line, in the colour of the line.
const ARROW: &str = "<defs><marker id=\"dfd-head\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\"><path d=\"M0 0.8 L7.5 4 L0 7.2 Z\" fill=\"context-stroke\"/></marker></defs>\n";

struct Pen<'a> {
    scene: &'a Scene<'a>,
    system: &'a System,
    view: &'a View,
    tallies: BTreeMap<&'a ElementId, (usize, Severity)>,
}

/// How many threats that nothing answers there are to each element, and how bad the worst is.
fn tallies(threats: &[Threat]) -> BTreeMap<&ElementId, (usize, Severity)> {
    let mut tallies: BTreeMap<&ElementId, (usize, Severity)> = BTreeMap::new();
    let answered = |it: &&Threat| matches!(it.status, ThreatStatus::Mitigated | ThreatStatus::Accepted);
    for threat in threats.iter().filter(|it| !answered(it)) {
        let about: BTreeSet<&ElementId> = threat.about.iter().chain([&threat.subject]).collect();
        for id in about {
            let tally = tallies.entry(id).or_insert((0, threat.severity));
            *tally = (tally.0 + 1, tally.1.max(threat.severity));
        }
    }
    tallies
}

impl Pen<'_> {
    fn shows(&self, layer: Layer) -> bool {
        self.view.layers.contains(&layer)
    }

    fn summary(&self) -> String {
        let counted = |count: usize, one: &str, more: &str| format!("{count} {}", if count == 1 { one } else { more });
        let parts = counted(self.scene.parts.len(), "component", "components");
        let lines = counted(self.scene.lines.len(), "flow", "flows");
        let walls = counted(self.scene.walls.len(), "boundary", "boundaries");
        format!("Data-flow diagram: {parts}, {lines}, {walls}")
    }

    /// Opens what stands for an element: a link where there are addresses, a group where there are none. A link is called by its title,
    /// as a label beside the words that are seen in it would have to repeat them.
    fn open(&self, svg: &mut String, id: &ElementId, classes: &str, name: &str) -> &'static str {
        let marked = if self.view.marked.contains(id) {
            " marked"
        } else if self.view.eased.contains(id) {
            " eased"
        } else {
            ""
        };
        let class = format!("{classes}{marked}");
        let (id, name) = (escaped(id.as_str()), escaped(name));
        if let Some(link) = &self.view.link {
            let link = escaped(link);
            push(svg, format_args!("<a class=\"{class}\" href=\"{link}{id}\" data-id=\"{id}\"><title>{name}</title>"));
            return "</a>\n";
        }
        push(
            svg,
            format_args!(
                "<g class=\"{class}\" data-id=\"{id}\" role=\"img\" aria-label=\"{name}\"><title>{name}</title>"
            ),
        );
        "</g>\n"
    }

    /// The walls, outer ones first so that the inner ones lie on them.
    fn walls(&self, svg: &mut String, layout: &Layout) {
        let mut walls: Vec<(&Wall<'_>, &Rect)> = self.scene.walls.iter().zip(&layout.walls).collect();
        walls.sort_by_key(|(wall, rect)| (std::cmp::Reverse(rect.width), &wall.boundary.id));
        walls.sort_by_key(|(wall, _)| self.depth(wall));
        for (wall, rect) in walls {
            let kind = wall.boundary.boundary_type.as_ref();
            let name = visible(&wall.boundary.name);
            let spoken = format!(
                "Boundary {name}{}",
                kind.map(|it| format!(", {}", words(it.value.as_str()))).unwrap_or_default()
            );
            let classes = if kind.is_some() { "wall" } else { "wall unstated" };
            let close = self.open(svg, &wall.boundary.id, classes, &spoken);
            push(
                svg,
                format_args!(
                    "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/>",
                    rect.x, rect.y, rect.width, rect.height
                ),
            );
            let room = usize::try_from((rect.width - 20) / LETTER).unwrap_or_default();
            push(
                svg,
                format_args!(
                    "<text x=\"{}\" y=\"{}\">{}</text>",
                    rect.x + 10,
                    rect.y + WALL_HEADER - 8,
                    escaped(&shortened(&name, room))
                ),
            );
            svg.push_str(close);
        }
    }

    fn depth(&self, wall: &Wall<'_>) -> usize {
        let mut depth = 0;
        let mut outer = wall.outer;
        while let Some(next) = outer.and_then(|at| self.scene.walls.get(at)).filter(|_| depth < self.scene.walls.len())
        {
            depth += 1;
            outer = next.outer;
        }
        depth
    }

    fn lines(&self, svg: &mut String, layout: &Layout) {
        let mut taken = beside::Taken::by(layout);
        for (line, route) in self.scene.lines.iter().zip(&layout.lines) {
            let close = self.open(svg, &line.flow.id, &self.line_classes(line.flow), &self.spoken(line));
            let path = path(route);
            // The wide one is not seen: it is what a pointer meets.
            push(
                svg,
                format_args!(
                    "<path class=\"reach\" d=\"{path}\"/><path class=\"line\" d=\"{path}\" marker-end=\"url(#dfd-head)\"/>"
                ),
            );
            self.line_label(svg, line.flow, route, &mut taken);
            svg.push_str(close);
        }
    }

    fn line_classes(&self, flow: &Flow) -> String {
        let mut classes = "flow".to_owned();
        let open = flow.authentication.is_none() || flow.encryption.is_none();
        if self.shows(Layer::Unknown) && open {
            classes.push_str(" unknown");
        }
        if self.shows(Layer::Encryption) {
            classes.push_str(answer("encryption", flow.encryption.as_ref().map(|it| it.value.as_str())));
        }
        if self.shows(Layer::Authentication) {
            classes.push_str(answer("authentication", flow.authentication.as_ref().map(|it| it.value.as_str())));
        }
        if flow.status == Status::Planned {
            classes.push_str(" planned");
        }
        classes
    }

    /// The flow in words: what the drawing shows, whichever layers are on.
    fn spoken(&self, line: &Line<'_>) -> String {
        let name = |part: usize| self.scene.parts.get(part).map_or("", |part| part.component.name.as_str());
        let flow = line.flow;
        let said = |what: &str, value: Option<&str>| match value {
            Some("none") => format!(", no {what}"),
            Some(value) => format!(", {what} {value}"),
            None => format!(", {what} unknown"),
        };
        let mut text = format!("{} to {}", name(line.source), name(line.target));
        if let Some(protocol) = &flow.protocol {
            push(&mut text, format_args!(" over {}", protocol.value));
        }
        if !flow.data.is_empty() {
            push(&mut text, format_args!(", carries {}", self.data(flow)));
        }
        text.push_str(&said("authentication", flow.authentication.as_ref().map(|it| it.value.as_str())));
        text.push_str(&said("encryption", flow.encryption.as_ref().map(|it| it.value.as_str())));
        text.push_str(&self.tally_in_words(&flow.id));
        text.push_str(self.fate_in_words(&flow.id));
        visible(&text)
    }

    fn data(&self, flow: &Flow) -> String {
        let name = |id: &ElementId| self.system.data.iter().find(|it| it.id == *id).map(|it| it.name.as_str());
        flow.data.iter().filter_map(name).collect::<Vec<_>>().join(", ")
    }

    /// Whether a supposition makes an element worse off, or better off; none where it does neither.
    fn fate(&self, id: &ElementId) -> Option<bool> {
        let is_worse = self.view.marked.contains(id);
        (self.view.supposed && (is_worse || self.view.eased.contains(id))).then_some(is_worse)
    }

    fn fate_in_words(&self, id: &ElementId) -> &'static str {
        match self.fate(id) {
            Some(true) => ", worse off",
            Some(false) => ", better off",
            None => "",
        }
    }

    fn tally_in_words(&self, id: &ElementId) -> String {
        match self.tallies.get(id) {
            Some((1, worst)) => format!(", 1 threat, {}", worst.as_str()),
            Some((count, worst)) => format!(", {count} threats, the worst {}", worst.as_str()),
            None => String::new(),
        }
    }

    /// What stands beside a line: its protocol, and what the layers ask for. Where there is no room, only the line's name tells.
    fn line_label(&self, svg: &mut String, flow: &Flow, route: &Route, taken: &mut beside::Taken) {
        let mut words: Vec<String> = flow.protocol.iter().map(|it| it.value.clone()).collect();
        if self.shows(Layer::Data) && !flow.data.is_empty() {
            words.push(self.data(flow));
        }
        if self.shows(Layer::Authentication) {
            words.push(shown("auth", flow.authentication.as_ref().map(|it| it.value.as_str())));
        }
        if self.shows(Layer::Encryption) {
            words.push(shown("enc", flow.encryption.as_ref().map(|it| it.value.as_str())));
        }
        if self.shows(Layer::Threats)
            && let Some((count, worst)) = self.tallies.get(&flow.id)
        {
            words.push(format!("{count} {}", worst.as_str()));
        }
        let text = visible(&words.join(" · "));
        if !text.is_empty()
            && let Some((at, text)) = taken.place(&text, route)
        {
            push(svg, format_args!("<text class=\"on-line\" x=\"{}\" y=\"{}\">{}</text>", at.x, at.y, escaped(&text)));
        }
    }

    fn parts(&self, svg: &mut String, layout: &Layout) {
        for (part, rect) in self.scene.parts.iter().zip(&layout.parts) {
            let component = part.component;
            let kind = component.component_type.as_ref().map(|it| it.value);
            let mut classes = format!("part {}", kind.map_or("unstated", |kind| kind.as_str()));
            if component.status == Status::Planned {
                classes.push_str(" planned");
            }
            let tally = self.tallies.get(&component.id).copied();
            let tally_in_words = self.tally_in_words(&component.id);
            let spoken = format!("{}{tally_in_words}{}", part::spoken(component), self.fate_in_words(&component.id));
            let close = self.open(svg, &component.id, &classes, &spoken);
            part::shape(svg, kind, *rect);
            part::text(svg, component, *rect, self.shows(Layer::Unknown));
            if self.shows(Layer::Threats)
                && let Some((count, worst)) = tally
            {
                part::badge(svg, count, worst, *rect);
            }
            if let Some(is_worse) = self.fate(&component.id) {
                part::sign(svg, is_worse, *rect);
            }
            svg.push_str(close);
        }
    }
}

/// The class of a line whose ends are asked how they protect what they exchange.
fn answer(what: &str, value: Option<&str>) -> &'static str {
    match (what, value) {
        ("encryption", None) => " encryption-unknown",
        ("encryption", Some("none")) => " plaintext",
        ("encryption", Some(_)) => " encrypted",
        (_, None) => " authentication-unknown",
        (_, Some("none")) => " anonymous",
        (_, Some(_)) => " authenticated",
    }
}

fn shown(what: &str, value: Option<&str>) -> String {
    match value {
        Some("none") => format!("no {what}"),
        Some(value) => value.to_owned(),
        None => format!("{what} ?"),
    }
}

fn words(term: &str) -> String {
    term.replace('_', " ")
}

/// A line through the points of a route: level within a column, and in between an S that leaves and arrives level.
fn path(route: &Route) -> String {
    let mut path = String::new();
    let mut from: Option<crate::Point> = None;
    for (nth, to) in route.points.iter().enumerate() {
        match from {
            None => push(&mut path, format_args!("M{} {}", to.x, to.y)),
            Some(from) if nth % 2 == 0 => {
                push(&mut path, format_args!(" L{} {}", to.x, to.y));
                debug_assert_eq!(from.y, to.y, "within a column a line is level");
            }
            Some(from) if from.x == to.x => {
                // Both ends are in one column: a bow beside it.
                let bow = from.x + 26 + px(usize::try_from(from.y.abs_diff(to.y) / 12).unwrap_or_default()).min(40);
                push(&mut path, format_args!(" C{bow} {} {bow} {} {} {}", from.y, to.y, to.x, to.y));
            }
            Some(from) => {
                let middle = i32::midpoint(from.x, to.x);
                push(&mut path, format_args!(" C{middle} {} {middle} {} {} {}", from.y, to.y, to.x, to.y));
            }
        }
        from = Some(*to);
    }
    path
}

/// Writes into memory, which cannot fail.
fn push(text: &mut String, words: std::fmt::Arguments<'_>) {
    text.write_fmt(words).expect("writing into a text does not fail");
}
