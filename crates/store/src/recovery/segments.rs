//! The segment files of a log.
use crate::{
    Components, LogIndex, OpenError,
    group::{self, LogId, TRAILER_LEN},
    journal,
    restores::Restores,
    segment::{self, Header, HeaderError, Segment},
    shared::Folder,
};
use kiln_evidence::{KeyName, Tree};
use std::sync::Arc;

/// All segments, in order.
pub(super) struct Found {
    pub(super) sealed: Vec<Segment>,
    /// The last one. Its length is that of its file, until its end is known.
    pub(super) open: Segment,
    /// Its header.
    pub(super) header: Header,
    /// What the last of the sealed ones says of the log's restores.
    before: Option<Restores>,
    /// Where the log has another name than before: that name, and the segment that begins so.
    pub(super) origins: Vec<(KeyName, Segment)>,
}

impl Found {
    /// How the log has gone on from an older copy of itself and said so. A header alone says
    /// nothing: the statement of it may not have been written.
    pub(super) fn restores(&self, has_groups: bool) -> Restores {
        if has_groups { self.header.restores } else { self.before.unwrap_or_default() }
    }
}

/// Finds the segments, or makes the first one.
pub(super) fn find(folder: &Folder, components: &Components) -> Result<Found, OpenError> {
    let dir = folder.segments();
    let names = components.disk.list(&dir)?;
    let firsts = names.iter().filter_map(|name| segment::parse_name(name, "log"));
    let mut segments = Vec::new();
    for first in firsts {
        segments.push(open(folder, components, first)?);
    }
    let Some((open, header)) = segments.pop() else { return make_first(folder, components) };
    let mut next = &header;
    for (segment, header) in segments.iter().rev() {
        check_follows(segment, header, next)?;
        next = header;
    }
    if next.first != LogIndex(0) {
        let told = format!("the segment files before {:016x} are missing", next.first.0);
        return Err(OpenError::Damaged(told));
    }
    let before = segments.last().map(|(_, header)| header.restores);
    let origins = where_named(segments.iter().chain([&(open.clone(), header.clone())]));
    let sealed = segments.into_iter().map(|(segment, _)| segment).collect();
    Ok(Found { sealed, open, header, before, origins })
}

fn where_named<'a>(
    segments: impl Iterator<Item = &'a (Segment, Header)>,
) -> Vec<(KeyName, Segment)> {
    let mut origins: Vec<(KeyName, Segment)> = Vec::new();
    for (segment, header) in segments {
        let origin = header.origin();
        if origins.last().is_none_or(|(last, _)| *last != origin) {
            origins.push((origin, segment.clone()));
        }
    }
    origins
}

fn make_first(folder: &Folder, components: &Components) -> Result<Found, OpenError> {
    let mut log = [0; 16];
    components.random.fill(&mut log);
    let header = Header {
        log: LogId(log),
        restores: Restores::default(),
        first: LogIndex(0),
        first_group: 0,
        epoch: 0,
        last_id: None,
        tree: Tree::default(),
    };
    let open = journal::create_segment(&*components.disk, &folder.segments(), &header)?;
    Ok(Found { sealed: Vec::new(), open, header, before: None, origins: Vec::new() })
}

fn open(
    folder: &Folder,
    components: &Components,
    first: LogIndex,
) -> Result<(Segment, Header), OpenError> {
    let name = segment::log_name(first);
    let file = components.disk.open(&folder.segments().join(&name))?;
    let bytes = segment::read_header(&*file)?;
    let (header, _) = Header::parse(&bytes).map_err(|error| match error {
        HeaderError::Version(version) => OpenError::Version(version),
        HeaderError::Malformed(m) => OpenError::Damaged(format!("{name}: expected {}", m.0)),
    })?;
    if header.first != first {
        return Err(OpenError::Damaged(format!("{name} has another segment's name")));
    }
    let len = file.len()?;
    Ok((Segment { first, len, file: Arc::from(file) }, header))
}

/// A sealed segment ends with the group that the next segment follows.
fn check_follows(segment: &Segment, header: &Header, next: &Header) -> Result<(), OpenError> {
    let len = segment.len.min(TRAILER_LEN as u64);
    let mut bytes = vec![0; len as usize];
    segment.file.read_exact_at(&mut bytes, segment.len - len)?;
    let follows = group::Trailer::parse(&bytes)
        .is_ok_and(|trailer| trailer.tree_size == next.first.0 && trailer.root == next.tree.root());
    if follows && header.log == next.log && header.restores.leads_to(next.restores) {
        return Ok(());
    }
    let (name, next) = (segment::log_name(segment.first), segment::log_name(next.first));
    Err(OpenError::Damaged(format!("{name} does not end where {next} begins")))
}
