//! The record's terms: every parameter of every release, from the one view.
use crate::field;
use crate::{patient, reference, string, token, uri, words};
use kiln_fhir::{Agent, AuditEvent, Entity, Meta, Source};
use kiln_index::{Field, Terms};

/// Changes whenever the terms of an unchanged record would.
pub const EXTRACT_VERSION: u32 = 2;

/// Appends the event's terms.
pub fn extract(event: &AuditEvent<'_>, terms: &mut Terms) {
    terms.push(field::RELEASE, field::BARE_CODE, event.release.path());
    index_meta(terms, &event.meta);
    index_what(terms, event);
    let mut has_patient = index_agents(terms, &event.agents);
    index_source(terms, &event.source);
    has_patient |= index_entities(terms, &event.entities);
    index_context(terms, event, has_patient);
    words::index(terms, event);
}

fn index_meta(terms: &mut Terms, meta: &Meta<'_>) {
    expect(terms, field::TAG, !meta.tag.is_empty());
    token::index_codings(terms, field::TAG, &meta.tag);
    expect(terms, field::SECURITY, !meta.security.is_empty());
    token::index_codings(terms, field::SECURITY, &meta.security);
    expect(terms, field::PROFILE, !meta.profile.is_empty());
    for profile in &meta.profile {
        uri::index(terms, field::PROFILE, profile);
    }
    expect(terms, field::META_SOURCE, meta.source.is_some());
    if let Some(source) = &meta.source {
        uri::index(terms, field::META_SOURCE, source);
    }
}

fn index_what(terms: &mut Terms, event: &AuditEvent<'_>) {
    expect(terms, field::TYPE, !event.r#type.is_empty());
    token::index_concepts(terms, field::TYPE, &event.r#type);
    expect(terms, field::SUBTYPE, !event.subtype.is_empty());
    token::index_concepts(terms, field::SUBTYPE, &event.subtype);
    expect(terms, field::OUTCOME, event.outcome.is_some());
    token::index_concepts(terms, field::OUTCOME, &event.outcome);
    expect(terms, field::ACTION, event.action.is_some());
    if let Some(action) = &event.action {
        token::index_plain(terms, field::ACTION, action);
    }
    let purposes = || event.agents.iter().flat_map(|agent| &agent.purpose).chain(&event.purpose);
    expect(terms, field::PURPOSE, purposes().next().is_some());
    token::index_concepts(terms, field::PURPOSE, purposes());
}

/// Whether a patient is among the agents.
fn index_agents(terms: &mut Terms, agents: &[Agent<'_>]) -> bool {
    let any = |has: fn(&Agent<'_>) -> bool| agents.iter().any(has);
    expect(terms, field::AGENT, any(|agent| agent.who.is_some()));
    expect(terms, field::AGENT_ROLE, any(|agent| !agent.role.is_empty()));
    expect(terms, field::AGENT_NAME, any(|agent| agent.name.is_some()));
    expect(terms, field::AGENT_ALT_ID, any(|agent| agent.alt_id.is_some()));
    expect(terms, field::AGENT_ADDRESS, any(|agent| agent.network_address.is_some()));
    expect(terms, field::AGENT_POLICY, any(|agent| !agent.policy.is_empty()));
    token::index_concepts(terms, field::AGENT_ROLE, agents.iter().flat_map(|agent| &agent.role));
    let mut has_patient = false;
    for agent in agents {
        if let Some(who) = &agent.who {
            let parts = reference::index(terms, field::AGENT, who);
            has_patient |= patient::index_reference(terms, who, parts.as_ref());
        }
        index_agent(terms, agent);
    }
    has_patient
}

fn index_agent(terms: &mut Terms, agent: &Agent<'_>) {
    if let Some(name) = &agent.name {
        string::index(terms, field::AGENT_NAME, name);
    }
    if let Some(alt_id) = &agent.alt_id {
        token::index_plain(terms, field::AGENT_ALT_ID, alt_id);
    }
    if let Some(address) = &agent.network_address {
        string::index(terms, field::AGENT_ADDRESS, address);
    }
    for policy in &agent.policy {
        uri::index(terms, field::AGENT_POLICY, policy);
    }
}

fn index_source(terms: &mut Terms, source: &Source<'_>) {
    expect(terms, field::SOURCE, source.observer.is_some());
    if let Some(observer) = &source.observer {
        reference::index(terms, field::SOURCE, observer);
    }
    expect(terms, field::SITE, source.site.is_some());
    if let Some(site) = &source.site {
        token::index_plain(terms, field::SITE, site);
    }
}

/// Whether a patient is among the entities.
fn index_entities(terms: &mut Terms, entities: &[Entity<'_>]) -> bool {
    let any = |has: fn(&Entity<'_>) -> bool| entities.iter().any(has);
    expect(terms, field::ENTITY, any(|entity| entity.what.is_some()));
    expect(terms, field::ENTITY_NAME, any(|entity| entity.name.is_some()));
    expect(terms, field::ENTITY_ROLE, any(|entity| entity.role.is_some()));
    expect(terms, field::ENTITY_TYPE, any(|entity| entity.r#type.is_some()));
    let mut has_patient = false;
    for entity in entities {
        if let Some(what) = &entity.what {
            let parts = reference::index(terms, field::ENTITY, what);
            has_patient |= patient::index_reference(terms, what, parts.as_ref());
        }
        has_patient |= patient::index_by_role(terms, entity);
        if let Some(name) = &entity.name {
            string::index(terms, field::ENTITY_NAME, name);
        }
    }
    let roles = entities.iter().filter_map(|entity| entity.role.as_ref());
    token::index_concepts(terms, field::ENTITY_ROLE, roles);
    let types = entities.iter().filter_map(|entity| entity.r#type.as_ref());
    token::index_codings(terms, field::ENTITY_TYPE, types);
    has_patient
}

fn index_context(terms: &mut Terms, event: &AuditEvent<'_>, has_patient: bool) {
    expect(terms, field::PATIENT, has_patient || event.patient.is_some());
    if let Some(patient) = &event.patient {
        patient::index_element(terms, event, patient);
    }
    expect(terms, field::BASED_ON, !event.based_on.is_empty());
    for order in &event.based_on {
        reference::index(terms, field::BASED_ON, order);
    }
    expect(terms, field::ENCOUNTER, event.encounter.is_some());
    if let Some(encounter) = &event.encounter {
        reference::index(terms, field::ENCOUNTER, encounter);
    }
}

/// Marks that an element is not there, once a record: what `:missing` asks for.
fn expect(terms: &mut Terms, field: Field, present: bool) {
    if !present {
        terms.push(field, field::ABSENT, "");
    }
}

#[cfg(test)]
mod tests;
