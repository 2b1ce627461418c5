//! The tests of the pages.
