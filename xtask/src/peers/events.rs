//! The peers' generated events, those that are valid R4: in about a fifth an entity has a name and
//! a query, which `sev-1` forbids.
use super::Extent;
use crate::job;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::{
    fs::File,
    io::{BufRead as _, BufReader, BufWriter, Write as _},
    path::{Path, PathBuf},
};

/// Files of events, one a line.
pub(super) struct Events {
    /// So many of 2025, in order, which are loaded and searched.
    pub(super) year: PathBuf,
    /// Others, of 2026, which are sent.
    pub(super) new: PathBuf,
    /// Enough of them that a provable log is sent none twice.
    pub(super) entries: PathBuf,
    /// How many those are.
    pub(super) entries_count: usize,
}

/// Of the load generator's queries, as its own script asks for them.
const QUERIES: [&str; 4] = ["--queries", "3000", "--seed", "7"];
const NEW: [&str; 8] = ["--n", "100000", "--seed", "2", "--start", "2026-01-01", "--days", "5"];
const ENTRIES: [&str; 6] = ["--seed", "3", "--start", "2026-02-01", "--days", "5"];
/// Three times what either log has been seen to take; about a fifth of them is not valid.
const ENTRIES_A_MILLI: u64 = 120;

impl Events {
    /// Makes what is not there yet.
    pub(super) fn make(peers: &Path, work: &Path, extent: Extent) -> Result<Self> {
        let loaded = extent.loaded;
        let data = work.join("data");
        std::fs::create_dir_all(&data)?;
        generate(peers, &data.join("queries.jsonl"), &QUERIES)?;
        // More than are wanted, for some are not valid.
        let count = (loaded * 3 / 2).to_string();
        let all = data.join(format!("year-{count}.ndjson"));
        generate(peers, &all, &["--n", &count, "--seed", "1"])?;
        let year = data.join(format!("year-{loaded}-valid.ndjson"));
        if valid(&all, &year, loaded)? < loaded {
            bail!("{} has fewer than {loaded} valid events", all.display());
        }
        let all = data.join("new.ndjson");
        generate(peers, &all, &NEW)?;
        let new = data.join("new-valid.ndjson");
        valid(&all, &new, usize::MAX)?;
        let count = (u64::from(extent.millis) * ENTRIES_A_MILLI).to_string();
        let all = data.join(format!("entries-{count}.ndjson"));
        generate(peers, &all, &[&["--n", &count], &ENTRIES[..]].concat())?;
        let entries = data.join(format!("entries-{count}-valid.ndjson"));
        let entries_count = valid(&all, &entries, usize::MAX)?;
        Ok(Self { year, new, entries, entries_count })
    }
}

fn generate(peers: &Path, file: &Path, arguments: &[&str]) -> Result<()> {
    if file.try_exists()? {
        return Ok(());
    }
    // Under another name until it is whole.
    let unfinished = file.with_extension("unfinished");
    let mut command = job::command(peers, "python3", &["gen.py"]);
    command.args(arguments).arg("--out").arg(std::path::absolute(&unfinished)?);
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    job::finish(command)?;
    Ok(std::fs::rename(unfinished, file)?)
}

/// Copies valid lines, so many at most, and counts them.
fn valid(from: &Path, to: &Path, most: usize) -> Result<usize> {
    let lines = BufReader::new(File::open(from).with_context(|| from.display().to_string())?);
    let mut out = BufWriter::new(File::create(to)?);
    let mut count = 0;
    for line in lines.lines() {
        let line = line?;
        if count < most && is_valid(&serde_json::from_str(&line)?) {
            writeln!(out, "{line}")?;
            count += 1;
        }
    }
    out.flush()?;
    Ok(count)
}

fn is_valid(event: &Value) -> bool {
    let entities = event["entity"].as_array().map_or(&[][..], Vec::as_slice);
    !entities.iter().any(|entity| entity.get("name").is_some() && entity.get("query").is_some())
}
