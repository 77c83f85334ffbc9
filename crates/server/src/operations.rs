//! What operators ask: is it alive, is it ready, how is it doing.
use crate::{
    answer::{Answer, Refusal},
    app::App,
    metrics::Evidence,
    router::Interaction,
    tenant::Tenant,
};
use bytes::Bytes;
use hyper::{StatusCode, header::HeaderValue};
use kiln_fhir::IssueType;
use kiln_store::{Millis, Status, rejects};
use std::sync::Arc;

/// The answer to an operator's route; `None` for all others.
pub(crate) fn answer(asked: Interaction, app: &App) -> Option<Result<Answer, Refusal>> {
    match asked {
        Interaction::Live => Some(Ok(json(StatusCode::OK, r#"{"status":"live"}"#))),
        Interaction::Ready => Some(Ok(ready(app))),
        Interaction::Metrics => Some(metrics(app)),
        _ => None,
    }
}

/// Ready while the default log takes records. A full disk is not the end: what is there can be
/// searched, and creates are told so. Of the other tenants it is told that somebody has to look,
/// not who.
fn ready(app: &App) -> Answer {
    let tenants = app.tenants.open();
    if app.default_tenant().store.status().poisoned {
        return json(StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"stopped"}"#);
    }
    let (status, _, evidence) = total(&tenants, app.now());
    let says = if status.full { "full" } else { "ready" };
    let mut warnings = warnings(&status, &evidence);
    let audits = tenants.iter().filter_map(|tenant| Some(tenant.audit()?.status()));
    if audits.into_iter().any(|audit| audit.poisoned || audit.full) {
        warnings.push("who looks cannot be recorded, so nobody may look: see the server's log");
    }
    if warnings.is_empty() {
        return json(StatusCode::OK, format!(r#"{{"status":"{says}"}}"#));
    }
    let warnings = warnings.join(r#"",""#);
    json(StatusCode::OK, format!(r#"{{"status":"{says}","warnings":["{warnings}"]}}"#))
}

/// The figures of all open logs as one: no answer to an operator tells tenants apart.
fn total(tenants: &[Arc<Tenant>], now: Millis) -> (Status, Option<rejects::Status>, Evidence) {
    let (mut status, mut shelf, mut evidence) = (Status::default(), None, Evidence::default());
    for tenant in tenants {
        status.add(&tenant.store.status());
        if let Some(own) = &tenant.shelf {
            shelf.get_or_insert_with(rejects::Status::default).add(&own.status());
        }
        evidence.add(&tenant.evidence(now));
    }
    (status, shelf, evidence)
}

/// What an operator must look at, though requests are served.
fn warnings(status: &Status, evidence: &Evidence) -> Vec<&'static str> {
    let stopped = "the log of a tenant has stopped: see the server's log";
    let damaged = "the background check found damage: see the log, and run `kiln fsck`";
    let astray = "a witness knows another history of this log, or more of it than there is";
    let stopped = status.poisoned.then_some(stopped);
    let damaged = status.damaged.is_some().then_some(damaged);
    stopped.into_iter().chain(damaged).chain(evidence.alarm.then_some(astray)).collect()
}

fn metrics(app: &App) -> Result<Answer, Refusal> {
    let tenants = app.tenants.open();
    let (status, shelf, evidence) = total(&tenants, app.now());
    let text = app.metrics.render(&status, shelf, &evidence, app.uptime_ms()).map_err(|error| {
        tracing::error!(%error, "the metrics cannot be written");
        let says = "the metrics cannot be written";
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, IssueType::Exception, says)
    })?;
    let open_metrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(Answer::of(StatusCode::OK, HeaderValue::from_static(open_metrics), text))
}

fn json(status: StatusCode, body: impl Into<Bytes>) -> Answer {
    Answer::of(status, HeaderValue::from_static("application/json"), body)
}

#[cfg(test)]
mod tests;
