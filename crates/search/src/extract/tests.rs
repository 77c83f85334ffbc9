use crate::Settings;
use crate::tests::{event, finds_pairs, terms};
use kiln_fhir::{
    Agent, AuditEvent, CodeableConcept, Coding, Entity, Identifier, Limits, Reference, Release,
    Source,
};
use kiln_index::Terms;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

/// Every official example and every event seen in the wild is found by each parameter that it
/// carries a value for.
#[test]
fn real_events_are_found_by_everything_they_say() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let mut tried = 0;
    for (release, folders) in [
        (Release::R4, ["fhir/r4-4.0.1/examples-json", "wild/r4"]),
        (Release::R5, ["fhir/r5-5.0.0/examples-json", "wild/r5"]),
    ] {
        for file in folders.iter().flat_map(|folder| json_files(&shared.join(folder))) {
            #[expect(clippy::disallowed_methods, reason = "a test reads the shared examples")]
            let body = std::fs::read(&file).expect("readable");
            // What is not acceptable is the parser's to test.
            let Ok(parsed) = kiln_fhir::parse(&body, release, &Limits::default()) else { continue };
            let searches = searches(&parsed.event);
            assert!(searches.len() > 10, "{}", file.display());
            let terms = terms(&parsed.event);
            for search in &searches {
                assert!(finds(&parsed.event, &terms, search), "{} {search}", file.display());
            }
            tried += 1;
        }
    }
    match tried {
        0 => eprintln!("SKIPPED: no examples in {}", shared.display()),
        _ => assert!(tried > 70, "only {tried} events were acceptable"),
    }
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let (folders, files): (Vec<_>, Vec<_>) = paths.partition(|path| path.is_dir());
    let mut found: Vec<_> = folders.iter().flat_map(|folder| json_files(folder)).collect();
    found.extend(files.into_iter().filter(|file| file.extension().is_some_and(|e| e == "json")));
    found
}

/// Whether one parameter, whatever its value holds, finds the event.
fn finds(event: &AuditEvent<'_>, terms: &Terms, search: &str) -> bool {
    let (name, value) = search.split_once('=').expect("name=value");
    finds_pairs(event, terms, &[(name.to_owned(), value.to_owned())], &Settings::default())
}

proptest! {
    /// Whatever texts an event holds, extracting does not panic, and searching for them finds it.
    #[test]
    fn any_texts_are_found(texts in prop::collection::vec(text(), 24), r5: bool) {
        let release = if r5 { Release::R5 } else { Release::R4 };
        let event = filled(release, &texts);
        let terms = terms(&event);
        for search in searches(&event) {
            prop_assert!(finds(&event, &terms, &search), "{}", search);
        }
    }
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[A-Za-z0-9_.-]{1,8}",
        2 => prop::sample::select(vec![
            "Patient/", "/_history/", "http://a.org/", "urn:uuid:", "|", "/", ",", "\\", "$", " ",
        ]).prop_map(str::to_owned),
        1 => "\\PC{1,6}",
    ];
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

/// An event with a text in every place that is searched.
fn filled(release: Release, texts: &[String]) -> AuditEvent<'_> {
    let text = |at: usize| texts[at].as_str().into();
    let concept = |at: usize| CodeableConcept {
        coding: vec![
            Coding { system: Some(text(at)), code: Some(text(at + 1)), display: None },
            Coding { system: None, code: Some(text(at + 2)), display: None },
        ],
        text: Some(text(at)),
    };
    let reference = |at: usize| Reference {
        reference: Some(text(at)),
        identifier: Some(Identifier {
            system: Some(text(at + 1)),
            value: Some(text(at + 2)),
            ..Identifier::default()
        }),
        ..Reference::default()
    };
    let mut event = event(release);
    event.meta.source = Some(text(0));
    event.meta.profile = vec![text(1)];
    event.meta.tag = concept(2).coding;
    event.meta.security = concept(3).coding;
    event.r#type = vec![concept(4)];
    event.subtype = vec![concept(5), concept(6)];
    event.action = Some(text(7));
    event.agents = vec![Agent {
        who: Some(reference(8)),
        name: Some(text(9)),
        alt_id: Some(text(10)),
        network_address: Some(text(11)),
        policy: vec![text(12)],
        role: vec![concept(13)],
        purpose: vec![concept(14)],
        ..Agent::default()
    }];
    event.source =
        Source { site: Some(text(15)), observer: Some(reference(16)), r#type: Vec::new() };
    event.entities = vec![Entity {
        what: Some(reference(17)),
        r#type: concept(18).coding.pop(),
        role: Some(concept(19)),
        name: Some(text(20)),
        ..Entity::default()
    }];
    if release == Release::R5 {
        event.patient = Some(reference(20));
        event.encounter = Some(reference(21));
        event.based_on = vec![reference(19)];
        event.purpose = vec![concept(20)];
        event.outcome = Some(concept(21));
    }
    event
}

/// Searches that have to find an event, by what its release calls each element.
fn searches(event: &AuditEvent<'_>) -> Vec<String> {
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
