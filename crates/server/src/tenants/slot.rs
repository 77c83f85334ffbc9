//! Where a tenant is while it is open, and what is known of it while it is not.
use super::OpenTenant;
use crate::{
    app::App,
    tenant::{NotClosed, Tenant},
    witnesses::Cosigners,
};
use kiln_identity::TenantId;
use kiln_store::Millis;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use tokio::{
    runtime::Handle,
    sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit},
};

/// One tenant's.
#[derive(Default)]
pub(super) struct Slot {
    /// Held while the log is opened or closed.
    state: Arc<Mutex<State>>,
    /// When somebody asked for it last.
    used: AtomicI64,
}

/// Whether the log is open.
#[derive(Default)]
pub(super) enum State {
    #[default]
    Closed,
    Open(Open),
    /// It did not open, then.
    Failed(Millis),
    /// Somebody still holds what was to be closed: no other store may be opened over it.
    Stuck,
}

/// An open log.
pub(super) struct Open {
    pub(super) tenant: Arc<Tenant>,
    /// What goes on beside its requests.
    pub(super) beside: Option<Cosigners>,
    /// One of the places for open tenants.
    room: OwnedSemaphorePermit,
}

impl Slot {
    pub(super) fn use_at(&self, now: Millis) {
        self.used.store(now.0, Ordering::Relaxed);
    }

    pub(super) fn used(&self) -> Millis {
        Millis(self.used.load(Ordering::Relaxed))
    }

    pub(super) async fn lock(&self) -> OwnedMutexGuard<State> {
        Arc::clone(&self.state).lock_owned().await
    }

    pub(super) fn try_lock(&self) -> Option<OwnedMutexGuard<State>> {
        Arc::clone(&self.state).try_lock_owned().ok()
    }

    /// The tenant, if it is open and nobody is about to change that.
    pub(super) fn now(&self) -> Option<Arc<Tenant>> {
        match &*self.state.try_lock().ok()? {
            State::Open(open) => Some(Arc::clone(&open.tenant)),
            State::Closed | State::Failed(_) | State::Stuck => None,
        }
    }

    /// Closes it at the end of everything.
    pub(super) fn close(self) -> Result<(), NotClosed> {
        match Arc::into_inner(self.state).ok_or(NotClosed::Held)?.into_inner() {
            State::Open(open) => Tenant::close(open.tenant),
            State::Closed | State::Failed(_) => Ok(()),
            State::Stuck => Err(NotClosed::Held),
        }
    }
}

impl State {
    /// Whether it is open, and nobody is using it.
    pub(super) fn is_idle(&self) -> bool {
        let State::Open(open) = self else { return false };
        Arc::strong_count(&open.tenant) <= 1 + usize::from(open.beside.is_some())
    }
}

/// Opens it, on this thread. The tenant is in its slot before anybody else may look.
pub(super) fn open(
    app: &Arc<App>,
    id: &TenantId,
    opener: &dyn OpenTenant,
    mut state: OwnedMutexGuard<State>,
    room: OwnedSemaphorePermit,
) -> Option<Arc<Tenant>> {
    let tenant = match opener.open(id) {
        Ok(tenant) => Arc::new(tenant),
        Err(error) => {
            tracing::error!(tenant = id.as_str(), %error, "the log of a tenant does not open");
            *state = State::Failed(app.now());
            return None;
        }
    };
    let beside = Cosigners::of(app, &tenant);
    *state = State::Open(Open { tenant: Arc::clone(&tenant), beside, room });
    Some(tenant)
}

/// Closes it, on this thread; false where somebody has come to use it.
pub(super) fn close(app: &Arc<App>, mut state: OwnedMutexGuard<State>) -> bool {
    // Whatever happens in here: a log that may be open is not opened once more.
    let State::Open(mut open) = std::mem::replace(&mut *state, State::Stuck) else { return false };
    if let Some(mut beside) = open.beside.take() {
        Handle::current().block_on(beside.stop(app.settings.drain_timeout));
    }
    if Arc::strong_count(&open.tenant) > 1 {
        open.beside = Cosigners::of(app, &open.tenant);
        *state = State::Open(open);
        return false;
    }
    let Open { tenant, room, .. } = open;
    let id = tenant.id.clone();
    match Tenant::close(tenant) {
        Ok(()) => *state = State::Closed,
        Err(error) => {
            tracing::error!(tenant = id.as_str(), %error, "a tenant did not close cleanly");
            if matches!(error, NotClosed::Stopped(_)) {
                // The next opening recovers it.
                *state = State::Closed;
            }
        }
    }
    drop(state);
    drop(room);
    true
}
