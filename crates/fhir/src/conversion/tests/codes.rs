//! Codes that not every release has: none of them becomes an error that the source was not.
use super::rules::event;
use super::*;
use crate::conversion::codes::{self, Wrong};
use serde_json::{Value, json};

/// A coding of a result that is an error there, and would be none in the source's release.
pub(super) fn wrong(json: &str, from: Release, to: Release) -> Option<String> {
    first_wrong(&serde_json::from_str(json).ok()?, from, to)
}

fn first_wrong(value: &Value, from: Release, to: Release) -> Option<String> {
    match value {
        Value::Array(items) => items.iter().find_map(|item| first_wrong(item, from, to)),
        Value::Object(members) => {
            let [url, code] = ["system", "code"].map(|name| members.get(name)?.as_str());
            if let (Some(url), Some(code)) = (url, code)
                && codes::wrong(url, || Some(code.into()), from, to) == Wrong::There
            {
                return Some(format!("{url} {code}"));
            }
            // Quantities have a system and a code too.
            let other = |name: &str| {
                name.starts_with("value") && !matches!(name, "valueCoding" | "valueCodeableConcept")
            };
            let mut inner = members.iter().filter(|(name, _)| !other(name));
            inner.find_map(|(_, value)| first_wrong(value, from, to))
        }
        _ => None,
    }
}

/// The result, which must be valid, lead back, and be no error to a validator.
fn there(from: Release, to: Release, members: &Value) -> Value {
    let json = event(from, members);
    let there = converted(&json.to_string(), from, to);
    assert!(parse(there.as_bytes(), to, &Limits::default()).is_ok(), "{there}");
    assert_eq!(wrong(&there, from, to), None, "{there}");
    assert!(!there.contains("\\\"whole\\\""), "{there}");
    let back: Value = serde_json::from_str(&converted(&there, to, from)).expect("JSON");
    assert_eq!(back, json, "{there}");
    serde_json::from_str(&there).expect("JSON")
}

const SEVERITY: &str = "http://hl7.org/fhir/issue-severity";
const INTERACTION: &str = "http://hl7.org/fhir/restful-interaction";

#[test]
fn a_code_moves_only_where_the_code_system_has_it() {
    let url = |system: &str| format!("http://terminology.hl7.org/CodeSystem/{system}");
    let coding = |system: &str, code: &str| json!({"system": url(system), "code": code});
    let of =
        |codings: Value| json!({"agent": [{"requestor": true, "role": [{"coding": codings}]}]});
    let roles = of(json!([
        coding("extra-security-role-type", "humanuser"),
        coding("extra-security-role-type", "datasubject"),
        coding("v3-RoleCode", "GRANTEE"),
    ]));
    let systems = |event: &Value, part: &str| -> Vec<String> {
        let role = &event[part][0]["role"][0]["coding"];
        let codings = role.as_array().expect("codings").iter();
        codings.map(|coding| coding["system"].as_str().expect("a URL").to_owned()).collect()
    };
    let [human, subject] =
        [url("extra-security-role-type"), "http://hl7.org/fhir/extra-security-role-type".into()];
    let [new, old] = [url("v3-RoleCode"), "http://hl7.org/fhir/v3/RoleCode".into()];
    let stu3 = there(Release::R4, Release::Stu3, &roles);
    assert_eq!(systems(&stu3, "agent"), [human.clone(), subject.clone(), old]);
    let dstu2 = there(Release::R4, Release::Dstu2, &roles);
    assert_eq!(systems(&dstu2, "participant"), [human, subject, new]);
}

#[test]
fn a_severity_that_only_r5_has_goes_into_the_residue() {
    let outcome = json!({"outcome": {"code": {"system": SEVERITY, "code": "success"}}});
    for from in [Release::R5, Release::R6] {
        for to in [Release::Dstu2, Release::Stu3, Release::R4, Release::R4b] {
            let there = there(from, to, &outcome);
            let event = there.get("event").unwrap_or(&there);
            assert_eq!(event["outcome"], "0");
            assert_eq!(there["extension"].as_array().map(Vec::len), Some(1), "{there}");
        }
    }
}

