//! What is said is what is served, in the shape of each release.
use super::*;
use crate::{
    authentication::{Issuer, KeySource, KeyTimes, Tokens},
    router::Route,
};
use kiln_fhir::{Limits, json, xml};
use kiln_identity::{Algorithm, IssuerRules, Tenancy, TenantId};
use std::{collections::HashSet, time::Duration};

const BASE: &str = "http://localhost:8080/fhir/x";

const RELEASES: [Release; 7] = [
    Release::Dstu2,
    Release::Stu3,
    Release::R4,
    Release::R4b,
    Release::R5Draft,
    Release::R5,
    Release::R6,
];

/// Elements of `Conformance` and `CapabilityStatement` of all releases, in the order of their
/// definitions, and what each release has not.
const STATEMENT: &str = "url version name title status experimental date publisher description \
    kind software implementation fhirVersion acceptUnknown format rest";
const REST: &str = "mode documentation security resource interaction transactionMode searchParam \
    operation compartment";
const RESOURCE: &str = "type profile supportedProfile documentation interaction versioning \
    readHistory updateCreate conditionalCreate conditionalRead conditionalUpdate conditionalPatch \
    conditionalDelete referencePolicy searchInclude searchRevInclude searchParam operation";

fn absent(release: Release) -> &'static [&'static str] {
    match release {
        Release::Dstu2 => &[
            "CapabilityStatement.title",
            "resource.documentation",
            "resource.conditionalRead",
            "resource.conditionalPatch",
            "resource.referencePolicy",
            "resource.operation",
        ],
        Release::Stu3 => {
            &["rest.transactionMode", "resource.conditionalPatch", "resource.operation"]
        }
        Release::R4 | Release::R4b | Release::R5Draft => {
            &["acceptUnknown", "rest.transactionMode", "resource.conditionalPatch"]
        }
        Release::R5 | Release::R6 => &["acceptUnknown", "rest.transactionMode"],
    }
}

fn statement(release: Release) -> Value {
    let settings = Settings::default();
    let date = "2024-06-15T08:30:00Z";
    let security = security::said(Some(&issuer()), false, false, release);
    let is_of_audit = false;
    Statement { base: BASE, is_of_audit, release, date, settings: &settings, security }.resource()
}

fn issuer() -> Issuer {
    let audiences = vec!["https://kiln.example/fhir".to_owned()];
    let tenancy = Tenancy::One(TenantId::default());
    let algorithms = vec![Algorithm::Es256];
    let issuer = "https://idp.example";
    Issuer {
        rules: IssuerRules::new("clinic", issuer, audiences, algorithms, tenancy).unwrap(),
        tokens: Tokens::Signed(KeySource::Url(format!("{issuer}/jwks")), KeyTimes::default()),
        timeout: Duration::from_secs(5),
        authorize_url: Some(format!("{issuer}/authorize")),
        token_url: Some(format!("{issuer}/token")),
    }
}

#[test]
fn clients_are_told_where_tokens_are_given() {
    for release in RELEASES {
        let security = statement(release)["rest"][0]["security"].take();
        let addresses = &security["extension"][0]["extension"];
        assert_eq!(addresses[0]["valueUri"], "https://idp.example/authorize", "{release:?}");
        assert_eq!(addresses[1]["valueUri"], "https://idp.example/token", "{release:?}");
        let service = &security["service"][0]["coding"][0];
        assert_eq!(service["code"], "SMART-on-FHIR");
        let system = service["system"].as_str().unwrap();
        assert_eq!(system.contains("terminology"), !is_before_r4(release), "{release:?}");
    }
    let open = security::said(None, false, true, Release::R4);
    assert!(open["extension"].is_null() && open["service"].is_null());
}

/// Its own elements in the order that XML has them; each is known, and in its place.
fn assert_order(tape: &json::Tape<'_>, at: usize, known: &str, of: &str, release: Release) {
    let known: Vec<&str> = known.split_whitespace().collect();
    let mut last = 0;
    for child in tape.children(at).filter(|&child| tape.key(child) != "resourceType") {
        let name = tape.key(child);
        let place = known.iter().position(|known| *known == name);
        let place = place.unwrap_or_else(|| panic!("{release:?} has no {of}.{name}"));
        assert!(place >= last, "{release:?}: {of}.{name} stands too late");
        let path = format!("{of}.{name}");
        assert!(!absent(release).contains(&path.as_str()), "{release:?} has no {path}");
        assert!(!absent(release).contains(&name), "{release:?} has no {path}");
        last = place;
    }
}

fn audit_event_of(statement: &Value) -> &Value {
    &statement["rest"][0]["resource"][0]
}

#[test]
fn each_release_has_its_own_shape_and_order() {
    for release in RELEASES {
        let said = statement(release);
        let mut out = Vec::new();
        xml::from_json(said.to_string().as_bytes(), release, &mut out).unwrap();
        let text = String::from_utf8(out.clone()).unwrap();
        assert!(!text.contains("<!--"), "{release:?}: an element that no table knows: {text}");
        let back = xml::to_json(&out, release, &Limits::default()).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&back).unwrap(), said, "{release:?}");
        let tape = json::read(&back, &Limits::default(), "CapabilityStatement").unwrap();
        assert_order(&tape, 0, STATEMENT, "CapabilityStatement", release);
        let rest = tape.children(tape.member(0, "rest").unwrap()).next().unwrap();
        assert_order(&tape, rest, REST, "rest", release);
        for resource in tape.children(tape.member(rest, "resource").unwrap()) {
            assert_order(&tape, resource, RESOURCE, "resource", release);
        }
    }
}

