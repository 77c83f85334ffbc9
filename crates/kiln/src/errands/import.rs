//! What `kiln import` has a running server do: it reads and tries the lines itself, and the server
//! stores them. The server tries each event once more, and makes the terms that it is found by.
use crate::{
    command::import::{self, append::Appender},
    settings::Settings,
};
use anyhow::{Context as _, bail};
use bytes::Bytes;
use kiln_fhir::Release;
use kiln_server::intake::Sent;
use kiln_store::{IdempotencyKey, Store};
use serde::{Deserialize, Serialize};
use std::io::Write;

/// What is sent before the events of a unit, as a line of JSON; their bytes follow.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Unit {
    /// The release that the command line names, by its number.
    pub(crate) release: Option<u8>,
    /// The key of the unit and the digest of its lines, where it has them.
    pub(crate) key: Option<(String, [u8; 32])>,
    /// How long each event is.
    pub(crate) lengths: Vec<usize>,
}

/// What became of a unit.
#[derive(Copy, Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Appended {
    pub(crate) stored: u64,
    /// Events that were there already.
    pub(crate) replayed: u64,
}

/// The secret that goes into the digests of lines.
pub(super) fn secret(store: &Store, out: &mut dyn Write) -> anyhow::Result<()> {
    Ok(out.write_all(&store.key(import::SECRET)?)?)
}

/// The digest that a key came with; nothing where the key is not known.
pub(super) fn keyed(store: &Store, key: &[u8], out: &mut dyn Write) -> anyhow::Result<()> {
    let key = str::from_utf8(key).context("a key is text")?;
    let record = store.snapshot().keyed(import::PRINCIPAL, key);
    let record = record.context("what was imported before cannot be looked up")?;
    if let Some(key) = record.and_then(|record| record.envelope.key) {
        out.write_all(&key.body_sha256)?;
    }
    Ok(())
}

/// Stores a unit, and answers when it is on disk.
pub(super) fn append(
    store: &Store,
    settings: &Settings,
    body: &Bytes,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let line = body.iter().position(|byte| *byte == b'\n').context("a unit has no head")?;
    let Unit { release, key, lengths } = serde_json::from_slice(&body[..line])?;
    let mut events = body.slice(line + 1..);
    let (limits, validation) = (settings.limits(), settings.event.validation());
    let at = release.map(|number| Release::from_number(number).context("no release"));
    let at = at.transpose()?;
    let mut records = Vec::with_capacity(lengths.len());
    for length in lengths {
        if length > events.len() {
            bail!("a unit ends before its events do");
        }
        let event = events.split_to(length);
        let sent = Sent { at, media: import::media(&event) };
        match validation.accept(event, sent, &limits) {
            Ok((record, _warnings)) => records.push(record),
            Err(_outcome) => bail!("the server refuses an event that was good before it was sent"),
        }
    }
    let key = key.map(|(key, body_sha256)| IdempotencyKey { key, body_sha256 });
    let mut appender = Appender::new(store);
    appender.append_once(records, key)?;
    appender.finish()?;
    let told = Appended { stored: appender.stored(), replayed: appender.replayed() };
    Ok(serde_json::to_writer(out, &told)?)
}
