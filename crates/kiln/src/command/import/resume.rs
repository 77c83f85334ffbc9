//! Goes on where an earlier import of the same file stopped.
//!
//! A step is a unit of records: the lines from behind the last line that was stored to the last
//! one that is stored with it. It is in one group, whole or not at all, and its key says of which
//! file it is and where it begins; what the key came with is a digest of the lines. So the log
//! itself tells how far a file is imported, with the records, and whether it is the same file:
//! every line that is skipped was looked at. Where lines are cut into chunks does not matter.
//!
//! Proofs show the key of a record to outsiders, who shall not try their guesses of other records
//! on it: a secret of the store goes into every digest.
use super::lines::{Chunk, Line, LineLimits, Lines, TooLong};
use anyhow::{Context as _, bail};
use kiln_store::{IdempotencyKey, Snapshot};
use sha2::{Digest as _, Sha256};
use std::{fmt::Write as _, io::Read, sync::Arc};

/// Who the log says has sent what was imported.
pub(crate) const PRINCIPAL: &str = "import";
/// So often can one file be imported; `--again` takes no more.
const TIMES_MAX: u32 = 1000;

/// What stands for a line in the digest of a step; lines that were too long are all alike.
pub(super) fn print(body: &Result<bytes::Bytes, TooLong>) -> u32 {
    body.as_ref().map_or(u32::MAX, |body| crc32c::crc32c(body))
}

/// The steps of a file, as far as they are known.
pub(super) struct Trail {
    /// `None` of what cannot be read twice.
    chain: Option<Chain>,
    /// Where the step in hand begins.
    begin: u64,
    digest: Sha256,
}

impl Trail {
    /// Of stdin, or a pipe: nothing is remembered of it.
    pub(super) fn none() -> Self {
        Self { chain: None, begin: 0, digest: Sha256::new() }
    }

    fn of(chain: Chain, begin: u64) -> Self {
        Self { digest: chain.digest(), chain: Some(chain), begin }
    }

    /// Takes lines of which none is stored.
    pub(super) fn pass(&mut self, prints: &[u32]) {
        for print in prints {
            self.digest.update(print.to_le_bytes());
        }
    }

    /// Ends the step behind these lines, the last of which ends at `end` and is stored.
    pub(super) fn step(&mut self, prints: &[u32], end: u64) -> Option<IdempotencyKey> {
        self.pass(prints);
        let chain = self.chain.as_ref()?;
        let key = chain.key(std::mem::replace(&mut self.begin, end));
        let digest = std::mem::replace(&mut self.digest, chain.digest());
        let body_sha256 = digest.finalize().into();
        Some(IdempotencyKey { key, body_sha256 })
    }
}

/// What is known only to the store that is imported into.
pub(super) type Secret = [u8; 32];

/// The keys that a log has of imports.
pub(super) trait Known {
    /// What the key came with, where it is there.
    fn digest(&self, key: &str) -> anyhow::Result<Option<[u8; 32]>>;
}

impl Known for Arc<Snapshot> {
    fn digest(&self, key: &str) -> anyhow::Result<Option<[u8; 32]>> {
        let record = self.keyed(PRINCIPAL, key);
        let record = record.context("what was imported before cannot be looked up")?;
        Ok(record.and_then(|record| record.envelope.key).map(|key| key.body_sha256))
    }
}

/// One import of one file: which key its steps have.
#[derive(Clone)]
struct Chain {
    secret: Secret,
    file: String,
    /// How many imports of such a file were before it.
    time: u32,
}

impl Chain {
    fn key(&self, begin: u64) -> String {
        format!("import:{}.{}:{begin}", self.file, self.time)
    }

    /// Of the lines of a step, none yet.
    fn digest(&self) -> Sha256 {
        Sha256::new_with_prefix(self.secret)
    }

    fn mark(&self, known: &dyn Known, begin: u64) -> anyhow::Result<Option<[u8; 32]>> {
        known.digest(&self.key(begin))
    }
}

