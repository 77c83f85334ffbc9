//! Measures searches over generated index files, of segments and merged: files and blocks that are
//! touched, CPU. `cargo run --release -p kiln-index --example generated -- 10000000 <folder>`
//!
//! The records are few terms each, so that there can be many of them; files are made as the store
//! makes them and kept in the folder, for the next run.
#![expect(clippy::print_stdout, reason = "its output is its purpose")]
#![expect(clippy::disallowed_methods, reason = "it reads and writes files, and measures")]
mod events;
mod queries;
#[path = "../random/mod.rs"]
mod random;

use events::Events;
use kiln_index::{Builder, Document, File, HashKey, LogIndex, Storage, merge_to};
use std::{
    error::Error,
    fs, io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

const SEALED: u64 = 1 << 18;
/// Segments of a merged file: what fits in 2^24 records, since segments end a little later.
const MERGED: u64 = 56;
pub(crate) const KEY: HashKey = HashKey(*b"a key for trials");

pub(crate) type Loaded<'a> = File<&'a [u8]>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let count: u64 = arguments.next().ok_or("how many records?")?.parse()?;
    let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
    let only_merged = arguments.next().is_some();
    fs::create_dir_all(&folder)?;
    let events = Events::new(count);
    let segments = count.div_ceil(SEALED);
    let mut merged = Vec::new();
    let (mut built, mut joined) = (0, 0);
    for first in (0..segments).step_by(MERGED as usize) {
        let path = folder.join(format!("merged-{first:06}"));
        merged.push(path.clone());
        let of_file = first..segments.min(first + MERGED);
        if path.exists() && only_merged {
            continue;
        }
        let before = cpu_nanos();
        for segment in of_file.clone() {
            make_sealed(&folder, &events, segment, count)?;
        }
        built += cpu_nanos() - before;
        let before = cpu_nanos();
        if !path.exists() {
            make_merged(&folder, of_file.clone(), &path)?;
        }
        joined += cpu_nanos() - before;
        if only_merged {
            of_file.map(|segment| sealed(&folder, segment)).try_for_each(fs::remove_file)?;
        }
    }
    println!(
        "built in {:.2} µs a record, merged in {:.2}",
        micros(built, count),
        micros(joined, count)
    );
    println!("peak memory {} KiB so far", peak());
    if !only_merged {
        let paths: Vec<PathBuf> = (0..segments).map(|segment| sealed(&folder, segment)).collect();
        queries::run("files of segments", &load(&paths)?, &events);
    }
    queries::run("merged files", &load(&merged)?, &events);
    Ok(())
}

fn sealed(folder: &Path, segment: u64) -> PathBuf {
    folder.join(format!("sealed-{segment:06}"))
}

fn make_sealed(folder: &Path, events: &Events, segment: u64, count: u64) -> io::Result<()> {
    let path = sealed(folder, segment);
    if path.exists() {
        return Ok(());
    }
    let first = segment * SEALED;
    let mut builder = Builder::new(&KEY, 1, LogIndex(first));
    for at in first..count.min(first + SEALED) {
        let record = events.record(at);
        builder.push(&Document {
            recorded: record.recorded,
            received: record.received,
            location: record.location,
            terms: &record.terms,
        });
    }
    let mut bytes = Vec::new();
    builder.finish(&mut bytes)?;
    fs::write(path, bytes)
}

fn make_merged(
    folder: &Path,
    segments: std::ops::Range<u64>,
    path: &Path,
) -> Result<(), Box<dyn Error>> {
    let paths: Vec<PathBuf> = segments.map(|segment| sealed(folder, segment)).collect();
    let loaded = load(&paths)?;
    let files = opened(&loaded);
    let options =
        fs::OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path)?;
    merge_to(&files.iter().collect::<Vec<_>>(), &mut OnDisk(options), &mut || Ok(()))?;
    Ok(())
}

fn load(paths: &[PathBuf]) -> io::Result<Vec<Vec<u8>>> {
    paths.iter().map(fs::read).collect()
}

pub(crate) fn opened(files: &[Vec<u8>]) -> Vec<Loaded<'_>> {
    files.iter().map(|bytes| File::open(&**bytes).expect("a file that was made opens")).collect()
}

struct OnDisk(fs::File);

impl Storage for OnDisk {
    fn write_all_at(&mut self, bytes: &[u8], at: u64) -> io::Result<()> {
        FileExt::write_all_at(&self.0, bytes, at)
    }

    fn read_exact_at(&mut self, bytes: &mut [u8], at: u64) -> io::Result<()> {
        FileExt::read_exact_at(&self.0, bytes, at)
    }
}

fn micros(nanos: u64, records: u64) -> f64 {
    nanos as f64 / 1000.0 / records as f64
}

/// What this thread has spent so far, undisturbed by others on the machine.
fn cpu_nanos() -> u64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or_default()
}

fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_whitespace().nth(1)).unwrap_or_default().to_owned()
}
