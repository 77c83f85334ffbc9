//! What every request shares.
use crate::{
    metrics::{Evidence, Metrics},
    principal::Principal,
    settings::{Acknowledge, Settings},
    tasks::Bound,
    witnesses::Witnesses,
};
use kiln_store::{Millis, Store, TenantId, clock::Clock, rejects::Shelf};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::Semaphore;

/// Permits of large bodies are counted in units of this many bytes.
pub(crate) const BODY_PERMIT_BYTES: usize = 1 << 10;

/// The server's state: the store, the settings, the clock, the meters.
pub struct App {
    store: Arc<Store>,
    shelf: Option<Shelf>,
    /// Limits.
    pub(crate) settings: Settings,
    /// Figures for operators.
    pub(crate) metrics: Metrics,
    /// Who everybody is while no identity is configured.
    pub(crate) open: Arc<Principal>,
    /// Authenticates page tokens.
    pub(crate) cursor_key: [u8; 32],
    /// Bounds the memory of large bodies.
    pub(crate) bodies: Arc<Semaphore>,
    /// Bounds searches that run at once, and that wait.
    pub(crate) searches: Bound,
    /// Bounds Bundles, and arrays of plain events: no search holds one up.
    pub(crate) bundles: Bound,
    /// Who cosigns the log.
    pub(crate) witnesses: Option<Witnesses>,
    clock: Arc<dyn Clock>,
    started: Millis,
    requests: AtomicU64,
}

impl App {
    /// The server's state over an open store.
    ///
    /// # Errors
    /// The store's cursor key cannot be read or made; `InvalidInput` for a base URL or a witness's
    /// URL that is none, and where creates are to wait for witnesses that nobody asks for.
    pub fn new(store: Arc<Store>, settings: Settings, clock: Arc<dyn Clock>) -> io::Result<Self> {
        settings.base_url.as_deref().map_or(Ok(()), check_base)?;
        let cursor_key = store.key("cursor")?;
        let witnesses = settings.witnessing.clone();
        let witnesses =
            witnesses.map(|witnessing| Witnesses::new(witnessing, &store)).transpose()?;
        check_acknowledge(&settings, witnesses.as_ref(), &store)?;
        Ok(Self {
            store,
            shelf: None,
            metrics: Metrics::new(),
            open: Arc::new(Principal::open()),
            cursor_key,
            bodies: Arc::new(Semaphore::new(settings.bodies_bytes_max / BODY_PERMIT_BYTES)),
            searches: Bound::of_searches(&settings),
            bundles: Bound::of_bundles(&settings),
            witnesses,
            started: clock.now(),
            clock,
            requests: AtomicU64::new(0),
            settings,
        })
    }

    /// With a shelf for what is refused; without one it is only counted.
    #[must_use]
    pub fn with_shelf(mut self, rejects: Shelf) -> Self {
        self.shelf = Some(rejects);
        self
    }

    /// Where what is refused goes.
    pub(crate) fn shelf(&self) -> Option<&Shelf> {
        self.shelf.as_ref()
    }

    /// The tenant's log. There is one tenant until identity comes.
    pub(crate) fn store(&self, tenant: &TenantId) -> &Store {
        debug_assert_eq!(*tenant, TenantId::default(), "no other tenant has a store");
        &self.store
    }

    /// The one log that there is, to be held by what runs beside requests.
    pub(crate) fn log(&self) -> &Arc<Store> {
        &self.store
    }

    /// How far the log is signed and witnessed.
    pub(crate) fn evidence(&self) -> Evidence {
        let signed = self.store.snapshot().checkpoint().map(|signed| signed.checkpoint.size);
        let signed = signed.unwrap_or_default();
        let Some(witnesses) = &self.witnesses else {
            return Evidence { signed, ..Evidence::default() };
        };
        Evidence {
            signed,
            witnessed: witnesses.newest().map_or_else(Default::default, |it| it.checkpoint.size),
            lag_ms: witnesses.lag_ms(signed, self.now()),
            alarm: witnesses.alarm(),
        }
    }

    /// When the server started.
    pub(crate) fn started(&self) -> Millis {
        self.started
    }

    /// Now.
    pub(crate) fn now(&self) -> Millis {
        self.clock.now()
    }

    /// How long it runs, in milliseconds.
    pub(crate) fn uptime_ms(&self) -> i64 {
        self.clock.now().0 - self.started.0
    }

    /// A request id that no other request of this run has.
    pub(crate) fn next_request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        format!("{:x}-{number:x}", self.started.0)
    }
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

/// It begins every `Location` and every link.
fn check_base(url: &str) -> io::Result<()> {
    let is_web = url.starts_with("http://") || url.starts_with("https://");
    let is_plain = url.bytes().all(|byte| byte.is_ascii_graphic());
    if is_web && is_plain && !url.ends_with('/') {
        return Ok(());
    }
    let says = "base_url is http:// or https://, a host, and no slash at the end";
    Err(io::Error::new(io::ErrorKind::InvalidInput, says))
}
