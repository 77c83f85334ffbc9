//! IHE's Basic Audit Log Patterns 1.1.4
//! (<https://profiles.ihe.net/ITI/BALP/1.1.4/>).
use super::{
    Balp, Event, QUERY_BYTES_MAX, RESULTS_MAX, Results,
    resource::{self, Role},
    share::{Share, shares},
    tell::{self, Opening},
};
use crate::{
    Action, Interaction, Patient, Restful, Returned, Version, Versioned,
    agent::{self, Parties, Roles},
    code::{self, Mark},
    event::Writer,
};
use kiln_fhir::Release;

/// An event without resources of an answer is about as long.
const BYTES_USUAL: usize = 2560;

/// What stands before the id of a token: BALP 1.1.4, `OAUTHaccessTokenUse.Minimal`, `policy`.
const TOKEN_ID: &str = "urn:ietf:params:oauth:jti:";

impl Balp {
    pub(super) fn events(&self, of: &Interaction<'_>) -> Vec<Event> {
        shares(of).iter().flat_map(|share| self.tell(of, share)).collect()
    }

    /// The event of a share, and those that list what of the answer it has no room for.
    fn tell(&self, of: &Interaction<'_>, share: &Share<'_>) -> Vec<Event> {
        let is_linked = self.results == Results::Linked && has_names(of);
        let (here, more) = match self.results {
            Results::Omitted => (&[][..], &[][..]),
            _ if is_linked => (&[][..], &share.returned[..]),
            _ => share.returned.split_at(share.returned.len().min(RESULTS_MAX)),
        };
        let mut events = vec![event(|event| self.interaction(event, of, &share.patients, here))];
        for returned in more.chunks(RESULTS_MAX) {
            events.push(event(|event| self.results(event, of, &share.patients, returned)));
        }
        events
    }

