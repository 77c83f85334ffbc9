//! What goes wrong, and when.

use std::io;

/// A fault that one operation meets.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A write ends with EIO; a part of it may have happened.
    Write,
    /// An fsync of a file or folder ends with EIO. Pages of the file are dropped or kept as the
    /// dice say, and count as clean afterwards: a second fsync succeeds and means nothing
    /// (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020).
    Sync,
    /// A read ends with EIO.
    Read,
    /// From here on the disk has no room: what would make a file longer ends with ENOSPC.
    Full,
    /// The power goes in the middle of the operation; every later one fails until the crash.
    Power,
    /// The process is killed in the middle of the operation; every later one fails until the kill.
    Kill,
}

/// What an operation wants to do: decides which faults fit it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Read,
    Write,
    Sync,
    Name,
}

/// Faults that wait for their operation.
#[derive(Debug, Default)]
pub(super) struct Faults {
    waiting: Vec<(u64, Fault)>,
}

impl Faults {
    pub(super) fn inject(&mut self, at: u64, fault: Fault) {
        self.waiting.push((at, fault));
    }

    pub(super) fn clear(&mut self) {
        self.waiting.clear();
    }

    pub(super) fn cancel(&mut self, fault: Fault) {
        self.waiting.retain(|(_, waiting)| *waiting != fault);
    }

    /// The fault that meets operation number `number`, if there is one.
    pub(super) fn meet(&mut self, number: u64, operation: Operation) -> Option<Fault> {
        let met =
            self.waiting.iter().position(|(at, fault)| *at <= number && fault.fits(operation));
        met.map(|position| self.waiting.remove(position).1)
    }
}

impl Fault {
    fn fits(self, operation: Operation) -> bool {
        match self {
            Self::Write | Self::Full => operation == Operation::Write,
            Self::Read => operation == Operation::Read,
            Self::Sync => operation == Operation::Sync,
            Self::Power | Self::Kill => operation != Operation::Read,
        }
    }
}

pub(super) fn io_error() -> io::Error {
    io::Error::from_raw_os_error(5)
}

pub(super) fn no_space() -> io::Error {
    io::Error::from_raw_os_error(28)
}

pub(super) fn killed() -> io::Error {
    io::Error::other("the process is killed")
}

pub(super) fn no_power() -> io::Error {
    io::Error::other("the power is off")
}
