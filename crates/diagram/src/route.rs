//! The way of each line: from side to side of its two parts, and between the parts that stand in the columns on its way.

use std::collections::BTreeMap;

use crate::pack::Packed;
use crate::{Point, Rect, Scene};

/// How near a line comes to a part that it passes.
const CLEARANCE: i32 = 6;

/// The points that a line goes through, from its source to its target.
///
/// Between the points of one column the line is level; from column to column it swings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// At least two.
    pub points: Vec<Point>,
}

/// The ways of all lines.
pub(crate) fn routes(scene: &Scene<'_>, packed: &Packed) -> Vec<Route> {
    let columns = by_column(packed);
    let ports = Ports::of(scene, packed);
    let route = |at: usize, source: usize, target: usize| {
        let (start, end) = (ports.at(at, true, packed, source), ports.at(at, false, packed, target));
        let (from, to) = (column(packed, source), column(packed, target));
        let between: Vec<usize> = if from < to { (from + 1..to).collect() } else { (to + 1..from).rev().collect() };
        let mut points = vec![start];
        for (nth, passed) in between.iter().enumerate() {
            let Some(parts) = columns.get(passed).filter(|parts| !parts.is_empty()) else { continue };
            let share = (i32::try_from(nth).unwrap_or_default() + 1, i32::try_from(between.len()).unwrap_or(1) + 1);
            let wished = start.y + (end.y - start.y) * share.0 / share.1;
            let y = free(parts, wished);
            let (left, right) = (parts.first().map_or(0, |it| it.x), parts.first().map_or(0, |it| it.right()));
            let (enter, leave) = if from < to { (left, right) } else { (right, left) };
            points.extend([Point { x: enter, y }, Point { x: leave, y }]);
        }
        points.push(end);
        Route { points }
    };
    scene.lines.iter().enumerate().map(|(at, line)| route(at, line.source, line.target)).collect()
}

fn column(packed: &Packed, part: usize) -> usize {
    packed.columns.get(part).copied().unwrap_or_default()
}

/// The parts of each column, from top to bottom.
fn by_column(packed: &Packed) -> BTreeMap<usize, Vec<Rect>> {
    let mut columns: BTreeMap<usize, Vec<Rect>> = BTreeMap::new();
    for (column, rect) in packed.columns.iter().zip(&packed.parts) {
        columns.entry(*column).or_default().push(*rect);
    }
    for parts in columns.values_mut() {
        parts.sort_by_key(|rect| rect.y);
    }
    columns
}

/// The height nearest to `wished` at which no part of a column stands.
fn free(parts: &[Rect], wished: i32) -> i32 {
    let tops = parts.iter().map(|rect| rect.y - CLEARANCE).chain([i32::MAX]);
    let bottoms = [i32::MIN].into_iter().chain(parts.iter().map(|rect| rect.bottom() + CLEARANCE));
    let gaps = bottoms.zip(tops).filter(|(from, to)| from <= to);
    let nearest = gaps.map(|(from, to)| wished.clamp(from, to)).min_by_key(|y| (y.abs_diff(wished), *y));
    nearest.unwrap_or(wished)
}

/// Where lines touch their parts: spread over the side, in the order of their other ends so that they do not cross there.
struct Ports(BTreeMap<(usize, bool), Point>);

/// One end of a line at a part: the height of the other end, the line, and whether it begins here.
type End = (i32, usize, bool);

impl Ports {
    fn of(scene: &Scene<'_>, packed: &Packed) -> Self {
        let middle = |part: usize| packed.parts.get(part).map_or(0, |rect| rect.middle());
        // By part and side, the left one first.
        let mut sides: BTreeMap<(usize, bool), Vec<End>> = BTreeMap::new();
        for (at, line) in scene.lines.iter().enumerate() {
            let back = column(packed, line.target) < column(packed, line.source);
            let level = column(packed, line.target) == column(packed, line.source);
            sides.entry((line.source, !back)).or_default().push((middle(line.target), at, true));
            sides.entry((line.target, back || level)).or_default().push((middle(line.source), at, false));
        }
        let mut ports = BTreeMap::new();
        for ((part, right), mut ends) in sides {
            let Some(rect) = packed.parts.get(part) else { continue };
            ends.sort_unstable();
            let count = i32::try_from(ends.len()).unwrap_or(i32::MAX - 1) + 1;
            for (nth, (_, line, begins)) in ends.into_iter().enumerate() {
                let y = rect.y + rect.height * (i32::try_from(nth).unwrap_or_default() + 1) / count;
                ports.insert((line, begins), Point { x: if right { rect.right() } else { rect.x }, y });
            }
        }
        Self(ports)
    }

    fn at(&self, line: usize, begins: bool, packed: &Packed, part: usize) -> Point {
        let rect = packed.parts.get(part).copied().unwrap_or_default();
        self.0.get(&(line, begins)).copied().unwrap_or(Point { x: rect.right(), y: rect.middle() })
    }
}
