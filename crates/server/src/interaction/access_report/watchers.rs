//! Who looked at the person's log: what the audit of the audit says of their number, and of the
//! events that the report tells.
use super::{
    asked::Asked,
    gathered::{each, with_event},
};
use crate::{answer::Refusal, exchange::Exchange, tasks::Deadline};
use kiln_index::{Query, Term};
use kiln_pages::report::Builder;
use kiln_search::{Subject, field};

/// Events whose readers are looked for.
const EVENTS_MAX: usize = 20_000;

/// Adds them, and where nothing of that is recorded, that nothing is known.
///
/// # Errors
/// 503 where it takes too long, 500 for what cannot be read.
pub(super) fn add(
    builder: &mut Builder,
    exchange: &Exchange,
    asked: &Asked,
    deadline: &Deadline,
) -> Result<(), Refusal> {
    let Some(audit) = exchange.tenant.audit() else { return Ok(()) };
    let snapshot = audit.snapshot();
    let of_event = |id: &str| {
        let (field, kind) = (field::ENTITY, field::LOCAL);
        Query::Term(Term { field, kind, value: ["AuditEvent/", id].concat() })
    };
    let ids = asked.person.typed.iter().filter_map(|typed| typed.strip_prefix("Patient/"));
    let mut ways: Vec<_> = ids.map(|id| Subject::new(id, []).query()).collect();
    ways.extend(builder.ids().take(EVENTS_MAX).map(of_event));
    let query = Query::And(vec![Query::Or(ways), Query::Recorded(asked.recorded())]);
    builder.with_watchers();
    each(&snapshot, &query, deadline, &mut |record| {
        with_event(&record, |event, stored| builder.watched(event, stored), exchange)
    })
}
