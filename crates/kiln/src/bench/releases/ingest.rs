//! The same events sent in a form and in R4 JSON: parsed alone, imported, posted.
use super::{
    Pair,
    form::{Form, Sources},
};
use crate::{
    bench::{
        child::Server,
        events::Events,
        folder::Folder,
        import::import,
        post::{self, Asker, Sent},
        report::Row,
    },
    stopwatch::{self, CPU_STEP, Stopwatch},
};
use anyhow::{Context as _, bail};
use bytes::Bytes;
use kiln_fhir::Limits;
use kiln_server::intake;
use std::{
    fs::{self, OpenOptions},
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
};
use tokio::task::LocalSet;

/// Events that are parsed at once, by turns with as many of R4.
const TURN_EVENTS: usize = 100;

/// Rates are those of CPU time, events that a second of it takes, as a share of those of R4 JSON;
/// those by the clock stand beside.
pub(super) fn run(
    name: &str,
    form: Form,
    [r4_events, events]: [&Sources; 2],
    connections: u32,
    folder: &Folder,
) -> anyhow::Result<Row> {
    let turn = folder.join("turn");
    fs::create_dir(&turn)?;
    let r4 = File::write(Form::R4, r4_events, turn.join("r4.ndjson"))?;
    let this = File::write(form, events, turn.join("this.ndjson"))?;
    let (parse, parse_rate) = parsed(form, [r4_events, events])?;
    let data = turn.join("data");
    let imports = (r4.import(&data)?, this.import(&data)?);
    let posts = (r4.post(&data, connections)?, this.post(&data, connections)?);
    let bytes = this.bytes as f64 / this.events as f64;
    let row = Row::new(name)
        .with("bytes/event", bytes)
        .with("parse CPU µs/event", parse)
        .with("parse, × r4 rate", parse_rate)
        .with("import CPU µs/event", imports.1.cpu)
        .with("import, × r4 rate", imports.0.cpu / imports.1.cpu)
        .with("by the clock, import", imports.0.wall / imports.1.wall)
        .with("POST CPU µs/event", posts.1.cpu)
        .with("POST, × r4 rate", posts.0.cpu / posts.1.cpu)
        .with("by the clock, POST", posts.0.wall / posts.1.wall);
    fs::remove_dir_all(turn)?;
    Ok(row)
}

/// What intake alone takes, and the ratio of its rate: parsing, checking, terms. No log, no index,
/// one thread.
fn parsed(form: Form, [r4, these]: [&Sources; 2]) -> anyhow::Result<(f64, f64)> {
    let mut pair = Pair::default();
    let (r4, mut these) = (r4.events(), these.in_form(form));
    // A shorter turn at the end would not be one.
    let turn = TURN_EVENTS.min(r4.len());
    for r4 in r4.chunks_exact(turn) {
        let this = these.by_ref().take(turn).map(|event| event.map(Bytes::from));
        let this = this.collect::<anyhow::Result<Vec<_>>>()?;
        let start = stopwatch::thread_cpu();
        take(r4, Form::R4)?;
        let between = stopwatch::thread_cpu();
        take(&this, form)?;
        pair.this.push(stopwatch::thread_cpu().saturating_sub(between));
        pair.untouched.push(between.saturating_sub(start));
    }
    let (cpu, ratio) = pair.figures();
    Ok((cpu / turn as f64, 1.0 / ratio))
}

fn take(events: &[Bytes], form: Form) -> anyhow::Result<()> {
    let limits = Limits::default();
    for event in events {
        let record = intake::new_record(event.clone(), form.sent(), &limits);
        record.map_err(|outcome| anyhow::anyhow!("{}: {outcome:?}", form.name()))?;
    }
    Ok(())
}

/// Microseconds an event.
struct Cost {
    cpu: f64,
    wall: f64,
}

/// The events in a form, one on each line.
struct File {
    form: Form,
    path: PathBuf,
    events: u64,
    bytes: u64,
}

impl File {
    fn write(form: Form, sources: &Sources, path: PathBuf) -> anyhow::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        let mut out = BufWriter::with_capacity(1 << 20, file);
        let (mut events, mut bytes) = (0, 0);
        for event in sources.in_form(form) {
            let event = event?;
            out.write_all(&event)?;
            out.write_all(b"\n")?;
            events += 1;
            bytes += event.len() as u64;
        }
        // On disk before the clock starts, so that the store's fsyncs do not wait for these bytes.
        out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        Ok(Self { form, path, events, bytes })
    }

    fn import(&self, data: &Path) -> anyhow::Result<Cost> {
        let summary = import(&self.path, data, Some(self.form.named()), false)?;
        fs::remove_dir_all(data)?;
        let figure = |name: &str| summary[name].as_f64().context("the summary of kiln import");
        self.all(figure("stored")? as u64)?;
        let each = |seconds: f64| seconds * 1e6 / self.events as f64;
        Ok(Cost { cpu: each(figure("cpu_seconds")?), wall: each(figure("seconds")?) })
    }

    fn post(&self, data: &Path, connections: u32) -> anyhow::Result<Cost> {
        let server = Server::start(data)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let events = Events::read(&self.path, self.events)?;
        let sending =
            post::send(Asker::open(server.address), connections, self.form.target(), events);
        let (cpu, watch) = (server.cpu()?, Stopwatch::start());
        let Sent { stored, .. } = runtime.block_on(LocalSet::new().run_until(sending))?;
        let (passed, cpu) = (watch.passed(), server.cpu()?.saturating_sub(cpu).max(CPU_STEP));
        server.stop()?;
        fs::remove_dir_all(data)?;
        self.all(stored)?;
        let each = |seconds: f64| seconds * 1e6 / self.events as f64;
        Ok(Cost { cpu: each(cpu.as_secs_f64()), wall: each(passed.as_secs_f64()) })
    }

    /// What is refused costs something else.
    fn all(&self, stored: u64) -> anyhow::Result<()> {
        if stored != self.events {
            let refused = self.events - stored;
            bail!("{refused} of {} events were refused as {}", self.events, self.form.name());
        }
        Ok(())
    }
}
