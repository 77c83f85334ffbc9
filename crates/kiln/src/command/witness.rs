//! `kiln witness`: cosigns the checkpoints of another party's logs.
use super::serve::{runtime, told_to_stop};
use crate::{arguments, exit::Verdict, log_key, logs, settings::Log};
use anyhow::Context as _;
use kiln_evidence::Signer;
use kiln_witness::{KnownLogs, Witness, WitnessSettings};
use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::Arc,
};

/// A list of logs is small; whatever is larger is another file.
const LOGS_BYTES_MAX: u64 = 1 << 20;

/// Checkpoints that are looked at and kept at once; each waits for the disk.
const BLOCKING_THREADS: usize = 16;

pub(crate) fn run(arguments: &arguments::witness::Witness) -> anyhow::Result<Verdict> {
    logs::start(&Log::default())?;
    let witness = Witness::open(WitnessSettings {
        name: arguments.name.clone(),
        key: key(&arguments.key)?,
        logs: known_logs(&arguments.logs)?,
        state: arguments.state.clone(),
    });
    let witness = witness.with_context(|| format!("the state {}", arguments.state.display()))?;
    let listener = TcpListener::bind(arguments.listen)
        .with_context(|| format!("cannot listen on {}", arguments.listen))?;
    listener.set_nonblocking(true)?;
    let runtime = runtime(BLOCKING_THREADS)?;
    // Whoever has read where it listens may stop it.
    let stop = {
        let _inside = runtime.enter();
        told_to_stop()?
    };
    greet(&witness, listener.local_addr()?)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        kiln_witness::serve(listener, witness, stop).await.context("the witness has stopped")
    })?;
    Ok(Verdict::Fine)
}

/// The key in the file, or a new one. It signs nothing else: no log, no connection.
fn key(path: &Path) -> anyhow::Result<Arc<dyn Signer>> {
    let told = || format!("the witness's key {}", path.display());
    let signer = match log_key::load(path).with_context(told)? {
        Some(signer) => signer,
        None => log_key::make(path).with_context(told)?,
    };
    Ok(Arc::new(signer))
}

fn known_logs(path: &Path) -> anyhow::Result<KnownLogs> {
    let told = || format!("the logs in {}", path.display());
    let mut text = String::new();
    let file = std::fs::OpenOptions::new().read(true).open(path).with_context(told)?;
    file.take(LOGS_BYTES_MAX).read_to_string(&mut text).with_context(told)?;
    text.parse().with_context(told)
}

fn greet(witness: &Witness, address: SocketAddr) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on http://{address}")?;
    writeln!(out, "the line for policies:\nwitness NAME {} http://{address}", witness.key())?;
    Ok(out.flush()?)
}
