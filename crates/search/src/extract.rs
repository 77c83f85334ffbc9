//! The record's terms: every parameter of every release, from the one view.
use crate::field;
use crate::{patient, reference, string, token, uri};
use kiln_fhir::{Agent, AuditEvent, Entity, Meta, Source};
use kiln_index::{Field, Terms};

/// Changes whenever the terms of an unchanged record would.
pub const EXTRACT_VERSION: u32 = 1;

/// Appends the event's terms.
pub fn extract(event: &AuditEvent<'_>, terms: &mut Terms) {
    terms.push(field::RELEASE, field::CODE, event.release.path());
    index_meta(terms, &event.meta);
    index_what(terms, event);
    index_context(terms, event);
    index_agents(terms, &event.agents);
    index_source(terms, &event.source);
    index_entities(terms, &event.entities);
    patient::index(terms, event);
}

fn index_meta(terms: &mut Terms, meta: &Meta<'_>) {
    mark(terms, field::TAG, !meta.tag.is_empty());
    token::index_codings(terms, field::TAG, &meta.tag);
    mark(terms, field::SECURITY, !meta.security.is_empty());
    token::index_codings(terms, field::SECURITY, &meta.security);
    mark(terms, field::PROFILE, !meta.profile.is_empty());
    for profile in &meta.profile {
        uri::index(terms, field::PROFILE, profile);
    }
    if let Some(source) = &meta.source {
        mark(terms, field::META_SOURCE, true);
        uri::index(terms, field::META_SOURCE, source);
    }
}

fn index_what(terms: &mut Terms, event: &AuditEvent<'_>) {
    token::index_concepts(terms, field::TYPE, &event.r#type);
    token::index_concepts(terms, field::SUBTYPE, &event.subtype);
    token::index_concepts(terms, field::OUTCOME, event.outcome.as_slice());
    if let Some(action) = &event.action {
        mark(terms, field::ACTION, true);
        token::index_plain(terms, field::ACTION, action);
    }
    let purposes = || event.agents.iter().flat_map(|agent| &agent.purpose).chain(&event.purpose);
    mark(terms, field::PURPOSE, purposes().next().is_some());
    for purpose in purposes() {
        token::index_codings(terms, field::PURPOSE, &purpose.coding);
    }
}

fn index_context(terms: &mut Terms, event: &AuditEvent<'_>) {
    mark(terms, field::BASED_ON, !event.based_on.is_empty());
    for order in &event.based_on {
        reference::index(terms, field::BASED_ON, order);
    }
    if let Some(encounter) = &event.encounter {
        mark(terms, field::ENCOUNTER, true);
        reference::index(terms, field::ENCOUNTER, encounter);
    }
}

fn index_agents(terms: &mut Terms, agents: &[Agent<'_>]) {
    let any = |has: fn(&Agent<'_>) -> bool| agents.iter().any(has);
    mark(terms, field::AGENT, any(|agent| agent.who.is_some()));
    mark(terms, field::AGENT_ROLE, any(|agent| !agent.role.is_empty()));
    mark(terms, field::AGENT_NAME, any(|agent| agent.name.is_some()));
    mark(terms, field::AGENT_ALT_ID, any(|agent| agent.alt_id.is_some()));
    mark(terms, field::AGENT_ADDRESS, any(|agent| agent.network_address.is_some()));
    mark(terms, field::AGENT_POLICY, any(|agent| !agent.policy.is_empty()));
    for agent in agents {
        index_agent(terms, agent);
    }
}

fn index_agent(terms: &mut Terms, agent: &Agent<'_>) {
    if let Some(who) = &agent.who {
        reference::index(terms, field::AGENT, who);
    }
    for role in &agent.role {
        token::index_codings(terms, field::AGENT_ROLE, &role.coding);
    }
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
    if let Some(observer) = &source.observer {
        mark(terms, field::SOURCE, true);
        reference::index(terms, field::SOURCE, observer);
    }
    if let Some(site) = &source.site {
        mark(terms, field::SITE, true);
        token::index_plain(terms, field::SITE, site);
    }
}

fn index_entities(terms: &mut Terms, entities: &[Entity<'_>]) {
    let any = |has: fn(&Entity<'_>) -> bool| entities.iter().any(has);
    mark(terms, field::ENTITY, any(|entity| entity.what.is_some()));
    mark(terms, field::ENTITY_NAME, any(|entity| entity.name.is_some()));
    mark(terms, field::ENTITY_ROLE, any(|entity| entity.role.is_some()));
    mark(terms, field::ENTITY_TYPE, any(|entity| entity.r#type.is_some()));
    for entity in entities {
        index_entity(terms, entity);
    }
}

fn index_entity(terms: &mut Terms, entity: &Entity<'_>) {
    if let Some(what) = &entity.what {
        reference::index(terms, field::ENTITY, what);
    }
    if let Some(name) = &entity.name {
        string::index(terms, field::ENTITY_NAME, name);
    }
    if let Some(role) = &entity.role {
        token::index_codings(terms, field::ENTITY_ROLE, &role.coding);
    }
    if let Some(r#type) = &entity.r#type {
        token::index_codings(terms, field::ENTITY_TYPE, std::slice::from_ref(r#type));
    }
}

/// Marks that an element is there, once a record: what `:missing` asks for.
fn mark(terms: &mut Terms, field: Field, present: bool) {
    if present {
        terms.push(field, field::PRESENT, "");
    }
}

#[cfg(test)]
mod tests;
