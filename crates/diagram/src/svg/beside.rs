//! Where the words beside a line stand: somewhere along it where neither a part nor other words are. A drawing in which words lie on each
//! other tells less than one that leaves some of them out.

use super::label::shortened;
use crate::geometry::px;
use crate::{Layout, Point, Rect, Route};

/// Half pixels that a letter takes, and pixels that a line of letters takes.
const LETTER_HALVES: i32 = 11;
const HEIGHT: i32 = 13;
/// Letters that are tried, the most first.
const LETTERS: [usize; 3] = [26, 17, 11];
/// From the words to their line.
const ABOVE: i32 = 4;
/// Places along a swing that are tried, in twelfths of it, the best first.
const TWELFTHS: [i32; 7] = [6, 4, 8, 3, 9, 5, 7];

/// Where something stands already.
pub(super) struct Taken(Vec<Rect>);

impl Taken {
    pub(super) fn by(layout: &Layout) -> Self {
        Self(layout.parts.clone())
    }

    /// Finds a place along a line for as many of the words as have room there, and takes it. Gives the middle of their baseline.
    pub(super) fn place(&mut self, words: &str, route: &Route) -> Option<(Point, String)> {
        LETTERS.into_iter().find_map(|letters| {
            let words = shortened(words, letters);
            let width = LETTER_HALVES * px(words.chars().count()) / 2 + 2;
            let (at, room) = along(route).map(|at| (at, around(at, width))).find(|(_, room)| self.is_free(*room))?;
            self.0.push(room);
            Some((Point { x: at.x, y: at.y - ABOVE }, words))
        })
    }

    fn is_free(&self, room: Rect) -> bool {
        room.x >= 0 && room.y >= 0 && !self.0.iter().any(|taken| taken.overlaps(room))
    }
}

fn around(at: Point, width: i32) -> Rect {
    Rect { x: at.x - width / 2, y: at.y - ABOVE - HEIGHT + 2, width, height: HEIGHT }
}

/// Places along a line: the middle of every swing first.
fn along(route: &Route) -> impl Iterator<Item = Point> {
    let swings = || route.points.chunks_exact(2).filter_map(|ends| Some((*ends.first()?, *ends.last()?)));
    TWELFTHS.into_iter().flat_map(move |twelfths| swings().map(move |(from, to)| at(from, to, twelfths)))
}

/// A place of the S from one point to another that leaves and arrives level.
fn at(from: Point, to: Point, twelfths: i32) -> Point {
    let (square, cube) = (twelfths * twelfths, twelfths * twelfths * twelfths);
    let x = from.x + (to.x - from.x) * (216 * twelfths - 18 * square + cube) / 1728;
    let y = from.y + (to.y - from.y) * (36 * square - 2 * cube) / 1728;
    Point { x, y }
}
