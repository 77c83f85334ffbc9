//! What operators ask: is it alive, is it ready, how is it doing.
use crate::{
    answer::{Answer, Refusal},
    app::App,
    metrics::Evidence,
    router::Interaction,
};
use bytes::Bytes;
use hyper::{StatusCode, header::HeaderValue};
use kiln_fhir::IssueType;
use kiln_store::{Status, rejects::Shelf};

/// The answer to an operator's route; `None` for all others.
pub(crate) fn answer(asked: Interaction, app: &App) -> Option<Result<Answer, Refusal>> {
    match asked {
        Interaction::Live => Some(Ok(json(StatusCode::OK, r#"{"status":"live"}"#))),
        Interaction::Ready => Some(Ok(ready(app))),
        Interaction::Metrics => Some(metrics(app)),
        _ => None,
    }
}

/// Ready while the log takes records. A full disk is not the end: what is there can be searched,
/// and creates are told so.
fn ready(app: &App) -> Answer {
    let status = app.default_tenant().store.status();
    if status.poisoned {
        return json(StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"stopped"}"#);
    }
    let says = if status.full { "full" } else { "ready" };
    let warnings = warnings(&status, &app.default_tenant().evidence(app.now()));
    if warnings.is_empty() {
        return json(StatusCode::OK, format!(r#"{{"status":"{says}"}}"#));
    }
    let warnings = warnings.join(r#"",""#);
    json(StatusCode::OK, format!(r#"{{"status":"{says}","warnings":["{warnings}"]}}"#))
}

/// What an operator must look at, though requests are served.
fn warnings(status: &Status, evidence: &Evidence) -> Vec<&'static str> {
    let damaged = "the background check found damage: see the log, and run `kiln fsck`";
    let astray = "a witness knows another history of this log, or more of it than there is";
    let damaged = status.damaged.is_some().then_some(damaged);
    damaged.into_iter().chain(evidence.alarm.then_some(astray)).collect()
}

fn metrics(app: &App) -> Result<Answer, Refusal> {
    let status = app.default_tenant().store.status();
    let shelf = app.default_tenant().shelf.as_ref().map(Shelf::status);
    let text = app
        .metrics
        .render(&status, shelf, &app.default_tenant().evidence(app.now()), app.uptime_ms())
        .map_err(|error| {
            tracing::error!(%error, "the metrics cannot be written");
            Refusal::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                IssueType::Exception,
                "the metrics cannot be written",
            )
        })?;
    let open_metrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(Answer::of(StatusCode::OK, HeaderValue::from_static(open_metrics), text))
}

fn json(status: StatusCode, body: impl Into<Bytes>) -> Answer {
    Answer::of(status, HeaderValue::from_static("application/json"), body)
}

#[cfg(test)]
mod tests;
