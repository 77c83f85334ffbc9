//! The audit events of NHS England's Genomic Medicine Service, R4: of all that touched resources
//! that are there.
use super::{
    Event, Gms, RESULTS_MAX, is_by_token,
    resource::{self, Role, short},
    tell::{self, Opening},
};
use crate::{
    Action, Client, Interaction, Outcome, Restful, Returned, State, Version, agent,
    code::{self, Mark},
    event::{Named, Writer},
};
use kiln_fhir::Release;
use kiln_identity::{Means, Principal};

/// An event of one entity is about as long.
const BYTES_USUAL: usize = 1536;

/// An entity.
struct Touched<'a> {
    r#type: &'a str,
    id: Option<&'a str>,
    version: Version<'a>,
    state: State<'a>,
}

impl Gms {
    pub(super) fn events(&self, of: &Interaction<'_>) -> Vec<Event> {
        if !is_told(of) {
            return Vec::new();
        }
        let touched = touched(of);
        let rest = touched.get(RESULTS_MAX..).unwrap_or_default();
        let first = &touched[..touched.len() - rest.len()];
        let more = rest.chunks(RESULTS_MAX).map(|more| self.event(of, more, Some(Mark::Results)));
        std::iter::once(self.event(of, first, None)).chain(more).collect()
    }

    fn event(&self, of: &Interaction<'_>, touched: &[Touched<'_>], mark: Option<Mark>) -> Event {
        let mut json = Vec::with_capacity(BYTES_USUAL);
        let mut event = Writer::start(&mut json);
        let outcome = Some(of.outcome);
        let opening = Opening { action: action(of), mark, outcome, is_create: false };
        tell::begin(&mut event, of, &opening);
        event.agents();
        self.agent(&mut event, of);
        tell::source(&mut event, of, &self.source);
        for touched in touched {
            touched.write(&mut event);
        }
        if let Some(correlation) = of.correlation {
            event.named(short(correlation), Named::Bundle);
        }
        event.finish();
        Event { release: Release::R4, json, version_id: None }
    }

    fn agent(&self, event: &mut Writer<'_>, of: &Interaction<'_>) {
        event.next().raw("\"type\":{\"coding\":[").raw(code::AUTHOR_SHOWN).raw("]},\"who\":");
        let Client { principal, address } = of.client;
        match principal {
            _ if of.by_server => {
                event.raw("{\"identifier\":{\"value\":").text(self.source.identifier(of));
                event.raw("},\"display\":\"Kiln\"},\"name\":\"Kiln\",\"requestor\":true}");
                return;
            }
            Some(principal) if principal.means != Means::Open => self.who(event, principal),
            Some(_) => drop(event.raw("{\"display\":\"anonymous\"}")),
            None => drop(event.raw("{\"display\":\"not authenticated\"}")),
        }
        agent::mark(event, of.is_verified);
        event.raw(",\"requestor\":true");
        agent::network(event, address);
        if let Some(principal) = principal {
            let purposes = principal.agent.purposes.iter().map(String::as_str);
            agent::purposes(event, ",\"purposeOfUse\":[", purposes);
        }
        event.raw("}");
    }

    /// Who it is, and their name.
    fn who(&self, event: &mut Writer<'_>, principal: &Principal) {
        event.raw("{");
        if let Some(user) = principal.agent.fhir_user.as_deref() {
            event.raw("\"reference\":").text(user).raw(",");
        }
        let system = if is_by_token(principal) { &self.user_system } else { code::PRINCIPAL };
        agent::identifier(event, system, self.user.of(principal));
        event.raw("}");
        if let Some(name) = principal.agent.name.as_deref() {
            event.raw(",\"name\":").text(name);
        }
    }
}

impl Touched<'_> {
    fn write(&self, event: &mut Writer<'_>) {
        event.next().raw("\"what\":");
        match self.id {
            Some(id) => resource::reference(event, self.r#type, id, Version::Absent),
            None => resource::without_id(event, self.r#type),
        }
        event.raw(",\"type\":");
        resource::type_of(event, self.r#type);
        let role = if self.r#type == "Patient" { Role::PATIENT } else { Role::of(self.r#type) };
        event.raw(",\"role\":").raw(code::ENTITY_ROLE).raw(role.code);
        event.raw("\",\"display\":\"").raw(role.display).raw("\"}");
        let details = [
            ("versionId", resource::version_id(self.version)),
            ("status", self.state.status),
            ("businessStatus", self.state.business_status),
        ];
        resource::details(event, &details);
        event.raw("}");
    }
}

/// Whether there is a resource that it touched, or somebody who was denied one.
fn is_told(of: &Interaction<'_>) -> bool {
    let is_log = of.resource.is_some_and(|resource| resource.r#type == "AuditEvent");
    let is_missing = matches!(of.status, Some(404 | 410));
    let is_denied = of.outcome == Outcome::Serious;
    match of.kind {
        // They are in the log of who looked at the log.
        Restful::Read | Restful::Vread | Restful::HistoryInstance if is_log => false,
        _ if of.outcome == Outcome::Unknown => true,
        Restful::Create => of.is_success() && !of.is_unchanged(),
        Restful::Update | Restful::Patch => true,
        Restful::Read | Restful::Vread | Restful::Delete => !is_missing,
        Restful::Batch | Restful::Transaction | Restful::Capabilities => is_denied,
        Restful::Operation if of.is_success() && of.resource.is_some() => true,
        _ if of.is_success() => of.returned.iter().any(is_no_event),
        _ => is_denied,
    }
}

/// `C`, `R` and `U` are usual there: a search reads.
fn action(of: &Interaction<'_>) -> Action {
    match of.kind {
        Restful::SearchType | Restful::SearchSystem => Action::Read,
        _ => tell::action(of),
    }
}

fn is_no_event(returned: &Returned<'_>) -> bool {
    returned.r#type != "AuditEvent"
}

/// The resource that was asked for, or the matches; of an operation on a resource both.
fn touched<'a>(of: &Interaction<'a>) -> Vec<Touched<'a>> {
    let matches = of.returned.iter().filter(|returned| is_no_event(returned));
    let matches = matches.map(|returned| Touched {
        r#type: returned.r#type,
        id: Some(returned.id),
        version: returned.version,
        state: returned.state,
    });
    let is_told = of.returned.is_empty() || of.kind == Restful::Operation;
    let asked = of.resource.filter(|_| is_told).map(|resource| Touched {
        r#type: resource.r#type,
        id: resource.id,
        version: resource.new,
        state: resource.state,
    });
    asked.into_iter().chain(matches).collect()
}
