//! The answer to a Bundle: one entry for each, in order.
use super::plan::{Fetch, Step};
use crate::{
    answer::{Answer, Refusal},
    audit::{Look, Looks},
    body::Received,
    exchange::{Exchange, parameters},
    form::Form,
    interaction::{create, history_instance, history_type, read, search_type, vread},
    negotiate::{Prefer, Return},
    rendition::Kept,
    restriction,
    router::Interaction,
    tasks::Deadline,
    version::{ETAG, Version},
};
use hyper::{
    Method, StatusCode,
    header::{self, HeaderMap, HeaderName},
};
use kiln_fhir::{
    Issue, IssueType, MediaType, OperationOutcome,
    bundle::{BundleType, EntryWriter, Outgoing, Response, Writer},
};
use kiln_store::{Outcome, Stored};
use std::sync::Arc;

/// Answers what was stored, fetches what was asked for.
pub(super) fn reply(
    exchange: &Exchange,
    kind: BundleType,
    steps: Vec<Step>,
    outcomes: &[Outcome],
    deadline: &Deadline,
) -> Result<Answer, Refusal> {
    let mut out = Vec::with_capacity(256 + steps.len() * 256);
    let mut fetched_bytes = 0;
    let prefer = Prefer::of(&exchange.headers).r#return;
    let mut bundle = Writer::of(
        exchange.form.release,
        &mut out,
        match kind {
            BundleType::Transaction => Outgoing::TransactionResponse,
            BundleType::Batch | BundleType::Collection => Outgoing::BatchResponse,
        },
    );
    for step in steps {
        match step {
            Step::Store { record, warnings, condition } => {
                let outcome = outcomes.get(record).ok_or_else(lost)?;
                note_condition(exchange, condition.as_deref(), outcome);
                stored(exchange, prefer, &mut bundle, outcome, warnings)?;
            }
            Step::Refuse(refusal) => refused(&mut bundle, &refusal),
            Step::Fetch(_) if fetched_bytes > exchange.app.settings.page_bytes_max => {
                refused(&mut bundle, &too_much());
            }
            Step::Fetch(fetch) => match run(exchange, fetch, deadline) {
                Ok(answer) => {
                    fetched_bytes += answer.body.len();
                    fetched(&mut bundle, &answer);
                }
                Err(refusal) => refused(&mut bundle, &refusal),
            },
        }
    }
    bundle.finish();
    Ok(Answer::fhir(StatusCode::OK, exchange.form, out))
}

fn stored(
    exchange: &Exchange,
    prefer: Option<Return>,
    bundle: &mut Writer<'_>,
    outcome: &Outcome,
    warnings: Vec<Issue>,
) -> Result<(), Refusal> {
    match outcome {
        Outcome::Created(stored) => {
            created(exchange, prefer, bundle, (StatusCode::CREATED, stored), warnings)
        }
        Outcome::Exists(stored) => {
            created(exchange, prefer, bundle, (StatusCode::OK, stored), warnings)
        }
        Outcome::Ambiguous => {
            refused(bundle, &create::ambiguous());
            Ok(())
        }
        Outcome::RolledBack => Err(lost()),
    }
}

/// Notes that the condition of an entry has found something, if it has.
pub(super) fn note_condition(exchange: &Exchange, condition: Option<&str>, outcome: &Outcome) {
    if let Some(condition) = condition {
        create::matched(exchange, named(condition), outcome);
    }
}

/// How the condition of an entry is told to whoever asks who looked.
pub(super) fn named(condition: &str) -> String {
    ["request.ifNoneExist: ", condition].concat()
}

