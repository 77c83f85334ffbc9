//! Parses chunks on a few threads; the answers are taken in the order of the questions.
use super::lines::Chunk;
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

/// Parsing is two thirds of an import's work; beside it the sequencer needs a core of its own.
const THREADS: usize = 2;

/// What became of a chunk.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) records: Vec<NewRecord>,
    pub(super) rejects: Vec<Reject>,
    /// What was read for it.
    pub(super) bytes: u64,
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

/// The threads, behind one queue.
pub(super) struct Parsers {
    jobs: SyncSender<Job>,
}

struct Job {
    chunk: Chunk,
    answer: SyncSender<Parsed>,
}

impl Parsers {
    pub(super) fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        rules: Rules<'scope>,
        queue: usize,
    ) -> Self {
        let (jobs, queue) = sync_channel(queue);
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..THREADS {
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
    let mut parsed = Parsed { bytes: chunk.read_bytes, ..Parsed::default() };
    for (line, body) in chunk.lines() {
        let Ok(body) = body else {
            parsed.rejects.push(too_long(line, limits));
            continue;
        };
        match validation.accept(body.clone(), Sent { at, media: media(&body) }, limits) {
            Ok((record, _warnings)) => parsed.records.push(record),
            Err(outcome) => {
                let reason = plain(&outcome);
                parsed.rejects.push(Reject { line, reason, text: Some(body) });
            }
        }
    }
    parsed
}

/// No JSON starts so.
fn media(line: &[u8]) -> MediaType {
    if line.starts_with(b"<") { MediaType::Xml } else { MediaType::Json }
}

fn too_long(line: u64, limits: &Limits) -> Reject {
    let reason = format!("the line is longer than event.body_bytes_max, {}", limits.body_bytes_max);
    Reject { line, reason, text: None }
}