    fn interaction(
        &self,
        event: &mut Writer<'_>,
        of: &Interaction<'_>,
        patients: &[Patient<'_>],
        returned: &[&Returned<'_>],
    ) {
        claim(event, of, patients);
        self.upto_entities(event, of, tell::action(of), None);
        if of.kind.is_query() {
            query(event, of, "2");
        } else if let Some(resource) = &of.resource {
            data(event, of.kind, resource);
        }
        if !of.kind.is_query() {
            // The data is of type 2, and BALP wants one such entity.
            query(event, of, if of.resource.is_some() { "4" } else { "2" });
        }
        share(event, of, patients, returned);
    }

    /// What an answer showed, by itself: the other event of the interaction has the same names.
    fn results(
        &self,
        event: &mut Writer<'_>,
        of: &Interaction<'_>,
        patients: &[Patient<'_>],
        returned: &[&Returned<'_>],
    ) {
        self.upto_entities(event, of, Action::Read, Some(Mark::Results));
        share(event, of, patients, returned);
    }

    fn upto_entities(
        &self,
        event: &mut Writer<'_>,
        of: &Interaction<'_>,
        action: Action,
        mark: Option<Mark>,
    ) {
        // Create fixes the action C and demands this subtype; it leaves room for others. Update
        // fixes U, which would not say that there was nothing before.
        let is_create = of.is_upsert() && mark.is_none();
        tell::begin(event, of, &Opening { action, mark, outcome: Some(of.outcome), is_create });
        agent::write(event, &parties(of));
        tell::source(event, of, &self.source);
    }
}

fn event(write: impl FnOnce(&mut Writer<'_>)) -> Event {
    let mut json = Vec::with_capacity(BYTES_USUAL);
    let mut event = Writer::start(&mut json);
    write(&mut event);
    event.finish();
    Event { release: Release::R4, json, version_id: None }
}

/// The entities that both of an interaction's events have.
fn share(
    event: &mut Writer<'_>,
    of: &Interaction<'_>,
    patients: &[Patient<'_>],
    returned: &[&Returned<'_>],
) {
    for patient in patients {
        event.patient(resource::bounded(*patient));
    }
    tell::names(event, of);
    for returned in returned {
        resource::returned(event, returned);
    }
}

fn has_names(of: &Interaction<'_>) -> bool {
    of.request.id.is_some() || of.request.traceparent.is_some() || of.correlation.is_some()
}

fn parties<'a>(of: &Interaction<'a>) -> Parties<'a> {
    let roles = match of.kind {
        Restful::Create | Restful::Update | Restful::Patch => Roles::OF_CHANGES,
        Restful::Delete => Roles::OF_DELETES,
        Restful::Read
        | Restful::Vread
        | Restful::HistoryInstance
        | Restful::HistoryType
        | Restful::HistorySystem => Roles::OF_READS,
        _ => Roles::OF_QUERIES,
    };
    Parties {
        upstream: of.upstream,
        organization: of.organization,
        is_verified: of.is_verified,
        by_server: of.by_server,
        token_id: TOKEN_ID,
        ..Parties::of(of.client, of.server, roles)
    }
}

/// The resource of the interaction. The reference names the version, as FHIR wants of audit events;
/// that of a delete does not: the version that a delete makes cannot be read.
fn data(event: &mut Writer<'_>, kind: Restful, of: &Versioned<'_>) {
    let version = if kind == Restful::Delete { Version::Absent } else { of.new };
    event.next().raw("\"what\":");
    resource::what(event, of, version);
    event.raw(",\"type\":").raw(code::ENTITY_TYPE).raw("2\"},\"role\":");
    event.raw(code::ENTITY_ROLE).raw(Role::of(of.r#type).code).raw("\"}");
    let versions = [
        ("versionId", resource::version_id(of.new)),
        ("previousVersionId", resource::version_id(of.old)),
    ];
    resource::details(event, &versions);
    event.raw("}");
}

/// The query, as it was sent: as much of it as an event holds.
fn query(event: &mut Writer<'_>, of: &Interaction<'_>, r#type: &str) {
    let Some(query) = of.request.query.filter(|query| !query.is_empty()) else { return };
    event.next().kind(r#type, "24");
    if query.len() > QUERY_BYTES_MAX {
        let says = format!("the first {QUERY_BYTES_MAX} of {} bytes", query.len());
        event.raw("\"description\":").text(&says).raw(",");
    }
    event.raw("\"query\":").base64(&query[..query.len().min(QUERY_BYTES_MAX)]).raw("}");
}

/// `meta.profile`: what the event is, where BALP has a word for it. Of what failed it has none.
fn claim(event: &mut Writer<'_>, of: &Interaction<'_>, patients: &[Patient<'_>]) {
    let Some(pattern) = pattern(of) else { return };
    event.raw(",\"meta\":{\"profile\":[\"").raw(BASE).raw("IHE.BasicAudit.");
    event.raw(if patients.len() == 1 { "Patient" } else { "" }).raw(pattern);
    if is_by_token(of) {
        event.raw("\",\"").raw(BASE).raw("IHE.BasicAudit.OAUTHaccessTokenUse.Minimal");
    }
    event.raw("\"]}");
}

const BASE: &str = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/";

fn pattern(of: &Interaction<'_>) -> Option<&'static str> {
    let has_query = of.request.query.is_some_and(|query| !query.is_empty());
    let pattern = match of.kind {
        _ if of.is_upsert() => "Create",
        Restful::Create => "Create",
        Restful::Read | Restful::Vread => "Read",
        Restful::Update | Restful::Patch => "Update",
        Restful::Delete => "Delete",
        Restful::SearchType | Restful::SearchSystem => "Query",
        _ => return None,
    };
    let has_entity = if of.kind.is_query() { has_query } else { of.resource.is_some() };
    (of.is_success() && has_entity).then_some(pattern)
}

/// Whether there is a user whom a token names that Kiln verified, and its id.
fn is_by_token(of: &Interaction<'_>) -> bool {
    let parties = parties(of);
    let user = parties.user().filter(|_| of.is_verified && !of.by_server);
    user.is_some_and(|user| user.agent.token_id.is_some())
}
