//! Places and measures, in whole pixels: numbers that are the same on every machine.

/// A place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
}

/// A box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rect {
    /// Its left side.
    pub x: i32,
    /// Its top.
    pub y: i32,
    /// How wide it is.
    pub width: i32,
    /// How high it is.
    pub height: i32,
}

impl Rect {
    /// Its right side.
    pub const fn right(self) -> i32 {
        self.x + self.width
    }

    /// Its lower side.
    pub const fn bottom(self) -> i32 {
        self.y + self.height
    }

    /// The height of its middle.
    pub const fn middle(self) -> i32 {
        self.y + self.height / 2
    }

    /// Whether the two have a pixel in common.
    pub const fn overlaps(self, other: Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// Whether the other lies wholly inside.
    pub const fn holds(self, other: Self) -> bool {
        self.x <= other.x && self.y <= other.y && other.right() <= self.right() && other.bottom() <= self.bottom()
    }
}

/// A part and its surroundings.
pub(crate) const PART_WIDTH: i32 = 180;
pub(crate) const PART_HEIGHT: i32 = 50;
/// Between two parts one above the other: room for a few lines.
pub(crate) const ROW_GAP: i32 = 22;
/// Between two columns, not counting the walls that stand there.
pub(crate) const COLUMN_GAP: i32 = 84;
/// From a wall to what it holds.
pub(crate) const WALL_PADDING: i32 = 14;
/// The line of a wall that bears its name.
pub(crate) const WALL_HEADER: i32 = 24;
/// Around everything.
pub(crate) const MARGIN: i32 = 20;

/// A count as pixels.
pub(crate) fn px(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 4096)
}
