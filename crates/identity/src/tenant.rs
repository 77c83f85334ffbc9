//! Whose log it is.
use std::{fmt, str::FromStr};

/// Whose log it is: 1 to 64 of `a-z`, `0-9` and `-`, so that it is a folder name everywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId(String);

/// Not a tenant's name.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a tenant's name is 1 to 64 of a-z, 0-9 and -")]
pub struct InvalidTenantId;

impl TenantId {
    /// The name of the tenant whose addresses need no prefix.
    pub const DEFAULT: &str = "default";
    const LEN_MAX: usize = 64;

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for TenantId {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

impl FromStr for TenantId {
    type Err = InvalidTenantId;

    fn from_str(name: &str) -> Result<Self, InvalidTenantId> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let fits = (1..=Self::LEN_MAX).contains(&name.len()) && name.bytes().all(allowed);
        fits.then(|| Self(name.to_owned())).ok_or(InvalidTenantId)
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
