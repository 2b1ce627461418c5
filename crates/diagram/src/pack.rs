//! Where parts and walls stand: each part in its column, each wall as a box around what it holds.
//!
//! What a wall holds, parts and further walls, is stacked as low as what already stands in its columns lets it. The order of
//! stacking is that of a walk along the flows, so that neighbours stand near each other. Rounds of sorting by the neighbours' heights,
//! as layered drawings mostly do it, made the lines of made-up models 5 % shorter, and one more part then moved twice as many of the
//! others: a diagram that cannot be recognised is the worse one.

use std::collections::{BTreeMap, BTreeSet};

use crate::geometry::{COLUMN_GAP, MARGIN, PART_HEIGHT, PART_WIDTH, ROW_GAP, WALL_HEADER, WALL_PADDING, px};
use crate::{Rect, Scene};

/// Where everything stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Packed {
    pub(crate) parts: Vec<Rect>,
    pub(crate) walls: Vec<Rect>,
    /// The column of each part.
    pub(crate) columns: Vec<usize>,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

/// Finds the places. Parts without a column, which no line touches, fill up what is free.
pub(crate) fn pack(scene: &Scene<'_>, columns: &[Option<usize>]) -> Packed {
    let mut nest = Nest::of(scene);
    nest.order(&walk(scene, columns));
    nest.place(columns)
}

/// Something that stands in a wall, or outside of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Part(usize),
    Wall(usize),
}

/// Which walls hold what. The place outside of all walls is called the ground, and is the first.
struct Nest {
    /// What stands on the ground and in each wall, in the model's order.
    contents: Vec<Vec<Item>>,
    /// The walls, each after those around it.
    inwards: Vec<usize>,
    /// How many walls deep each wall's content goes.
    levels: Vec<i32>,
}

/// What a wall holds, placed as if the wall stood at the top.
#[derive(Clone, Debug, Default)]
struct Block {
    first: usize,
    last: usize,
    height: i32,
    places: Vec<(Item, usize, i32)>,
}

const GROUND: usize = 0;

impl Nest {
    fn of(scene: &Scene<'_>) -> Self {
        let place = |wall: Option<usize>| wall.map_or(GROUND, |wall| wall + 1);
        let mut contents = vec![Vec::new(); scene.walls.len() + 1];
        let parts = scene.parts.iter().enumerate().map(|(at, part)| (place(part.wall), Item::Part(at)));
        let walls = scene.walls.iter().enumerate().map(|(at, wall)| (place(wall.outer), Item::Wall(at)));
        for (place, item) in parts.chain(walls) {
            if let Some(content) = contents.get_mut(place) {
                content.push(item);
            }
        }
        let (mut inwards, mut next) = (Vec::new(), vec![GROUND]);
        while let Some(place) = next.pop() {
            for item in contents.get(place).into_iter().flatten() {
                if let Item::Wall(wall) = item {
                    inwards.push(*wall);
                    next.push(wall + 1);
                }
            }
        }
        let mut levels = vec![1; scene.walls.len()];
        for wall in inwards.iter().rev() {
            let outer = scene.walls.get(*wall).and_then(|wall| wall.outer);
            let own = levels.get(*wall).copied().unwrap_or(1);
            if let Some(level) = outer.and_then(|outer| levels.get_mut(outer)) {
                *level = (*level).max(own + 1);
            }
        }
        Self { contents, inwards, levels }
    }

    /// Orders what each wall holds as the walk meets it, a wall where the walk first enters it.
    fn order(&mut self, walk: &[usize]) {
        let mut met: BTreeMap<Item, usize> =
            walk.iter().enumerate().map(|(at, part)| (Item::Part(*part), at)).collect();
        for wall in self.inwards.iter().rev() {
            let inside = self.contents.get(wall + 1).into_iter().flatten();
            if let Some(first) = inside.filter_map(|item| met.get(item)).min().copied() {
                met.insert(Item::Wall(*wall), first);
            }
        }
        for content in &mut self.contents {
            content.sort_by_key(|item| (met.get(item).copied(), *item));
        }
    }

    /// Places everything, stacking in the order of the contents.
    fn place(&self, columns: &[Option<usize>]) -> Packed {
        let mut blocks: BTreeMap<usize, Block> = BTreeMap::new();
        for place in self.inwards.iter().rev().map(|wall| wall + 1).chain([GROUND]) {
            let content = self.contents.get(place).map(Vec::as_slice).unwrap_or_default();
            let block = Stack::default().stacked(content, columns, &blocks);
            blocks.insert(place, block);
        }
        self.absolute(&blocks, columns.len())
    }

