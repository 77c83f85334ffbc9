//! What an event says, as searches that have to find it: built from the view alone, without
//! looking at how it is extracted.
use kiln_fhir::{Agent, AuditEvent, CodeableConcept, Coding, Reference, Release};

/// Searches that have to find an event, by what its release calls each element.
pub(crate) fn searches(event: &AuditEvent<'_>) -> Vec<String> {
    let r5 = event.release == Release::R5;
    let mut searches = Vec::new();
    let out = &mut searches;
    let named = |r4: &'static str, in_r5: &'static str| if r5 { in_r5 } else { r4 };
    concepts(out, named("type", "category"), &event.r#type);
    concepts(out, named("subtype", "code"), &event.subtype);
    concepts(out, "outcome", event.outcome.as_slice());
    codings(out, "_tag", &event.meta.tag);
    codings(out, "_security", &event.meta.security);
    uris(out, "_profile", &event.meta.profile);
    uris(out, "_source", event.meta.source.as_slice());
    out.extend(event.action.iter().map(|action| format!("action={}", escaped(action))));
    for agent in &event.agents {
        searches_of_agent(out, agent, r5);
    }
    references(out, "source", event.source.observer.as_slice());
    for entity in &event.entities {
        references(out, "entity", entity.what.as_slice());
        concepts(out, "entity-role", entity.role.as_slice());
        if !r5 {
            codings(out, "entity-type", entity.r#type.as_slice());
            strings(out, "entity-name", entity.name.as_deref());
        }
    }
    if r5 {
        references(out, "patient", event.patient.as_slice());
        references(out, "encounter", event.encounter.as_slice());
        references(out, "based-on", &event.based_on);
        concepts(out, "purpose", &event.purpose);
    } else {
        out.extend(event.source.site.iter().map(|site| format!("site={}", escaped(site))));
    }
    let recorded = event.recorded.to_text();
    out.extend([format!("date={recorded}"), format!("date={}", &recorded[..10])]);
    present_too(out);
    searches
}

fn searches_of_agent(out: &mut Vec<String>, agent: &Agent<'_>, r5: bool) {
    references(out, "agent", agent.who.as_slice());
    concepts(out, "agent-role", &agent.role);
    uris(out, "policy", &agent.policy);
    if r5 {
        concepts(out, "purpose", &agent.purpose);
    } else {
        strings(out, "agent-name", agent.name.as_deref());
        strings(out, "address", agent.network_address.as_deref());
        out.extend(agent.alt_id.iter().map(|id| format!("altid={}", escaped(id))));
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

fn references(out: &mut Vec<String>, name: &str, references: &[Reference<'_>]) {
    for reference in references {
        if let Some(identifier) = &reference.identifier {
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
        if ["agent", "entity", "patient"].contains(&name) {
            let names = ["patient", "patient:Patient"];
            out.extend(names.map(|name| format!("{name}={}", escaped(id))));
            out.push(format!("patient=Patient/{}", escaped(id)));
        }
    }
}

fn strings(out: &mut Vec<String>, name: &str, text: Option<&str>) {
    let Some(text) = text else { return };
    out.push(format!("{name}={}", escaped(text)));
    out.push(format!("{name}={}", escaped(&text.to_uppercase())));
    out.push(format!("{name}:exact={}", escaped(text)));
    let half: String = text.chars().take(text.chars().count().div_ceil(2)).collect();
    out.push(format!("{name}={}", escaped(&half)));
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