#[test]
fn what_is_mandatory_is_there() {
    for release in RELEASES {
        let said = statement(release);
        let name = if release == Release::Dstu2 { "Conformance" } else { "CapabilityStatement" };
        assert_eq!(said["resourceType"], name);
        assert_eq!(said["fhirVersion"], release.version());
        assert_eq!(said["kind"], "instance");
        for element in ["status", "date", "software", "implementation"] {
            assert!(!said[element].is_null(), "{release:?} {element}");
        }
        assert_eq!(said["acceptUnknown"].is_null(), !is_before_r4(release), "{release:?}");
        let formats: Vec<&str> = said["format"]
            .as_array()
            .unwrap()
            .iter()
            .map(|format| format.as_str().unwrap())
            .collect();
        assert_eq!(formats.contains(&"application/json+fhir"), release == Release::Dstu2);
        assert!(formats.ends_with(&["json", "xml"]));
        let profile = &audit_event_of(&said)["profile"];
        assert_eq!(profile.is_object(), is_before_r4(release), "{release:?}");
    }
}

/// cnf-9, cnf-12; cpb-9, cpb-12.
#[test]
fn resources_and_parameters_are_described_once() {
    for release in RELEASES {
        let said = statement(release);
        let mut types = HashSet::new();
        for resource in said["rest"][0]["resource"].as_array().unwrap() {
            assert!(types.insert(resource["type"].as_str().unwrap()), "{release:?}");
            let mut names = HashSet::new();
            for parameter in resource["searchParam"].as_array().into_iter().flatten() {
                assert!(names.insert(parameter["name"].as_str().unwrap()), "{release:?}");
            }
        }
        let names = audit_event_of(&said)["searchParam"].as_array().unwrap().len();
        assert_eq!(names, kiln_search::parameters(release).len(), "{release:?}");
    }
}

#[test]
fn every_route_of_fhir_is_named() {
    for release in RELEASES {
        let said = statement(release);
        for route in ROUTES.iter().filter(|route| route.path.starts_with("[base]")) {
            assert!(is_named(&said, route), "{release:?}: {} {}", route.method, route.path);
        }
    }
}

fn is_named(said: &Value, route: &Route) -> bool {
    let rest = &said["rest"][0];
    let (event, definition) = (&rest["resource"][0], &rest["resource"][1]);
    let has = |list: &Value, member: &str, value: &str| {
        list.as_array().is_some_and(|list| list.iter().any(|item| item[member] == value))
    };
    let operation =
        |name| has(&rest["operation"], "name", name) != has(&event["operation"], "name", name);
    let report = |name| {
        let patient = &rest["resource"][2];
        let is_of_patient =
            patient["type"] == "Patient" && has(&patient["operation"], "name", name);
        has(&rest["operation"], "name", name) != is_of_patient
    };
    match route.interaction {
        Interaction::Create => has(&event["interaction"], "code", "create"),
        Interaction::Read => has(&event["interaction"], "code", "read"),
        Interaction::Vread => has(&event["interaction"], "code", "vread"),
        Interaction::HistoryInstance => has(&event["interaction"], "code", "history-instance"),
        Interaction::HistoryType => has(&event["interaction"], "code", "history-type"),
        Interaction::SearchType => has(&event["interaction"], "code", "search-type"),
        Interaction::SearchCompartment => {
            rest["compartment"].as_array().is_some_and(|all| all.len() == COMPARTMENTS.len())
        }
        // It stands in no table of audit events.
        Interaction::Resource => true,
        Interaction::Original => operation("original"),
        Interaction::Proof => operation("proof"),
        Interaction::VerifyInstance | Interaction::VerifyRange => operation("verify"),
        Interaction::Validate | Interaction::ValidateInstance => operation("validate"),
        Interaction::AccessReport => report("access-report"),
        Interaction::DisclosureAccounting => report("disclosure-accounting"),
        Interaction::Batch => {
            has(&rest["interaction"], "code", "batch")
                || (rest["transactionMode"] == "both"
                    && has(&rest["interaction"], "code", "transaction"))
        }
        Interaction::OperationDefinition => {
            definition["type"] == "OperationDefinition"
                && has(&definition["interaction"], "code", "read")
        }
        // Clients that do not know it are told the same in the statement.
        Interaction::SmartConfiguration => rest["security"]["extension"].is_array(),
        Interaction::Capabilities => said["url"] == format!("{BASE}/metadata"),
        // Told why not, not offered.
        Interaction::Unchanging => {
            event["updateCreate"] == false && event["conditionalUpdate"] == false
        }
        Interaction::PlainCreate
        | Interaction::PlainRead
        | Interaction::PlainSearch
        | Interaction::OpenApi
        | Interaction::Live
        | Interaction::Ready
        | Interaction::Metrics
        | Interaction::LogCheckpoint
        | Interaction::LogWitnessedCheckpoint
        | Interaction::LogTile
        | Interaction::LogKey
        | Interaction::VerifyPage
        | Interaction::SignIn
        | Interaction::SignInCallback
        | Interaction::SignOut
        | Interaction::VerifyScript
        | Interaction::Page(_) => false,
    }
}

#[test]
fn compartments_are_called_as_the_release_calls_them() {
    let named = |release| statement(release)["rest"][0]["compartment"][0].clone();
    assert_eq!(named(Release::Dstu2), "http://hl7.org/fhir/compartment/Patient");
    assert_eq!(named(Release::R4), "http://hl7.org/fhir/CompartmentDefinition/patient");
}

#[test]
fn the_limits_that_are_set_are_said() {
    let mut settings = Settings::default();
    settings.bundle.entry.body_bytes_max = 77_777;
    settings.search.count_max = 321;
    let said = documentation(&settings);
    assert!(said.contains("77777 bytes an event") && said.contains("at most 321"), "{said}");
}
