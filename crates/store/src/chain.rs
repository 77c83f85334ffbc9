//! That each group follows the one before, and holds what its root says.
use crate::{
    LogIndex, RecordId,
    frame::Codec,
    group::{self, Frame, Group, LogId},
    read,
    restores::Restores,
    segment::Header,
    wire::Malformed,
};
use kiln_evidence::{Tree, leaf_hash};

/// Where a walk through the log stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chain {
    pub(crate) log: LogId,
    pub(crate) restores: Restores,
    pub(crate) next_group: u64,
    pub(crate) epoch: u64,
    pub(crate) tree: Tree,
    pub(crate) last_id: Option<RecordId>,
}

/// Sees each frame of a group while it is checked.
pub(crate) type Visit<'a> = dyn FnMut(&Frame<'_>, &read::Frame) -> Result<(), Malformed> + 'a;

impl Chain {
    /// At the beginning of a segment.
    pub(crate) fn at(header: &Header) -> Self {
        Self {
            log: header.log,
            restores: header.restores,
            next_group: header.first_group,
            epoch: header.epoch,
            tree: header.tree.clone(),
            last_id: header.last_id,
        }
    }

    /// Whether this is the beginning of the segment after the one that ended so.
    pub(crate) fn follows(&self, before: &Self) -> bool {
        let epoch = before.epoch.max(self.epoch);
        let next = Self { restores: self.restores, epoch, ..before.clone() };
        before.restores.leads_to(self.restores) && *self == next
    }

    /// How many records the log has up to here.
    pub(crate) fn size(&self) -> LogIndex {
        LogIndex(self.tree.size().0)
    }

    /// Goes over a group: its place, and every record up to its root.
    pub(crate) fn follow(
        &mut self,
        group: &Group<'_>,
        codec: &Codec,
        visit: &mut Visit<'_>,
    ) -> Result<(), Malformed> {
        let header = &group.header;
        self.check_place(header)?;
        let mut scratch = Vec::new();
        for frame in group.frames()? {
            let opened = read::Frame::open(&frame.header, frame.stored(), codec)?;
            self.add(&opened, &mut scratch)?;
            visit(&frame, &opened)?;
        }
        if group.trailer.root != self.tree.root() {
            return Err(Malformed("records that give the group's root"));
        }
        self.next_group += 1;
        self.epoch = header.epoch;
        Ok(())
    }

    /// Whether a group that begins so is the next one here.
    pub(crate) fn check_place(&self, header: &group::Header) -> Result<(), Malformed> {
        if header.log != self.log {
            return Err(Malformed("a group of this log"));
        }
        if header.number != self.next_group || header.first != self.size() {
            return Err(Malformed("groups in order"));
        }
        if header.epoch < self.epoch {
            return Err(Malformed("writer epochs that do not go back"));
        }
        if header.previous_root != self.tree.root() {
            return Err(Malformed("the root of the group before"));
        }
        Ok(())
    }

    fn add(&mut self, frame: &read::Frame, scratch: &mut Vec<u8>) -> Result<(), Malformed> {
        let (heads, bodies) = frame.records();
        for head in heads {
            let id = head.envelope.id;
            if self.last_id.is_some_and(|last| last >= id) {
                return Err(Malformed("ids and times that do not go back"));
            }
            self.last_id = Some(id);
            self.tree.push(leaf_hash(&head.leaf(bodies, scratch).to_bytes()));
        }
        Ok(())
    }
}
