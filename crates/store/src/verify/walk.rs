//! Follows the groups of one segment, which needs nothing of the segments before: its header has
//! the edge of the tree.
use super::{
    ending::{self, Ending},
    folder::{Found, Indexed, LogFile},
    indexes::Indexes,
    signatures::{self, Ring, Run, Signed},
    stated::{self, Stated},
    stream::Stream,
    tell::{Spot, Told},
    tiles::Strip,
};
use crate::{
    Components, LogIndex,
    chain::Chain,
    frame::Codec,
    group::{self, Frame, Group, HEADER_LEN, TRAILER_LEN},
    read,
    record::encoding::Head,
    reindex::Maker,
    segment::{self, Header, HeaderError},
    wire::Malformed,
};
use kiln_evidence::{Hash, KeyName, Note, Tree, VerifierKey, leaf_hash};
use kiln_index::{Digest, HashKey};
use std::{io, sync::atomic::AtomicU64};

/// What all segments share.
pub(super) struct Context<'a> {
    pub(super) components: &'a Components,
    pub(super) codec: &'a Codec,
    pub(super) found: &'a Found<'a>,
    pub(super) ring: Ring,
    /// Sizes of the log whose roots are wanted, in order.
    pub(super) wanted: Vec<u64>,
    /// Of the digests of index files.
    pub(super) digest_key: HashKey,
    /// Bytes of the log that were read.
    pub(super) done: AtomicU64,
}

/// What a segment gives.
pub(super) struct Walked {
    pub(super) name: String,
    /// As its header says.
    pub(super) start: Chain,
    /// Where its last good group ends.
    pub(super) end: Chain,
    pub(super) origin: KeyName,
    pub(super) len: u64,
    /// Where in the file that is.
    pub(super) byte: u64,
    pub(super) ending: Ending,
    pub(super) groups: u64,
    pub(super) runs: Vec<Run>,
    pub(super) stated: Vec<Stated>,
    /// The first record of the first group, and of each that another process wrote than the one
    /// before, with its epoch.
    pub(super) epochs: Vec<(LogIndex, u64)>,
    pub(super) strip: Strip,
    /// Roots of subtrees that stand in tiles above the leaves' hashes: level and hash.
    pub(super) nodes: Vec<(u8, Hash)>,
    pub(super) roots: Vec<Root>,
    /// The checkpoint of its last group.
    pub(super) last: Option<Note>,
    pub(super) indexes: u64,
    /// What index files of several segments should hold of this one.
    pub(super) digest: Option<Digest>,
    pub(super) told: Told,
}

/// The log at a size that was asked for.
#[derive(Clone, Debug)]
pub(super) struct Root {
    pub(super) size: u64,
    pub(super) hash: Hash,
    /// The checkpoint, where a group ends there.
    pub(super) note: Option<Note>,
}

/// Follows a segment; `None` when its header cannot be used, which is told.
pub(super) fn walk(
    context: &Context<'_>,
    log: &LogFile,
    is_last: bool,
    told: &mut Told,
) -> io::Result<Option<Walked>> {
    let file = context.components.disk.open_to_read(&log.path)?;
    let mut stream = Stream::new(&*file, log.len, &context.done);
    let parsed = Header::parse(stream.peek(segment::HEADER_LEN_MAX as u64)?);
    let wrong = match parsed {
        Ok((header, len)) if header.first == log.first => {
            stream.skip(len as u64);
            return Walk::new(context, log, &header).run(&mut stream, is_last).map(Some);
        }
        Ok(_) => "it has another segment's name".to_owned(),
        Err(HeaderError::Version(version)) => format!("format version {version} is not known"),
        Err(HeaderError::Malformed(m)) => format!("expected {}", m.0),
    };
    told.find(Spot::file(&log.name).byte(0).record(log.first), wrong);
    Ok(None)
}

struct Walk<'a> {
    context: &'a Context<'a>,
    chain: Chain,
    /// The known keys under the segment's origin.
    keys: Vec<VerifierKey>,
    indexes: Option<Indexes<'a>>,
    /// How many of the wanted sizes are behind.
    wanted: usize,
    epoch: Option<u64>,
    leaves: Vec<([u8; 46], Hash)>,
    out: Walked,
}

