use cairn_diagram::{Layout, Rect, Scene, View, layout};
use cairn_model::{ComponentType, System};
use proptest::prelude::*;

use crate::model::{made, part, system};

fn placed(system: &System) -> (Scene<'_>, Layout) {
    let scene = Scene::of(system, &View::default());
    let layout = layout(&scene);
    (scene, layout)
}

fn rect(scene: &Scene<'_>, layout: &Layout, name: &str) -> Rect {
    let at = scene.parts.iter().position(|part| part.component.name == name).expect("the part is shown");
    layout.parts[at]
}

#[test]
fn parts_stand_in_the_direction_of_the_flows() {
    let parts = vec![
        part("ledger", Some(ComponentType::Datastore)),
        part("payments", Some(ComponentType::Service)),
        part("edge", Some(ComponentType::Gateway)),
        part("customer", Some(ComponentType::Actor)),
    ];
    let system = system(parts, &[("customer", "edge"), ("edge", "payments"), ("payments", "ledger")], &[]);
    let (scene, layout) = placed(&system);
    let xs: Vec<i32> =
        ["customer", "edge", "payments", "ledger"].iter().map(|name| rect(&scene, &layout, name).x).collect();
    assert!(xs.is_sorted_by(|one, other| one < other), "{xs:?}");
}

#[test]
fn a_circle_of_flows_has_a_beginning() {
    let parts = vec![part("a", None), part("b", None), part("c", None)];
    let system = system(parts, &[("a", "b"), ("b", "c"), ("c", "a")], &[]);
    let (scene, layout) = placed(&system);
    let xs: Vec<i32> = ["a", "b", "c"].iter().map(|name| rect(&scene, &layout, name).x).collect();
    assert!(xs.is_sorted_by(|one, other| one < other), "{xs:?}");
}

#[test]
fn walls_within_each_other_end_somewhere() {
    let system = system(vec![part("a", None)], &[], &[("inner", &["a", "outer"]), ("outer", &["inner"])]);
    let (scene, layout) = placed(&system);
    assert_eq!(scene.walls.len(), layout.walls.len());
    assert!(layout.walls.iter().any(|wall| wall.holds(layout.parts[0])));
}

#[test]
fn a_focus_shows_a_part_with_its_neighbours_alone() {
    let parts = ["a", "b", "c", "d"].map(|name| part(name, None)).to_vec();
    let system = system(parts, &[("a", "b"), ("b", "c"), ("c", "d")], &[]);
    let focus = |hops| View { focus: Some((system.components[0].id.clone(), hops)), ..View::default() };
    assert_eq!(Scene::of(&system, &focus(0)).parts.len(), 1);
    assert_eq!(Scene::of(&system, &focus(1)).parts.len(), 2);
    assert_eq!(Scene::of(&system, &focus(2)).parts.len(), 3);
}

#[test]
fn an_empty_model_has_an_empty_diagram() {
    let system = System::default();
    let (_, layout) = placed(&system);
    assert_eq!((layout.parts.len(), layout.walls.len(), layout.lines.len()), (0, 0, 0));
}

/// The walls around a part, the innermost first.
fn around(scene: &Scene<'_>, part: usize) -> Vec<usize> {
    let mut walls: Vec<usize> = scene.parts[part].wall.into_iter().collect();
    while let Some(outer) = walls.last().and_then(|wall| scene.walls[*wall].outer) {
        walls.push(outer);
    }
    walls
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn nothing_lies_on_anything_else_and_walls_hold_just_what_is_theirs(parts in 1_usize..90, seed in 0_u64..10_000) {
        let system = made(parts, seed);
        let (scene, layout) = placed(&system);
        for (at, one) in layout.parts.iter().enumerate() {
            for other in layout.parts.iter().skip(at + 1) {
                prop_assert!(!one.overlaps(*other), "{one:?} {other:?}");
            }
            let own = around(&scene, at);
            for (number, wall) in layout.walls.iter().enumerate() {
                prop_assert_eq!(wall.holds(*one), own.contains(&number));
                prop_assert_eq!(wall.overlaps(*one), own.contains(&number));
            }
        }
        for (at, one) in layout.walls.iter().enumerate() {
            for (later, other) in layout.walls.iter().enumerate().skip(at + 1) {
                let nested = one.holds(*other) || other.holds(*one);
                prop_assert!(nested || !one.overlaps(*other), "walls {} and {}", at, later);
            }
        }
    }

    #[test]
    fn no_line_runs_through_a_part(parts in 2_usize..60, seed in 0_u64..10_000) {
        let system = made(parts, seed);
        let (scene, layout) = placed(&system);
        for (line, route) in scene.lines.iter().zip(&layout.lines) {
            for level in route.points.windows(2).filter(|ends| ends[0].y == ends[1].y) {
                let (left, right) = (level[0].x.min(level[1].x), level[0].x.max(level[1].x));
                let way = Rect { x: left, y: level[0].y, width: right - left, height: 1 };
                for (at, part) in layout.parts.iter().enumerate() {
                    let own = at == line.source || at == line.target;
                    prop_assert!(own || !part.overlaps(way));
                }
            }
        }
    }
}
