//! The tenants of a server: each log is opened when somebody first asks for it, and closed when
//! nobody has for long.
//!
//! That happens on threads of its own, never on those that serve connections, and goes on to its
//! end whatever becomes of the request that asked: two stores over one folder would destroy it.
mod slot;

use crate::{
    addressed::nobodys,
    answer::Refusal,
    app::App,
    audit::{tell_denials, tell_refusals},
    tenant::{NotClosed, Tenant},
    witnesses::Cosigners,
};
use kiln_fhir::IssueType;
use kiln_identity::TenantId;
use kiln_store::Millis;
use slot::{Open, Slot, State};
use std::{
    collections::HashMap, error::Error, future::Future, pin::pin, sync::Arc, time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{self, MissedTickBehavior},
};

/// Opens the logs of tenants.
pub trait OpenTenant: Send + Sync {
    /// Opens one, on the thread that asks. It is asked for a tenant only while that is closed.
    ///
    /// # Errors
    /// Why not, for the operator alone.
    fn open(&self, tenant: &TenantId) -> Result<Tenant, Box<dyn Error + Send + Sync>>;
}

/// A tenant whose log does not open is left alone for so long.
const PAUSE: Duration = Duration::from_secs(5);
/// How often it is looked whether somebody is idle.
const IDLE_CHECK: Duration = Duration::from_secs(5);

/// All tenants, open or not.
pub(crate) struct Tenants {
    default: Arc<Tenant>,
    others: HashMap<TenantId, Slot>,
    opener: Option<Arc<dyn OpenTenant>>,
    /// A permit for each of the others that is open.
    room: Arc<Semaphore>,
}

impl Tenants {
    /// The default tenant alone, which is always open.
    pub(crate) fn only(default: Tenant) -> Self {
        Self {
            default: Arc::new(default),
            others: HashMap::new(),
            opener: None,
            room: Arc::new(Semaphore::new(0)),
        }
    }

    /// With others, at most `open_max` of them open at once.
    pub(crate) fn with(
        self,
        others: impl IntoIterator<Item = TenantId>,
        opener: Arc<dyn OpenTenant>,
        open_max: usize,
    ) -> Self {
        let others = others.into_iter().filter(|id| *id != self.default.id);
        let others = others.map(|id| (id, Slot::default())).collect();
        Self { others, opener: Some(opener), room: Arc::new(Semaphore::new(open_max)), ..self }
    }

    /// The tenant whose addresses need no prefix.
    pub(crate) fn default_tenant(&self) -> &Arc<Tenant> {
        &self.default
    }

    /// The tenants whose logs are open, as far as nobody is opening or closing them just now.
    pub(crate) fn open(&self) -> Vec<Arc<Tenant>> {
        let others = self.others.values().filter_map(Slot::now);
        std::iter::once(Arc::clone(&self.default)).chain(others).collect()
    }

    /// The tenant, opened if need be.
    ///
    /// # Errors
    /// 404 where there is none; 503 where its log does not open, or too many are in use.
    pub(crate) async fn get(&self, app: &Arc<App>, id: &TenantId) -> Result<Arc<Tenant>, Refusal> {
        if *id == self.default.id {
            return Ok(Arc::clone(&self.default));
        }
        let slot = self.others.get(id).ok_or_else(nobodys)?;
        let now = app.now();
        slot.use_at(now);
        let state = slot.lock().await;
        match &*state {
            State::Open(open) => return Ok(Arc::clone(&open.tenant)),
            State::Failed(at) if now.0 - at.0 < PAUSE.as_millis() as i64 => return Err(shut()),
            State::Stuck => return Err(shut()),
            State::Closed | State::Failed(_) => {}
        }
        let opener = Arc::clone(self.opener.as_ref().ok_or_else(nobodys)?);
        let room = self.room(app).await?;
        let (app, id) = (Arc::clone(app), id.clone());
        let opening = move || slot::open(&app, &id, &*opener, state, room);
        tokio::task::spawn_blocking(opening).await.unwrap_or(None).ok_or_else(shut)
    }

    /// A place for one more, for which another may have to be closed.
    async fn room(&self, app: &Arc<App>) -> Result<OwnedSemaphorePermit, Refusal> {
        loop {
            if let Ok(room) = Arc::clone(&self.room).try_acquire_owned() {
                return Ok(room);
            }
            if !self.close_one(app, Millis(i64::MAX)).await {
                let says = "as many tenants as may be are in use: try again";
                return Err(Refusal::retry_after(IssueType::Throttled, says, "1"));
            }
        }
    }

    /// Closes the one that nobody has used for longest, if that was before `before`; false where
    /// there is none.
    async fn close_one(&self, app: &Arc<App>, before: Millis) -> bool {
        let mut slots: Vec<_> = self.others.values().map(|slot| (slot.used(), slot)).collect();
        slots.retain(|(used, _)| *used < before);
        slots.sort_unstable_by_key(|(used, _)| *used);
        for (_, slot) in slots {
            let Some(state) = slot.try_lock().filter(|state| state.is_idle()) else { continue };
            let app = Arc::clone(app);
            let closed = tokio::task::spawn_blocking(move || slot::close(&app, state)).await;
            if closed.unwrap_or(false) {
                return true;
            }
        }
        false
    }

    /// Tells the cosigning of all that are open to end.
    async fn rest(&self, app: &App) {
        for slot in self.others.values() {
            if let State::Open(Open { beside: Some(beside), .. }) = &mut *slot.lock().await {
                beside.stop(app.settings.drain_timeout).await;
            }
        }
    }

    /// Closes every log.
    pub(crate) fn close(self) -> Result<(), NotClosed> {
        let mut closed = Tenant::close(self.default);
        for slot in self.others.into_values() {
            closed = slot.close().and(closed);
        }
        closed
    }
}

/// What goes on beside the requests until `stop` resolves: logs are cosigned, idle ones closed,
/// refused requests of a minute told.
pub(crate) async fn attend(app: Arc<App>, stop: impl Future<Output = ()>) {
    let mut default = Cosigners::of(&app, app.default_tenant());
    let mut stop = pin!(stop);
    let mut ticks = time::interval(IDLE_CHECK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = &mut stop => break,
            _ = ticks.tick() => {
                let idle = i64::try_from(app.settings.tenant_idle.as_millis()).unwrap_or(i64::MAX);
                let before = Millis(app.now().0.saturating_sub(idle));
                while app.tenants.close_one(&app, before).await {}
                tell_refusals(&app, false).await;
                tell_denials(&app, false).await;
            }
        }
    }
    if let Some(cosigners) = &mut default {
        cosigners.stop(app.settings.drain_timeout).await;
    }
    // While the logs of all can still be opened.
    tell_denials(&app, true).await;
    app.tenants.rest(&app).await;
    tell_refusals(&app, true).await;
}

/// 503: the operator has to look.
fn shut() -> Refusal {
    let says = "the log of this tenant does not open: see the server's log";
    Refusal::retry_after(IssueType::Exception, says, "5")
}
