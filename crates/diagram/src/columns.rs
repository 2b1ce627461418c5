//! In which column each part stands: the further to the right, the more flows lead to it.

use std::collections::BTreeSet;

use cairn_model::ComponentType;

use crate::Scene;

/// Columns at most; longer chains go on in the last one. Nobody reads a drawing that is wider.
const COLUMNS_MAX: usize = 12;

/// A column for each part that a line touches; none for the others, which fill up what is free.
///
/// Lines that close a circle do not count. A part to which nothing leads stands right before what it leads to, but for people,
/// who stand first.
pub(crate) fn columns(scene: &Scene<'_>) -> Vec<Option<usize>> {
    let parts = scene.parts.len();
    let mut graph = Graph { after: vec![BTreeSet::new(); parts], before: vec![BTreeSet::new(); parts] };
    for line in &scene.lines {
        graph.join(line.source, line.target);
    }
    let forward = graph.without_circles(&starts(scene, &graph));
    let order = forward.order();
    let mut columns = vec![0_usize; parts];
    for part in &order {
        let own = columns.get(*part).copied().unwrap_or_default();
        for next in forward.after(*part) {
            if let Some(column) = columns.get_mut(next) {
                *column = (*column).max(own + 1).min(COLUMNS_MAX - 1);
            }
        }
    }
    for part in order.iter().rev() {
        let nearest = forward.after(*part).filter_map(|next| columns.get(next)).min().copied();
        if let Some(nearest) = nearest.filter(|_| forward.before(*part).next().is_none() && !is_actor(scene, *part))
            && let Some(column) = columns.get_mut(*part)
        {
            *column = nearest.saturating_sub(1);
        }
    }
    let touched: BTreeSet<usize> = scene.lines.iter().flat_map(|line| [line.source, line.target]).collect();
    columns.into_iter().enumerate().map(|(part, column)| touched.contains(&part).then_some(column)).collect()
}

fn is_actor(scene: &Scene<'_>, part: usize) -> bool {
    let kind = scene.parts.get(part).and_then(|part| part.component.component_type.as_ref());
    kind.is_some_and(|kind| matches!(kind.value, ComponentType::Actor | ComponentType::Client))
}

/// All parts, those first from which everything is best seen: people, then what nothing leads to.
fn starts(scene: &Scene<'_>, graph: &Graph) -> Vec<usize> {
    let mut starts: Vec<usize> = (0..scene.parts.len()).collect();
    starts.sort_by_key(|part| (!is_actor(scene, *part), graph.before(*part).next().is_some(), *part));
    starts
}

struct Graph {
    after: Vec<BTreeSet<usize>>,
    before: Vec<BTreeSet<usize>>,
}

impl Graph {
    fn join(&mut self, from: usize, to: usize) {
        if let (Some(after), Some(before)) = (self.after.get_mut(from), self.before.get_mut(to)) {
            after.insert(to);
            before.insert(from);
        }
    }

    fn after(&self, part: usize) -> impl Iterator<Item = usize> {
        self.after.get(part).into_iter().flatten().copied()
    }

    fn before(&self, part: usize) -> impl Iterator<Item = usize> {
        self.before.get(part).into_iter().flatten().copied()
    }

    /// The same without the lines that lead back to a part on the way from a start.
    fn without_circles(&self, starts: &[usize]) -> Self {
        let parts = self.after.len();
        let mut forward = Self { after: vec![BTreeSet::new(); parts], before: vec![BTreeSet::new(); parts] };
        let (mut seen, mut on_way) = (BTreeSet::new(), BTreeSet::new());
        for start in starts {
            if !seen.insert(*start) {
                continue;
            }
            on_way.insert(*start);
            let mut way = vec![(*start, self.after(*start))];
            while let Some((part, rest)) = way.last_mut() {
                let part = *part;
                match rest.next() {
                    None => {
                        on_way.remove(&part);
                        way.pop();
                    }
                    Some(next) if on_way.contains(&next) => {}
                    Some(next) => {
                        forward.join(part, next);
                        if seen.insert(next) {
                            on_way.insert(next);
                            way.push((next, self.after(next)));
                        }
                    }
                }
            }
        }
        forward
    }

    /// All parts, each after those that lead to it.
    fn order(&self) -> Vec<usize> {
        let mut open: Vec<usize> = self.before.iter().map(BTreeSet::len).collect();
        let mut ready: Vec<usize> = (0..open.len()).rev().filter(|part| open.get(*part) == Some(&0)).collect();
        let mut order = Vec::with_capacity(open.len());
        while let Some(part) = ready.pop() {
            order.push(part);
            for next in self.after(part) {
                if let Some(left) = open.get_mut(next) {
                    *left -= 1;
                    if *left == 0 {
                        ready.push(next);
                    }
                }
            }
        }
        order
    }
}
