//! Where an import goes: into the store that this command has opened, or to the server that has it.
use super::{
    append::Appender,
    resume::{Known, Secret},
};
use crate::{
    errands::{Appended, Unit},
    running::Running,
};
use anyhow::Context as _;
use kiln_fhir::Release;
use kiln_store::{IdempotencyKey, NewRecord, Store};

/// Whose log it is.
#[derive(Copy, Clone)]
pub(super) enum Target<'a> {
    Store(&'a Store),
    Server(&'a Running),
}

/// Takes units in their order.
pub(super) enum Sink<'a> {
    Store(Appender<'a>),
    Server(Sender<'a>),
}

/// Sends units to a server, one after the other.
pub(super) struct Sender<'a> {
    server: &'a Running,
    at: Option<Release>,
    stored: u64,
    replayed: u64,
}

impl<'a> Target<'a> {
    /// What is known only to the store.
    pub(super) fn secret(self) -> anyhow::Result<Secret> {
        match self {
            Self::Store(store) => Ok(store.key(super::SECRET)?),
            Self::Server(server) => {
                let secret = server.ask("import-secret", Vec::new())?;
                Secret::try_from(secret).ok().context("the server's secret has another size")
            }
        }
    }

    /// Which keys there are; of a store, those of this moment.
    pub(super) fn known(self) -> Box<dyn Known + 'a> {
        match self {
            Self::Store(store) => Box::new(store.snapshot()),
            Self::Server(server) => Box::new(server),
        }
    }

    /// `at`: the release that the command line names.
    pub(super) fn sink(self, at: Option<Release>) -> Sink<'a> {
        match self {
            Self::Store(store) => Sink::Store(Appender::new(store)),
            Self::Server(server) => Sink::Server(Sender { server, at, stored: 0, replayed: 0 }),
        }
    }
}

impl Known for &Running {
    fn digest(&self, key: &str) -> anyhow::Result<Option<[u8; 32]>> {
        let digest = self.ask("import-keyed", key.as_bytes().to_vec())?;
        if digest.is_empty() {
            return Ok(None);
        }
        let digest = <[u8; 32]>::try_from(digest).ok();
        digest.context("the server's digest has another size").map(Some)
    }
}

impl Sink<'_> {
    /// Hands a unit on. With a key that is known already nothing is stored.
    pub(super) fn append(
        &mut self,
        records: Vec<NewRecord>,
        key: Option<IdempotencyKey>,
    ) -> anyhow::Result<()> {
        match self {
            Self::Store(appender) => appender.append_once(records, key),
            Self::Server(_) if records.is_empty() => Ok(()),
            Self::Server(sender) => sender.send(&records, key),
        }
    }

    /// Waits until everything is on disk.
    pub(super) fn finish(&mut self) -> anyhow::Result<()> {
        match self {
            Self::Store(appender) => appender.finish(),
            // A server answers when it is.
            Self::Server(_) => Ok(()),
        }
    }

    /// How many records are known to be on disk.
    pub(super) fn stored(&self) -> u64 {
        match self {
            Self::Store(appender) => appender.stored(),
            Self::Server(sender) => sender.stored,
        }
    }

    /// How many were there already.
    pub(super) fn replayed(&self) -> u64 {
        match self {
            Self::Store(appender) => appender.replayed(),
            Self::Server(sender) => sender.replayed,
        }
    }
}

impl Sender<'_> {
    fn send(&mut self, records: &[NewRecord], key: Option<IdempotencyKey>) -> anyhow::Result<()> {
        let unit = Unit {
            release: self.at.map(Release::number),
            key: key.map(|key| (key.key, key.body_sha256)),
            lengths: records.iter().map(|record| record.body.len()).collect(),
        };
        let mut body = serde_json::to_vec(&unit)?;
        body.push(b'\n');
        for record in records {
            body.extend_from_slice(&record.body);
        }
        let appended = self.server.ask("import-append", body)?;
        let Appended { stored, replayed } = serde_json::from_slice(&appended)?;
        self.stored += stored;
        self.replayed += replayed;
        Ok(())
    }
}
