//! `kiln import`: lines of files into the store, in their order, parsed on several threads.
pub(crate) mod append;
pub(crate) mod lines;
mod parse;
mod progress;
mod rejects;
mod remote;
mod resume;
mod source;
mod summary;
mod target;

pub(crate) use parse::media;
pub(crate) use resume::PRINCIPAL;

use crate::{
    arguments,
    command::serve::close,
    data::{Missing, Opening, Reached},
    exit::Verdict,
    settings::Settings,
    stopwatch::{self, Stopwatch},
};
use anyhow::{Context as _, bail};
use indicatif::ProgressBar;
use kiln_fhir::Release;
use lines::{LineLimits, Lines};
use parse::{Parsed, Reject, Rules};
use progress::Progress;
use rejects::Rejects;
use resume::{Resumed, Trail};
use std::{
    io::Read,
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    time::Duration,
};
use summary::Summary;
use target::{Sink, Target};

/// The purpose of the store's key that names files.
pub(crate) const SECRET: &str = "import";

/// What the reader hands on, in the order of the input.
enum Step {
    /// A file begins.
    File { number: usize, trail: Trail, skipped: u64 },
    /// A chunk of it, which arrives when it is parsed.
    Chunk(Receiver<Parsed>),
}

pub(crate) fn run(arguments: &arguments::Import) -> anyhow::Result<Verdict> {
    if let Some(to) = &arguments.to {
        return remote::run(arguments, to);
    }
    let settings = arguments.data.settings()?;
    check_files(&arguments.files, arguments.rejects.as_deref())?;
    match Reached::by(arguments.whose.tenant.as_ref(), &settings, Missing::Make)? {
        Reached::Folder(folder) => {
            let opening = Opening { unsigned: arguments.unsigned, ..Opening::default() };
            let store = Arc::new(folder.open_as(&settings, opening)?);
            let begun = Begun::of(arguments, &folder.tenant());
            let told = begun.run(Target::Store(&store), &settings);
            close(store)?;
            told?.tell(arguments)
        }
        Reached::Server(server) => {
            let begun = Begun::of(arguments, &server.tenant());
            // What the server would refuse is refused here.
            begun.run(Target::Server(&server), &server.settings()?)?.tell(arguments)
        }
    }
}

/// An import from its beginning.
struct Begun<'a> {
    arguments: &'a arguments::Import,
    rejects: Rejects,
    watch: Stopwatch,
    cpu: Duration,
}

impl<'a> Begun<'a> {
    fn of(arguments: &'a arguments::Import, tenant: &Path) -> Self {
        let beside = || rejects::path_in(&tenant.join("rejects"));
        let rejects = Rejects::to(arguments.rejects.clone().unwrap_or_else(beside));
        Self { arguments, rejects, watch: Stopwatch::start(), cpu: stopwatch::own_cpu() }
    }

    fn run(self, target: Target<'_>, settings: &Settings) -> anyhow::Result<Summary> {
        let Self { arguments, rejects, watch, cpu } = self;
        let mut import = Import {
            files: &arguments.files,
            release: arguments.release.map(Into::into),
            again: arguments.again,
            settings,
            rejects,
            skipped: 0,
            progress: Progress::over(&arguments.files, arguments.json),
        };
        let stored = import.run(target);
        let Import { rejects, progress, skipped, .. } = import;
        progress.finish();
        Ok(Summary {
            to: None,
            stored: stored?,
            skipped,
            seconds: watch.passed().as_secs_f64(),
            cpu_seconds: stopwatch::own_cpu().saturating_sub(cpu).as_secs_f64(),
            memory_peak_kib: stopwatch::memory_peak_kib(std::process::id())?,
            rejected: rejects.count(),
            rejects: rejects.finish()?,
        })
    }
}

impl Summary {
    fn tell(&self, arguments: &arguments::Import) -> anyhow::Result<Verdict> {
        self.print(arguments.json)?;
        Ok(if self.rejected > 0 { Verdict::Wrong } else { Verdict::Fine })
    }
}

/// Before anything is stored: a name that is wrong in the middle would leave half an import.
fn check_files(files: &[PathBuf], rejects: Option<&Path>) -> anyhow::Result<()> {
    if let Some(rejects) = rejects
        && rejects.try_exists().with_context(|| rejects.display().to_string())?
    {
        bail!("{} is there already: --rejects names a new file", rejects.display());
    }
    for file in files.iter().filter(|file| !source::is_stdin(file)) {
        let metadata = std::fs::metadata(file);
        metadata.with_context(|| format!("{} cannot be read", file.display()))?;
    }
    Ok(())
}

