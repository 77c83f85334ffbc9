//! Who is signed in. In memory alone: a restart signs everybody out.
use super::secret::{Hashed, Secret};
use kiln_identity::Principal;
use kiln_store::{Millis, clock::Random};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Sessions, found by the hash of their secret.
pub(super) struct Sessions {
    by_secret: Mutex<HashMap<Hashed, Session>>,
    limits: Limits,
}

/// How many and how long.
#[derive(Copy, Clone, Debug)]
pub(super) struct Limits {
    /// Above, the one that was idle for longest ends.
    pub(super) sessions_max: usize,
    /// Without a request for so long a session ends.
    pub(super) idle: Duration,
    /// And after so long in any case.
    pub(super) whole: Duration,
}

struct Session {
    principal: Arc<Principal>,
    begun: Millis,
    seen: Millis,
}

impl Sessions {
    pub(super) fn new(limits: Limits) -> Self {
        Self { by_secret: Mutex::default(), limits }
    }

    /// Begins one, and tells its secret.
    pub(super) fn begin(
        &self,
        principal: Arc<Principal>,
        now: Millis,
        random: &dyn Random,
    ) -> Secret {
        let secret = Secret::new(random);
        let mut sessions = self.by_secret.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= self.limits.sessions_max {
            self.make_room(&mut sessions, now);
        }
        let session = Session { principal, begun: now, seen: now };
        sessions.insert(Secret::hashed(secret.as_str()), session);
        secret
    }

    /// Whose session it is.
    pub(super) fn principal(&self, secret: &str, now: Millis) -> Option<Arc<Principal>> {
        let hashed = Secret::hashed(secret);
        let mut sessions = self.by_secret.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.get_mut(&hashed)?;
        if self.has_ended(session, now) {
            sessions.remove(&hashed);
            return None;
        }
        session.seen = now;
        Some(Arc::clone(&session.principal))
    }

    /// Ends it.
    pub(super) fn end(&self, secret: &str) {
        let hashed = Secret::hashed(secret);
        self.by_secret.lock().unwrap_or_else(PoisonError::into_inner).remove(&hashed);
    }

    fn make_room(&self, sessions: &mut HashMap<Hashed, Session>, now: Millis) {
        sessions.retain(|_, session| !self.has_ended(session, now));
        while sessions.len() >= self.limits.sessions_max {
            let idlest = sessions.iter().min_by_key(|(_, session)| session.seen.0);
            let Some(secret) = idlest.map(|(secret, _)| *secret) else { return };
            sessions.remove(&secret);
        }
    }

    fn has_ended(&self, session: &Session, now: Millis) -> bool {
        let longer = |since: Millis, than: Duration| {
            u128::from(now.0.saturating_sub(since.0).max(0) as u64) >= than.as_millis()
        };
        longer(session.seen, self.limits.idle) || longer(session.begun, self.limits.whole)
    }
}

#[cfg(test)]
mod tests;
