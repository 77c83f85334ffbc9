//! Requests that were refused to those who are known: the first of a principal, a question, a
//! status and a minute is recorded in full, the others of it are counted, and told as one when it
//! is over.
//!
//! Whoever has a credential and no right so writes no more than a few events a minute.
use super::{
    Asked,
    entry::{Ending, new_record, origin},
    trail,
};
use crate::{app::App, tenant::Tenant};
use hyper::Method;
use kiln_fhir::Instant;
use kiln_identity::{Principal, TenantId};
use kiln_store::{Millis, NewRecord, Waiter};
use kiln_trail::{Client, LogUse, Outcome, Request, Seen, Server, Use};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::time;

const MINUTE_MS: i64 = 60_000;
/// What is told apart in a minute; all else is recorded in full.
const KEYS_MAX: usize = 4096;

/// Requests that were refused to those who are known.
#[derive(Debug, Default)]
pub(crate) struct Denials(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The minute that is counted.
    minute: i64,
    counts: HashMap<Key, Denied>,
    /// Those of minutes before.
    closed: Vec<Closed>,
}

/// In whose stream, to whom, what.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    stream: TenantId,
    tenant: TenantId,
    who: Arc<str>,
    /// Method and path of its route.
    route: Option<(Method, &'static str)>,
    /// The name of its interaction.
    interaction: &'static str,
    status: u16,
}

/// What is told of several.
#[derive(Clone, Debug)]
struct Denied {
    r#use: Use,
    principal: Arc<Principal>,
    /// Where the last came from.
    address: Option<IpAddr>,
    count: u64,
}

/// Several that are told as one.
#[derive(Debug)]
struct Closed {
    key: Key,
    denied: Denied,
    from: Millis,
    to: Millis,
}

impl Denials {
    /// Whether a refusal is to be recorded in full in the stream of this tenant; else it is
    /// counted.
    pub(super) fn is_told(
        &self,
        now: Millis,
        stream: &TenantId,
        asked: &Asked,
        (interaction, r#use): (&'static str, Use),
        ending: &Ending,
    ) -> bool {
        let Some(principal) = &asked.principal else { return true };
        let key = Key {
            stream: stream.clone(),
            tenant: principal.tenant.clone(),
            who: Arc::clone(&principal.who),
            route: asked.route.map(|route| (route.method.clone(), route.path)),
            interaction,
            status: ending.status.as_u16(),
        };
        let (principal, address) = (Arc::clone(principal), asked.address);
        self.is_first(now, key, Denied { r#use, principal, address, count: 0 })
    }

    fn is_first(&self, now: Millis, key: Key, denied: Denied) -> bool {
        let mut state = self.at(now);
        if let Some(known) = state.counts.get_mut(&key) {
            known.address = denied.address;
            known.count += 1;
            return false;
        }
        if state.counts.len() < KEYS_MAX {
            state.counts.insert(key, denied);
        }
        true
    }

    /// Takes what is to be told.
    fn closed(&self, now: Millis, all: bool) -> Vec<Closed> {
        let mut state = self.at(now);
        if all {
            state.close_minute();
        }
        std::mem::take(&mut state.closed)
    }

    /// The state of this minute. A clock that goes back changes nothing.
    fn at(&self, now: Millis) -> MutexGuard<'_, State> {
        // Each change is one step: a panic leaves nothing half done.
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = now.0.div_euclid(MINUTE_MS);
        if minute > state.minute {
            state.close_minute();
            state.minute = minute;
        }
        state
    }
}

impl State {
    fn close_minute(&mut self) {
        let (from, to) = (Millis(self.minute * MINUTE_MS), Millis((self.minute + 1) * MINUTE_MS));
        let several = self.counts.drain().filter(|(_, denied)| denied.count > 0);
        self.closed.extend(several.map(|(key, denied)| Closed { key, denied, from, to }));
        // A tick comes long before the next minute ends; were there none, the oldest go.
        let over = self.closed.len().saturating_sub(2 * KEYS_MAX);
        if over > 0 {
            tracing::error!(kinds = over, "refused requests were counted and are not told");
            self.closed.drain(..over);
        }
    }
}

/// Tells those that were counted and whose minute is over; `all`: the others too.
pub(crate) async fn tell_denials(app: &Arc<App>, all: bool) {
    let now = app.now();
    let mut told = Vec::new();
    for closed in app.denials.closed(now, all) {
        let Ok(tenant) = app.tenants.get(app, &closed.key.stream).await else {
            tracing::error!(count = closed.denied.count, "refused requests cannot be recorded");
            continue;
        };
        let Some(audit) = &tenant.audit else { continue };
        let Some(record) = closed.record(app, &tenant, now) else { continue };
        match audit.append(trail::unit(vec![record])) {
            Ok(waiter) => told.push(waiter),
            Err(error) => tracing::error!(%error, "refused requests cannot be recorded"),
        }
    }
    kept(app, told).await;
}

/// Waits until closing events are on disk: a log that is closed drops what still waits.
pub(super) async fn kept(app: &App, told: Vec<Waiter>) {
    let kept = async {
        for waiter in told {
            if !matches!(waiter.await, Ok(Ok(_appended))) {
                tracing::error!("refused requests are not recorded: the stream has failed");
            }
        }
    };
    if time::timeout(app.settings.store_timeout, kept).await.is_err() {
        tracing::error!("refused requests may not be recorded: the disk has not answered in time");
    }
}

impl Closed {
    fn record(&self, app: &App, tenant: &Tenant, now: Millis) -> Option<NewRecord> {
        let Self { key, denied, from, to } = self;
        let own = tenant.store.snapshot();
        let log = origin(own.checkpoint());
        let instant = |at: Millis| Instant { millis: at.0 };
        let says = format!("{}: as many more as count says", key.status);
        let is_forbidden = matches!(key.status, 401 | 403);
        let used = LogUse {
            recorded: instant(now),
            r#use: denied.r#use,
            outcome: if is_forbidden { Outcome::Serious } else { Outcome::Minor },
            says: Some(&says),
            client: Client { principal: Some(&denied.principal), address: denied.address },
            server: Server {
                tenant: tenant.id.as_str(),
                origin: log,
                url: app.settings.base_url.as_deref(),
            },
            log,
            request: Request::default(),
            seen: Seen { id: None, count: Some(denied.count), size: None },
            patient: None,
            period: Some((instant(*from), instant(*to))),
        };
        new_record(&used).ok()
    }
}

#[cfg(test)]
mod tests;