struct Import<'a> {
    files: &'a [PathBuf],
    release: Option<Release>,
    again: Option<u32>,
    settings: &'a Settings,
    rejects: Rejects,
    skipped: u64,
    progress: Progress,
}

impl Import<'_> {
    /// How many records are on disk; an error tells how many of the input's first lines are.
    fn run(&mut self, target: Target<'_>) -> anyhow::Result<u64> {
        let limits = self.settings.limits();
        let validation = self.settings.event.validation();
        let (send, steps) = sync_channel(parse::chunks_max());
        let mut sink = target.sink(self.release);
        let reader = Reader {
            files: self.files,
            again: self.again,
            limits: self.settings.line_limits(),
            target,
            bar: self.progress.bar(),
        };
        let rules = Rules { at: self.release, limits: &limits, validation: &validation };
        let result = std::thread::scope(|scope| {
            let parsers = parse::Parsers::start(scope, rules);
            let reader = scope.spawn(move || reader.read_all(&parsers, &send));
            // The receiver goes when appending fails, so that the reader sees it and ends too.
            let written = self.append_all(steps, &mut sink);
            let read = reader.join().unwrap_or_else(|_panic| bail!("the reader of lines failed"));
            written.and(read)
        });
        let stored = sink.finish();
        self.skipped += sink.replayed();
        result.and(stored).with_context(|| self.told(&sink))?;
        Ok(sink.stored())
    }

    fn told(&self, sink: &Sink<'_>) -> String {
        format!("{} events are stored, {} lines refused", sink.stored(), self.rejects.count())
    }

    fn append_all(&mut self, steps: Receiver<Step>, sink: &mut Sink<'_>) -> anyhow::Result<()> {
        let (mut file, mut trail) = (0, Trail::none());
        for step in steps {
            match step {
                Step::File { number, trail: of, skipped } => {
                    (file, trail) = (number, of);
                    self.skipped += skipped;
                }
                Step::Chunk(parsed) => {
                    let parsed = parsed.recv().context("a parser of lines failed")?;
                    self.append(parsed, file, &mut trail, sink)?;
                }
            }
        }
        Ok(())
    }

    fn append(
        &mut self,
        parsed: Parsed,
        file: usize,
        trail: &mut Trail,
        sink: &mut Sink<'_>,
    ) -> anyhow::Result<()> {
        for reject in &parsed.rejects {
            self.rejects.write(&self.files[file], reject)?;
        }
        if !parsed.rejects.is_empty() {
            self.rejects.keep()?;
        }
        let (stored, refused) = parsed.prints.split_at(parsed.taken);
        let key = if stored.is_empty() { None } else { trail.step(stored, parsed.end) };
        trail.pass(refused);
        let records = parsed.records.len();
        sink.append(parsed.records, key)?;
        self.progress.advance(records);
        Ok(())
    }
}

/// Reads the files one after the other and hands chunks to the parsers, and their answers on.
struct Reader<'a> {
    files: &'a [PathBuf],
    again: Option<u32>,
    limits: LineLimits,
    target: Target<'a>,
    bar: ProgressBar,
}

impl Reader<'_> {
    fn read_all(&self, parsers: &parse::Parsers, send: &SyncSender<Step>) -> anyhow::Result<()> {
        for (number, file) in self.files.iter().enumerate() {
            let told = || format!("{} cannot be read to its end", file.display());
            let Resumed { mut lines, rest, trail, skipped } = self.start(file)?;
            let mut next = rest;
            // Nobody receives after an error further on, which is the one to tell.
            if send.send(Step::File { number, trail, skipped }).is_err() {
                return Ok(());
            }
            loop {
                let chunk = match next.take() {
                    Some(chunk) => Some(chunk),
                    None => lines.next_chunk().with_context(told)?,
                };
                let Some(chunk) = chunk else { break };
                if send.send(Step::Chunk(parsers.parse(chunk))).is_err() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// What can be read only once is always new.
    fn start(&self, file: &Path) -> anyhow::Result<Resumed<Box<dyn Read>>> {
        let told = || format!("{} cannot be imported", file.display());
        let open = || source::open(file, &self.bar);
        if source::is_stdin(file) || !std::fs::metadata(file).with_context(told)?.is_file() {
            let lines = Lines::new(open().with_context(told)?, self.limits);
            return Ok(Resumed { lines, rest: None, trail: Trail::none(), skipped: 0 });
        }
        let (known, secret) = (self.target.known(), self.target.secret()?);
        resume::resume(open, self.limits, (&*known, secret), self.again).with_context(told)
    }
}
