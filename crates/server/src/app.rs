//! What every request shares.
use crate::{
    audit::{Denials, Refusals},
    authentication::{Authentication, IdentitySettings},
    metrics::Metrics,
    settings::Settings,
    sign_in::{SignIn, SignInSettings},
    tasks::Bound,
    tenant::{NotClosed, Tenant},
    tenants::{OpenTenant, Tenants},
};
use kiln_identity::TenantId;
use kiln_store::{
    Millis,
    clock::{Clock, Random},
    disk::Disk,
};
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

/// The server's state: the tenants, the settings, the clock, the meters.
pub struct App {
    /// Whose logs there are.
    pub(crate) tenants: Tenants,
    /// Limits.
    pub(crate) settings: Settings,
    /// Who asks.
    pub(crate) authentication: Authentication,
    /// Who was not let in.
    pub(crate) refusals: Refusals,
    /// What was refused to those who are known.
    pub(crate) denials: Denials,
    /// Figures for operators.
    pub(crate) metrics: Metrics,
    /// Bounds the memory of large bodies.
    pub(crate) bodies: Arc<Semaphore>,
    /// Bounds searches that run at once, and that wait.
    pub(crate) searches: Bound,
    /// Bounds Bundles, and arrays of plain events: no search holds one up.
    pub(crate) bundles: Bound,
    clock: Arc<dyn Clock>,
    started: Millis,
    requests: AtomicU64,
}

impl App {
    /// The server's state over the tenant whose addresses need no prefix.
    ///
    /// # Errors
    /// `InvalidInput` for a base URL that is none.
    pub fn new(default: Tenant, settings: Settings, clock: Arc<dyn Clock>) -> io::Result<Self> {
        settings.base_url.as_deref().map_or(Ok(()), check_base)?;
        Ok(Self {
            tenants: Tenants::only(default),
            authentication: Authentication::open(Arc::clone(&clock)),
            refusals: Refusals::new(settings.audit_unauthenticated_bytes_max),
            denials: Denials::default(),
            metrics: Metrics::new(),
            bodies: Arc::new(Semaphore::new(settings.bodies_bytes_max / BODY_PERMIT_BYTES)),
            searches: Bound::of_searches(&settings),
            bundles: Bound::of_bundles(&settings),
            started: clock.now(),
            clock,
            requests: AtomicU64::new(0),
            settings,
        })
    }

    /// With identity: who asks is told by tokens, keys and certificates.
    ///
    /// # Errors
    /// `InvalidInput` for settings that would let in whom nobody knows; the file of API keys
    /// cannot be read.
    pub fn with_identity(
        mut self,
        settings: IdentitySettings,
        disk: &Arc<dyn Disk>,
    ) -> io::Result<Self> {
        self.authentication = Authentication::new(settings, Arc::clone(&self.clock), disk)?;
        Ok(self)
    }

    /// With pages that people sign in to, at one of the issuers.
    ///
    /// # Errors
    /// `InvalidInput` for a URL that is none, and for plain `http` that leaves this machine.
    pub fn with_sign_in(
        mut self,
        settings: SignInSettings,
        random: Arc<dyn Random>,
    ) -> io::Result<Self> {
        let sign_in = SignIn::new(settings, random)?;
        self.authentication = self.authentication.with_sign_in(sign_in);
        Ok(self)
    }

    /// With more tenants, which are opened when they are first asked for.
    #[must_use]
    pub fn with_tenants(
        mut self,
        names: impl IntoIterator<Item = TenantId>,
        opener: Arc<dyn OpenTenant>,
    ) -> Self {
        let open_max = self.settings.tenants_open_max;
        self.tenants = self.tenants.with(names, opener, open_max);
        self
    }

    /// Closes every log that is open. To be called when nobody serves any more.
    ///
    /// # Errors
    /// A log is still in use, or had stopped: its next opening recovers it.
    pub fn close(self) -> Result<(), NotClosed> {
        self.tenants.close()
    }

    /// The tenant whose addresses need no prefix.
    pub(crate) fn default_tenant(&self) -> &Arc<Tenant> {
        self.tenants.default_tenant()
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
