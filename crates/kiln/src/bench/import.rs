//! `kiln import` of a file, as a process of its own.
use super::{
    events::Events,
    folder::{Folder, Sizes},
    post::bytes_per_event,
    report::Row,
};
use crate::arguments::bench::{Common, Import};
use anyhow::{Context as _, bail};
use kiln_fhir::Release;
use std::{
    fs::OpenOptions,
    io::{BufWriter, Write as _},
    path::Path,
    process::{Command, Stdio},
};

pub(super) fn run(arguments: &Import) -> anyhow::Result<Vec<Row>> {
    let common = &arguments.common;
    let folder = Folder::make(common.folder.as_deref())?;
    let (file, data) = (folder.join("events.ndjson"), folder.join("data"));
    let bytes = write(common, &file)?;
    let summary = import(&file, &data, None, arguments.unsigned)?;
    let sizes = Sizes::of(&data)?;
    let figure = |name: &str| summary[name].as_f64().unwrap_or(f64::NAN);
    let stored = figure("stored");
    Ok(vec![
        Row::new(if arguments.unsigned { "import, unsigned" } else { "import" })
            .with("events", stored)
            .with("events/s", stored / figure("seconds"))
            .with("CPU µs/event", figure("cpu_seconds") * 1e6 / stored)
            .with("peak MiB", figure("memory_peak_kib") / 1024.0)
            .with("refused", figure("rejected")),
        Row::new("bytes/event")
            .with("sent", bytes as f64 / (stored + figure("rejected")))
            .with("on disk", bytes_per_event(&sizes, stored))
            .with("log", sizes.log as f64 / stored)
            .with("index", sizes.index as f64 / stored),
    ])
}

/// Writes the events to a file, which is then in the page cache: reading is not what is measured.
fn write(common: &Common, path: &Path) -> anyhow::Result<u64> {
    let file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let mut events = Events::of(common)?;
    let mut bytes = 0;
    while let Some(event) = events.next()? {
        out.write_all(&event)?;
        out.write_all(b"\n")?;
        bytes += event.len() as u64;
    }
    // On disk before the clock starts, so that the import's fsyncs do not wait for these bytes.
    out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    Ok(bytes)
}

/// The summary of an import of this file; `release` names that of its events.
pub(super) fn import(
    file: &Path,
    data: &Path,
    release: Option<Release>,
    unsigned: bool,
) -> anyhow::Result<serde_json::Value> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["import", "--json", "--data"]).arg(data).arg(file);
    if let Some(release) = release {
        command.args(["--release", release.path()]);
    }
    if unsigned {
        command.arg("--unsigned");
    }
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    // 1 says that lines were refused; the figures tell how many.
    if !matches!(output.status.code(), Some(0 | 1)) {
        bail!("kiln import ended with {}", output.status);
    }
    serde_json::from_slice(&output.stdout).context("the summary of kiln import")
}
