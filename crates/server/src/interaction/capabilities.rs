//! Capabilities: `metadata`, made from the same tables that serve, in the shape of each release
//! (<https://hl7.org/fhir/R4/http.html#capabilities>): `Conformance` in DSTU2, since STU3
//! `CapabilityStatement`.
mod resources;
mod security;

use super::operation_definition::{OPERATIONS, Operation, definition};
use crate::{
    answer::Answer,
    exchange::Told,
    router::{COMPARTMENTS, Interaction, ROUTES},
    settings::Settings,
};
use hyper::StatusCode;
use kiln_fhir::{Instant, Release};
use kiln_search::{Parameter, ParameterType};
use serde_json::{Value, json};

/// Answers it.
pub(crate) fn capabilities(about: &Told<'_>) -> Answer {
    let Told { app, base, is_of_audit, form, .. } = *about;
    let date = Instant { millis: app.started().0 }.to_text();
    let statement = Statement {
        base,
        is_of_audit,
        release: form.release,
        date: &date,
        settings: &app.settings,
        security: security::security(about),
    };
    let statement = statement.resource();
    Answer::fhir(StatusCode::OK, form, statement.to_string().into_bytes())
}

/// What is said, and of what.
struct Statement<'a> {
    /// The URL up to the resource type.
    base: &'a str,
    /// Of the audit of the audit, which is read alone.
    is_of_audit: bool,
    release: Release,
    /// Since when it holds.
    date: &'a str,
    settings: &'a Settings,
    /// How clients get in.
    security: Value,
}

impl Statement<'_> {
    fn resource(&self) -> Value {
        let Self { base, release, .. } = *self;
        let mut statement = json!({
            "resourceType": resource_type(release),
            "url": format!("{base}/metadata"),
            "name": "Kiln",
            "status": "active",
            "date": self.date,
            "description": DESCRIPTION,
            "kind": "instance",
            "software": { "name": "Kiln", "version": env!("CARGO_PKG_VERSION") },
            "implementation": { "description": IMPLEMENTATION, "url": base },
            "fhirVersion": release.version(),
            "format": formats(release),
            "rest": [self.rest()],
        });
        if is_before_r4(release) {
            statement["acceptUnknown"] = json!("both");
        }
        if release != Release::Dstu2 {
            statement["title"] = json!("What this Kiln can do");
        }
        if self.is_of_audit {
            statement["description"] = json!(DESCRIPTION_OF_AUDIT);
        }
        statement
    }

    fn rest(&self) -> Value {
        let Self { base, release, settings, security, is_of_audit, .. } = self;
        let release = *release;
        let mut rest = json!({
            "mode": "server",
            "documentation": documentation(settings),
            "security": security,
            "resource": self.resources(),
            "interaction": system_interactions(release),
            "compartment": COMPARTMENTS.map(|name| compartment(name, release)),
        });
        if let (true, Some(rest)) = (is_of_audit, rest.as_object_mut()) {
            rest.remove("interaction");
            rest.remove("compartment");
        } else if release == Release::Dstu2 {
            rest["transactionMode"] = json!("both");
        }
        // Since R4 operations stand with the resource that they are of.
        if is_before_r4(release) {
            rest["operation"] = operations(base, release, *is_of_audit);
        }
        rest
    }
}

impl Statement<'_> {
    fn resources(&self) -> Vec<Value> {
        let Self { base, release, settings, is_of_audit, .. } = self;
        let mut event = audit_event(base, *release, *is_of_audit);
        if settings.resources.as_ref().is_some_and(|kept| !kept.takes_events()) {
            resources::unsent(&mut event);
        }
        let mut all = vec![event, operation_definition()];
        let kept = settings.resources.as_ref().filter(|kept| kept.release == *release);
        if kept.is_some() && !is_of_audit {
            all.extend(resources::each(*release));
        }
        // Of a patient, kept here or elsewhere, one may ask who looked.
        if !is_before_r4(*release) && !is_of_audit {
            let operations = operations_of("Patient", base, *release, *is_of_audit);
            match all.iter_mut().find(|each| each["type"] == "Patient") {
                Some(patient) => patient["operation"] = operations,
                None => all.push(json!({ "type": "Patient", "operation": operations })),
            }
        }
        all
    }
}

const IMPLEMENTATION: &str = "Kiln, a FHIR audit record repository";

/// What it is, and what it does not do.
const DESCRIPTION: &str = "Kiln keeps audit events: each as it was sent, byte for byte, and \
    answered in the release and the format that is asked for. Every event is found here, in \
    whatever release it was sent. It does not update, patch or delete; it keeps no other resource \
    type; it does not include, chain or reverse-chain in searches, and answers no parts of \
    resources; it checks events against base FHIR, not against profiles or terminologies.";

/// Of the audit of the audit.
const DESCRIPTION_OF_AUDIT: &str = "Who looked at this Kiln's log, and who was not let in: a log \
    of its own, which Kiln alone writes. It is read as the log is; a look at it stands in it, too.";

/// How to use it, with the limits that are set.
fn documentation(settings: &Settings) -> String {
    let Settings { bundle, search, .. } = settings;
    format!(
        "AuditEvent/[id]/$original answers the exact bytes that were received, in the release and \
         format that they were sent in. The type's history, oldest first by _sort=_lastUpdated and \
         from _since on, is how to pull. Searches take _count, _sort by date or _lastUpdated, \
         _total and _summary=count; pages have {} events where no _count is asked, at most {}. \
         Bundles may be a batch, a transaction, or a collection, whose entries are stored. \
         Limits: {} bytes an event, {} bytes and {} entries a Bundle, {} parameters a search, {} \
         values a parameter.",
        search.count_default,
        search.count_max,
        bundle.entry.body_bytes_max,
        bundle.body_bytes_max,
        bundle.entries_max,
        search.parameters_max,
        search.or_values_max,
    )
}

