//! Capabilities: `metadata`, made from the same tables that serve
//! (<https://hl7.org/fhir/R4/http.html#capabilities>).
use super::operation_definition;
use crate::{
    answer::Answer,
    exchange::Exchange,
    router::{Interaction, ROUTES},
};
use hyper::StatusCode;
use kiln_fhir::{Instant, Release};
use kiln_search::{Parameter, ParameterType};
use serde_json::{Value, json};

/// Answers it.
pub(crate) fn capabilities(exchange: &Exchange) -> Answer {
    let statement = statement(exchange);
    Answer::fhir(StatusCode::OK, exchange.form, statement.to_string().into_bytes())
}

fn statement(exchange: &Exchange) -> Value {
    let Exchange { app, base, release, .. } = exchange;
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": Instant { millis: app.started().0 }.to_text(),
        "kind": "instance",
        "software": { "name": "Kiln", "version": env!("CARGO_PKG_VERSION") },
        "implementation": { "description": "Kiln, a FHIR audit record repository", "url": base },
        "fhirVersion": release.version(),
        "format": ["application/fhir+json", "json"],
        "rest": [{
            "mode": "server",
            "documentation": DOCUMENTATION,
            "security": { "cors": false, "description": SECURITY },
            "resource": [resource(base, *release)],
            "interaction": [{ "code": "batch" }, { "code": "transaction" }],
        }],
    })
}

const DOCUMENTATION: &str = "Audit events are created, read and searched; they are never updated, \
    patched or deleted. AuditEvent/[id]/$original answers the exact bytes that were received. The \
    type's history, oldest first by _sort=_lastUpdated and from _since on, is how to pull. \
    Bundles: batch, transaction, and collection, whose entries are stored.";

const SECURITY: &str = "Open to the programs of this machine; requests of web pages and of proxies \
    are refused.";

fn resource(base: &str, release: Release) -> Value {
    let parameters: Vec<Value> =
        kiln_search::parameters(release).iter().map(search_parameter).collect();
    json!({
        "type": "AuditEvent",
        "profile": "http://hl7.org/fhir/StructureDefinition/AuditEvent",
        "interaction": interactions(),
        "versioning": "versioned",
        "readHistory": true,
        "updateCreate": false,
        "conditionalCreate": true,
        "conditionalRead": "not-match",
        "conditionalUpdate": false,
        "conditionalDelete": "not-supported",
        "referencePolicy": ["literal", "logical"],
        "searchParam": parameters,
        "operation": [{
            "name": "original",
            "definition": operation_definition::url(base),
        }],
    })
}

/// The interactions of the type that have a route.
fn interactions() -> Vec<Value> {
    let mut codes: Vec<&str> = Vec::new();
    for route in ROUTES {
        let is_of_type = matches!(
            route.interaction,
            Interaction::Create
                | Interaction::Read
                | Interaction::Vread
                | Interaction::HistoryInstance
                | Interaction::HistoryType
                | Interaction::SearchType
        );
        if is_of_type && !codes.contains(&route.interaction.name()) {
            codes.push(route.interaction.name());
        }
    }
    codes.iter().map(|code| json!({ "code": code })).collect()
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
