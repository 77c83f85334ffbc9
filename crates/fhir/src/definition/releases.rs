//! Releases that have an element.
use crate::Release;

/// Several releases, a bit for the number of each.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Releases(u8);

impl Releases {
    pub(super) const ALL: Self = Self(u8::MAX);

    pub(super) const fn only(release: Release) -> Self {
        Self(1 << release.number())
    }

    pub(super) const fn since(release: Release) -> Self {
        Self(u8::MAX << release.number())
    }

    pub(super) const fn until(release: Release) -> Self {
        Self(u8::MAX >> (7 - release.number()))
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) const fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}
