//! `PlantUML` component, deployment and sequence diagrams and C4-`PlantUML`, in files of their own and in code blocks. Diagrams
//! of classes, states or activities show no exchange between parts and are named.

use std::sync::LazyLock;

use cairn_model::{ComponentType, Document};
use regex::Regex;

use crate::Reading;
use crate::diagram::{self, Graph, Line, NodeText, c4};
use crate::facts::Facts;

const END: &str = r#"(?:"[^"]+"|\[[^\]]+\]|\(\)?\s*[^()]*\)?|:[^:]+:|[\w.$]+)"#;

static ARROW: LazyLock<Regex> = LazyLock::new(|| {
    let arrow = r"(?P<back><<?\|?|o|\*)?(?P<line>[-.~=]+)(?:\[[^\]]*\])?(?:left|right|up|down|le|ri|do|[lrud])?(?P<rest>[-.~=]*)(?P<head>>>?|\|>|x|o|\*|\\\\|//)?";
    Regex::new(&format!(r"^(?P<from>{END})\s*{arrow}\s*(?P<to>{END})\s*(?:\+\+|--|\*\*|!!)?\s*(?::(?P<text>.*))?$"))
        .expect("a constant expression")
});
static DECLARATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"^(?P<word>\w+)\s+(?:"(?P<quoted>[^"]+)"|\[(?P<boxed>[^\]]+)\]|(?P<plain>[\w.$]+))(?:\s+as\s+(?:"(?P<as_quoted>[^"]+)"|(?P<as>[\w.$]+)))?(?P<rest>.*)$"#,
    )
    .expect("a constant expression")
});
static BOXED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\[(?P<label>[^\]]+)\](?:\s+as\s+(?P<as>[\w.$]+))?\s*(?:<<.*>>)?\s*(?:#\S+)?$")
        .expect("a constant expression")
});

/// Keywords that begin a diagram of another kind.
const OTHER_KINDS: &[&str] =
    &["class", "abstract", "enum", "state", "start", "object", "usecase", "@startmindmap", "@startgantt"];
/// Keywords of lines without meaning for the model.
const SILENT: &[&str] = &[
    "title",
    "skinparam",
    "hide",
    "show",
    "scale",
    "left",
    "top",
    "autonumber",
    "activate",
    "deactivate",
    "return",
    "loop",
    "alt",
    "else",
    "opt",
    "par",
    "group",
    "ref",
    "end",
    "header",
    "footer",
    "caption",
    "legend",
    "endlegend",
    "newpage",
    "destroy",
    "create",
    "critical",
    "break",
    "also",
    "allowmixing",
    "allow_mixing",
    "center",
    "together",
    "box",
    "endbox",
];

/// Reads every `PlantUML` diagram of the document.
pub(crate) fn read(document: &Document) -> Reading {
    let mut facts = Facts::new(document, "structured/plantuml/1");
    for lines in diagram::sources(document, &["plantuml", "puml", "uml", "c4plantuml"]) {
        for page in pages(&lines) {
            diagram(page, &mut facts);
        }
    }
    facts.finish()
}

/// The diagrams of a file, each between its marks.
fn pages<'a, 'b>(lines: &'b [Line<'a>]) -> Vec<&'b [Line<'a>]> {
    lines
        .split(|line| line.text.starts_with("@end"))
        .filter(|page| page.iter().any(|line| !line.text.is_empty()))
        .collect()
}

