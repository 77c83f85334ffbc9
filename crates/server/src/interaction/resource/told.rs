//! What is told of an interaction: the events that the trail's profile makes of it, as records.
use super::{Reply, Wanted, limits, settings};
use crate::{
    answer::Refusal,
    authentication::holds_credential,
    exchange::Exchange,
    intake::{self, Sent},
    interaction::append,
};
use hyper::{StatusCode, header::HeaderName};
use kiln_fhir::{Instant, IssueType};
use kiln_identity::Means;
use kiln_store::{Condition, NewRecord, RecordKind, Unit};
use kiln_trail::{
    Client, Interaction, Outcome, Patient, Request, Returned, Server, Version, Versioned,
    rest::{self, Resource},
};
use std::sync::Arc;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// A version of a resource, as a trail tells it.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) r#type: String,
    pub(super) id: String,
    pub(super) version: String,
    /// What it says of itself; of a deletion, what it said before.
    pub(super) says: Option<Resource>,
}

/// How an interaction ended.
#[derive(Default)]
pub(super) struct Ending<'a> {
    pub(super) status: StatusCode,
    /// Why it did not end well; nothing of what was sent.
    pub(super) refused: Option<String>,
    /// The version that was there before a change.
    pub(super) old: Option<&'a str>,
    /// What there is now, or was shown.
    pub(super) shown: Option<&'a Shown>,
    /// What a search or a history showed.
    pub(super) returned: &'a [Shown],
}

/// Records the refusal of an interaction, once, and gives it. What the store itself refused, or
/// had no time for, is not told: nothing was done, and there is no place for it.
pub(super) async fn refused(
    exchange: &Arc<Exchange>,
    wanted: &Wanted,
    refusal: Refusal,
) -> Result<Reply, Refusal> {
    let is_theirs = refusal.status.is_client_error();
    if is_theirs && refusal.status != StatusCode::TOO_MANY_REQUESTS {
        let issue = refusal.outcome.issues.first();
        let says = issue.map(|issue| issue.diagnostics.clone());
        let instance = wanted.asked.instance().map(ToString::to_string);
        let current = instance.and_then(|key| super::resources(exchange).current(&key));
        let old = current.as_ref().map(|current| &*current.version);
        let ending = Ending { status: refusal.status, refused: says, old, ..Ending::default() };
        keep(exchange, wanted, &ending).await?;
    }
    Err(refusal)
}

/// Puts the events of what changes nothing on disk.
///
/// # Errors
/// What cannot be told is not answered.
pub(super) async fn keep(
    exchange: &Exchange,
    wanted: &Wanted,
    ending: &Ending<'_>,
) -> Result<(), Refusal> {
    let records = records(exchange, wanted, ending)?;
    if records.is_empty() {
        return Ok(());
    }
    let principal = Arc::clone(&exchange.principal.who);
    let unit = Unit { records, principal, condition: Condition::Atomic, key: None };
    append::append(exchange, unit).await.map(drop)
}

/// The records of an interaction's events; none where the profile has none.
///
/// # Errors
/// One of them is no event that this server would take: a mistake of ours.
pub(super) fn records(
    exchange: &Exchange,
    wanted: &Wanted,
    ending: &Ending<'_>,
) -> Result<Vec<NewRecord>, Refusal> {
    let events = with_interaction(exchange, wanted, ending, |interaction| {
        settings(exchange).profile.events(interaction)
    });
    let record = |event: kiln_trail::Event| {
        let sent = Sent::json(event.release);
        let taken = intake::new_record(event.json.into(), sent, &intake::STORED);
        let (record, _warnings) = taken.map_err(|outcome| {
            tracing::error!(?outcome, "an event of the trail is not valid");
            let says = "it cannot be told what was asked, so it is not done";
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, IssueType::Exception, says)
        })?;
        Ok(NewRecord { kind: RecordKind::TrailEvent, entry: wanted.entry, ..record })
    };
    events.into_iter().map(record).collect()
}

