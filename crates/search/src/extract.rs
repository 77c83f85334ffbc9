//! The record's terms: every parameter of every release, from the one view.
use crate::field;
use crate::{patient, reference, resource_type, string, token, uri, words};
use kiln_fhir::{Agent, AuditEvent, Coding, Entity, Meta, Reference, Release, Source};
use kiln_index::{Field, Terms};

/// Changes whenever the terms of an unchanged record would.
pub const EXTRACT_VERSION: u32 = 4;

/// Appends the event's terms.
pub fn extract(event: &AuditEvent<'_>, terms: &mut Terms) {
    index_meta(terms, &event.meta);
    index_what(terms, event);
    let mut has_patient = index_agents(terms, event);
    index_source(terms, &event.source);
    has_patient |= index_entities(terms, event);
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
fn index_agents(terms: &mut Terms, event: &AuditEvent<'_>) -> bool {
    let agents = &event.agents;
    let any = |has: fn(&Agent<'_>) -> bool| agents.iter().any(has);
    expect(terms, field::AGENT, any(|agent| agent.who.is_some()));
    let who = agents.iter().filter_map(|agent| agent.who.as_ref());
    index_identified(terms, field::AGENT, who);
    expect(terms, field::AGENT_ROLE, any(|agent| !agent.role.is_empty()));
    let has_name = agents.iter().any(|agent| name_of_agent(event.release, agent).is_some());
    expect(terms, field::AGENT_NAME, has_name);
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
        index_agent(terms, event.release, agent);
    }
    has_patient
}

fn index_agent(terms: &mut Terms, release: Release, agent: &Agent<'_>) {
    if let Some(name) = name_of_agent(release, agent) {
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
        if let Some(display) = &observer.display {
            terms.push_with(field::SOURCE, field::TEXT, |out| string::push_cut(out, display));
        }
    }
    expect(terms, field::SITE, source.site.is_some());
    if let Some(site) = &source.site {
        token::index_plain(terms, field::SITE, site);
    }
}

/// Whether a patient is among the entities.
fn index_entities(terms: &mut Terms, event: &AuditEvent<'_>) -> bool {
    let entities = &event.entities;
    let any = |has: fn(&Entity<'_>) -> bool| entities.iter().any(has);
    expect(terms, field::ENTITY, any(|entity| entity.what.is_some()));
    let what = entities.iter().filter_map(|entity| entity.what.as_ref());
    index_identified(terms, field::ENTITY, what);
    let has_name = entities.iter().any(|entity| name_of_entity(event.release, entity).is_some());
    expect(terms, field::ENTITY_NAME, has_name);
    expect(terms, field::ENTITY_ROLE, any(|entity| entity.role.is_some()));
    index_entity_types(terms, event);
    let mut has_patient = false;
    for entity in entities {
        if let Some(what) = &entity.what {
            let parts = reference::index(terms, field::ENTITY, what);
            has_patient |= patient::index_reference(terms, what, parts.as_ref());
        }
        has_patient |= patient::index_by_role(terms, entity);
        if let Some(name) = name_of_entity(event.release, entity) {
            string::index(terms, field::ENTITY_NAME, name);
        }
        if let Some(description) = &entity.description {
            string::index(terms, field::ENTITY_DESCRIPTION, description);
        }
    }
    let roles = entities.iter().filter_map(|entity| entity.role.as_ref());
    token::index_concepts(terms, field::ENTITY_ROLE, roles);
    has_patient
}

/// An entity's type; where a release has no element for it, the type of resource it refers to.
fn index_entity_types(terms: &mut Terms, event: &AuditEvent<'_>) {
    let types = event.entities.iter().filter_map(|entity| entity.r#type.as_ref());
    token::index_codings(terms, field::ENTITY_TYPE, types);
    let mut has_type = event.entities.iter().any(|entity| entity.r#type.is_some());
    if !has_names(event.release) {
        let whats = event.entities.iter().filter_map(|entity| entity.what.as_ref());
        for r#type in whats.filter_map(|what| what.r#type.as_deref()) {
            has_type = true;
            let code = Some(resource_type::of_uri(r#type).into());
            let system = Some(kiln_fhir::resource_type::SYSTEM.into());
            let coding = Coding { system, code, display: None };
            token::index_codings(terms, field::ENTITY_TYPE, [&coding]);
        }
    }
    expect(terms, field::ENTITY_TYPE, has_type);
}

/// What R5 shows beside the reference is the name in other releases.
pub(crate) fn name_of_agent<'e>(release: Release, agent: &'e Agent<'_>) -> Option<&'e str> {
    agent.name.as_deref().or_else(|| shown(release, agent.who.as_ref()))
}

/// As [`name_of_agent`].
pub(crate) fn name_of_entity<'e>(release: Release, entity: &'e Entity<'_>) -> Option<&'e str> {
    entity.name.as_deref().or_else(|| shown(release, entity.what.as_ref()))
}

fn shown<'e>(release: Release, party: Option<&'e Reference<'_>>) -> Option<&'e str> {
    party.filter(|_| !has_names(release))?.display.as_deref()
}

/// Whether agents and entities have elements for names and types.
fn has_names(release: Release) -> bool {
    !matches!(release, Release::R5 | Release::R6)
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

/// Marks, once a record, that one of the references has an identifier.
fn index_identified<'e, 'a: 'e>(
    terms: &mut Terms,
    field: Field,
    mut references: impl Iterator<Item = &'e Reference<'a>>,
) {
    if references.any(|reference| reference.identifier.is_some()) {
        terms.push(field, field::IDENTIFIED, "");
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
