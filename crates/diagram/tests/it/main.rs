//! The diagram at its border: a model goes in, places or a drawing come out.

#![expect(clippy::indexing_slicing, reason = "a test may end where it is wrong")]

mod drawing;
mod model;
mod places;
mod stability;
