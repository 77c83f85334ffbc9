//! How often a log went on from an older copy of itself, and which of the ways on this is.
use crate::{
    clock::Random,
    group::LogId,
    wire::{Malformed, Reader},
};
use kiln_evidence::KeyName;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// A log goes on from older copies of itself this often at most.
pub(crate) const RESTORES_MAX: u32 = 1 << 16;
/// Bytes of chance in the header of a segment after the first restore.
pub(crate) const DRAW_LEN: usize = 16;

const ORIGIN_PREFIX: &str = "kiln-audit.org/log/";
const ORIGIN_DOMAIN: &[u8; 15] = b"kiln/origin/v1\0";
const ORIGIN_BYTES: usize = 16;

/// A count alone would not do: the same copy may be put back twice, and the two logs that go on
/// from it must not sign under one name.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Restores {
    count: u32,
    /// Zeros until the first one.
    draw: [u8; DRAW_LEN],
}

impl Restores {
    /// One more.
    pub(crate) fn next(self, random: &dyn Random) -> Self {
        let mut draw = [0; DRAW_LEN];
        random.fill(&mut draw);
        Self { count: self.count.saturating_add(1), draw }
    }

    /// Whether what stands behind a segment of this may be of that: the same, or a later one.
    pub(crate) fn leads_to(self, next: Self) -> bool {
        self == next || self.count < next.count
    }

    pub(crate) fn count(self) -> u32 {
        self.count
    }

    /// The name of the log's checkpoints and keys. The log id stays unknown: who knew it could
    /// send a body that recovery takes for a group. A log that went on from an older copy of itself
    /// is another one to witnesses, since they never go back.
    pub(crate) fn origin(self, log: LogId) -> KeyName {
        let mut hash = Sha256::new()
            .chain_update(ORIGIN_DOMAIN)
            .chain_update(log.0)
            .chain_update(self.count.to_be_bytes());
        hash.update(self.drawn());
        let mut name = ORIGIN_PREFIX.to_owned();
        for byte in &hash.finalize()[..ORIGIN_BYTES] {
            write!(name, "{byte:02x}").expect("a string takes what is written");
        }
        name.parse().expect("letters, digits, dots and slashes make a key name")
    }

    /// What was drawn; nothing before the first restore.
    pub(crate) fn drawn(&self) -> &[u8] {
        if self.count == 0 { &[] } else { &self.draw }
    }

    /// Takes what was drawn behind a count.
    pub(crate) fn parse(count: u32, reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        match count {
            0 => Ok(Self::default()),
            1..=RESTORES_MAX => Ok(Self { count, draw: reader.array()? }),
            _ => Err(Malformed("so many restores as a log can have")),
        }
    }
}

#[cfg(test)]
mod tests;
