//! Who, what, when, where and why: everything an event says, as names and values.
use super::View;
use crate::sentence::told;
use crate::{Outcome, Reader, Texts, moment};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kiln_fhir::{Agent, CodeableConcept, Coding, Entity, Identifier, Reference};

/// Facts that answer one question.
pub(super) struct Group {
    /// Its anchor on the page.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// Facts of each agent or entity, or of the event.
    pub(super) parts: Vec<Facts>,
}

/// Names and values, under a name of their own where there are several.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) heading: Option<String>,
    pub(super) rows: Vec<(&'static str, String)>,
}

impl Facts {
    fn headed(heading: String) -> Self {
        Self { heading: Some(heading), rows: Vec::new() }
    }

    fn push(&mut self, name: &'static str, value: impl Into<String>) {
        self.rows.push((name, value.into()));
    }

    fn text(&mut self, name: &'static str, value: Option<&str>) {
        if let Some(value) = value {
            self.push(name, value);
        }
    }

    fn concepts(&mut self, name: &'static str, concepts: &[CodeableConcept<'_>]) {
        for concept in concepts {
            self.push(name, whole(concept));
        }
    }

    fn reference(&mut self, name: &'static str, reference: Option<&Reference<'_>>, texts: &Texts) {
        let Some(reference) = reference else { return };
        let stated = reference.reference.as_deref();
        let parts: Vec<&str> = reference.display.as_deref().into_iter().chain(stated).collect();
        if !parts.is_empty() {
            self.push(name, parts.join(" · "));
        }
        if let Some(identifier) = &reference.identifier {
            self.push(texts.event.identifier, identified(identifier));
        }
    }
}

