//! A diagram that changes all over when one part is added cannot be recognised.

use cairn_diagram::{Layout, Scene, View, layout};
use cairn_model::{ComponentType, ElementId, System};

use crate::model::{Numbers, flow, made, part, sorted};

/// The model with one more part, which talks to one that is there.
fn grown(system: &System, seed: u64) -> System {
    let mut numbers = Numbers(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) | 1);
    let mut grown = system.clone();
    let other = &system.components[numbers.below(system.components.len())];
    let name = format!("new {seed}");
    let mut added = part(&name, Some(ComponentType::Service));
    added.boundary.clone_from(&other.boundary);
    let between = if seed.is_multiple_of(2) { flow(&name, &other.name) } else { flow(&other.name, &name) };
    grown.components.push(added);
    grown.flows.push(between);
    sorted(grown)
}

fn places(system: &System) -> Vec<(ElementId, cairn_diagram::Rect)> {
    let scene = Scene::of(system, &View::default());
    let Layout { parts, .. } = layout(&scene);
    scene.parts.iter().map(|part| part.component.id.clone()).zip(parts).collect()
}

#[test]
fn one_more_part_leaves_most_where_they_are() {
    let mut moved = 0;
    let mut looked_at = 0;
    for seed in 0..40 {
        let before = made(100, seed);
        let after = places(&grown(&before, seed));
        for (id, place) in places(&before) {
            let now = after.iter().find(|(other, _)| *other == id).expect("it is still there").1;
            moved += usize::from(now != place);
            looked_at += 1;
        }
    }
    let percent = moved * 100 / looked_at;
    println!("moved by one more part: {percent} % of {looked_at} places");
    assert!(percent < 20, "{percent} % moved");
}
