//! Interactions, and what the three profiles make of them.
mod balp;
mod examples;
mod gms;
mod lifeomic;
mod shares;
mod whatever;

use super::*;
use crate::{
    Client, Event, Outcome, Patient, Request, Restful, Returned, Server, State, Version, Versioned,
    tests::valid,
};
use kiln_fhir::Instant;
use kiln_identity::Principal;
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};

const ORIGIN: &str = "kiln-audit.org/log/0123456789abcdef0123456789abcdef";
const QUERY: &[u8] = b"GET /fhir/Observation?patient=Patient/1";

const ALL: [Restful; 15] = [
    Restful::Create,
    Restful::Read,
    Restful::Vread,
    Restful::Update,
    Restful::Patch,
    Restful::Delete,
    Restful::HistoryInstance,
    Restful::HistoryType,
    Restful::HistorySystem,
    Restful::SearchType,
    Restful::SearchSystem,
    Restful::Batch,
    Restful::Transaction,
    Restful::Operation,
    Restful::Capabilities,
];

/// An interaction that went well, as a server would tell it, with `Observation/7`.
fn interaction(kind: Restful, principal: Option<&Principal>) -> Interaction<'_> {
    let (old, new) = match kind {
        Restful::Create => (Version::Absent, Version::Known("1")),
        Restful::Update | Restful::Patch => (Version::Known("1"), Version::Known("2")),
        Restful::Delete => (Version::Known("2"), Version::Known("3")),
        _ => (Version::Absent, Version::Known("2")),
    };
    let resource =
        Versioned { r#type: "Observation", id: Some("7"), old, new, state: State::default() };
    let has_query = kind.is_query() || kind == Restful::Operation;
    let is_of_one = !has_query
        && !kind.shows_nothing()
        && !matches!(kind, Restful::HistoryType | Restful::HistorySystem);
    Interaction {
        kind,
        operation: (kind == Restful::Operation).then_some("everything"),
        recorded: Instant { millis: 1_763_800_000_123 },
        outcome: Outcome::Success,
        says: None,
        status: Some(200 + u16::from(kind == Restful::Create)),
        client: Client { principal, address: Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7))) },
        is_verified: true,
        by_server: false,
        organization: None,
        server: Server { tenant: "default", origin: ORIGIN, url: Some("https://ehr.example/fhir") },
        upstream: None,
        request: Request { query: has_query.then_some(QUERY), id: Some("r-1"), traceparent: None },
        correlation: None,
        purposes: &[],
        resource: is_of_one.then_some(resource),
        patients: &[],
        returned: &[],
        is_whole: true,
        tags: &[],
    }
}

/// The same, refused or failed.
fn failed<'a>(of: &Interaction<'a>, status: u16) -> Interaction<'a> {
    let resource = of.resource.map(|resource| Versioned {
        id: resource.id.filter(|_| of.kind != Restful::Create),
        old: Version::Absent,
        new: Version::Absent,
        ..resource
    });
    let outcome = Outcome::of_status(Some(status));
    Interaction { outcome, status: Some(status), resource, ..*of }
}

/// The events, each valid in its release.
fn told(profile: &Profile, of: &Interaction<'_>) -> Vec<Value> {
    let events = profile.events(of);
    events.iter().map(|event| valid(&event.json, event.release)).collect()
}

/// The only event.
fn only(profile: &Profile, of: &Interaction<'_>) -> Value {
    let mut events = told(profile, of);
    assert_eq!(events.len(), 1, "{events:?}");
    events.remove(0)
}

fn observation<'a>(id: &'a str, patients: &'a [Patient<'a>]) -> Returned<'a> {
    let (version, state) = (Version::Known("4"), State::default());
    Returned { r#type: "Observation", id, version, state, patients }
}

/// The references of the entities, in order.
fn references(event: &Value) -> Vec<&str> {
    let entities = event["entity"].as_array().map(Vec::as_slice).unwrap_or_default();
    entities.iter().filter_map(|entity| entity["what"]["reference"].as_str()).collect()
}