/// Where to go on.
pub(super) struct Resumed<R> {
    pub(super) lines: Lines<R>,
    /// Lines that were read already.
    pub(super) rest: Option<Chunk>,
    pub(super) trail: Trail,
    /// How many lines were stored or refused before.
    pub(super) skipped: u64,
}

/// Finds where to go on in a file that `open` opens: behind the last line that was stored of it.
/// `again` counts on purpose: 2 is a second import of the file, which goes on by itself too.
pub(super) fn resume<R: Read>(
    open: impl Fn() -> std::io::Result<R>,
    limits: LineLimits,
    (known, secret): (&dyn Known, Secret),
    again: Option<u32>,
) -> anyhow::Result<Resumed<R>> {
    let file = fingerprint(open()?, limits, secret)?;
    let chain = |time| Chain { secret, file: file.clone(), time };
    let mut times = 0;
    while times < TIMES_MAX && chain(times).mark(known, 0)?.is_some() {
        times += 1;
    }
    let asked = match again {
        None => 0..times,
        Some(time) if time > times + 1 => bail!("it was imported {times} times so far"),
        Some(time) => time - 1..times.min(time),
    };
    if asked.is_empty() {
        let trail = Trail::of(chain(times), 0);
        return Ok(Resumed { lines: Lines::new(open()?, limits), rest: None, trail, skipped: 0 });
    }
    let mut furthest = Followed::Differs { line: 0 };
    for time in asked {
        let followed = follow(Lines::new(open()?, limits), &chain(time), known)?;
        furthest = furthest.further(followed);
    }
    match furthest {
        Followed::To(resumed) => Ok(*resumed),
        Followed::Differs { line } => bail!(
            "it begins like a file that was imported before, but differs from it behind line \
             {line}: if all of it shall be stored, say --again {}",
            times + 1
        ),
    }
}

/// The first line, whatever its length, tells files from each other; where it does not, the digests
/// of the steps do.
fn fingerprint(input: impl Read, limits: LineLimits, secret: Secret) -> anyhow::Result<String> {
    let first = LineLimits { chunk_lines_max: 1, ..limits };
    let chunk = Lines::new(input, first).next_chunk()?;
    let line = chunk.and_then(|chunk| chunk.lines().next());
    let body = line.and_then(|line| line.body.ok()).unwrap_or_default();
    let digest: [u8; 32] = Sha256::new_with_prefix(secret).chain_update(&body).finalize().into();
    Ok(hex(&digest[..16]))
}

/// As a name has it.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string does not fail");
        hex
    })
}

enum Followed<R> {
    To(Box<Resumed<R>>),
    /// The line behind which a step is not as it was.
    Differs {
        line: u64,
    },
}

impl<R> Followed<R> {
    /// What skips more lines: others may be imports of shorter files that begin alike.
    fn further(self, other: Self) -> Self {
        let skipped = |it: &Self| match it {
            Self::To(resumed) => (true, resumed.skipped),
            Self::Differs { line } => (false, *line),
        };
        if skipped(&other) >= skipped(&self) { other } else { self }
    }
}

/// Reads from the beginning over the steps that are stored.
fn follow<R: Read>(
    mut lines: Lines<R>,
    chain: &Chain,
    keys: &dyn Known,
) -> anyhow::Result<Followed<R>> {
    let mut known = chain.mark(keys, 0)?;
    let (mut digest, mut line, mut passed) = (chain.digest(), 0, 0);
    while let Some(chunk) = lines.next_chunk()? {
        for Line { number, end, body } in chunk.lines() {
            digest.update(print(&body).to_le_bytes());
            passed += 1;
            if known != Some(digest.clone().finalize().into()) {
                continue;
            }
            (digest, line) = (chain.digest(), number);
            known = chain.mark(keys, end)?;
            if known.is_none() {
                let trail = Trail::of(chain.clone(), end);
                let rest = Some(chunk.behind(end));
                return Ok(Followed::To(Box::new(Resumed { lines, rest, trail, skipped: passed })));
            }
        }
    }
    Ok(Followed::Differs { line })
}

#[cfg(test)]
mod tests;
