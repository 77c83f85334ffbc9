//! Requests that were not let in, from nobody knows whom: the first of an address, a reason and a
//! minute is recorded in full, the others of it are counted, and told as one when it is over.
//!
//! Who floods a server so writes an event a minute, and no more bytes a day than the settings say.
mod table;

use super::{
    Asked,
    denials::kept,
    entry::{Ending, new_record, origin},
    trail,
};
use crate::app::App;
use hyper::{StatusCode, header::HeaderValue, http::request::Parts};
use kiln_fhir::Instant;
use kiln_store::{Millis, NewRecord};
use kiln_trail::{Client, LogUse, Outcome, Request, Seen, Server, Use};
use std::{net::IpAddr, sync::Arc};
pub(crate) use table::Refusals;
use table::{Closed, Key};

/// Notes one. It is answered whatever becomes of its record: nothing is shown.
pub(super) async fn note(app: &Arc<App>, asked: &Asked, ending: &Ending) {
    noted(app, asked, ending.status, asked.denied.unwrap_or("denied")).await;
}

/// The same, of one that came by another room's listener.
pub(crate) async fn note_stranger(
    app: &Arc<App>,
    address: Option<IpAddr>,
    parts: &Parts,
    request_id: &HeaderValue,
    status: StatusCode,
    reason: &'static str,
) {
    noted(app, &Asked::new(parts, address, request_id.clone()), status, reason).await;
}

async fn noted(app: &Arc<App>, asked: &Asked, status: StatusCode, reason: &'static str) {
    let tenant = Arc::clone(app.default_tenant());
    let Some(audit) = &tenant.audit else { return };
    let key = Key { address: asked.address, reason };
    let now = app.now();
    if !app.refusals.is_first(now, key) {
        return;
    }
    // What is behind the path may hold a secret that was sent to the wrong place.
    let line = asked.line();
    let told = Told {
        says: format!("{} {reason}", status.as_u16()),
        key,
        query: Some(&line),
        request_id: asked.request_id.to_str().ok(),
        count: None,
        period: None,
    };
    let Some(record) = told.record(app, now) else { return };
    if app.refusals.pay(now, record.body.len()) {
        // Why it failed is logged there.
        let failed = trail::append(app, audit, vec![record]).await.is_err();
        if !failed {
            return;
        }
    }
    app.refusals.count(now, key);
}

/// Tells those that were counted and whose minute is over; `all`: the others too. The stream takes
/// them in its own time.
pub(crate) async fn tell_refusals(app: &App, all: bool) {
    let Some(audit) = &app.default_tenant().audit else { return };
    let (now, mut told) = (app.now(), Vec::new());
    for closed in app.refusals.closed(now, all) {
        let Closed { key, from, to, count, is_over_budget } = closed;
        let says = if is_over_budget { OVER_BUDGET } else { COUNTED };
        let event = Told {
            says: [key.reason, ": ", says].concat(),
            key,
            query: None,
            request_id: None,
            count: Some(count),
            period: Some((from, to)),
        };
        let Some(record) = event.record(app, now) else { continue };
        if !is_over_budget && !app.refusals.pay(now, record.body.len()) {
            app.refusals.over_budget(now, count);
            continue;
        }
        match audit.append(trail::unit(vec![record])) {
            Ok(waiter) => told.push(waiter),
            Err(error) => {
                tracing::error!(%error, "refused requests cannot be recorded");
                app.refusals.over_budget(now, count);
            }
        }
    }
    kept(app, told).await;
}

const COUNTED: &str = "as many more as count says";
const OVER_BUDGET: &str = "as many as count says were not told, for the day's bytes were used up";

/// What is told of one, or of several.
struct Told<'a> {
    says: String,
    key: Key,
    query: Option<&'a [u8]>,
    request_id: Option<&'a str>,
    count: Option<u64>,
    period: Option<(Millis, Millis)>,
}

impl Told<'_> {
    fn record(&self, app: &App, now: Millis) -> Option<NewRecord> {
        let tenant = app.default_tenant();
        let own = tenant.store.snapshot();
        let instant = |at: Millis| Instant { millis: at.0 };
        let log = origin(own.checkpoint());
        let used = LogUse {
            recorded: instant(now),
            r#use: Use::Unauthenticated,
            outcome: Outcome::Serious,
            says: Some(&self.says),
            client: Client { principal: None, address: self.key.address },
            server: Server {
                tenant: tenant.id.as_str(),
                origin: log,
                url: app.settings.base_url.as_deref(),
            },
            log,
            request: Request { query: self.query, id: self.request_id, traceparent: None },
            seen: Seen { id: None, count: self.count, size: None },
            patient: None,
            period: self.period.map(|(from, to)| (instant(from), instant(to))),
        };
        new_record(&used).ok()
    }
}
