//! What a store promises.

mod fixture;

mod commit;
mod round_trip;

mod opening;
