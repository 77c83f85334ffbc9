//! Parses chunks on a few threads; the answers are taken in the order of the questions.
use super::{
    lines::{Chunk, Line},
    resume,
};
use crate::command::export::plain;
use kiln_fhir::{Limits, MediaType, Release};
use kiln_server::{Validation, intake::Sent};
use kiln_store::NewRecord;
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::Scope,
};

/// Above, the sequencer is what an import waits for: parsing is two thirds of the work.
const THREADS_MAX: usize = 16;
/// Chunks that are read, parsed or taken at a time, for each thread that parses.
const CHUNKS_PER_THREAD: usize = 4;

/// What became of a chunk.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) records: Vec<NewRecord>,
    pub(super) rejects: Vec<Reject>,
    /// What stands for each line, in order.
    pub(super) prints: Vec<u32>,
    /// How many lines there are up to the last one with a record.
    pub(super) taken: usize,
    /// Where that line ends.
    pub(super) end: u64,
}

/// A line that was refused.
#[derive(Debug)]
pub(super) struct Reject {
    /// Counted from 1.
    pub(super) line: u64,
    /// Names the element and what to do; never a value.
    pub(super) reason: String,
    /// The line itself, where it was kept.
    pub(super) text: Option<bytes::Bytes>,
}

/// What an event must be to be stored.
#[derive(Copy, Clone, Debug)]
pub(super) struct Rules<'a> {
    /// Its release, where one was named.
    pub(super) at: Option<Release>,
    pub(super) limits: &'a Limits,
    pub(super) validation: &'a Validation,
}

/// How many threads parse: one for each core, and no less than two, since one of them waits now and
/// then.
pub(super) fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).clamp(2, THREADS_MAX)
}

/// How many chunks are between the reader and the sequencer at most: so much memory an import
/// takes, about [`CHUNK_BYTES`](super::lines::CHUNK_BYTES) for each.
pub(super) fn chunks_max() -> usize {
    threads() * CHUNKS_PER_THREAD
}

/// The threads, behind one queue.
pub(super) struct Parsers {
    jobs: SyncSender<Job>,
}

struct Job {
    chunk: Chunk,
    answer: SyncSender<Parsed>,
}

impl Parsers {
    pub(super) fn start<'scope>(scope: &'scope Scope<'scope, '_>, rules: Rules<'scope>) -> Self {
        let (jobs, queue) = sync_channel(chunks_max());
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..threads() {
            let queue = Arc::clone(&queue);
            scope.spawn(move || work(&queue, rules));
        }
        Self { jobs }
    }

    /// Asks; the answer comes through the receiver.
    pub(super) fn parse(&self, chunk: Chunk) -> Receiver<Parsed> {
        let (answer, receiver) = sync_channel(1);
        // Without a parser the answer's sender is dropped, and the receiver tells it.
        drop(self.jobs.send(Job { chunk, answer }));
        receiver
    }
}

fn work(queue: &Mutex<Receiver<Job>>, rules: Rules<'_>) {
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { chunk, answer }) = job else { return };
        // Nobody takes the answer after an error further on.
        drop(answer.send(parse(&chunk, rules)));
    }
}

fn parse(chunk: &Chunk, rules: Rules<'_>) -> Parsed {
    let Rules { at, limits, validation } = rules;
    let mut parsed = Parsed::default();
    for Line { number, end, body } in chunk.lines() {
        parsed.prints.push(resume::print(&body));
        let Ok(body) = body else {
            parsed.rejects.push(too_long(number, limits));
            continue;
        };
        match validation.accept(body.clone(), Sent { at, media: media(&body) }, limits) {
            Ok((record, _warnings)) => {
                parsed.records.push(record);
                (parsed.taken, parsed.end) = (parsed.prints.len(), end);
            }
            Err(outcome) => {
                let reason = plain(&outcome);
                parsed.rejects.push(Reject { line: number, reason, text: Some(body) });
            }
        }
    }
    parsed
}

/// No JSON starts so.
pub(crate) fn media(line: &[u8]) -> MediaType {
    if line.starts_with(b"<") { MediaType::Xml } else { MediaType::Json }
}

fn too_long(line: u64, limits: &Limits) -> Reject {
    let reason = format!("the line is longer than event.body_bytes_max, {}", limits.body_bytes_max);
    Reject { line, reason, text: None }
}
