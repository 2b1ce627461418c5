//! The pages of the web interface: from the words of the domain to HTML.
//!
//! Every page is a function from a [`Frame`] (who looks at what, and how) and what the page is about to a text. Nothing here
//! reads files, asks a store or knows HTTP: `cairn-server` gathers, asks for a page and sends it. Pages are readable without
//! scripts; the few scripts under `assets/` add keys, zoom and streams. Texts of documents are hostile: they reach a page only
//! through `parts::text`, which escapes them and makes visible what would hide in them. No page has a style or a script
//! of its own, so that a strict content security policy holds.

mod frame;
mod layout;
mod material;
mod parts;

pub mod assistant;
pub mod element;
pub mod inbox;
pub mod inventory;
pub mod model;
pub mod operations;
pub mod paths;
pub mod report;
pub mod search;
pub mod source;
pub mod start;
pub mod threats;
pub mod trial;

mod sheet;
mod words;

pub mod assets;

pub use frame::{Frame, Links, Notice, Page, ProjectName, Role, Section, Theme};
pub use material::{Material, pressing};
