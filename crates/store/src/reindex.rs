//! Builds index files from the log: after a crash, for another extractor, or when one is damaged.
use crate::{
    Components, Envelope, LogIndex, RecordKind,
    frame::Codec,
    group::Frame,
    hidden,
    pool::push_key_term,
    read,
    scan::{Groups, ScanError},
    segment::Segment,
    shared::Shared,
    wire::Malformed,
};
use kiln_index::{Builder, Document, HashKey, Terms};
use std::ops::Range;

/// What is needed to make terms of stored records.
#[derive(Copy, Clone)]
pub(crate) struct Maker<'a> {
    pub(crate) components: &'a Components,
    pub(crate) codec: &'a Codec,
    pub(crate) key: &'a HashKey,
}

impl<'a> From<&'a Shared> for Maker<'a> {
    fn from(shared: &'a Shared) -> Self {
        Self { components: &shared.components, codec: &shared.codec, key: &shared.key }
    }
}

/// Makes index files of stored records, each of about `file_records`.
pub(crate) struct Files<'a> {
    maker: Maker<'a>,
    file_records: usize,
    builder: Builder,
    next: LogIndex,
    terms: Terms,
    made: Vec<Vec<u8>>,
}

impl<'a> Files<'a> {
    pub(crate) fn new(maker: Maker<'a>, first: LogIndex, file_records: usize) -> Self {
        let builder = maker.builder(first);
        Self { maker, file_records, builder, next: first, terms: Terms::new(), made: Vec::new() }
    }

    /// Adds those records of the frame that come next. `group_at` is where its group begins.
    pub(crate) fn push_frame(
        &mut self,
        frame: &Frame<'_>,
        opened: &read::Frame,
        group_at: u64,
    ) -> Result<(), Malformed> {
        let (heads, bodies) = opened.records();
        for (at, head) in (frame.header.first.0..).zip(heads) {
            if LogIndex(at) == self.next {
                self.push(&head.envelope, &bodies[head.body.clone()], group_at + frame.offset);
            }
        }
        // A file ends where a frame does, so that a frame's records are in one file.
        if self.builder.len() >= self.file_records { self.end_file() } else { Ok(()) }
    }

    /// The files, in order.
    pub(crate) fn finish(mut self) -> Result<Vec<Vec<u8>>, Malformed> {
        self.end_file()?;
        Ok(self.made)
    }

    fn push(&mut self, envelope: &Envelope, body: &[u8], location: u64) {
        self.terms.clear();
        let Envelope { kind, release, media_type, received, .. } = *envelope;
        let mut recorded = received;
        if kind != RecordKind::Statement {
            let extract = &self.maker.components.extract;
            recorded = extract.extract(kind, release, media_type, body, &mut self.terms);
        }
        if kind.is_hidden() {
            recorded = received;
            hidden::push_terms(kind, &mut self.terms);
        }
        if let Some(key) = &envelope.key {
            push_key_term(&mut self.terms, &envelope.principal, &key.key);
        }
        self.builder.push(&Document { recorded, received, location, terms: &self.terms });
        self.next.0 += 1;
    }

    /// Ends the file in hand where the last frame ended.
    pub(crate) fn end_file(&mut self) -> Result<(), Malformed> {
        let next = self.maker.builder(self.next);
        let builder = std::mem::replace(&mut self.builder, next);
        if !builder.is_empty() {
            let mut bytes = Vec::new();
            builder.finish(&mut bytes).map_err(|_e| Malformed("memory for an index file"))?;
            self.made.push(bytes);
        }
        Ok(())
    }
}

impl Maker<'_> {
    fn builder(&self, first: LogIndex) -> Builder {
        Builder::new(self.key, self.components.extract.version(), first)
    }
}

/// Index files of a stretch of one segment, which begins and ends with a group.
pub(crate) fn range(
    maker: Maker<'_>,
    segment: &Segment,
    records: Range<LogIndex>,
    file_records: usize,
) -> Result<Vec<Vec<u8>>, ScanError> {
    let mut files = Files::new(maker, records.start, file_records);
    let mut groups = Groups::new(segment)?;
    // What stands behind the last group may be no group.
    while files.next < records.end {
        let Some(header) = groups.next_header()? else { break };
        if header.end() <= records.start {
            continue;
        }
        let (start, group) = groups.open()?;
        for frame in group.frames()? {
            let opened = read::Frame::open(&frame.header, frame.stored(), maker.codec)?;
            files.push_frame(&frame, &opened, start)?;
        }
    }
    Ok(files.finish()?)
}