#[test]
fn a_code_that_the_target_lacks_is_written_without_its_system() {
    let batch = json!({"system": INTERACTION, "code": "batch", "display": "batch"});
    let read = json!({"system": INTERACTION, "code": "read"});
    let dstu2 = there(Release::R4, Release::Dstu2, &json!({"subtype": [batch, read]}));
    let plain = json!({"code": "batch", "display": "batch"});
    assert_eq!(dstu2["event"]["subtype"], json!([plain, read]));
    let order = json!({"system": "http://hl7.org/fhir/resource-types", "code": "ServiceRequest"});
    let stu3 = there(Release::R4, Release::Stu3, &json!({"entity": [{"type": order}]}));
    assert_eq!(stu3["entity"][0]["type"], json!({"code": "ServiceRequest"}));
    let search = json!({"system": INTERACTION, "code": "search-compartment"});
    let r4 = there(Release::R5, Release::R4, &json!({"code": {"coding": [search]}}));
    assert_eq!(r4["subtype"], json!([{"code": "search-compartment"}]));
}

#[test]
fn what_was_wrong_before_stays_as_it_was() {
    for code in ["search-compartment", "validate"] {
        let own = json!({"system": INTERACTION, "code": code});
        let r5 = there(Release::R4, Release::R5, &json!({"subtype": [own]}));
        assert_eq!(r5["code"]["coding"], json!([own]));
    }
    let severity =
        json!([{"url": "http://x/y", "valueCoding": {"system": SEVERITY, "code": "success"}}]);
    there(Release::R4, Release::R5, &json!({"extension": severity}));
    there(Release::R5, Release::R4, &json!({"extension": severity}));
}

#[test]
fn a_code_that_either_release_lacks_stands_beside_one_that_the_other_lacks() {
    let order = json!({"system": "http://hl7.org/fhir/resource-types", "code": "ServiceRequest"});
    let validate = json!({"system": INTERACTION, "code": "validate"});
    let purposes = json!([{"coding": [order]}, {"coding": [validate]}]);
    let who = json!({"reference": "Device/1"});
    let alternative = json!({"coding": [order], "extension": [{
        "url": "http://hl7.org/fhir/StructureDefinition/auditevent-AlternativeUserID",
        "valueIdentifier": {"value": "a"},
    }]});
    for (from, of_agent, of_event) in [
        (Release::R5Draft, "purposeOfUse", "purposeOfEvent"),
        (Release::R5, "authorization", "authorization"),
        (Release::R6, "authorization", "authorization"),
    ] {
        for members in [
            json!({of_event: purposes}),
            json!({of_event: [{"coding": [order, validate]}]}),
            json!({"agent": [{"who": who, "requestor": true, of_agent: purposes}]}),
            json!({"agent": [{
                "who": who, "requestor": true, of_agent: purposes, "role": [alternative],
            }]}),
        ] {
            there(from, Release::Dstu2, &members);
        }
    }
}

#[test]
fn a_code_of_who_is_carried_is_there_once() {
    let site = json!({"system": "http://hl7.org/fhir/resource-types", "code": "BodySite"});
    let identifier = json!({"type": {"coding": [site, {"id": "e1"}]}});
    let observer = json!({"identifier": identifier, "display": "d"});
    for from in [Release::R4, Release::R4b] {
        there(from, Release::Stu3, &json!({"source": {"observer": observer}}));
    }
}

#[test]
fn a_code_of_an_outcome_that_cannot_be_written_leaves_no_empty_list() {
    let outcome = json!({"code": {"extension": [{"url": "address"}]}});
    for from in [Release::R5, Release::R6] {
        there(from, Release::R5Draft, &json!({"outcome": outcome}));
    }
}
