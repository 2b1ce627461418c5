//! One component: its shape by what it is, as data-flow diagrams have it, and what is written in it.

use cairn_model::{Component, ComponentType, Severity, Term as _};

use super::label::{escaped, shortened, visible};
use super::{push, words};
use crate::Rect;

/// Letters of a name and of the line below it that have room.
const NAME_LETTERS: usize = 20;
const NOTE_LETTERS: usize = 26;

/// The component in words.
pub(super) fn spoken(component: &Component) -> String {
    let kind = component.component_type.as_ref().map_or("type unknown".to_owned(), |it| words(it.value.as_str()));
    let built = component.technology.as_ref().map(|it| format!(", {}", it.value)).unwrap_or_default();
    let reach = component.exposure.as_ref().map(|it| format!(", exposed to {}", it.value.as_str())).unwrap_or_default();
    visible(&format!("{}, {kind}{built}{reach}", component.name))
}

/// Its outline: what stores has the open ends of a store, what comes from outside has corners, what computes has none.
pub(super) fn shape(svg: &mut String, kind: Option<ComponentType>, rect: Rect) {
    let Rect { x, y, width, height } = rect;
    match kind {
        Some(ComponentType::Datastore | ComponentType::Cache | ComponentType::SecretStore) => {
            let (right, lid, floor) = (rect.right(), y + 6, rect.bottom() - 6);
            let half = width / 2;
            push(
                svg,
                format_args!(
                    "<path class=\"shape\" d=\"M{x} {lid} A{half} 6 0 0 1 {right} {lid} V{floor} A{half} 6 0 0 1 {x} {floor} Z\"/><path class=\"shape lid\" d=\"M{x} {lid} A{half} 6 0 0 0 {right} {lid}\"/>"
                ),
            );
        }
        Some(ComponentType::Actor | ComponentType::Client | ComponentType::External) => {
            push(
                svg,
                format_args!("<rect class=\"shape\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"),
            );
        }
        Some(ComponentType::Queue) => {
            let (bar, right) = (10, rect.right());
            push(
                svg,
                format_args!(
                    "<rect class=\"shape\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"4\"/><path class=\"shape lid\" d=\"M{} {y} V{} M{} {y} V{}\"/>",
                    x + bar,
                    rect.bottom(),
                    right - bar,
                    rect.bottom()
                ),
            );
        }
        _ => {
            let round = height / 2 - 7;
            push(
                svg,
                format_args!(
                    "<rect class=\"shape\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\"/>"
                ),
            );
        }
    }
}

/// Its name, and below it what it is. What no document says is a question mark where the reader asked for it.
pub(super) fn text(svg: &mut String, component: &Component, rect: Rect, with_unknown: bool) {
    let middle = rect.x + rect.width / 2;
    let name = shortened(&visible(&component.name), NAME_LETTERS);
    let kind = component.component_type.as_ref().map(|it| words(it.value.as_str()));
    let kind = kind.or_else(|| with_unknown.then(|| "type ?".to_owned()));
    let built = component.technology.as_ref().map(|it| it.value.clone()).filter(|built| !same(built, &component.name));
    let note: Vec<String> = kind.into_iter().chain(built).collect();
    let note = shortened(&visible(&note.join(" · ")), NOTE_LETTERS);
    // The lid of a store takes room above.
    let middle_line = rect.middle() + if is_store(component) { 4 } else { 0 };
    let baseline = if note.is_empty() { middle_line + 5 } else { middle_line - 2 };
    push(svg, format_args!("<text class=\"name\" x=\"{middle}\" y=\"{baseline}\">{}</text>", escaped(&name)));
    if !note.is_empty() {
        push(
            svg,
            format_args!("<text class=\"note\" x=\"{middle}\" y=\"{}\">{}</text>", middle_line + 14, escaped(&note)),
        );
    }
}

fn is_store(component: &Component) -> bool {
    let kind = component.component_type.as_ref().map(|it| it.value);
    matches!(kind, Some(ComponentType::Datastore | ComponentType::Cache | ComponentType::SecretStore))
}

/// The sign of what a supposition makes worse off or better off.
pub(super) fn sign(svg: &mut String, is_worse: bool, rect: Rect) {
    let (x, y) = (rect.x + 6, rect.y + 3);
    let (class, sign) = if is_worse { ("worse", "▲") } else { ("better", "▼") };
    push(
        svg,
        format_args!(
            "<g class=\"sign {class}\"><circle cx=\"{x}\" cy=\"{y}\" r=\"9\"/><text x=\"{x}\" y=\"{}\">{sign}</text></g>",
            y + 4
        ),
    );
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// How many threats there are to it; the class says how bad the worst is, and so does the part's name for those who do not see it.
pub(super) fn badge(svg: &mut String, count: usize, worst: Severity, rect: Rect) {
    let (x, y) = (rect.right() - 8, rect.y + 2);
    let shown = if count > 99 { "99+".to_owned() } else { count.to_string() };
    let width = 12 + 7 * i32::try_from(shown.len()).unwrap_or(1);
    push(
        svg,
        format_args!(
            "<g class=\"badge {}\"><rect x=\"{}\" y=\"{}\" width=\"{width}\" height=\"17\" rx=\"8\"/><text x=\"{x}\" y=\"{}\">{shown}</text></g>",
            worst.as_str(),
            x - width / 2,
            y - 9,
            y + 4,
        ),
    );
}
