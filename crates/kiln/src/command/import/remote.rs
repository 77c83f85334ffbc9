//! `kiln import --to URL`: the lines of files to a server that runs, in Bundles.
//!
//! A Bundle is a batch, so that each event stands or falls alone, as in a store of our own. What
//! goes into which Bundle depends on the file alone, and each has an `Idempotency-Key` made of the
//! file and where the Bundle begins: sent again, after a lost answer or a kill, it is stored once.
mod answer;
mod client;
mod file;
mod request;
mod token;

use super::{
    check_files,
    parse::Reject,
    progress::Progress,
    rejects::{self, Rejects},
    summary::Summary,
};
use crate::{
    arguments,
    exit::Verdict,
    stopwatch::{self, Stopwatch},
};
use answer::Told;
use anyhow::{Context as _, bail};
use client::{Base, Client};
use indicatif::ProgressBar;
use request::Request;
use std::{
    collections::{BTreeMap, VecDeque},
    path::{Path, PathBuf},
};
use tokio::{sync::mpsc, task::JoinSet};

/// Requests that are made before a connection is free for them, each about a mebibyte.
const REQUESTS_AHEAD: usize = 8;

/// What the reader hands on, in the order of the input.
struct Step {
    /// Of which file.
    file: usize,
    /// Lines in it that are not sent at all.
    refused: Vec<Reject>,
    request: Option<Request>,
}

pub(super) fn run(arguments: &arguments::Import, to: &str) -> anyhow::Result<Verdict> {
    check_files(&arguments.files, arguments.rejects.as_deref())?;
    let base = Base::parse(to, arguments.release)?;
    let token = arguments.bearer_file.as_deref().map(token::read).transpose()?;
    let client = Client::new(base, token)?;
    let watch = Stopwatch::start();
    let cpu = stopwatch::own_cpu();
    let rejects = arguments.rejects.clone().unwrap_or_else(|| rejects::path_in(Path::new("")));
    let progress = Progress::over(&arguments.files, arguments.json);
    let (made, steps) = mpsc::channel(REQUESTS_AHEAD);
    let reader = Reader { files: &arguments.files, again: arguments.again, bar: progress.bar() };
    let mut sender = Sender {
        files: &arguments.files,
        client,
        connections: usize::from(arguments.connections.unwrap_or(1)),
        rejects: Rejects::to(rejects),
        progress,
        stored: 0,
    };
    let sent = sender.run(reader, made, steps);
    let Sender { rejects, progress, stored, .. } = sender;
    progress.finish();
    let told = || format!("{stored} events are on the server, {} lines refused", rejects.count());
    sent.with_context(told)?;
    let summary = Summary {
        to: Some(to.to_owned()),
        stored,
        skipped: 0,
        seconds: watch.passed().as_secs_f64(),
        cpu_seconds: stopwatch::own_cpu().saturating_sub(cpu).as_secs_f64(),
        memory_peak_kib: stopwatch::memory_peak_kib(std::process::id())?,
        rejected: rejects.count(),
        rejects: rejects.finish()?,
    };
    summary.print(arguments.json)?;
    Ok(if summary.rejected > 0 { Verdict::Wrong } else { Verdict::Fine })
}

/// Reads the files one after the other.
struct Reader<'a> {
    files: &'a [PathBuf],
    again: Option<u32>,
    bar: ProgressBar,
}

impl Reader<'_> {
    fn read_all(&self, made: &mpsc::Sender<Step>) -> anyhow::Result<()> {
        for (number, file) in self.files.iter().enumerate() {
            let told = || format!("{} cannot be read to its end", file.display());
            let (mut lines, name) = file::open(file, self.again, &self.bar)?;
            while let Some(chunk) = lines.next_chunk().with_context(told)? {
                for step in request::steps(number, &name, &chunk) {
                    // Nobody receives after an error further on, which is the one to tell.
                    if made.blocking_send(step).is_err() {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }
}

/// Sends, and takes the answers in the order of the input.
struct Sender<'a> {
    files: &'a [PathBuf],
    client: Client,
    connections: usize,
    rejects: Rejects,
    progress: Progress,
    stored: u64,
}

impl Sender<'_> {
    fn run(
        &mut self,
        reader: Reader<'_>,
        made: mpsc::Sender<Step>,
        steps: mpsc::Receiver<Step>,
    ) -> anyhow::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::scope(|scope| {
            let reader = scope.spawn(move || reader.read_all(&made));
            let sent = runtime.block_on(self.send_all(steps));
            let read = reader.join().unwrap_or_else(|_panic| bail!("the reader of lines failed"));
            sent.and(read)
        })
    }

    async fn send_all(&mut self, mut steps: mpsc::Receiver<Step>) -> anyhow::Result<()> {
        let mut under_way = JoinSet::new();
        let mut sent: VecDeque<Step> = VecDeque::new();
        let mut answered: BTreeMap<u64, anyhow::Result<Told>> = BTreeMap::new();
        let (mut next, mut taken, mut is_open) = (0, 0, true);
        loop {
            while is_open && sent.len() < self.connections {
                let Some(step) = steps.recv().await else {
                    is_open = false;
                    break;
                };
                let (client, request) = (self.client.clone(), step.request.clone());
                let number = next;
                under_way.spawn(async move { (number, tell(&client, request).await) });
                sent.push_back(step);
                next += 1;
            }
            let Some(ended) = under_way.join_next().await else { return Ok(()) };
            let (number, told) = ended.context("a request failed")?;
            answered.insert(number, told);
            while let Some(told) = answered.remove(&taken) {
                taken += 1;
                if let Some(step) = sent.pop_front() {
                    self.settle(step, told?)?;
                }
            }
        }
    }

    fn settle(&mut self, step: Step, told: Told) -> anyhow::Result<()> {
        let Step { file, mut refused, request } = step;
        let lines = request.map(|request| request.lines).unwrap_or_default();
        for (position, reason) in told.refused {
            let line = lines.get(position).context("the server answers what was not sent")?;
            let text = line.body.clone().ok();
            refused.push(Reject { line: line.number, reason, text });
        }
        refused.sort_by_key(|reject| reject.line);
        for reject in &refused {
            self.rejects.write(&self.files[file], reject)?;
        }
        if !refused.is_empty() {
            self.rejects.keep()?;
        }
        self.stored += told.stored;
        self.progress.advance(told.stored as usize);
        Ok(())
    }
}

async fn tell(client: &Client, request: Option<Request>) -> anyhow::Result<Told> {
    match request {
        Some(request) => client.send(&request).await.with_context(|| request.told()),
        None => Ok(Told::default()),
    }
}
