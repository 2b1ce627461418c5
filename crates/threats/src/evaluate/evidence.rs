//! The citations that a verdict rests on, kept as the slices in which the elements hold them: most verdicts are dropped
//! without being shown, and those copy nothing.

use cairn_model::Citation;

/// Citations in the order in which they were found.
#[derive(Clone, Debug, Default)]
pub(crate) enum Evidence<'a> {
    #[default]
    None,
    /// The usual case: what states one element or one attribute.
    One(&'a [Citation]),
    /// Slices of which none is empty.
    Many(Vec<&'a [Citation]>),
}

impl<'a> Evidence<'a> {
    pub(crate) const fn of(citations: &'a [Citation]) -> Self {
        if citations.is_empty() { Self::None } else { Self::One(citations) }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        matches!(self, Self::None)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &'a Citation> + Clone {
        self.slices().iter().copied().flatten()
    }

    /// Adds what another verdict rests on.
    pub(crate) fn append(&mut self, other: Self) {
        match (&mut *self, other) {
            (_, Self::None) => {}
            (Self::None, other) => *self = other,
            (Self::One(own), Self::One(other)) => *self = Self::Many(vec![own, other]),
            (Self::One(own), Self::Many(mut others)) => {
                others.insert(0, own);
                *self = Self::Many(others);
            }
            (Self::Many(own), Self::One(other)) => own.push(other),
            (Self::Many(own), Self::Many(others)) => own.extend(others),
        }
    }

    fn slices(&self) -> &[&'a [Citation]] {
        match self {
            Self::None => &[],
            Self::One(citations) => std::slice::from_ref(citations),
            Self::Many(slices) => slices,
        }
    }
}

impl<'a> FromIterator<&'a [Citation]> for Evidence<'a> {
    fn from_iter<I: IntoIterator<Item = &'a [Citation]>>(slices: I) -> Self {
        slices.into_iter().fold(Self::None, |mut evidence, slice| {
            evidence.append(Self::of(slice));
            evidence
        })
    }
}
