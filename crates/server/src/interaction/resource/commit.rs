//! Stores versions of resources with their events: one unit of the log, so that neither is ever
//! there without the other.
use super::{
    Reply, Wanted,
    change::{Decided, Draft, View},
    criteria, read,
    reply::Kept,
    resources, settings,
    told::{self, Ending},
};
use crate::{
    answer::Refusal,
    exchange::Exchange,
    interaction::append,
    resources::{Held, body},
    tasks,
};
use hyper::StatusCode;
use kiln_fhir::IssueType;
use kiln_index::LogIndex;
use kiln_store::{Appended, Condition, NewRecord, Outcome, Stored, Unit};
use kiln_trail::rest::Does;
use std::sync::Arc;

/// Does a create, an update, a patch or a deletion. From the call on it goes on to its end, whether
/// its client stays or goes: what is held for it is let go only when its outcome is known.
pub(super) async fn write(
    exchange: &Arc<Exchange>,
    wanted: &Arc<Wanted>,
    patient: Option<String>,
) -> Result<Reply, Refusal> {
    let timeout = exchange.app.settings.store_timeout;
    let (exchange, wanted) = (Arc::clone(exchange), Arc::clone(wanted));
    tasks::lasting(timeout, async move { one(&exchange, &wanted, patient.as_deref()).await })
        .await
        .unwrap_or_else(|| Err(unknown_outcome()))
}

async fn one(
    exchange: &Arc<Exchange>,
    wanted: &Arc<Wanted>,
    patient: Option<&str>,
) -> Result<Reply, Refusal> {
    let held = hold(exchange, wanted).await;
    let matches = matches(exchange, wanted, patient).await?;
    let now = exchange.app.now();
    let decided = View { exchange, matches, patient, now }.decide(wanted)?;
    match decided {
        Decided::Write(draft) => {
            let replies = store(exchange, vec![(Arc::clone(wanted), *draft)], &held).await?;
            replies.into_iter().next().ok_or_else(lost)
        }
        Decided::Found(kept) => found(exchange, wanted, *kept).await,
    }
}

/// Holds what an interaction changes: a resource, or where it depends on a search, everything.
async fn hold(exchange: &Exchange, wanted: &Wanted) -> Held {
    let asked = &wanted.asked;
    let keys = match (&asked.does, &asked.conditions.if_none_exist) {
        (Does::UpdateIf(_), _) | (Does::Create(_), Some(_)) => None,
        // Nobody else knows the id.
        (Does::Create(_), None) => Some(Vec::new()),
        _ => Some(asked.instance().map(ToString::to_string).into_iter().collect()),
    };
    resources(exchange).hold(keys.as_deref()).await
}

/// What the criteria of a conditional create or update find, two at most; `None` where there are
/// no criteria.
pub(super) async fn matches(
    exchange: &Arc<Exchange>,
    wanted: &Wanted,
    patient: Option<&str>,
) -> Result<Option<Vec<LogIndex>>, Refusal> {
    let (r#type, text) = match &wanted.asked.does {
        Does::UpdateIf(r#type) => (*r#type, wanted.asked.query.clone().unwrap_or_default()),
        Does::Create(r#type) => match &wanted.asked.conditions.if_none_exist {
            Some(criteria) => (*r#type, criteria.clone()),
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    let app = Arc::clone(&exchange.app);
    let (exchange, patient) = (Arc::clone(exchange), patient.map(str::to_owned));
    let deadline = app.settings.search_deadline;
    tasks::blocking(&app.searches, deadline, move |deadline| {
        criteria::matches(&exchange, r#type, &text, patient.as_deref(), deadline).map(Some)
    })
    .await
}

/// Tells of a conditional create that found something, and shows it.
pub(super) async fn found(
    exchange: &Exchange,
    wanted: &Wanted,
    kept: Kept,
) -> Result<Reply, Refusal> {
    let shown = read::shown(exchange, &kept);
    let ending = Ending { status: StatusCode::OK, shown: Some(&shown), ..Ending::default() };
    told::keep(exchange, wanted, &ending).await?;
    Ok(Reply::changed(StatusCode::OK, kept))
}

/// Stores drafts with their events, all or none, and takes them in. What they change is held.
pub(super) async fn store(
    exchange: &Exchange,
    drafts: Vec<(Arc<Wanted>, Draft)>,
    _held: &Held,
) -> Result<Vec<Reply>, Refusal> {
    let mut records: Vec<NewRecord> = Vec::with_capacity(drafts.len() * 2);
    let mut at = Vec::with_capacity(drafts.len());
    for (wanted, draft) in &drafts {
        at.push(records.len());
        let release = settings(exchange).release.number();
        records.push(body::record(&draft.head, &draft.resource, release, wanted.entry));
        records.extend(events(exchange, wanted, draft)?);
    }
    let principal = Arc::clone(&exchange.principal.who);
    let unit = Unit { records, principal, condition: Condition::Atomic, key: None };
    let appended = exchange.store().append(unit)?.await;
    let appended = appended.map_err(|_stopped| append::stopped())??;
    let mut replies = Vec::with_capacity(drafts.len());
    for ((_, draft), at) in drafts.into_iter().zip(at) {
        let stored = created(&appended, at)?;
        resources(exchange).stored(&draft.head, stored.log_index);
        let Draft { head, resource, status, .. } = draft;
        replies.push(Reply::changed(status, Kept::stored(head, &stored, resource)));
    }
    append::acknowledge(exchange, &appended).await?;
    Ok(replies)
}

fn events(exchange: &Exchange, wanted: &Wanted, draft: &Draft) -> Result<Vec<NewRecord>, Refusal> {
    let kept = Kept {
        head: draft.head.clone(),
        modified: exchange.app.now(),
        resource: draft.resource.clone(),
    };
    let mut shown = read::shown(exchange, &kept);
    // A deletion says nothing: whom it was about, the version before says.
    if let Some(old) = draft.old.as_ref().filter(|_| shown.says.is_none()) {
        shown.says = read::shown(exchange, old).says;
    }
    let old = draft.old.as_ref().map(|old| &*old.head.version);
    let ending = Ending { status: draft.status, old, shown: Some(&shown), ..Ending::default() };
    told::records(exchange, wanted, &ending)
}

fn created(appended: &Appended, at: usize) -> Result<Stored, Refusal> {
    match appended.outcomes.get(at) {
        Some(Outcome::Created(stored)) => Ok(*stored),
        _ => Err(lost()),
    }
}

fn lost() -> Refusal {
    Refusal::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        IssueType::Exception,
        "the store did not say what became of the resource",
    )
}

pub(super) fn unknown_outcome() -> Refusal {
    let says = "the disk has not answered in time: the change may or may not be stored; read the \
                resource again";
    Refusal::retry_after(IssueType::Transient, says, "5")
}
