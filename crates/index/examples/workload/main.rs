//! Measures the index alone on a made-up year of records: bytes a document, CPU to build and merge,
//! time of a page. `cargo run --release -p kiln-index --example workload -- 1000000`
#![expect(clippy::print_stdout, reason = "its output is its purpose")]
mod events;
mod queries;
#[path = "../random/mod.rs"]
mod random;

use events::Events;
use kiln_index::{Builder, Document, File, HashKey, LogIndex, Storage, Terms, merge, merge_to};
use std::io;

/// Records of a file on disk, before it is merged further.
const SEALED: usize = 1 << 18;
/// Records of the largest file in memory.
const TAIL: usize = 4096;
pub(crate) const KEY: HashKey = HashKey(*b"a key for trials");

pub(crate) type Memory = File<Vec<u8>>;

fn main() {
    let count = std::env::args().nth(1).and_then(|arg| arg.parse().ok()).unwrap_or(1 << 20);
    let mut events = Events::new(count);
    let terms: usize = (0..1000).map(|at| events.terms(at).len()).sum();
    println!("{:.1} terms a record", terms as f64 / 1000.0);
    groups(&mut events);
    tiny_files(&mut events);
    let small = small_files(&mut events, count);
    let (medium, micros) = merged(&small, 4);
    println!("merge 4 × {TAIL}: {micros:.2} µs a record");
    let (sealed, micros) = merged(&medium, SEALED / TAIL / 4);
    println!("merge 16 × {}: {micros:.2} µs a record", 4 * TAIL);
    let bytes: u64 = sealed.iter().map(Memory::size_bytes).sum();
    println!("{} files, {:.1} bytes a record", sealed.len(), bytes as f64 / count as f64);
    let (one, micros) = merged(&sealed, 4);
    let bytes: u64 = one.iter().map(Memory::size_bytes).sum();
    println!("merge 4 sealed: {micros:.2} µs a record, {:.1} bytes", bytes as f64 / count as f64);
    large(&sealed);
    queries::run("whole", &one.iter().collect::<Vec<_>>(), &events);
    queries::run("sealed", &sealed.iter().collect::<Vec<_>>(), &events);
    let merged_bytes = medium.iter().map(Memory::size_bytes).sum::<u64>() as f64;
    println!("16k files: {:.1} bytes a record", merged_bytes / count as f64);
    queries::run("16k", &medium.iter().collect::<Vec<_>>(), &events);
    let tail = tail(&mut events, 4 * SEALED.min(count / 4));
    let with_tail: Vec<&Memory> = sealed.iter().chain(&tail).collect();
    queries::run("sealed and 48 small", &with_tail, &events);
}

/// What indexing groups of a few records costs.
fn groups(events: &mut Events) {
    for size in [1, 4, 16, 64, 1024, TAIL] {
        let rounds = (20_000 / size).max(4);
        let records = events.take(0, rounds * size);
        let before = cpu_nanos();
        for (round, records) in records.chunks(size).enumerate() {
            std::hint::black_box(build(records, round * size));
        }
        let spent = cpu_nanos() - before;
        let micros = spent as f64 / 1000.0 / (rounds * size) as f64;
        println!("build of {size}: {micros:.2} µs a record");
    }
}

fn tiny_files(events: &mut Events) {
    let groups: Vec<Memory> =
        (0..1024).map(|at| build(&events.take(64 * at, 64), 64 * at)).collect();
    let (_, micros) = merged(&groups, 64);
    println!("merge 64 × 64: {micros:.2} µs a record");
}

fn small_files(events: &mut Events, count: usize) -> Vec<Memory> {
    let starts = (0..count).step_by(TAIL);
    starts.map(|at| build(&events.take(at, TAIL.min(count - at)), at)).collect()
}

/// Files of 16 to 4,096 records behind the others.
fn tail(events: &mut Events, first: usize) -> Vec<Memory> {
    let mut at = first;
    let mut files = Vec::new();
    for size in [TAIL, 1024, 256, 64, 16, 16].iter().flat_map(|size| [*size; 8]) {
        files.push(build(&events.take(at, size), at));
        at += size;
    }
    files
}

fn build(records: &[events::Record], first: usize) -> Memory {
    let mut builder = Builder::new(&KEY, 1, LogIndex(first as u64));
    for record in records {
        builder.push(&document(record, &record.terms));
    }
    let mut out = Vec::new();
    builder.finish(&mut out).expect("a vector takes everything");
    File::open(out).expect("what was built opens")
}

fn document<'a>(record: &events::Record, terms: &'a Terms) -> Document<'a> {
    Document {
        recorded: record.recorded,
        received: record.received,
        location: record.location,
        terms,
    }
}

fn merged(files: &[Memory], at_once: usize) -> (Vec<Memory>, f64) {
    let records: u64 = files.iter().map(Memory::len).sum();
    let before = cpu_nanos();
    let merged = files
        .chunks(at_once.max(1))
        .map(|files| {
            let mut out = Vec::new();
            merge(&files.iter().collect::<Vec<_>>(), &mut out).expect("whole files merge");
            sections(&out);
            File::open(out).expect("what was merged opens")
        })
        .collect();
    (merged, (cpu_nanos() - before) as f64 / 1000.0 / records as f64)
}

/// What a merge costs that need not fit in memory.
fn large(sealed: &[Memory]) {
    let files: Vec<&Memory> = sealed.iter().collect();
    let records: u64 = sealed.iter().map(Memory::len).sum();
    let before = cpu_nanos();
    let mut out = InMemory::default();
    merge_to(&files, &mut out, &mut || Ok(())).expect("whole files merge");
    let micros = (cpu_nanos() - before) as f64 / 1000.0 / records as f64;
    let bytes = out.0.len() as f64 / records as f64;
    println!("merge of all {}: {micros:.2} µs a record, {bytes:.1} bytes", files.len());
    sections(&out.0);
}

#[derive(Default)]
struct InMemory(Vec<u8>);

impl Storage for InMemory {
    fn write_all_at(&mut self, bytes: &[u8], at: u64) -> io::Result<()> {
        let (from, to) = (at as usize, at as usize + bytes.len());
        self.0.resize(self.0.len().max(to), 0);
        self.0[from..to].copy_from_slice(bytes);
        Ok(())
    }

    fn read_exact_at(&mut self, bytes: &mut [u8], at: u64) -> io::Result<()> {
        bytes.copy_from_slice(&self.0[at as usize..at as usize + bytes.len()]);
        Ok(())
    }
}

/// Where the bytes of a large file go.
fn sections(file: &[u8]) {
    let number = |at: usize, len: usize| {
        file[at..at + len].iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte)) as f64
    };
    let count = number(24, 4);
    if count < SEALED as f64 / 2.0 {
        return;
    }
    let names = "recorded order received location postings singles terms dictionary";
    for (at, name) in names.split(' ').enumerate() {
        print!("{name} {:.1}, ", number(152 + 16 * at, 8) / count);
    }
    println!(
        "of {count} records; singles {:.2}, terms {:.2}",
        number(120, 4) / count,
        number(124, 4) / count
    );
}

/// What this thread has spent so far, undisturbed by others on the machine.
fn cpu_nanos() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or_default()
}
