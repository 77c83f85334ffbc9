//! The structure of the document while it is laid out: what is drawn is not known to the library
//! yet, so that leaves are numbers.
use krilla::tagging::{Identifier, Node, TagGroup, TagKind};

/// Groups in each other.
#[derive(Default)]
pub(super) struct Tree {
    groups: Vec<Group>,
    /// Those that stand at the top.
    roots: Vec<usize>,
    /// Those that are open, outermost first.
    open: Vec<usize>,
    leaves: usize,
}

struct Group {
    tag: TagKind,
    children: Vec<Child>,
}

#[derive(Copy, Clone)]
enum Child {
    Group(usize),
    Leaf(usize),
}

impl Tree {
    /// Opens a group in the one that is open.
    pub(super) fn open(&mut self, tag: TagKind) -> usize {
        let group = self.groups.len();
        self.groups.push(Group { tag, children: Vec::new() });
        match self.open.last() {
            Some(parent) => self.groups[*parent].children.push(Child::Group(group)),
            None => self.roots.push(group),
        }
        self.open.push(group);
        group
    }

    /// Closes the one that was opened last.
    pub(super) fn close(&mut self) {
        self.open.pop();
    }

    /// A piece of a group's content.
    pub(super) fn leaf(&mut self, group: usize) -> usize {
        let leaf = self.leaves;
        self.leaves += 1;
        self.groups[group].children.push(Child::Leaf(leaf));
        leaf
    }

    /// How many pieces there are.
    pub(super) fn leaves(&self) -> usize {
        self.leaves
    }

    /// The tags, now that the pieces are drawn.
    pub(super) fn into_tags(self, drawn: &[Option<Identifier>]) -> Vec<Node> {
        let Self { groups, roots, .. } = self;
        let mut groups: Vec<Option<Group>> = groups.into_iter().map(Some).collect();
        roots.into_iter().filter_map(|root| node(root, &mut groups, drawn)).collect()
    }
}

fn node(at: usize, groups: &mut [Option<Group>], drawn: &[Option<Identifier>]) -> Option<Node> {
    let Group { tag, children } = groups[at].take()?;
    let mut group = TagGroup::new(tag);
    for child in children {
        match child {
            Child::Group(at) => node(at, groups, drawn).into_iter().for_each(|it| group.push(it)),
            Child::Leaf(leaf) => drawn[leaf].into_iter().for_each(|it| group.push(it)),
        }
    }
    Some(Node::Group(group))
}
