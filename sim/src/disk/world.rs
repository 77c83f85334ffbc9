//! Everything the simulated disk knows, under one lock.

use super::{
    fault::{Fault, Faults, Operation, io_error, killed, no_power, no_space},
    inode::{Inode, InodeId, Survival, Tamper},
    names::{Names, Node},
};
use crate::Dice;
use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

/// What has happened to a disk so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Operations that change something.
    pub operations: u64,
    /// Power cuts.
    pub crashes: u64,
    /// Sectors that a power cut took back.
    pub sectors_lost: u64,
    /// Sectors that a power cut left half written.
    pub sectors_torn: u64,
    /// Creates, renames and removals that a power cut took back.
    pub names_lost: u64,
    /// Pages that a failed fsync dropped.
    pub pages_dropped: u64,
    /// Injected faults that have met their operation.
    pub faults: u64,
    /// A hash of all operations and their bytes: two runs of one seed have the same.
    pub trace: u64,
}

/// Whether a process can use the disk.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It can.
    Running,
    /// It was killed by a fault: [`super::SimDisk::kill`] comes next.
    Killed,
    /// The power is cut: [`super::SimDisk::crash`] comes next.
    PowerCut,
}

#[derive(Debug)]
pub(super) struct World {
    pub(super) faults: Faults,
    pub(super) counters: Counters,
    dice: Dice,
    names: Names,
    inodes: BTreeMap<InodeId, Inode>,
    epoch: u64,
    state: State,
    full: bool,
}

impl World {
    pub(super) fn new(dice: Dice, root: &Path) -> Self {
        let mut names = Names::default();
        names.root(root);
        Self {
            faults: Faults::default(),
            counters: Counters::default(),
            dice,
            names,
            inodes: BTreeMap::new(),
            epoch: 0,
            state: State::Running,
            full: false,
        }
    }

    pub(super) fn copy(&self, dice: Dice) -> Self {
        let mut copy = Self::new(dice, Path::new("/"));
        for (number, (path, inode)) in (0..).zip(self.names.files()) {
            // A new file is numbered by the operation that makes it, and those begin again here.
            let copied = InodeId(u64::MAX - number);
            copy.names.add_durable(path, copied);
            copy.inodes.insert(copied, Inode::durable(self.inodes[&inode].now().to_vec()));
        }
        copy
    }

    pub(super) fn heal(&mut self) {
        self.faults.clear();
        self.full = false;
    }

    pub(super) fn kill(&mut self) {
        self.state = State::Running;
        self.epoch += 1;
    }

    pub(super) fn crash(&mut self) {
        let survival = match self.dice.range(0..10) {
            0 => Survival::Nothing,
            1 => Survival::Everything,
            2 | 3 => Survival::Until(self.dice.range(0..self.counters.operations + 1)),
            4 | 5 => {
                let recent = self.counters.operations.saturating_sub(20);
                Survival::Until(self.dice.range(recent..self.counters.operations + 1))
            }
            _ => Survival::Random,
        };
        self.crash_leaving(survival);
    }

    pub(super) fn crash_leaving(&mut self, survival: Survival) {
        self.counters.names_lost += self.names.crash(survival, &mut self.dice);
        for inode in self.inodes.values_mut() {
            let (lost, torn) = inode.crash(survival, &mut self.dice);
            self.counters.sectors_lost += lost;
            self.counters.sectors_torn += torn;
        }
        let named: Vec<InodeId> = self.names.files().map(|(_, inode)| inode).collect();
        self.inodes.retain(|inode, _| named.contains(inode));
        self.counters.crashes += 1;
        self.kill();
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    pub(super) fn files(&self) -> Vec<(PathBuf, u64)> {
        let size = |inode| self.inodes[&inode].now().len() as u64;
        self.names.files().map(|(path, inode)| (path.to_owned(), size(inode))).collect()
    }

    pub(super) fn tamper(&mut self, path: &Path, tamper: Tamper) -> io::Result<bool> {
        let inode = self.names.file(path)?;
        if tamper == Tamper::Remove {
            self.names.remove_durable(path);
            return Ok(true);
        }
        Ok(self.inodes.get_mut(&inode).is_some_and(|inode| inode.tamper(tamper)))
    }

    pub(super) fn open(&mut self, path: &Path) -> io::Result<(InodeId, u64)> {
        self.check_power()?;
        Ok((self.names.file(path)?, self.epoch))
    }

    pub(super) fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        self.check_power()?;
        Ok(self.names.list(dir))
    }

    /// The open file; an error when its process is gone.
    pub(super) fn inode(&mut self, inode: InodeId, epoch: u64) -> io::Result<&mut Inode> {
        self.check_power()?;
        let alive = epoch == self.epoch;
        let inode = self.inodes.get_mut(&inode).filter(|_| alive);
        inode.ok_or_else(|| io::Error::other("the file was open in a process that is gone"))
    }

    pub(super) fn read(
        &mut self,
        inode: InodeId,
        epoch: u64,
        bytes: &mut [u8],
        offset: u64,
    ) -> io::Result<()> {
        if self.faults.meet(self.counters.operations, Operation::Read).is_some() {
            self.counters.faults += 1;
            return Err(io_error());
        }
        self.inode(inode, epoch)?.read(bytes, offset)
    }

    pub(super) fn create_dir_all(&mut self, dir: &Path) -> io::Result<()> {
        let missing = dir.ancestors().filter(|folder| self.names.get(folder).is_none());
        let mut missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
        while let Some(folder) = missing.pop() {
            self.change_names(vec![(folder, Some(Node::Folder))])?;
        }
        Ok(())
    }

