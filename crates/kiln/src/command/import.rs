//! `kiln import`: lines of files into the store, in their order, parsed on several threads.
pub(crate) mod append;
pub(crate) mod lines;
mod parse;
mod progress;
mod rejects;
mod summary;

use crate::{
    arguments,
    command::serve::close,
    data::{DataFolder, Missing, Opening},
    exit::Verdict,
    settings::Settings,
    stopwatch::{self, Stopwatch},
};
use anyhow::{Context as _, bail};
use append::Appender;
use kiln_fhir::Release;
use lines::{LineLimits, Lines};
use parse::{Parsed, Reject, Rules};
use progress::Progress;
use rejects::Rejects;
use std::{
    io::Read,
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};
use summary::Summary;

/// Chunks between the reader and the sequencer; each is about `lines::CHUNK_BYTES`.
const CHUNKS_MAX: usize = 8;

/// Chunks on their way to the sequencer, in the order of the input; each arrives when it is parsed.
type Chunks = Receiver<(usize, Receiver<Parsed>)>;

pub(crate) fn run(arguments: &arguments::Import) -> anyhow::Result<Verdict> {
    let settings = arguments.data.settings()?;
    check_files(&arguments.files, arguments.rejects.as_deref())?;
    let folder = DataFolder::hold(&settings.data, Missing::Make)?;
    let opening = Opening { unsigned: arguments.unsigned, ..Opening::default() };
    let store = Arc::new(folder.open_as(&settings, opening)?);
    let rejects = Rejects::new(arguments.rejects.as_deref(), &folder.tenant());
    let watch = Stopwatch::start();
    let cpu = stopwatch::own_cpu();
    let mut import = Import {
        files: &arguments.files,
        release: arguments.release.map(Into::into),
        settings: &settings,
        rejects,
        progress: Progress::over(&arguments.files, arguments.json),
    };
    let stored = import.run(Appender::new(&store));
    let Import { rejects, progress, .. } = import;
    progress.finish();
    close(store)?;
    let summary = Summary {
        stored: stored?,
        seconds: watch.passed().as_secs_f64(),
        cpu_seconds: stopwatch::own_cpu().saturating_sub(cpu).as_secs_f64(),
        memory_peak_kib: stopwatch::memory_peak_kib(std::process::id())?,
        rejected: rejects.count(),
        rejects: rejects.finish()?,
    };
    summary.print(arguments.json)?;
    Ok(if summary.rejected > 0 { Verdict::Wrong } else { Verdict::Fine })
}

/// Before anything is stored: a name that is wrong in the middle would leave half an import.
fn check_files(files: &[PathBuf], rejects: Option<&Path>) -> anyhow::Result<()> {
    if let Some(rejects) = rejects
        && rejects.try_exists().with_context(|| rejects.display().to_string())?
    {
        bail!("{} is there already: --rejects names a new file", rejects.display());
    }
    for file in files.iter().filter(|file| !is_stdin(file)) {
        let metadata = std::fs::metadata(file);
        metadata.with_context(|| format!("{} cannot be read", file.display()))?;
    }
    Ok(())
}

fn is_stdin(file: &Path) -> bool {
    file == Path::new("-")
}

struct Import<'a> {
    files: &'a [PathBuf],
    release: Option<Release>,
    settings: &'a Settings,
    rejects: Rejects,
    progress: Progress,
}

impl Import<'_> {
    /// How many records are on disk; an error tells how many of the input's first lines are.
    fn run(&mut self, mut appender: Appender<'_>) -> anyhow::Result<u64> {
        let (files, limits, release) = (self.files, self.settings.limits(), self.release);
        let validation = self.settings.event.validation();
        let (send, chunks) = sync_channel(CHUNKS_MAX);
        let result = std::thread::scope(|scope| {
            let line_limits = self.settings.line_limits();
            let rules = Rules { at: release, limits: &limits, validation: &validation };
            let parsers = parse::Parsers::start(scope, rules, CHUNKS_MAX);
            let reader = scope.spawn(move || read_all(files, line_limits, &parsers, &send));
            // The receiver goes when appending fails, so that the reader sees it and ends too.
            let written = self.append_all(chunks, &mut appender);
            let read = reader.join().unwrap_or_else(|_panic| bail!("the reader of lines failed"));
            written.and(read)
        });
        let stored = appender.finish();
        result.with_context(|| format!("{} events are stored", appender.stored()))?;
        stored?;
        Ok(appender.stored())
    }

    fn append_all(&mut self, chunks: Chunks, appender: &mut Appender<'_>) -> anyhow::Result<()> {
        for (file, parsed) in chunks {
            let parsed = parsed.recv().context("a parser of lines failed")?;
            for reject in parsed.rejects {
                self.rejects.write(&self.files[file], &reject)?;
            }
            let records = parsed.records.len();
            appender.append(parsed.records)?;
            self.progress.advance(parsed.bytes, records);
        }
        Ok(())
    }
}

/// Reads the files one after the other and hands chunks to the parsers, and their answers on.
fn read_all(
    files: &[PathBuf],
    line_limits: LineLimits,
    parsers: &parse::Parsers,
    send: &SyncSender<(usize, Receiver<Parsed>)>,
) -> anyhow::Result<()> {
    for (number, file) in files.iter().enumerate() {
        let told = || format!("{} cannot be read", file.display());
        let mut lines = Lines::new(open(file).with_context(told)?, line_limits);
        while let Some(chunk) = lines.next_chunk().with_context(told)? {
            // Nobody receives after an error further on, which is the one to tell.
            if send.send((number, parsers.parse(chunk))).is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn open(file: &Path) -> std::io::Result<Box<dyn Read>> {
    if is_stdin(file) {
        return Ok(Box::new(std::io::stdin()));
    }
    #[expect(clippy::disallowed_methods, reason = "what the operator names is read here")]
    Ok(Box::new(std::fs::File::open(file)?))
}
