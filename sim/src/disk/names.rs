//! Which name leads to which file: durable only after the folder was synced.

use super::inode::{InodeId, Survival};
use crate::Dice;
use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

/// What a name leads to.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Folder,
    File(InodeId),
}

/// A change of names that happens as one; `None` is a name that goes.
#[derive(Debug)]
struct Change {
    sequence: u64,
    edits: Vec<(PathBuf, Option<Node>)>,
}

/// All names, in both halves.
#[derive(Debug, Default)]
pub(super) struct Names {
    now: BTreeMap<PathBuf, Node>,
    durable: BTreeMap<PathBuf, Node>,
    pending: Vec<Change>,
}

impl Names {
    /// Makes a folder and those above it, all durable.
    pub(super) fn root(&mut self, dir: &Path) {
        for folder in dir.ancestors() {
            self.now.insert(folder.to_owned(), Node::Folder);
            self.durable.insert(folder.to_owned(), Node::Folder);
        }
    }

    /// Adds a file that is durable already.
    pub(super) fn add_durable(&mut self, path: &Path, inode: InodeId) {
        if let Some(folder) = path.parent() {
            self.root(folder);
        }
        self.now.insert(path.to_owned(), Node::File(inode));
        self.durable.insert(path.to_owned(), Node::File(inode));
    }

    /// Removes a name from both halves.
    pub(super) fn remove_durable(&mut self, path: &Path) {
        self.now.remove(path);
        self.durable.remove(path);
    }

    pub(super) fn get(&self, path: &Path) -> Option<Node> {
        self.now.get(path).copied()
    }

    pub(super) fn file(&self, path: &Path) -> io::Result<InodeId> {
        match self.get(path) {
            Some(Node::File(inode)) => Ok(inode),
            Some(Node::Folder) => Err(io::ErrorKind::IsADirectory.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// Every file there is.
    pub(super) fn files(&self) -> impl Iterator<Item = (&Path, InodeId)> {
        self.now.iter().filter_map(|(path, node)| match node {
            Node::File(inode) => Some((path.as_path(), *inode)),
            Node::Folder => None,
        })
    }

    /// The names in a folder, sorted.
    pub(super) fn list(&self, dir: &Path) -> Vec<String> {
        self.now
            .keys()
            .filter(|path| path.parent() == Some(dir))
            .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
            .collect()
    }

    /// Changes names as one; not durable yet.
    pub(super) fn change(&mut self, sequence: u64, edits: Vec<(PathBuf, Option<Node>)>) {
        apply(&mut self.now, &edits);
        self.pending.push(Change { sequence, edits });
    }

    /// Makes the names in this folder durable.
    pub(super) fn sync(&mut self, dir: &Path) {
        self.sync_those(|path| path.parent() == Some(dir));
    }

    /// Makes the names in this folder and in those below it durable.
    pub(super) fn sync_tree(&mut self, dir: &Path) {
        self.sync_those(|path| path.parent().is_some_and(|parent| parent.starts_with(dir)));
    }

    fn sync_those(&mut self, is_inside: impl Fn(&Path) -> bool) {
        for change in &mut self.pending {
            let inside = change.edits.extract_if(.., |(path, _)| is_inside(path));
            apply(&mut self.durable, &inside.collect::<Vec<_>>());
        }
        self.pending.retain(|change| !change.edits.is_empty());
    }

    /// The power is cut. Returns how many changes were lost.
    pub(super) fn crash(&mut self, survival: Survival, dice: &mut Dice) -> u64 {
        let mut lost = 0;
        for change in std::mem::take(&mut self.pending) {
            if survival.kept(std::iter::once(change.sequence), dice) == 1 {
                apply(&mut self.durable, &change.edits);
            } else {
                lost += 1;
            }
        }
        self.drop_unreachable();
        self.now.clone_from(&self.durable);
        lost
    }

    /// A file whose folder was lost is lost too.
    fn drop_unreachable(&mut self) {
        let mut reachable = BTreeMap::new();
        // A folder sorts before what is in it.
        for (path, node) in std::mem::take(&mut self.durable) {
            if path.parent().is_none_or(|folder| reachable.contains_key(folder)) {
                reachable.insert(path, node);
            }
        }
        self.durable = reachable;
    }
}

fn apply(names: &mut BTreeMap<PathBuf, Node>, edits: &[(PathBuf, Option<Node>)]) {
    for (path, node) in edits {
        match node {
            Some(node) => names.insert(path.clone(), *node),
            None => names.remove(path),
        };
    }
}
