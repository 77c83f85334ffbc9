//! A file's bytes: what reads return, and what a power cut leaves.

use crate::Dice;
use std::{collections::BTreeMap, io};

/// The atom of a write (an old disk's sector): a power cut keeps, drops or tears it.
const SECTOR: usize = 512;

/// Names a file whatever it is called.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct InodeId(pub u64);

/// What a bad disk, or a bad person, does to a file.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Tamper {
    /// Changes the bits of a byte.
    Flip {
        /// Which byte.
        offset: u64,
        /// Which of its bits.
        mask: u8,
    },
    /// Writes zeros.
    Zero {
        /// From here on.
        offset: u64,
        /// So many bytes.
        len: u64,
    },
    /// Cuts the file to a length.
    Cut {
        /// In bytes.
        len: u64,
    },
    /// Removes the file.
    Remove,
}

impl Tamper {
    fn change(self, bytes: &mut Vec<u8>) {
        match self {
            Self::Flip { offset, mask } => {
                if let Some(byte) = bytes.get_mut(offset as usize) {
                    *byte ^= mask;
                }
            }
            Self::Zero { offset, len } => {
                let start = (offset as usize).min(bytes.len());
                let end = (start + len as usize).min(bytes.len());
                bytes[start..end].fill(0);
            }
            Self::Cut { len } => bytes.truncate(len as usize),
            Self::Remove => {}
        }
    }
}

/// One version of a sector that may or may not have reached the disk.
#[derive(Debug)]
struct Version {
    sequence: u64,
    bytes: [u8; SECTOR],
}

/// How much of the volatile half a power cut leaves.
#[derive(Copy, Clone, Debug)]
pub(super) enum Survival {
    /// Nothing that was not synced.
    Nothing,
    /// Everything: the disk was idle long enough.
    Everything,
    /// What was done up to this moment, in order.
    Until(u64),
    /// Each sector and name for itself.
    Random,
}

impl Survival {
    /// How many of the changes with these moments, ascending, have reached the disk.
    pub(super) fn kept(self, sequences: impl Iterator<Item = u64>, dice: &mut Dice) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Everything => sequences.count(),
            Self::Until(end) => sequences.take_while(|sequence| *sequence <= end).count(),
            Self::Random => dice.index(sequences.count() + 1),
        }
    }
}

/// A file. `now` is the page cache, `durable` the platter; `dirty` and `lengths` are on the way.
#[derive(Debug, Default)]
pub(super) struct Inode {
    now: Vec<u8>,
    durable: Vec<u8>,
    dirty: BTreeMap<usize, Vec<Version>>,
    lengths: Vec<(u64, usize)>,
}

impl Inode {
    /// A file that is wholly durable.
    pub(super) fn durable(bytes: Vec<u8>) -> Self {
        Self { durable: bytes.clone(), now: bytes, ..Self::default() }
    }

    pub(super) fn now(&self) -> &[u8] {
        &self.now
    }

    pub(super) fn read(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        let start = (offset as usize).min(self.now.len());
        let there = self.now[start..].get(..bytes.len());
        bytes.copy_from_slice(there.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    pub(super) fn write(&mut self, sequence: u64, bytes: &[u8], offset: u64) {
        let (start, end) = (offset as usize, offset as usize + bytes.len());
        if bytes.is_empty() {
            return;
        }
        if end > self.now.len() {
            self.set_len(sequence, end);
        }
        self.now[start..end].copy_from_slice(bytes);
        self.touch(sequence, start, end);
    }

    pub(super) fn set_len(&mut self, sequence: u64, len: usize) {
        let before = self.now.len();
        self.now.resize(len, 0);
        if len != before {
            self.lengths.push((sequence, len));
        }
        if len < before {
            self.touch(sequence, len, before);
        }
    }

    /// Notes a new version of the sectors that hold these bytes.
    fn touch(&mut self, sequence: u64, start: usize, end: usize) {
        for sector in start / SECTOR..end.div_ceil(SECTOR) {
            let mut bytes = [0; SECTOR];
            let from = (sector * SECTOR).min(self.now.len());
            let to = (from + SECTOR).min(self.now.len());
            bytes[..to - from].copy_from_slice(&self.now[from..to]);
            self.dirty.entry(sector).or_default().push(Version { sequence, bytes });
        }
    }

    /// Makes everything durable.
    pub(super) fn sync(&mut self) {
        self.durable.resize(self.now.len(), 0);
        for (sector, versions) in std::mem::take(&mut self.dirty) {
            if let Some(last) = versions.last() {
                place(&mut self.durable, sector, &last.bytes);
            }
        }
        self.lengths.clear();
    }

    /// A failed fsync: each page is written or dropped, and none is dirty any more. What was
    /// dropped is still read back from the cache. Returns how many were dropped.
    pub(super) fn sync_failing(&mut self, dice: &mut Dice) -> u64 {
        let len = self.now.len().max(self.durable.len());
        let mut dropped = 0;
        for (sector, versions) in std::mem::take(&mut self.dirty) {
            match versions.last() {
                Some(last) if dice.chance(50) => {
                    self.durable.resize(len, 0);
                    place(&mut self.durable, sector, &last.bytes);
                }
                _ => dropped += 1,
            }
        }
        self.durable.resize(self.now.len(), 0);
        self.lengths.clear();
        dropped
    }

    /// The power is cut. Returns how many sectors were lost and how many torn.
    pub(super) fn crash(&mut self, survival: Survival, dice: &mut Dice) -> (u64, u64) {
        let kept = survival.kept(self.lengths.iter().map(|(sequence, _)| *sequence), dice);
        let len = match kept {
            0 => self.durable.len(),
            kept => self.lengths[kept - 1].1,
        };
        self.lengths.clear();
        self.durable.resize(len.max(self.durable.len()), 0);
        let (mut lost, mut torn) = (0, 0);
        for (sector, versions) in std::mem::take(&mut self.dirty) {
            let kept = survival.kept(versions.iter().map(|version| version.sequence), dice);
            lost += u64::from(kept < versions.len());
            if kept > 0 {
                place(&mut self.durable, sector, &versions[kept - 1].bytes);
            }
            if kept < versions.len() && matches!(survival, Survival::Random) && dice.chance(10) {
                let cut = dice.index(SECTOR);
                place(&mut self.durable, sector, &versions[kept].bytes[..cut]);
                torn += 1;
            }
        }
        self.durable.resize(len, 0);
        self.now.clone_from(&self.durable);
        (lost, torn)
    }

    /// Changes the file in both halves; false when it is as it was.
    pub(super) fn tamper(&mut self, tamper: Tamper) -> bool {
        let before = self.now.clone();
        tamper.change(&mut self.now);
        self.durable.clone_from(&self.now);
        self.now != before
    }
}

/// Puts a sector, or the beginning of one, in its place; what lies beyond the end is dropped.
fn place(bytes: &mut [u8], sector: usize, content: &[u8]) {
    let start = (sector * SECTOR).min(bytes.len());
    let end = (start + content.len()).min(bytes.len());
    bytes[start..end].copy_from_slice(&content[..end - start]);
}
