//! The diagram at its border: a model goes in, places or a drawing come out.

mod drawing;
mod model;
mod places;
mod stability;