fn created(
    exchange: &Exchange,
    prefer: Option<Return>,
    bundle: &mut Writer<'_>,
    (status, stored): (StatusCode, &Stored),
    warnings: Vec<Issue>,
) -> Result<(), Refusal> {
    let version = Version::of_stored(stored);
    let event = match prefer {
        Some(Return::Representation) if restriction::shows_own(exchange) => {
            Some(representation(exchange, stored, &version)?)
        }
        _ => None,
    };
    let tells = prefer == Some(Return::OperationOutcome) || !warnings.is_empty();
    let outcome = tells.then_some(OperationOutcome { issues: warnings });
    bundle.entry(|entry| {
        if let Some(event) = event {
            entry.full_url(&[&exchange.base, "/AuditEvent/", &version.id].concat());
            entry.resource(|out| out.extend_from_slice(&event));
        }
        entry.response(&Response {
            status: &status.to_string(),
            location: Some(&version.location(&exchange.base)),
            etag: Some(ETAG),
            last_modified: Some(&version.last_updated),
            outcome: outcome.as_ref(),
        });
    });
    Ok(())
}

fn representation(
    exchange: &Exchange,
    stored: &Stored,
    version: &Version,
) -> Result<Vec<u8>, Refusal> {
    let record = create::existing(exchange, stored)?;
    Ok(version.rendered(&Kept::of(&record)?.json_in(exchange.form.release)?))
}

fn refused(bundle: &mut Writer<'_>, refusal: &Refusal) {
    bundle.entry(|entry| {
        entry.response(&Response {
            status: &refusal.status.to_string(),
            outcome: Some(&refusal.outcome),
            ..Response::default()
        });
    });
}

fn fetched(bundle: &mut Writer<'_>, answer: &Answer) {
    let field = |name: HeaderName| answer.headers.get(name).and_then(|value| value.to_str().ok());
    bundle.entry(|entry: &mut EntryWriter<'_>| {
        entry.resource(|out| out.extend_from_slice(&answer.body));
        entry.response(&Response {
            status: &answer.status.to_string(),
            etag: field(header::ETAG),
            ..Response::default()
        });
    });
}

fn run(exchange: &Exchange, fetch: Fetch, deadline: &Deadline) -> Result<Answer, Refusal> {
    let (asked, look) = (fetch.interaction, fetch.look(StatusCode::OK));
    // Conditions and preferences of the Bundle's own request are not those of its entries.
    let inner = Exchange {
        app: Arc::clone(&exchange.app),
        tenant: Arc::clone(&exchange.tenant),
        principal: Arc::clone(&exchange.principal),
        release: exchange.release,
        form: Form { media: MediaType::Json, ..exchange.form },
        is_open: false,
        sent: exchange.sent,
        base: exchange.base.clone(),
        compartment: fetch.compartment,
        id: fetch.id,
        version: fetch.version,
        method: Method::GET,
        below: String::new(),
        headers: HeaderMap::new(),
        address: exchange.address,
        request_id: exchange.request_id.clone(),
        query: fetch.query,
        body: Received::default(),
        is_of_audit: false,
        looks: Looks::default(),
    };
    let answered = match asked {
        Interaction::Read => read::run(&inner),
        Interaction::Vread => vread::run(&inner),
        Interaction::HistoryInstance => history_instance::run(&inner),
        Interaction::HistoryType => history_type::run(&inner, deadline),
        Interaction::SearchType | Interaction::SearchCompartment => {
            let pairs = parameters(&inner.query);
            pairs.and_then(|pairs| search_type::run(&inner, &pairs, deadline))
        }
        _ => Err(lost()),
    };
    let status = answered.as_ref().map_or_else(|refusal| refusal.status, |answer| answer.status);
    let refused = answered.as_ref().err().cloned();
    exchange.looks.inside(Look { status, refused, saw: inner.looks.saw(), ..look });
    answered
}

fn too_much() -> Refusal {
    let says = "the answer to this Bundle is too large already: ask for the rest alone";
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, IssueType::TooCostly, says)
}

fn lost() -> Refusal {
    Refusal::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        IssueType::Exception,
        "an entry was planned but not answered",
    )
}
