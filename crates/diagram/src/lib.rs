//! The model as a data-flow diagram in SVG, the same bytes for the same model.
//!
//! The way through: what is shown of a model ([`Scene`]), where each part, wall and line goes ([`layout`]), and the drawing
//! ([`draw`]). Parts stand in columns along the direction of the flows (`columns`), walls are boxes that hold their parts and
//! further walls (`pack`), and lines keep clear of the parts between their ends (`route`). Pages around a diagram and its
//! table of the same content are made elsewhere.

mod columns;
mod geometry;
mod pack;
mod route;
mod scene;
mod svg;
mod view;

use cairn_model::{System, Threat};

pub use geometry::{Point, Rect};
pub use route::Route;
pub use scene::{Line, Part, Scene, Wall};
pub use svg::{STYLE, draw};
pub use view::{Layer, View};

/// Where everything of a [`Scene`] goes, in pixels; each list in the order of the scene's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The parts.
    pub parts: Vec<Rect>,
    /// The walls.
    pub walls: Vec<Rect>,
    /// The lines.
    pub lines: Vec<Route>,
    /// How wide the whole is.
    pub width: i32,
    /// How high the whole is.
    pub height: i32,
}

/// Finds a place for everything.
pub fn layout(scene: &Scene<'_>) -> Layout {
    let columns = columns::columns(scene);
    let packed = pack::pack(scene, &columns);
    let lines = route::routes(scene, &packed);
    Layout { lines, parts: packed.parts, walls: packed.walls, width: packed.width, height: packed.height }
}

/// The diagram of what `view` shows of a model, with what the threats say of its elements.
pub fn diagram(system: &System, threats: &[Threat], view: &View) -> String {
    let scene = Scene::of(system, view);
    draw(&scene, &layout(&scene), system, threats, view)
}
