//! One tenant: its log, and what belongs to it alone.
use crate::{
    metrics::Evidence,
    resources::Resources,
    settings::{Acknowledge, Settings},
    witnesses::{Witnessed, Witnesses},
};
use kiln_identity::TenantId;
use kiln_store::{AppendError, Millis, Store, rejects::Shelf};
use std::{io, sync::Arc};

/// A tenant that is open.
pub struct Tenant {
    /// Whose it is.
    pub(crate) id: TenantId,
    /// Its log. Every call of it goes through a tenant that was looked up by the principal's.
    pub(crate) store: Arc<Store>,
    /// The log of those who looked at the log; `None` where nothing of that is recorded.
    pub(crate) audit: Option<Arc<Store>>,
    /// Where what is refused goes; without one it is only counted.
    pub(crate) shelf: Option<Shelf>,
    /// Authenticates page tokens.
    pub(crate) cursor_key: [u8; 32],
    /// What of its log are other resources, where such are kept.
    pub(crate) resources: Option<Resources>,
    /// Who cosigns the log.
    pub(crate) witnesses: Option<Witnesses>,
}

impl Tenant {
    /// A tenant over its open log.
    ///
    /// # Errors
    /// The log's cursor key cannot be read or made; `InvalidInput` for a witness's URL that is
    /// none, and where creates are to wait for witnesses that nobody asks for.
    pub fn new(id: TenantId, store: Arc<Store>, settings: &Settings) -> io::Result<Self> {
        let cursor_key = store.key("cursor")?;
        let witnesses = settings.witnessing.clone();
        let witnesses =
            witnesses.map(|witnessing| Witnesses::new(witnessing, &store)).transpose()?;
        check_acknowledge(settings, witnesses.as_ref(), &store)?;
        let resources = settings.resources.as_ref();
        let resources = resources.map(|_| Resources::of(&store.snapshot())).transpose();
        let resources = resources.map_err(io::Error::other)?;
        Ok(Self { id, store, audit: None, shelf: None, cursor_key, resources, witnesses })
    }

    /// Whose it is.
    pub fn id(&self) -> &TenantId {
        &self.id
    }

    /// Its log.
    pub fn log(&self) -> &Arc<Store> {
        &self.store
    }

    /// Where what is refused goes, if anywhere.
    pub fn shelf(&self) -> Option<&Shelf> {
        self.shelf.as_ref()
    }

    /// The log of those who looked at its log, where there is one.
    pub fn audit(&self) -> Option<&Arc<Store>> {
        self.audit.as_ref()
    }

    /// With a shelf for what is refused.
    #[must_use]
    pub fn with_shelf(self, rejects: Shelf) -> Self {
        Self { shelf: Some(rejects), ..self }
    }

    /// With a log of those who look at the log.
    #[must_use]
    pub fn with_audit(self, audit: Arc<Store>) -> Self {
        Self { audit: Some(audit), ..self }
    }

    /// Writes what waits, and cuts the open files of its logs to their length.
    ///
    /// # Errors
    /// Somebody still uses it; a log had stopped. The next opening recovers the logs.
    pub(crate) fn close(tenant: Arc<Self>) -> Result<(), NotClosed> {
        let Self { store, audit, .. } = Arc::into_inner(tenant).ok_or(NotClosed::Held)?;
        let audit = audit.map_or(Ok(()), close);
        close(store).and(audit)
    }

    /// Its log, or the one of those who looked at it.
    pub(crate) fn stream(&self, is_of_audit: bool) -> &Arc<Store> {
        self.audit.as_ref().filter(|_| is_of_audit).unwrap_or(&self.store)
    }

    /// The newest witnessed checkpoint, where there are witnesses.
    pub(crate) fn witnessed(&self) -> Option<Arc<Witnessed>> {
        self.witnesses.as_ref()?.newest()
    }

    /// How far the log is signed and witnessed.
    pub(crate) fn evidence(&self, now: Millis) -> Evidence {
        let signed = self.store.snapshot().checkpoint().map(|signed| signed.checkpoint.size);
        let signed = signed.unwrap_or_default();
        let Some(witnesses) = &self.witnesses else {
            return Evidence { signed, ..Evidence::default() };
        };
        Evidence {
            signed,
            witnessed: witnesses.newest().map_or_else(Default::default, |it| it.checkpoint.size),
            lag_ms: witnesses.lag_ms(signed, now),
            alarm: witnesses.alarm(),
        }
    }
}

/// Why a tenant was not closed cleanly.
#[derive(Debug, thiserror::Error)]
pub enum NotClosed {
    /// Somebody still uses it.
    #[error("a request was still under way")]
    Held,
    /// A log had stopped already, or did not end as it should.
    #[error(transparent)]
    Stopped(#[from] AppendError),
}

fn close(store: Arc<Store>) -> Result<(), NotClosed> {
    Ok(Arc::into_inner(store).ok_or(NotClosed::Held)?.close()?)
}

/// Whoever waits for witnesses has some that count.
fn check_acknowledge(
    settings: &Settings,
    witnesses: Option<&Witnesses>,
    store: &Store,
) -> io::Result<()> {
    let snapshot = store.snapshot();
    let signed = snapshot.checkpoint();
    let has_quorum = witnesses.zip(signed).is_some_and(|(it, signed)| it.ask_for_a_quorum(signed));
    if settings.acknowledge == Acknowledge::Durable || has_quorum {
        return Ok(());
    }
    let says = "creates are to be answered once they are witnessed, and no policy names a quorum";
    Err(io::Error::new(io::ErrorKind::InvalidInput, says))
}
