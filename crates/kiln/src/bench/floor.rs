//! The bare cost of the same work on one thread: the same parser, extractor, dictionary and hash,
//! and one fdatasync for each group. No HTTP, no queue, no index.
use super::{events::Events, folder::Folder, report::Row};
use crate::{
    arguments::bench::Common,
    stopwatch::{self, Stopwatch},
};
use bytes::Bytes;
use kiln_evidence::{Leaf, Salt, Tree, commitment, leaf_hash};
use kiln_fhir::{Limits, Release};
use kiln_server::intake::{self, Sent};
use std::{
    fs::{File, OpenOptions},
    os::unix::fs::FileExt as _,
    time::Duration,
};

/// As the store writes them.
const FRAME_EVENTS: usize = 4;
const LEVEL: i32 = 1;
const DICTIONARY: &[u8] = include_bytes!("../../../store/dictionaries/1.dict");
const GROUP_EVENTS: usize = 1024;
/// An envelope's usual length.
const ENVELOPE: [u8; 48] = [7; 48];
/// Written ahead, as the store does: an fdatasync of a file that grows costs twice as much.
const EXTENT_BYTES: usize = 4 << 20;

pub(super) fn run(common: &Common) -> anyhow::Result<Vec<Row>> {
    let folder = Folder::make(common.folder.as_deref())?;
    let mut events = Events::of(common)?;
    let mut floor = Floor::new(&folder)?;
    let mut group = Vec::with_capacity(GROUP_EVENTS);
    loop {
        group.clear();
        while group.len() < GROUP_EVENTS
            && let Some(event) = events.next()?
        {
            group.push(event);
        }
        if group.is_empty() {
            break;
        }
        floor.take(&group)?;
    }
    Ok(floor.rows())
}

struct Floor {
    compressor: zstd::bulk::Compressor<'static>,
    tree: Tree,
    file: File,
    zeroed: u64,
    written: u64,
    buffer: Vec<u8>,
    taken: u64,
    terms: u64,
    cost: Cost,
}

#[derive(Default)]
struct Cost {
    parse: Duration,
    compress: Duration,
    hash: Duration,
    write: Duration,
    cpu: Duration,
}

impl Floor {
    fn new(folder: &Folder) -> anyhow::Result<Self> {
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create_new(true).open(folder.join("floor"))?;
        Ok(Self {
            compressor: zstd::bulk::Compressor::with_dictionary(LEVEL, DICTIONARY)?,
            tree: Tree::default(),
            file,
            zeroed: 0,
            written: 0,
            buffer: Vec::new(),
            taken: 0,
            terms: 0,
            cost: Cost::default(),
        })
    }

    fn take(&mut self, group: &[Bytes]) -> anyhow::Result<()> {
        self.write_ahead(group)?;
        let cpu = stopwatch::own_cpu();
        let watch = Stopwatch::start();
        self.parse(group);
        let parsed = watch.passed();
        self.compress(group)?;
        let compressed = watch.passed();
        self.hash(group);
        let hashed = watch.passed();
        self.file.write_all_at(&self.buffer, self.written)?;
        self.file.sync_data()?;
        self.written += self.buffer.len() as u64;
        self.cost.parse += parsed;
        self.cost.compress += compressed.saturating_sub(parsed);
        self.cost.hash += hashed.saturating_sub(compressed);
        self.cost.write += watch.passed().saturating_sub(hashed);
        self.cost.cpu += stopwatch::own_cpu().saturating_sub(cpu);
        self.taken += group.len() as u64;
        Ok(())
    }

    fn write_ahead(&mut self, group: &[Bytes]) -> anyhow::Result<()> {
        let need = self.written + group.iter().map(Bytes::len).sum::<usize>() as u64;
        while self.zeroed < need {
            self.file.write_all_at(&vec![0; EXTENT_BYTES], self.zeroed)?;
            self.zeroed += EXTENT_BYTES as u64;
            self.file.sync_data()?;
        }
        Ok(())
    }

    fn parse(&mut self, group: &[Bytes]) {
        let limits = Limits::default();
        for event in group {
            if let Ok((record, _)) =
                intake::new_record(event.clone(), Sent::json(Release::R4), &limits)
            {
                self.terms += record.terms.len() as u64;
            }
        }
    }

    fn compress(&mut self, group: &[Bytes]) -> anyhow::Result<()> {
        self.buffer.clear();
        let mut frame = Vec::new();
        for events in group.chunks(FRAME_EVENTS) {
            frame.clear();
            for event in events {
                frame.extend_from_slice(&ENVELOPE);
                frame.extend_from_slice(event);
            }
            self.buffer.extend_from_slice(&self.compressor.compress(&frame)?);
        }
        Ok(())
    }

    fn hash(&mut self, group: &[Bytes]) {
        for event in group {
            let salt = Salt(self.taken.to_le_bytes().repeat(2).try_into().unwrap_or_default());
            let commitment = commitment(&salt, &ENVELOPE, event);
            let leaf = Leaf { kind: 1, received_second: self.taken, commitment };
            self.tree.push(leaf_hash(&leaf.to_bytes()));
        }
    }

    fn rows(&self) -> Vec<Row> {
        let each = |duration: Duration| duration.as_secs_f64() * 1e6 / self.taken.max(1) as f64;
        let Cost { parse, compress, hash, write, cpu } = &self.cost;
        let wall = *parse + *compress + *hash + *write;
        vec![
            Row::new("floor")
                .with("events/s", self.taken as f64 / wall.as_secs_f64())
                .with("CPU µs/event", each(*cpu))
                .with("bytes/event", self.written as f64 / self.taken.max(1) as f64)
                .with("terms/event", self.terms as f64 / self.taken.max(1) as f64),
            Row::new("wall µs/event")
                .with("parse and extract", each(*parse))
                .with("compress", each(*compress))
                .with("hash", each(*hash))
                .with("write and fdatasync", each(*write)),
        ]
    }
}
