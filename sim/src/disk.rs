//! The disk that forgets: `kiln_store::disk` with a durable and a volatile half.

mod fault;
mod inode;
mod names;
mod world;

#[cfg(test)]
mod tests;

pub use fault::Fault;
pub use inode::Tamper;
pub use world::{Counters, State};

use crate::Dice;
use inode::{InodeId, Survival};
use kiln_store::disk::{Disk, DiskFile, Region};
use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use world::World;

/// A folder tree in memory. Clones show the same disk.
#[derive(Clone, Debug)]
pub struct SimDisk(Arc<Mutex<World>>);

impl SimDisk {
    /// An empty disk with the folder `root`, which is durable.
    pub fn new(dice: Dice, root: &Path) -> Self {
        Self(Arc::new(Mutex::new(World::new(dice, root))))
    }

    /// Lets `fault` happen at the first operation that it fits, from operation `at` on.
    pub fn inject(&self, at: u64, fault: Fault) {
        self.world().faults.inject(at, fault);
    }

    /// Takes back faults of this kind that have not happened.
    pub fn cancel(&self, fault: Fault) {
        self.world().faults.cancel(fault);
    }

    /// Takes back every fault that has not happened, and gives a full disk its space back.
    pub fn heal(&self) {
        self.world().heal();
    }

    /// Cuts the power and switches it on again: of what was not synced, the dice decide.
    pub fn crash(&self) {
        self.world().crash();
    }

    /// The worst power cut: nothing survives that was not synced.
    pub fn crash_losing_all(&self) {
        self.world().crash_leaving(Survival::Nothing);
    }

    /// Ends every open file, as when the process is killed. The page cache lives on.
    pub fn kill(&self) {
        self.world().kill();
    }

    /// Whether a process can use it.
    pub fn state(&self) -> State {
        self.world().state()
    }

    /// What has happened so far.
    pub fn counters(&self) -> Counters {
        self.world().counters.clone()
    }

    /// Every file with its size, as a process would see it.
    pub fn files(&self) -> Vec<(PathBuf, u64)> {
        self.world().files()
    }

    /// Changes a file behind the store's back, in both halves. False when nothing changed.
    pub fn tamper(&self, path: &Path, tamper: Tamper) -> io::Result<bool> {
        self.world().tamper(path, tamper)
    }

    /// Another disk with the same files, all durable, without faults.
    #[must_use]
    pub fn copy(&self, dice: Dice) -> Self {
        Self(Arc::new(Mutex::new(self.world().copy(dice))))
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handle(&self, inode: InodeId, epoch: u64) -> Box<dyn DiskFile> {
        Box::new(SimFile { disk: self.clone(), inode, epoch })
    }
}

impl Disk for SimDisk {
    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        self.world().create_dir_all(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        self.world().list(dir)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let (inode, epoch) = self.world().open(path)?;
        Ok(self.handle(inode, epoch))
    }

    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let (inode, epoch) = self.world().create_new(path)?;
        Ok(self.handle(inode, epoch))
    }

    fn map_sealed(&self, path: &Path) -> io::Result<Region> {
        let mut world = self.world();
        let (inode, epoch) = world.open(path)?;
        Ok(Region::Heap(world.inode(inode, epoch)?.now().to_vec()))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.world().rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.world().remove(path)
    }

    fn remove_dir(&self, dir: &Path) -> io::Result<()> {
        self.world().remove_dir(dir)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.world().sync_dir(dir)
    }

    fn sync_tree(&self, dir: &Path) -> io::Result<()> {
        self.world().sync_tree(dir)
    }
}

/// An open file; dead after a crash or a kill.
#[derive(Debug)]
struct SimFile {
    disk: SimDisk,
    inode: InodeId,
    epoch: u64,
}

impl DiskFile for SimFile {
    fn read_exact_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        self.disk.world().read(self.inode, self.epoch, bytes, offset)
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.disk.world().write(self.inode, self.epoch, bytes, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.disk.world().sync_data(self.inode, self.epoch)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.disk.world().set_len(self.inode, self.epoch, len)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.disk.world().inode(self.inode, self.epoch)?.now().len() as u64)
    }
}