fn diagram(lines: &[Line<'_>], facts: &mut Facts<'_>) {
    let word = |line: &Line<'_>| line.text.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
    if let Some(line) = lines.iter().find(|line| OTHER_KINDS.contains(&word(line).as_str())) {
        facts.not_understood(line.at, format!("PlantUML diagram with `{}`", word(line)));
        return;
    }
    let parts = ["component", "node", "package", "rectangle", "cloud", "folder", "frame", "storage", "artifact"];
    let is_sequence = !lines.iter().any(|line| parts.contains(&word(line).as_str()) || line.text.starts_with('['));
    let mut reader = Reader { graph: Graph::default(), is_sequence, inside: None };
    for line in lines {
        reader.line(*line, facts);
    }
    reader.graph.claim(facts);
}

struct Reader {
    graph: Graph,
    is_sequence: bool,
    /// What ends a block of lines that are not read: a note, a style.
    inside: Option<&'static str>,
}

impl Reader {
    fn line(&mut self, line: Line<'_>, facts: &mut Facts<'_>) {
        let text = line.text;
        if let Some(end) = self.inside {
            if text.starts_with(end) {
                self.inside = None;
            }
            return;
        }
        let word = text.split([' ', '(', '{', ':']).next().unwrap_or_default();
        if let Some(file) = text.strip_prefix("!include").filter(|file| !file.contains("C4") && !file.contains('<')) {
            facts.not_understood(line.at, format!("included file `{}`", file.trim()));
        }
        if text.is_empty() || text.starts_with(['\'', '@', '!', '/', '|']) || text == "{" {
            return;
        }
        if text.starts_with('}') {
            self.graph.close_group();
        } else if word == "note" || word == "rnote" || word == "hnote" {
            self.inside = (!text.contains(':') && !text.contains('"')).then_some("end");
        } else if matches!(word, "skinparam" | "<style>" | "legend") && (text.ends_with('{') || word != "skinparam") {
            self.inside = Some(match word {
                "skinparam" => "}",
                "legend" => "endlegend",
                _ => "</style>",
            });
        } else if word == "together" && text.ends_with('{') {
            // Only the picture is ordered, but the brace has to find its end.
            self.graph.open_again();
        } else if !self.part(line)
            && !self.arrow(line, facts)
            && !SILENT.contains(&word)
            && !text.starts_with("==")
            && !text.starts_with("...")
        {
            facts.not_understood(line.at, format!("PlantUML line `{}`", text.chars().take(60).collect::<String>()));
        }
    }

    /// Declarations: C4 macros, keywords with a name, boxes.
    fn part(&mut self, line: Line<'_>) -> bool {
        if c4::line(&mut self.graph, line) == c4::Read::Yes {
            return true;
        }
        if let Some(found) = BOXED.captures(line.text) {
            let label = found.name("label").map_or("", |label| label.as_str());
            let id = found.name("as").map_or(label, |id| id.as_str());
            self.graph.node(id, NodeText { label: Some(label.to_owned()), ..NodeText::default() }, &line.place());
            return true;
        }
        let Some(found) = DECLARATION.captures(line.text) else { return false };
        let text = |name: &str| found.name(name).map(|part| part.as_str());
        let Some(kind) = text("word").and_then(keyword) else { return false };
        let name = text("quoted").or(text("boxed")).or(text("plain")).unwrap_or_default();
        let (id, label) = match (text("as"), text("as_quoted")) {
            (Some(id), _) => (id, name),
            (None, Some(label)) => (name, label),
            (None, None) => (name, name),
        };
        if text("rest").is_some_and(|rest| rest.trim_end().ends_with('{')) {
            self.graph.open_group(id, label, true, &line.place());
        } else {
            self.graph.node(id, NodeText { label: Some(label.to_owned()), kind, ..NodeText::default() }, &line.place());
        }
        true
    }

    fn arrow(&mut self, line: Line<'_>, facts: &mut Facts<'_>) -> bool {
        let Some(found) = ARROW.captures(line.text) else { return false };
        let part = |name: &str| found.name(name).map_or("", |part| part.as_str().trim());
        let (from, to) = (part("from"), part("to"));
        let (head, back) = (part("head"), part("back"));
        if part("line").len() + part("rest").len() == 0 {
            return false;
        }
        let place = line.place();
        let ids = [from, to].map(bare);
        for (written, id) in [from, to].into_iter().zip(&ids) {
            let kind = written.starts_with(':').then_some(ComponentType::Actor);
            self.graph.node(id, NodeText { kind, ..NodeText::default() }, &place);
        }
        let [from, to] = ids;
        let label = found.name("text").map(|text| text.as_str());
        let dotted = self.is_sequence && part("line").len() > 1;
        let forward = head.starts_with('>');
        let backward = back.starts_with('<');
        if forward && !(dotted && self.graph.has_edge(&to, &from)) {
            self.graph.edge(&from, &to, label, &place);
        }
        if backward && !(dotted && self.graph.has_edge(&from, &to)) {
            self.graph.edge(&to, &from, label, &place);
        }
        if !forward && !backward {
            facts.not_understood(line.at, "connection without a direction");
        }
        true
    }
}

/// What a keyword says of the thing it declares; none for words that declare nothing.
#[expect(clippy::option_option, reason = "no keyword, a keyword without a type, a keyword with one")]
fn keyword(word: &str) -> Option<Option<ComponentType>> {
    Some(match word {
        "actor" | "person" => Some(ComponentType::Actor),
        "database" | "storage" => Some(ComponentType::Datastore),
        "queue" | "collections" => (word == "queue").then_some(ComponentType::Queue),
        "participant" | "boundary" | "control" | "entity" | "component" | "interface" | "node" | "cloud"
        | "artifact" | "folder" | "frame" | "package" | "rectangle" | "card" | "agent" | "stack" | "hexagon"
        | "file" => None,
        _ => return None,
    })
}

/// An end of an arrow without what it is written in.
fn bare(end: &str) -> String {
    end.trim_matches(['"', '[', ']', ':', '(', ')', ' ']).to_owned()
}