/// Why there is no group.
pub(super) struct Broken {
    pub(super) told: Malformed,
    /// Its checksum is right: it was written so.
    pub(super) is_whole: bool,
}

impl<'a> Walk<'a> {
    fn new(context: &'a Context<'a>, log: &LogFile, header: &Header) -> Self {
        let chain = Chain::at(header);
        let origin = header.origin();
        let found = context.found;
        let indexes = found.key.as_ref().map(|key| {
            let maker = Maker { components: context.components, codec: context.codec, key };
            let next = found.logs.iter().map(|log| log.first).find(|first| *first > log.first);
            let end = next.unwrap_or(LogIndex(u64::MAX));
            let files = found.indexes.iter().filter(|f| f.first >= log.first && f.first < end);
            let is_inside = |f: &Indexed| f.first <= log.first && f.end > Some(log.first);
            let key = found.merged.iter().any(is_inside).then_some(&context.digest_key);
            Indexes::new(maker, log.first, files.collect(), key)
        });
        let out = Walked {
            name: log.name.clone(),
            start: chain.clone(),
            end: chain.clone(),
            len: log.len,
            byte: 0,
            ending: Ending::Whole,
            groups: 0,
            runs: Vec::new(),
            stated: Vec::new(),
            epochs: Vec::new(),
            strip: Strip::new(header.first.0),
            nodes: Vec::new(),
            roots: Vec::new(),
            last: None,
            indexes: 0,
            digest: None,
            told: Told::default(),
            origin: origin.clone(),
        };
        let wanted = context.wanted.partition_point(|size| *size <= header.first.0);
        let keys = context.ring.under(&origin);
        Self { context, chain, keys, indexes, wanted, epoch: None, leaves: Vec::new(), out }
    }

    fn run(mut self, stream: &mut Stream<'_>, is_last: bool) -> io::Result<Walked> {
        let broken = loop {
            if stream.room() == 0 {
                break None;
            }
            let at = stream.position();
            let head = group::Header::parse(stream.peek(HEADER_LEN as u64)?);
            let len = match head.and_then(|header| inside(&header, stream.room())) {
                Ok(len) => len,
                Err(told) => break Some(Broken { told, is_whole: false }),
            };
            let opened = group::open(stream.peek(len)?);
            let group = match opened {
                Ok(group) => group,
                Err(told) => break Some(Broken { told, is_whole: false }),
            };
            if let Err(told) = self.group(&group, at) {
                break Some(Broken { told, is_whole: true });
            }
            stream.skip(len);
        };
        self.out.byte = stream.position();
        self.out.ending = ending::judge(stream, &self.chain, broken, is_last)?;
        let is_good = matches!(self.out.ending, Ending::Whole)
            || (is_last && !matches!(self.out.ending, Ending::Broken { .. }));
        if let Some(indexes) = self.indexes.take().filter(|_| is_good) {
            let records = LogIndex(self.out.start.tree.size().0)..self.chain.size();
            let (files, digest) = indexes.finish(&records, &mut self.out.told)?;
            self.out.indexes = files;
            self.out.digest = digest;
        }
        self.out.end = self.chain;
        Ok(self.out)
    }

