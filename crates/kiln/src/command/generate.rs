//! `kiln generate`: events as NDJSON.
use crate::{
    arguments::Generate,
    exit::Verdict,
    generate::{Generator, Plan},
};
use std::io::Write as _;

/// Written at once; larger than a pipe's buffer.
const CHUNK_BYTES: usize = 1 << 20;

pub(crate) fn run(arguments: &Generate) -> anyhow::Result<Verdict> {
    let start = arguments.start.to_zoned(jiff::tz::TimeZone::UTC)?;
    let mut generator = Generator::new(Plan {
        count: arguments.count,
        seed: arguments.seed,
        release: arguments.release.into(),
        start_ms: start.timestamp().as_millisecond(),
    });
    let mut stdout = std::io::stdout().lock();
    let mut chunk = String::with_capacity(CHUNK_BYTES + 4096);
    while generator.next_into(&mut chunk) {
        chunk.push('\n');
        if chunk.len() >= CHUNK_BYTES {
            stdout.write_all(chunk.as_bytes())?;
            chunk.clear();
        }
    }
    stdout.write_all(chunk.as_bytes())?;
    stdout.flush()?;
    Ok(Verdict::Fine)
}