fn resource_type(release: Release) -> &'static str {
    if release == Release::Dstu2 { "Conformance" } else { "CapabilityStatement" }
}

fn formats(release: Release) -> Value {
    match release {
        Release::Dstu2 => json!(["application/json+fhir", "application/xml+fhir", "json", "xml"]),
        _ => json!(["application/fhir+json", "application/fhir+xml", "json", "xml"]),
    }
}

fn audit_event(base: &str, release: Release, is_of_audit: bool) -> Value {
    let parameters: Vec<Value> =
        kiln_search::parameters(release).iter().map(search_parameter).collect();
    let mut resource = json!({
        "type": "AuditEvent",
        "profile": link("http://hl7.org/fhir/StructureDefinition/AuditEvent", release),
        "interaction": interactions(is_of_audit),
        "versioning": "versioned",
        "readHistory": true,
        "updateCreate": false,
        "conditionalCreate": !is_of_audit,
        "conditionalUpdate": false,
        "conditionalDelete": "not-supported",
        "searchParam": parameters,
    });
    if release != Release::Dstu2 {
        resource["conditionalRead"] = json!("not-match");
        resource["referencePolicy"] = json!(["literal", "logical"]);
    }
    if matches!(release, Release::R5 | Release::R6) {
        resource["conditionalPatch"] = json!(false);
    }
    if !is_before_r4(release) {
        resource["operation"] = operations_of("AuditEvent", base, release, is_of_audit);
    }
    resource
}

/// Those of the operations that are named here can be read.
fn operation_definition() -> Value {
    json!({
        "type": "OperationDefinition",
        "interaction": [{ "code": "read" }],
        "versioning": "no-version",
        "readHistory": false,
    })
}

/// The interactions of the type that have a route.
fn interactions(is_of_audit: bool) -> Value {
    let mut codes: Vec<&str> = Vec::new();
    for route in ROUTES.iter().filter(|route| route.is_of_audit() == is_of_audit) {
        if let Some(code) = type_restful_interaction(route.interaction)
            && !codes.contains(&code)
        {
            codes.push(code);
        }
    }
    codes.iter().map(|code| json!({ "code": code })).collect()
}

/// Its code among those of a resource type
/// (<https://hl7.org/fhir/R4/valueset-type-restful-interaction.html>).
fn type_restful_interaction(interaction: Interaction) -> Option<&'static str> {
    match interaction {
        Interaction::Create
        | Interaction::Read
        | Interaction::Vread
        | Interaction::HistoryInstance
        | Interaction::HistoryType
        | Interaction::SearchType => Some(interaction.name()),
        _ => None,
    }
}

/// DSTU2 has one code for both, and a mode.
fn system_interactions(release: Release) -> Value {
    match release {
        Release::Dstu2 => json!([{ "code": "transaction" }]),
        _ => json!([{ "code": "batch" }, { "code": "transaction" }]),
    }
}

fn search_parameter(parameter: &Parameter) -> Value {
    let kind = match parameter.r#type {
        ParameterType::Token => "token",
        ParameterType::Reference => "reference",
        ParameterType::String => "string",
        ParameterType::Uri => "uri",
        ParameterType::Date => "date",
    };
    json!({ "name": parameter.name, "definition": parameter.definition, "type": kind })
}

/// All of them, whatever they are of.
fn operations(base: &str, release: Release, is_of_audit: bool) -> Value {
    offered(is_of_audit).map(|operation| named(operation, base, release)).collect()
}

fn operations_of(of: &str, base: &str, release: Release, is_of_audit: bool) -> Value {
    let is_its = |operation: &&Operation| operation.of == of;
    offered(is_of_audit).filter(is_its).map(|it| named(it, base, release)).collect()
}

/// Those that have a route.
fn offered(is_of_audit: bool) -> impl Iterator<Item = &'static Operation> {
    let is_offered = move |offered: &&Operation| {
        let path = ["[audit]/AuditEvent/{id}/$", offered.code].concat();
        !is_of_audit || ROUTES.iter().any(|route| route.path == path)
    };
    OPERATIONS.iter().filter(is_offered)
}

fn named(operation: &Operation, base: &str, release: Release) -> Value {
    let definition = definition(operation, base);
    json!({ "name": operation.code, "definition": link(&definition, release) })
}

/// `http://hl7.org/fhir/CompartmentDefinition/patient`; DSTU2 has no definitions of them, and its
/// example says `http://hl7.org/fhir/compartment/Patient`.
fn compartment(name: &str, release: Release) -> String {
    match release {
        Release::Dstu2 => format!("http://hl7.org/fhir/compartment/{name}"),
        _ => {
            format!("http://hl7.org/fhir/CompartmentDefinition/{}", name.to_ascii_lowercase())
        }
    }
}

/// A definition elsewhere: a Reference, since R4 a canonical URL.
pub(super) fn link(url: &str, release: Release) -> Value {
    if is_before_r4(release) { json!({ "reference": url }) } else { json!(url) }
}

/// Whether it is one of the first two, whose statements have much in common.
pub(super) fn is_before_r4(release: Release) -> bool {
    matches!(release, Release::Dstu2 | Release::Stu3)
}

#[cfg(test)]
mod tests;