    /// Follows a group whose checksum is right. Nothing is taken from one that is wrong.
    fn group(&mut self, group: &Group<'_>, at: u64) -> Result<(), Malformed> {
        self.chain.check_place(&group.header)?;
        let frames = group.frames()?;
        let open = |frame: &Frame<'_>| {
            read::Frame::open(&frame.header, frame.stored(), self.context.codec)
        };
        let opened = frames.iter().map(open).collect::<Result<Vec<_>, _>>()?;
        let (mut tree, mut last_id) = (self.chain.tree.clone(), self.chain.last_id);
        let (mut nodes, mut roots) = (Vec::new(), Vec::new());
        self.leaves.clear();
        let mut scratch = Vec::new();
        for (head, bodies) in opened.iter().flat_map(heads) {
            let id = head.envelope.id;
            if last_id.is_some_and(|last| last >= id) {
                return Err(Malformed("ids and times that do not go back"));
            }
            if id.0.get_version_num() != 7 {
                return Err(Malformed("an id with its time of receipt"));
            }
            last_id = Some(id);
            let leaf = head.leaf(bodies, &mut scratch).to_bytes();
            let hash = leaf_hash(&leaf);
            self.leaves.push((leaf, hash));
            tree.push_telling(hash, |height, root| {
                if height.is_multiple_of(8) {
                    nodes.push(((height / 8) as u8, root));
                }
            });
            self.look(&tree, &mut roots);
        }
        if group.trailer.root != tree.root() {
            return Err(Malformed("records that give the group's root"));
        }
        let note = signatures::note_of(group, &self.out.origin)?;
        for (frame, opened) in frames.iter().zip(&opened) {
            self.indexes.iter_mut().try_for_each(|indexes| indexes.push(frame, opened, at))?;
        }
        self.state(group, &opened);
        self.keep(group, at, note, roots);
        self.out.nodes.append(&mut nodes);
        (self.chain.tree, self.chain.last_id) = (tree, last_id);
        (self.chain.next_group, self.chain.epoch) = (group.header.number + 1, group.header.epoch);
        Ok(())
    }

    /// Keeps the root when it is one that is wanted.
    fn look(&self, tree: &Tree, roots: &mut Vec<Root>) {
        let wanted = self.context.wanted.get(self.wanted + roots.len());
        if wanted == Some(&tree.size().0) {
            roots.push(Root { size: tree.size().0, hash: tree.root(), note: None });
        }
    }

    /// Collects what the log states of itself.
    fn state(&mut self, group: &Group<'_>, opened: &[read::Frame]) {
        let first = group.header.first;
        let mut is_leading = true;
        for (at, (head, bodies)) in (first.0..).zip(opened.iter().flat_map(heads)) {
            let body = &bodies[head.body.clone()];
            match stated::read(&head.envelope, body) {
                Some(what) => {
                    let end = group.header.end();
                    let told = Stated { at: LogIndex(at), group: first..end, is_leading, what };
                    told.keys().for_each(|key| self.context.ring.add(key));
                    self.out.stated.push(told);
                }
                None => is_leading = false,
            }
        }
    }

    fn keep(&mut self, group: &Group<'_>, at: u64, note: Note, mut roots: Vec<Root>) {
        let header = &group.header;
        if self.epoch != Some(header.epoch) {
            self.epoch = Some(header.epoch);
            self.out.epochs.push((header.first, header.epoch));
        }
        self.wanted += roots.len();
        if let Some(last) = roots.last_mut().filter(|root| root.size == header.end().0) {
            last.note = Some(note.clone());
        }
        self.out.roots.append(&mut roots);
        self.out.last = Some(note.clone());
        let mut signed = signatures::signed(note, &self.keys);
        if let Signed::Unknown(note) = signed {
            self.keys = self.context.ring.under(&self.out.origin);
            signed = signatures::signed(*note, &self.keys);
        }
        let records = header.first.0..header.end().0;
        signatures::push(&mut self.out.runs, Run { records, groups: 1, byte: at, signed });
        self.out.groups += 1;
        for (leaf, hash) in &self.leaves {
            self.out.strip.push(leaf, hash, &self.context.found.tiles, &mut self.out.told);
        }
    }
}

/// The length of a group that stands in the room that there is.
fn inside(header: &group::Header, room: u64) -> Result<u64, Malformed> {
    if header.len > room || header.len < (HEADER_LEN + TRAILER_LEN) as u64 {
        return Err(Malformed("a group inside its segment"));
    }
    Ok(header.len)
}

fn heads(opened: &read::Frame) -> impl Iterator<Item = (&Head, &[u8])> {
    let (heads, bodies) = opened.records();
    heads.iter().map(move |head| (head, bodies))
}