    fn absolute(&self, blocks: &BTreeMap<usize, Block>, parts: usize) -> Packed {
        let deepest = self.levels.iter().max().copied().unwrap_or_default();
        let step = PART_WIDTH + COLUMN_GAP + 2 * WALL_PADDING * deepest;
        let left = |column: usize| MARGIN + WALL_PADDING * deepest + px(column) * step;
        let mut packed = Packed {
            parts: vec![Rect::default(); parts],
            walls: vec![Rect::default(); self.levels.len()],
            columns: vec![0; parts],
            ..Packed::default()
        };
        for place in [GROUND].into_iter().chain(self.inwards.iter().map(|wall| wall + 1)) {
            let around = place.checked_sub(1).and_then(|wall| packed.walls.get(wall));
            let top = around.map_or(MARGIN, |wall| wall.y + WALL_HEADER);
            for (item, column, y) in blocks.get(&place).into_iter().flat_map(|block| &block.places) {
                match item {
                    Item::Part(part) => {
                        if let (Some(rect), Some(own)) = (packed.parts.get_mut(*part), packed.columns.get_mut(*part)) {
                            *rect = Rect { x: left(*column), y: top + y, width: PART_WIDTH, height: PART_HEIGHT };
                            *own = *column;
                        }
                    }
                    Item::Wall(wall) => {
                        let (Some(block), Some(rect)) = (blocks.get(&(wall + 1)), packed.walls.get_mut(*wall)) else {
                            continue;
                        };
                        let padding = WALL_PADDING * self.levels.get(*wall).copied().unwrap_or(1);
                        let x = left(block.first) - padding;
                        let width = left(block.last) + PART_WIDTH + padding - x;
                        *rect = Rect { x, y: top + y, width, height: around_of(block) };
                    }
                }
            }
        }
        let rects = || packed.parts.iter().chain(&packed.walls);
        packed.width = rects().map(|rect| rect.right()).max().unwrap_or_default() + MARGIN;
        packed.height = rects().map(|rect| rect.bottom()).max().unwrap_or_default() + MARGIN;
        packed
    }
}

/// How high a wall around a block is.
fn around_of(block: &Block) -> i32 {
    WALL_HEADER + block.height + WALL_PADDING
}

/// How far down each column is full.
#[derive(Default)]
struct Stack(BTreeMap<usize, i32>);

impl Stack {
    fn stacked(mut self, content: &[Item], columns: &[Option<usize>], blocks: &BTreeMap<usize, Block>) -> Block {
        let mut block = Block::default();
        let mut loose = Vec::new();
        let mut range: Option<(usize, usize)> = None;
        for item in content {
            let (first, last, height) = match item {
                Item::Part(part) => {
                    let Some(column) = columns.get(*part).copied().flatten() else {
                        loose.push(*item);
                        continue;
                    };
                    (column, column, PART_HEIGHT)
                }
                Item::Wall(wall) => match blocks.get(&(wall + 1)) {
                    Some(block) => (block.first, block.last, around_of(block)),
                    None => continue,
                },
            };
            block.places.push((*item, first, self.put(first, last, height)));
            range = Some(range.map_or((first, last), |(from, to)| (from.min(first), to.max(last))));
        }
        let (from, to) = range.unwrap_or_default();
        let to = to.max(from + side_of_square(loose.len()).saturating_sub(1));
        for item in loose {
            let lowest = (from..=to).min_by_key(|column| (self.depth(*column), *column)).unwrap_or(from);
            block.places.push((item, lowest, self.put(lowest, lowest, PART_HEIGHT)));
        }
        (block.first, block.last) = (from, to);
        block.height = self.0.values().max().map_or(0, |depth| depth - ROW_GAP);
        block
    }

    fn depth(&self, column: usize) -> i32 {
        self.0.get(&column).copied().unwrap_or_default()
    }

    /// Puts a box of some columns as low as they let it, and says how low.
    fn put(&mut self, first: usize, last: usize, height: i32) -> i32 {
        let y = (first..=last).map(|column| self.depth(column)).max().unwrap_or_default();
        self.0.extend((first..=last).map(|column| (column, y + height + ROW_GAP)));
        y
    }
}

/// The columns of a block of loose parts: about as many as rows.
fn side_of_square(parts: usize) -> usize {
    let side = parts.isqrt();
    if side * side < parts { side + 1 } else { side }
}

/// All parts as somebody meets them who follows the flows, in whichever direction, from the left.
fn walk(scene: &Scene<'_>, columns: &[Option<usize>]) -> Vec<usize> {
    let mut beside: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for line in &scene.lines {
        beside.entry(line.source).or_default().insert(line.target);
        beside.entry(line.target).or_default().insert(line.source);
    }
    let mut starts: Vec<usize> = (0..scene.parts.len()).collect();
    starts.sort_by_key(|part| (columns.get(*part).copied().flatten().unwrap_or(usize::MAX), *part));
    let (mut walk, mut seen) = (Vec::new(), BTreeSet::new());
    // The last one is the next to go to.
    let mut ahead: Vec<usize> = starts.into_iter().rev().collect();
    while let Some(part) = ahead.pop() {
        if seen.insert(part) {
            walk.push(part);
            ahead.extend(beside.get(&part).into_iter().flatten().rev().filter(|next| !seen.contains(next)));
        }
    }
    walk
}