    pub(super) fn create_new(&mut self, path: &Path) -> io::Result<(InodeId, u64)> {
        self.check_folder(path)?;
        if self.names.get(path).is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if self.full {
            return Err(no_space());
        }
        let inode = InodeId(self.counters.operations);
        self.inodes.insert(inode, Inode::default());
        self.change_names(vec![(path.to_owned(), Some(Node::File(inode)))])?;
        Ok((inode, self.epoch))
    }

    pub(super) fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let inode = self.names.file(from)?;
        self.check_folder(to)?;
        self.change_names(vec![(from.to_owned(), None), (to.to_owned(), Some(Node::File(inode)))])
    }

    pub(super) fn remove(&mut self, path: &Path) -> io::Result<()> {
        self.names.file(path)?;
        self.change_names(vec![(path.to_owned(), None)])
    }

    pub(super) fn remove_dir(&mut self, dir: &Path) -> io::Result<()> {
        if self.names.get(dir) != Some(Node::Folder) {
            return Err(io::ErrorKind::NotFound.into());
        }
        if !self.names.list(dir).is_empty() {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        self.change_names(vec![(dir.to_owned(), None)])
    }

    /// A failed one drops pages of every file, as one of a single file does.
    pub(super) fn sync_tree(&mut self, dir: &Path) -> io::Result<()> {
        if self.names.get(dir) != Some(Node::Folder) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let failed = self.begin(Operation::Sync, dir)?.is_some();
        let below = self.names.files().filter(|(path, _)| path.starts_with(dir));
        for (_, inode) in below {
            let Some(file) = self.inodes.get_mut(&inode) else { continue };
            if failed {
                self.counters.pages_dropped += file.sync_failing(&mut self.dice);
            } else {
                file.sync();
            }
        }
        if failed {
            return Err(io_error());
        }
        self.names.sync_tree(dir);
        Ok(())
    }

    pub(super) fn sync_dir(&mut self, dir: &Path) -> io::Result<()> {
        if self.names.get(dir) != Some(Node::Folder) {
            return Err(io::ErrorKind::NotFound.into());
        }
        match self.begin(Operation::Sync, dir)? {
            None => self.names.sync(dir),
            Some(_) => return Err(io_error()),
        }
        Ok(())
    }

    pub(super) fn write(
        &mut self,
        inode: InodeId,
        epoch: u64,
        bytes: &[u8],
        offset: u64,
    ) -> io::Result<()> {
        let longer = offset as usize + bytes.len() > self.inode(inode, epoch)?.now().len();
        let fault = self.begin(Operation::Write, (inode.0, bytes, offset));
        let full = self.full && longer;
        let whole = matches!(fault, Ok(None)) && !full;
        // A write that fails may have done a part of its work.
        let part = if whole { bytes.len() } else { self.dice.index(bytes.len() + 1) };
        let sequence = self.counters.operations;
        if let Some(inode) = self.inodes.get_mut(&inode) {
            inode.write(sequence, &bytes[..part], offset);
        }
        match fault? {
            Some(Fault::Write) => Err(io_error()),
            _ if full => Err(no_space()),
            _ => Ok(()),
        }
    }

    pub(super) fn set_len(&mut self, inode: InodeId, epoch: u64, len: u64) -> io::Result<()> {
        let longer = len as usize > self.inode(inode, epoch)?.now().len();
        let fault = self.begin(Operation::Write, (inode.0, len))?;
        if fault == Some(Fault::Write) {
            return Err(io_error());
        }
        if self.full && longer {
            return Err(no_space());
        }
        let sequence = self.counters.operations;
        self.inode(inode, epoch)?.set_len(sequence, len as usize);
        Ok(())
    }

    pub(super) fn sync_data(&mut self, inode: InodeId, epoch: u64) -> io::Result<()> {
        self.inode(inode, epoch)?;
        let fault = self.begin(Operation::Sync, inode.0)?;
        let file = self.inodes.get_mut(&inode).expect("it was there a moment ago");
        if fault.is_none() {
            file.sync();
            return Ok(());
        }
        self.counters.pages_dropped += file.sync_failing(&mut self.dice);
        Err(io_error())
    }

    fn change_names(&mut self, edits: Vec<(PathBuf, Option<Node>)>) -> io::Result<()> {
        let begun = self.begin(Operation::Name, &edits[0].0);
        // The last operation of a process may still have happened.
        if begun.is_ok() || self.dice.chance(50) {
            self.names.change(self.counters.operations, edits);
        }
        begun.map(drop)
    }

    /// Counts the operation and tells which fault it meets. A power cut or kill is an error: what
    /// the operation does nevertheless is not synced.
    fn begin(&mut self, operation: Operation, trace: impl Hash) -> io::Result<Option<Fault>> {
        self.check_power()?;
        self.counters.operations += 1;
        self.counters.trace = hash((self.counters.trace, trace));
        let fault = self.faults.meet(self.counters.operations, operation);
        self.counters.faults += u64::from(fault.is_some());
        match fault {
            Some(Fault::Power) => {
                self.state = State::PowerCut;
                Err(no_power())
            }
            Some(Fault::Kill) => {
                self.state = State::Killed;
                Err(killed())
            }
            Some(Fault::Full) => {
                self.full = true;
                Ok(None)
            }
            other => Ok(other),
        }
    }

    fn check_power(&self) -> io::Result<()> {
        match self.state {
            State::Running => Ok(()),
            State::Killed => Err(killed()),
            State::PowerCut => Err(no_power()),
        }
    }

    fn check_folder(&self, path: &Path) -> io::Result<()> {
        let folder = path.parent().and_then(|folder| self.names.get(folder));
        if folder == Some(Node::Folder) { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
