//! Calendar dates as documents write them.

use std::fmt;

/// A civil date. Ordered by time; printed as `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// Reads `YYYY-MM-DD` (also with a time after it) at the start of `text`.
    pub fn parse(text: &str) -> Option<Self> {
        let day = text.trim_start().get(..10)?;
        day.parse().ok().map(Self)
    }

    /// How many days lie between this day and `later`; negative when it is earlier.
    pub fn days_until(self, later: Self) -> i64 {
        (later.0 - self.0).get_days().into()
    }

    /// The date of these parts, when there is such a day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        jiff::civil::Date::new(year, month, day).ok().map(Self)
    }

    /// Days from `earlier` to this date; negative when it is later.
    pub fn days_since(self, earlier: Self) -> i32 {
        self.0.duration_since(earlier.0).as_hours().div_euclid(24).try_into().unwrap_or(i32::MAX)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