/// All of them.
pub(super) fn of(view: &View<'_>, reader: &Reader) -> Vec<Group> {
    let texts = reader.texts();
    let t = &texts.event;
    vec![
        Group { id: "who", title: t.who, parts: who(view, texts) },
        Group { id: "what", title: t.what, parts: what(view, texts) },
        Group { id: "when", title: t.when, parts: vec![when(view, reader)] },
        Group { id: "where", title: t.r#where, parts: vec![place(view, texts)] },
        Group { id: "why", title: t.why, parts: vec![why(view, texts)] },
    ]
}

fn who(view: &View<'_>, texts: &Texts) -> Vec<Facts> {
    let agents: Vec<Facts> = view.event.agents.iter().map(|it| agent(it, texts)).collect();
    if agents.is_empty() { vec![not_stated(texts.event.agent, texts)] } else { agents }
}

fn not_stated(name: &'static str, texts: &Texts) -> Facts {
    Facts { heading: None, rows: vec![(name, texts.not_stated.to_owned())] }
}

fn agent(agent: &Agent<'_>, texts: &Texts) -> Facts {
    let t = &texts.event;
    let name = crate::sentence::party::name_of(agent);
    let mut facts = Facts::headed(name.unwrap_or_else(|| texts.somebody.to_owned()));
    facts.text(t.name, agent.name.as_deref());
    facts.reference(t.reference, agent.who.as_ref(), texts);
    facts.text(t.alt_id, agent.alt_id.as_deref());
    facts.concepts(t.role, &agent.role);
    facts.concepts(t.participation, agent.r#type.as_slice());
    if let Some(asked) = agent.requestor {
        facts.push(t.requestor, if asked { t.yes } else { t.no });
    }
    facts.text(t.address, agent.network_address.as_deref());
    facts.reference(t.location, agent.location.as_ref(), texts);
    for policy in &agent.policy {
        facts.push(t.policy, policy.as_ref());
    }
    if let Some(media) = &agent.media {
        facts.push(t.media, coded(media));
    }
    facts.concepts(t.purpose, &agent.purpose);
    facts
}

fn what(view: &View<'_>, texts: &Texts) -> Vec<Facts> {
    let (t, event) = (&texts.event, view.event);
    let mut facts = Facts::default();
    facts.concepts(t.r#type, &event.r#type);
    facts.concepts(t.subtype, &event.subtype);
    match event.action.as_deref() {
        Some(code) => match (t.action_of)(code) {
            Some(word) => facts.push(t.action, format!("{word} ({code})")),
            None => facts.push(t.action, code),
        },
        None => facts.push(t.action, texts.not_stated),
    }
    facts.reference(t.patient, event.patient.as_ref(), texts);
    facts.reference(t.encounter, event.encounter.as_ref(), texts);
    for order in &event.based_on {
        facts.reference(t.based_on, Some(order), texts);
    }
    let entities = event.entities.iter().enumerate().map(|(at, it)| entity(at, it, texts));
    [facts].into_iter().chain(entities).collect()
}

fn entity(at: usize, entity: &Entity<'_>, texts: &Texts) -> Facts {
    let t = &texts.event;
    let mut facts = Facts::headed(format!("{} {}", t.entity, at + 1));
    facts.reference(t.reference, entity.what.as_ref(), texts);
    facts.text(t.name, entity.name.as_deref());
    facts.text(t.description, entity.description.as_deref());
    if let Some(r#type) = &entity.r#type {
        facts.push(t.r#type, coded(r#type));
    }
    facts.concepts(t.role, entity.role.as_slice());
    if let Some(lifecycle) = &entity.lifecycle {
        facts.push(t.lifecycle, coded(lifecycle));
    }
    facts.concepts(t.security_label, &entity.security_label);
    if let Some(query) = &entity.query {
        facts.push(t.query, decoded(query));
    }
    facts
}

/// A query as it was asked, where it is text; else as it stands in the event.
fn decoded(query: &str) -> String {
    let bytes = STANDARD.decode(query.trim()).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.unwrap_or_else(|| query.to_owned())
}

fn when(view: &View<'_>, reader: &Reader) -> Facts {
    let t = &reader.texts().event;
    let (recorded, received) = (view.event.recorded, view.received);
    let both = |at| format!("{} · {}", moment::absolute(at, reader), moment::ago(at, reader));
    let mut facts = Facts::default();
    facts.push(t.recorded, both(recorded));
    let told = crate::Sentence::of(view.event, received, reader);
    let apart = moment::length(recorded.millis.abs_diff(received.millis), reader);
    let mut value = both(received);
    if told.is_late() {
        let says = if recorded < received { (t.late)(&apart) } else { (t.early)(&apart) };
        value = format!("{value} · {says}");
    }
    facts.push(t.received, value);
    facts
}

fn place(view: &View<'_>, texts: &Texts) -> Facts {
    let (t, source) = (&texts.event, &view.event.source);
    let mut facts = Facts::default();
    let addresses = view.event.agents.iter().filter_map(|agent| agent.network_address.as_deref());
    let mut addresses: Vec<&str> = addresses.collect();
    addresses.dedup();
    let address = if addresses.is_empty() { texts.not_stated } else { &addresses.join(", ") };
    facts.push(t.address, address);
    facts.push(t.site, source.site.as_deref().unwrap_or(texts.not_stated));
    facts.reference(t.observer, source.observer.as_ref(), texts);
    facts.concepts(t.source, &source.r#type);
    facts.text(t.sender, view.sender);
    facts
}

fn why(view: &View<'_>, texts: &Texts) -> Facts {
    let (t, event) = (&texts.event, view.event);
    let mut facts = Facts::default();
    let of_agents = event.agents.iter().flat_map(|agent| &agent.purpose);
    let mut purposes: Vec<String> = event.purpose.iter().chain(of_agents).map(whole).collect();
    purposes.dedup();
    if purposes.is_empty() {
        facts.push(t.purpose, texts.not_stated);
    }
    for purpose in purposes {
        facts.push(t.purpose, purpose);
    }
    let outcome = Outcome::of(event).label(texts);
    match event.outcome.as_ref().map(whole) {
        Some(said) if said != outcome => facts.push(t.outcome, format!("{outcome} ({said})")),
        _ => facts.push(t.outcome, outcome),
    }
    facts.concepts(t.outcome_detail, &event.outcome_detail);
    facts.text(t.severity, event.severity.as_deref());
    facts
}

/// What a concept says to a person, and behind it every code with its system.
fn whole(concept: &CodeableConcept<'_>) -> String {
    let text = told(concept).unwrap_or_default();
    let codes = concept.coding.iter().filter_map(|coding| {
        let code = coding.code.as_deref().unwrap_or_default();
        match coding.system.as_deref() {
            Some(system) => Some(format!(" ({code}, {system})")),
            None => (code != text).then(|| format!(" ({code})")),
        }
    });
    let codes: String = codes.collect();
    [text, &codes].concat()
}

fn coded(coding: &Coding<'_>) -> String {
    whole(&CodeableConcept { coding: vec![coding.clone()], text: None })
}

fn identified(identifier: &Identifier<'_>) -> String {
    let value = identifier.value.as_deref().unwrap_or_default();
    match identifier.system.as_deref() {
        Some(system) => format!("{value} ({system})"),
        None => value.to_owned(),
    }
}
