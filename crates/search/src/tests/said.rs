//! What an event says, as searches that have to find it: built from the view alone, without
//! looking at how it is extracted.
use kiln_fhir::{Agent, AuditEvent, CodeableConcept, Coding, Entity, Reference, Release};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Searches by a release's names that have to find an event, which is rendered in that release.
pub(crate) fn searches(event: &AuditEvent<'_>, at: Release) -> Vec<String> {
    let mut searches = Vec::new();
    let out = &mut searches;
    let (dstu2, r5) = (at == Release::Dstu2, matches!(at, Release::R5 | Release::R5Draft));
    let late = r5 || at == Release::R6;
    concepts(out, if r5 { "category" } else { "type" }, &event.r#type);
    concepts(out, if r5 { "code" } else { "subtype" }, &event.subtype);
    codings(out, "_tag", &event.meta.tag);
    codings(out, "_security", &event.meta.security);
    uris(out, "_profile", &event.meta.profile);
    out.extend(event.action.iter().map(|action| format!("action={}", escaped(action))));
    if !dstu2 {
        concepts(out, "outcome", event.outcome.as_slice());
    }
    if has_identifiers(at) {
        uris(out, "_source", event.meta.source.as_slice());
        references(out, "source", event.source.observer.as_slice(), at);
    } else {
        sources(out, event.source.observer.as_ref());
    }
    event.agents.iter().for_each(|agent| searches_of_agent(out, agent, at));
    event.entities.iter().for_each(|entity| searches_of_entity(out, entity, at));
    if late {
        references(out, "patient", event.patient.as_slice(), at);
        references(out, "encounter", event.encounter.as_slice(), at);
        references(out, "based-on", &event.based_on, at);
        concepts(out, "purpose", &event.purpose);
    } else {
        out.extend(event.source.site.iter().map(|site| format!("site={}", escaped(site))));
    }
    let recorded = event.recorded.to_text();
    out.extend([format!("date={recorded}"), format!("date={}", &recorded[..10])]);
    present_too(out);
    searches
}

/// Whether a reference may hold an identifier: since R4.
fn has_identifiers(at: Release) -> bool {
    !matches!(at, Release::Dstu2 | Release::Stu3)
}

/// Searches by the plain API's names that have to find an event.
pub(crate) fn plain_searches(event: &AuditEvent<'_>) -> Vec<String> {
    let mut searches = Vec::new();
    let out = &mut searches;
    codes(out, "type", &event.r#type);
    codes(out, "subtype", &event.subtype);
    codes(out, "outcome", event.outcome.as_slice());
    out.extend(event.action.iter().map(|action| format!("action={}", escaped(action))));
    out.push(format!("date={}", event.recorded.to_text()));
    words(out, event.outcome_detail.iter().find_map(|detail| detail.text.as_deref()));
    for agent in &event.agents {
        parties(out, "agent", agent.who.as_ref());
        words(out, agent.name.as_deref());
    }
    for entity in &event.entities {
        parties(out, "entity", entity.what.as_ref());
        words(out, entity.name.as_deref());
        words(out, entity.description.as_deref());
    }
    parties(out, "patient", event.patient.as_ref());
    searches
}

fn codes(out: &mut Vec<String>, name: &str, concepts: &[CodeableConcept<'_>]) {
    let codings = concepts.iter().flat_map(|concept| &concept.coding);
    let codes = codings.filter_map(|coding| coding.code.as_deref());
    out.extend(codes.map(|code| format!("{name}={}", escaped(code))));
}

fn parties(out: &mut Vec<String>, name: &str, party: Option<&Reference<'_>>) {
    let Some(party) = party else { return };
    let identifier = party.identifier.iter().filter_map(|identifier| identifier.value.as_deref());
    out.extend(identifier.map(|value| format!("{name}={}", escaped(value))));
    words(out, party.display.as_deref().filter(|_| name != "patient"));
    let text = party.reference.as_deref().filter(|text| !text.starts_with('#'));
    let is_patient = |text: &str| text.starts_with("Patient/") && text.split('/').count() == 2;
    let text = text.filter(|text| name != "patient" || is_patient(text));
    out.extend(text.map(|text| format!("{name}={}", escaped(text))));
}

/// The first words, unless there are more of them than one value may ask for.
fn words(out: &mut Vec<String>, text: Option<&str>) {
    let first: Vec<_> = text.unwrap_or_default().split_whitespace().take(4).collect();
    let first = first.join(" ");
    let of_word = |c: char| c.is_alphanumeric() && !is_combining_mark(c);
    let plain: String = first.nfkd().collect();
    let count = plain.split(|c| !of_word(c)).filter(|word| !word.is_empty()).count();
    if (1..=8).contains(&count) {
        out.push(format!("text={}", escaped(&first)));
        out.extend(uppercase(&first).map(|upper| format!("text={}", escaped(&upper))));
    }
}

fn searches_of_agent(out: &mut Vec<String>, agent: &Agent<'_>, at: Release) {
    let dstu2 = at == Release::Dstu2;
    references(out, if dstu2 { "participant" } else { "agent" }, agent.who.as_slice(), at);
    uris(out, "policy", &agent.policy);
    if !dstu2 {
        concepts(out, "agent-role", &agent.role);
    }
    if !has_identifiers(at) {
        identifiers(out, "user", agent.who.as_ref());
    }
    if has_names(at) {
        strings(out, if dstu2 { "name" } else { "agent-name" }, agent.name.as_deref());
        out.extend(agent.alt_id.iter().map(|id| format!("altid={}", escaped(id))));
        if dstu2 {
            let address = agent.network_address.iter();
            out.extend(address.map(|address| format!("address={}", escaped(address))));
        } else {
            strings(out, "address", agent.network_address.as_deref());
        }
    } else {
        concepts(out, "purpose", &agent.purpose);
    }
}

fn searches_of_entity(out: &mut Vec<String>, entity: &Entity<'_>, at: Release) {
    let dstu2 = at == Release::Dstu2;
    references(out, if dstu2 { "reference" } else { "entity" }, entity.what.as_slice(), at);
    if !has_identifiers(at) {
        identifiers(out, if dstu2 { "identity" } else { "entity-id" }, entity.what.as_ref());
    }
    if !dstu2 {
        concepts(out, "entity-role", entity.role.as_slice());
    }
    if has_names(at) {
        let r#type = if dstu2 { "object-type" } else { "entity-type" };
        codings(out, r#type, entity.r#type.as_slice());
        strings(out, if dstu2 { "desc" } else { "entity-name" }, entity.name.as_deref());
    }
    if at == Release::R6 {
        strings(out, "entity-desc", entity.description.as_deref());
    }
}

/// Whether agents and entities have names, and agents other ids: until R4B.
fn has_names(at: Release) -> bool {
    matches!(at, Release::Dstu2 | Release::Stu3 | Release::R4 | Release::R4b)
}

/// Before R4 the source has an identifier, which may be made of a reference; that of a part of the
/// event itself is not searched, and others are with case.
fn sources(out: &mut Vec<String>, observer: Option<&Reference<'_>>) {
    let Some(identifier) = observer.and_then(|observer| observer.identifier.as_ref()) else {
        return;
    };
    let (system, value) = (identifier.system.as_deref(), identifier.value.as_deref());
    let made = value.filter(|value| system.is_none() && value.contains(['/', '#']));
    match made {
        Some(text) if text.starts_with('#') => {}
        Some(text) => out.extend(["", "|"].map(|no| format!("source={no}{}", escaped(text)))),
        None => tokens(out, "source", system, value),
    }
}

fn identifiers(out: &mut Vec<String>, name: &str, reference: Option<&Reference<'_>>) {
    if let Some(identifier) = reference.and_then(|reference| reference.identifier.as_ref()) {
        tokens(out, name, identifier.system.as_deref(), identifier.value.as_deref());
    }
}

fn concepts(out: &mut Vec<String>, name: &str, concepts: &[CodeableConcept<'_>]) {
    for concept in concepts {
        codings(out, name, &concept.coding);
    }
}

fn codings(out: &mut Vec<String>, name: &str, codings: &[Coding<'_>]) {
    for coding in codings {
        tokens(out, name, coding.system.as_deref(), coding.code.as_deref());
    }
}

fn tokens(out: &mut Vec<String>, name: &str, system: Option<&str>, code: Option<&str>) {
    let (system, code) = (system.map(escaped), code.map(escaped));
    if let Some(code) = &code {
        let system = system.as_deref().unwrap_or_default();
        out.push(format!("{name}={code}"));
        out.push(format!("{name}={}", code.to_lowercase()));
        out.push(format!("{name}={system}|{code}"));
    }
    if let Some(system) = system {
        out.push(format!("{name}={system}|"));
    }
}

fn references(out: &mut Vec<String>, name: &str, references: &[Reference<'_>], at: Release) {
    for reference in references {
        if let Some(identifier) = reference.identifier.as_ref().filter(|_| has_identifiers(at)) {
            let (system, value) = (identifier.system.as_deref(), identifier.value.as_deref());
            tokens(out, &format!("{name}:identifier"), system, value);
            tokens(out, &format!("{name}.identifier"), system, value);
        }
        let Some(text) = reference.reference.as_deref() else { continue };
        let unversioned = text.split("/_history/").next().unwrap_or(text);
        let parts: Vec<_> = unversioned.split('/').collect();
        let id = match parts.as_slice() {
            [before @ .., "Patient", id]
                if !id.is_empty() && !id.starts_with('#') && !before.ends_with(&["http:", ""]) =>
            {
                id
            }
            // R5's own element may be anything, but only a Patient is asked for.
            _ if text.starts_with('#') || name == "patient" => continue,
            _ => {
                out.push(format!("{name}={}", escaped(text)));
                continue;
            }
        };
        out.extend([text, unversioned].map(|text| format!("{name}={}", escaped(text))));
        out.push(format!("{name}=Patient/{}", escaped(id)));
        if ["agent", "participant", "entity", "reference", "patient"].contains(&name) {
            let names = ["patient", "patient:Patient"];
            out.extend(names.map(|name| format!("{name}={}", escaped(id))));
            out.push(format!("patient=Patient/{}", escaped(id)));
        }
    }
}

fn strings(out: &mut Vec<String>, name: &str, text: Option<&str>) {
    let Some(text) = text else { return };
    out.push(format!("{name}={}", escaped(text)));
    out.extend(uppercase(text).map(|upper| format!("{name}={}", escaped(&upper))));
    out.push(format!("{name}:exact={}", escaped(text)));
    out.push(format!("{name}:contains={}", escaped(text)));
    if text.is_ascii() {
        let inside = &text[text.len() / 3..text.len().div_ceil(2)];
        out.extend((!inside.is_empty()).then(|| format!("{name}:contains={}", escaped(inside))));
    }
    let half: String = text.chars().take(text.chars().count().div_ceil(2)).collect();
    out.push(format!("{name}={}", escaped(&half)));
}

/// The Greek iota below a letter is a letter of its own in upper case: marks behind it then belong
/// to that one, so that the texts are no longer the same but for their case.
fn uppercase(text: &str) -> Option<String> {
    (!text.nfkd().any(|c| c == '\u{345}')).then(|| text.to_uppercase())
}

fn uris(out: &mut Vec<String>, name: &str, uris: &[std::borrow::Cow<'_, str>]) {
    for uri in uris {
        for modifier in ["", ":below", ":above"] {
            out.push(format!("{name}{modifier}={}", escaped(uri)));
        }
    }
}

/// What is found by a value is found to be there.
fn present_too(out: &mut Vec<String>) {
    let base = |search: &String| search.split([':', '.', '=']).next().map(str::to_owned);
    let mut names: Vec<_> = out.iter().filter_map(base).collect();
    names.dedup();
    out.extend(names.iter().map(|name| format!("{name}:missing=false")));
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if matches!(c, '\\' | ',' | '|' | '$') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