fn with_interaction<T>(
    exchange: &Exchange,
    wanted: &Wanted,
    ending: &Ending<'_>,
    tell: impl FnOnce(&Interaction<'_>) -> T,
) -> T {
    let Wanted { asked, sent, correlation, .. } = wanted;
    let said = ending.shown.and_then(|shown| shown.says.as_ref()).or_else(|| sent.resource());
    let named = asked.patients(sent.form(), &limits(exchange));
    let patients = match said {
        Some(resource) if !resource.patients.is_empty() => &resource.patients,
        _ => &named,
    };
    let mut patients: Vec<Patient<'_>> = patients.iter().filter_map(rest::Patient::named).collect();
    let own = ending.shown.filter(|shown| shown.r#type == "Patient");
    let own = own.map(|shown| ["Patient/", &shown.id].concat());
    if let Some(own) = own.as_deref().map(Patient::Reference).filter(|own| !patients.contains(own))
    {
        patients.insert(0, own);
    }
    let tags: Vec<_> = said.into_iter().flat_map(|it| &it.tags).map(rest::Tag::named).collect();
    let shown_to: Vec<Vec<Patient<'_>>> = ending.returned.iter().map(whom).collect();
    let returned: Vec<Returned<'_>> =
        ending.returned.iter().zip(&shown_to).map(|(shown, to)| returned(shown, to)).collect();
    let query = query(exchange, wanted);
    let snapshot = exchange.store().snapshot();
    let recorded = super::resources(exchange).instant(exchange.app.now());
    let signed = snapshot.checkpoint();
    tell(&Interaction {
        kind: asked.restful(sent),
        operation: None,
        recorded: Instant { millis: recorded.0 },
        outcome: Outcome::of_status(Some(ending.status.as_u16())),
        says: ending.refused.as_deref(),
        status: Some(ending.status.as_u16()),
        client: Client { principal: Some(&exchange.principal), address: exchange.address },
        is_verified: exchange.principal.means != Means::Open,
        by_server: false,
        organization: None,
        server: Server {
            tenant: exchange.tenant.id.as_str(),
            origin: signed.map_or("unsigned", |signed| signed.checkpoint.origin.as_str()),
            url: Some(&exchange.base),
        },
        upstream: None,
        request: Request {
            query: query.as_deref().map(str::as_bytes),
            id: exchange.request_id.to_str().ok(),
            traceparent: exchange.headers.get(TRACEPARENT).and_then(|it| it.to_str().ok()),
        },
        correlation: correlation.as_deref(),
        purposes: &[],
        resource: versioned(wanted, ending, said),
        patients: &patients,
        returned: &returned,
        is_whole: true,
        tags: &tags,
    })
}

fn versioned<'a>(
    wanted: &'a Wanted,
    ending: &Ending<'a>,
    said: Option<&'a Resource>,
) -> Option<Versioned<'a>> {
    let is_search = matches!(
        wanted.asked.does,
        rest::Does::SearchType(_) | rest::Does::HistoryType(_) | rest::Does::Bundle
    );
    if is_search {
        return None;
    }
    // What was refused has not come to be.
    let said = said.filter(|_| ending.refused.is_none());
    let state = said.map(Resource::state).unwrap_or_default();
    let old = ending.old.map_or(Version::Absent, Version::Known);
    if let Some(Shown { r#type, id, version, .. }) = ending.shown {
        let new = Version::Known(version);
        return Some(Versioned { r#type, id: Some(id), old, new, state });
    }
    let instance = wanted.asked.instance();
    Some(Versioned {
        r#type: wanted.asked.resource_type()?.as_str(),
        id: instance.map(|instance| instance.id.as_str()),
        old,
        new: wanted.asked.version().map_or(Version::Absent, |it| Version::Known(it.as_str())),
        state,
    })
}

fn whom(shown: &Shown) -> Vec<Patient<'_>> {
    let says = shown.says.iter();
    says.flat_map(|says| &says.patients).filter_map(rest::Patient::named).collect()
}

fn returned<'a>(shown: &'a Shown, patients: &'a [Patient<'a>]) -> Returned<'a> {
    Returned {
        r#type: &shown.r#type,
        id: &shown.id,
        version: Version::Known(&shown.version),
        state: shown.says.as_ref().map(Resource::state).unwrap_or_default(),
        patients,
    }
}

/// Method, URL and form of a search or a history, but no credential.
fn query(exchange: &Exchange, wanted: &Wanted) -> Option<String> {
    let Wanted { asked, sent, .. } = wanted;
    if !matches!(
        asked.does,
        rest::Does::SearchType(_) | rest::Does::HistoryType(_) | rest::Does::HistoryInstance(_)
    ) {
        return None;
    }
    let mut text = format!("{} {}/{}", asked.method.as_str(), exchange.base, asked.path);
    if let Some(query) = asked.query.as_ref().filter(|query| !holds_credential(query)) {
        text.extend(["?", query]);
    }
    if let Some(form) = sent.form().filter(|form| !holds_credential(form)) {
        text.extend(["\n\n", form]);
    }
    Some(text)
}
