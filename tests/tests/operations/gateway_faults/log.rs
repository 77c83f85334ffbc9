//! The log of a running Kiln, read beside it by `docs/FORMATS.md` alone: what the gateway intended,
//! and how that ended.
use crate::program;
use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

const GROUP: &[u8; 8] = b"kilngrp\0";
const GROUP_END: &[u8; 8] = b"kilnend\0";
const GROUP_HEADER: usize = 100;
const TRAILER: usize = 56;
const KIND_INTENT: u8 = 4;
const BODIES_MAX: usize = 64 << 20;

/// What was read of it so far.
pub(crate) struct Log {
    folder: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Segments that were begun, and how far the last one is read.
    segments: usize,
    at: u64,
    intents: BTreeMap<String, Intent>,
    /// Entries that name an intent which is not there.
    strays: usize,
}

/// A request that was intended, and all that is written of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Intent {
    pub(crate) request_id: String,
    pub(crate) is_streamed: bool,
    /// An entry for each of its outcomes.
    pub(crate) endings: Vec<String>,
}

impl Log {
    /// That of the default tenant; it may not be there yet.
    pub(crate) fn of(data: &Path) -> Self {
        Self { folder: data.to_owned(), state: Mutex::default() }
    }

    /// All intents that are in its whole groups by now, oldest first.
    pub(crate) fn intents(&self) -> Vec<Intent> {
        let state = self.read_on();
        assert_eq!(state.strays, 0, "an outcome of an intent that is not in the log");
        state.intents.values().cloned().collect()
    }

    /// What is in it of the request with this id by now.
    pub(crate) fn intent(&self, request_id: &str) -> Option<Intent> {
        let state = self.read_on();
        state.intents.values().find(|intent| intent.request_id == request_id).cloned()
    }

    fn read_on(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap();
        let segments = program::files(&self.folder, "segments", "log");
        loop {
            if let Some(group) = state.segments.checked_sub(1).and_then(|last| {
                let group = group(&segments[last], state.at)?;
                state.at += group.len() as u64;
                Some(group)
            }) {
                for (id, body) in records(&self.folder, &group[GROUP_HEADER..]) {
                    state.take(id, &serde_json::from_slice(&body).unwrap());
                }
            } else if let Some(next) = segments.get(state.segments) {
                let Some(header_len) = header_len(next) else { return state };
                (state.segments, state.at) = (state.segments + 1, header_len);
            } else {
                return state;
            }
        }
    }
}

impl State {
    fn take(&mut self, id: String, entry: &Value) {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        if entry["entry"] == "intent" {
            let request_id = text("requestId");
            self.intents.insert(id, Intent { request_id, ..Intent::default() });
            return;
        }
        match self.intents.get_mut(&text("intent").replace('-', "")) {
            Some(intent) if entry["entry"] == "stream" => intent.is_streamed = true,
            Some(intent) => intent.endings.push(text("ending")),
            None => self.strays += 1,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test looks at the disk")]
fn bytes(file: &Path, at: u64, len: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; len];
    std::fs::File::open(file).ok()?.read_exact_at(&mut bytes, at).ok()?;
    Some(bytes)
}

/// Where the groups of a segment begin.
fn header_len(file: &Path) -> Option<u64> {
    let header = bytes(file, 0, 16)?;
    assert_eq!(&header[..8], b"kilnseg\0");
    let edge = u64::from(u16::from_le_bytes([header[10], header[11]]));
    let drawn = if header[12..16] == [0; 4] { 0 } else { 16 };
    Some(72 + drawn + 32 * edge + 4)
}

/// The group that begins here, as soon as it is whole.
fn group(file: &Path, at: u64) -> Option<Vec<u8>> {
    let header = bytes(file, at, GROUP_HEADER).filter(|header| header.starts_with(GROUP))?;
    let len = u64::from_le_bytes(header[40..48].try_into().unwrap());
    bytes(file, at, usize::try_from(len).unwrap()).filter(|group| group.ends_with(GROUP_END))
}

/// The id, in hex digits, and the body of each record of the kind Intent in a group.
fn records(data: &Path, group: &[u8]) -> Vec<(String, Vec<u8>)> {
    let trailer = &group[group.len() - TRAILER..];
    let signatures = u32::from_le_bytes(trailer[40..44].try_into().unwrap()) as usize;
    let mut frames = Bytes(&group[..group.len() - TRAILER - signatures]);
    let mut found = Vec::new();
    while !frames.0.is_empty() {
        let [cipher, records] = frames.array();
        assert_eq!(cipher, 0);
        let (dictionary, _first) = (frames.varint(), frames.varint());
        let (stored, raw) = (frames.varint(), frames.varint());
        let _checksum: [u8; 4] = frames.array();
        let mut stored = Bytes(frames.take(stored));
        let heads = heads(&mut stored, records);
        let mut bodies = decompressed(data, dictionary, stored.0, raw);
        for (kind, id, len) in heads {
            let rest = bodies.split_off(len);
            if kind == KIND_INTENT {
                found.push((format!("{id:032x}"), bodies));
            }
            bodies = rest;
        }
    }
    found
}

/// Kind, id and length of the body of each record of a frame.
fn heads(stored: &mut Bytes<'_>, records: u8) -> Vec<(u8, u128, usize)> {
    let (mut kind, mut first) = (0, 0_u64);
    let heads = (0..records).map(|_| {
        let [flags] = stored.array();
        if flags & 1 == 0 {
            [kind, _, _] = stored.array();
        }
        first = if flags & 2 == 0 { u64::from_be_bytes(stored.array()) } else { first + 1 };
        if flags & (4 | 8) == 0 {
            stored.varint();
        }
        if flags & 16 == 0 {
            let principal = stored.varint();
            stored.take(principal);
        }
        if flags & (32 | 64) == 32 {
            let key = stored.varint();
            stored.take(key + 32);
        }
        let second = u64::from_be_bytes(stored.array());
        let _salt: [u8; 16] = stored.array();
        (kind, u128::from(first) << 64 | u128::from(second), stored.varint())
    });
    heads.collect()
}

fn decompressed(data: &Path, dictionary: usize, bodies: &[u8], raw: usize) -> Vec<u8> {
    assert!(raw <= BODIES_MAX, "{raw} bytes in a frame");
    let file = data.join(format!("tenants/default/dictionaries/{dictionary}.dict"));
    let dictionary = if dictionary == 0 { Vec::new() } else { program::read(&file) };
    let mut zstd = zstd::bulk::Decompressor::with_dictionary(&dictionary).unwrap();
    zstd.decompress(&[&[0x28, 0xb5, 0x2f, 0xfd], bodies].concat(), raw).unwrap()
}

/// Bytes that are still to be read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(len);
        self.0 = rest;
        taken
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        self.take(N).try_into().unwrap()
    }

    fn varint(&mut self) -> usize {
        let mut number = 0;
        for shift in (0..).step_by(7) {
            let [byte] = self.array();
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        number
    }
}
