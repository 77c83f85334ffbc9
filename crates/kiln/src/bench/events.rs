//! The events of a bench: generated, or lines of a file.
use crate::{
    arguments::bench::Common,
    command::import::lines::{Chunk, Lines},
    generate::{Generator, Plan},
    settings::Settings,
};
use anyhow::Context as _;
use bytes::Bytes;
use std::{collections::VecDeque, fs::File, path::Path};

/// Makes or reads one event after the other.
pub(super) enum Events {
    /// Generated.
    Made(Box<Generator>),
    /// Read; at most `left` more.
    Read { lines: Box<Lines<File>>, ready: VecDeque<Bytes>, left: u64 },
}

impl Events {
    /// What `common` asks for.
    pub(super) fn of(common: &Common) -> anyhow::Result<Self> {
        match &common.input {
            Some(path) => Self::read(path, common.count),
            None => Ok(Self::made(Plan::r4(common.count, common.seed))),
        }
    }

    /// The same in the shape of the plain API; lines of a file are in it already.
    pub(super) fn plain(common: &Common) -> anyhow::Result<Self> {
        let plan = Plan::r4(common.count, common.seed);
        match &common.input {
            Some(path) => Self::read(path, common.count),
            None => Ok(Self::Made(Box::new(Generator::plain(plan)))),
        }
    }

    /// At most so many lines of a file.
    pub(super) fn read(path: &Path, count: u64) -> anyhow::Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "what the operator names is read here")]
        let file =
            File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let limits = Settings::default().line_limits();
        let lines = Lines::new(file, limits);
        Ok(Self::Read { lines: Box::new(lines), ready: VecDeque::new(), left: count })
    }

    /// The events of a plan.
    pub(super) fn made(plan: Plan) -> Self {
        Self::Made(Box::new(Generator::new(plan)))
    }

    /// The next event; `None` when there are no more.
    pub(super) fn next(&mut self) -> anyhow::Result<Option<Bytes>> {
        match self {
            Self::Made(generator) => Ok(generator.next().map(Bytes::from)),
            Self::Read { left: 0, .. } => Ok(None),
            Self::Read { lines, ready, left } => {
                while ready.is_empty() {
                    let Some(chunk) = lines.next_chunk()? else { return Ok(None) };
                    ready.extend(bodies(&chunk));
                }
                *left -= 1;
                Ok(ready.pop_front())
            }
        }
    }
}

/// Lines that are too long are left out: nothing could be measured with them.
fn bodies(chunk: &Chunk) -> impl Iterator<Item = Bytes> {
    chunk.lines().filter_map(|line| line.body.ok())
}
