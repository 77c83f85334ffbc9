//! Events as the first system sends them.
use super::*;

fn access() -> Json {
    json!({
        "type": "rest",
        "subtype": ["read"],
        "action": "R",
        "recorded": "2024-06-15T08:30:00.000Z",
        "outcome": "0",
        "agent": [{
            "who": "prac_dr456",
            "name": "Dr. Sarah Chen",
            "requestor": true,
            "role": "Practitioner",
            "networkAddress": "10.0.1.42",
        }],
        "source": {
            "observer": "EHR Application",
            "site": "Main Campus",
            "type": "Application Server",
        },
        "entity": [{
            "what": "Patient/pt_abc123",
            "type": "1",
            "role": "1",
            "name": "Patient Record",
            "description": "Accessed patient demographics",
        }],
    })
}

fn login() -> Json {
    json!({
        "type": "login",
        "action": "E",
        "recorded": "2024-06-15T08:30:00Z",
        "outcome": "0",
        "agent": [{
            "who": "user_nurse789",
            "name": "Nurse Johnson",
            "requestor": true,
            "role": "Nurse",
            "networkAddress": "192.168.1.50",
        }],
        "source": { "observer": "Authentication Service", "site": "Cloud" },
    })
}

fn refused_access() -> Json {
    json!({
        "type": "rest",
        "action": "R",
        "recorded": "2024-06-15T08:30:00.123Z",
        "outcome": "8",
        "outcomeDesc": "Access denied \u{2014} insufficient privileges for restricted record",
        "agent": [{
            "who": "user_intern001",
            "name": "Medical Intern",
            "requestor": true,
            "role": "Intern",
        }],
        "source": { "observer": "Authorization Service", "site": "Cloud" },
        "entity": [{
            "what": "Patient/pt_restricted999",
            "type": "1",
            "role": "1",
            "name": "Restricted Patient Record",
        }],
    })
}

fn export() -> Json {
    json!({
        "type": "export",
        "action": "R",
        "recorded": "2024-06-15T08:30:00+02:00",
        "outcome": "0",
        "purposeOfEvent": ["HIPAA Operations", "Quality Reporting"],
        "agent": [{
            "who": "admin_user001",
            "name": "System Administrator",
            "requestor": true,
            "role": "Admin",
        }],
        "source": {
            "observer": "Bulk Export Service",
            "site": "Cloud",
            "type": "Application Server",
        },
        "entity": [{
            "type": "2",
            "role": "3",
            "name": "Bulk Export Job",
            "description": "Exported 1,200 patient records for quality reporting",
        }],
    })
}

#[test]
fn every_one_comes_back_as_it_was_sent() {
    for sent in [access(), login(), refused_access(), export()] {
        assert_eq!(round(&sent), sent);
    }
}

#[test]
fn an_access_is_fhir() {
    assert_eq!(
        stored(&access()),
        json!({
            "resourceType": "AuditEvent",
            "type": {
                "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
                "code": "rest",
                "display": "RESTful Operation",
            },
            "subtype": [{
                "system": "http://hl7.org/fhir/restful-interaction",
                "code": "read",
                "display": "read",
            }],
            "action": "R",
            "recorded": "2024-06-15T08:30:00.000Z",
            "outcome": "0",
            "agent": [{
                "role": [{
                    "coding": [{
                        "system": "http://terminology.hl7.org/CodeSystem/v3-RoleClass",
                        "code": "PROV",
                        "display": "healthcare provider",
                    }],
                    "text": "Practitioner",
                }],
                "who": { "identifier": { "value": "prac_dr456" } },
                "name": "Dr. Sarah Chen",
                "requestor": true,
                "network": { "address": "10.0.1.42", "type": "2" },
            }],
            "source": {
                "site": "Main Campus",
                "observer": { "display": "EHR Application" },
                "type": [{
                    "system": "http://terminology.hl7.org/CodeSystem/security-source-type",
                    "code": "4",
                    "display": "Application Server",
                }],
            },
            "entity": [{
                "what": { "reference": "Patient/pt_abc123" },
                "type": {
                    "system": "http://terminology.hl7.org/CodeSystem/audit-entity-type",
                    "code": "1",
                    "display": "Person",
                },
                "role": {
                    "system": "http://terminology.hl7.org/CodeSystem/object-role",
                    "code": "1",
                    "display": "Patient",
                },
                "name": "Patient Record",
                "description": "Accessed patient demographics",
            }],
        })
    );
}

#[test]
fn a_login_is_two_codes_of_which_one_is_marked() {
    let fhir = stored(&login());
    let dicom = "http://dicom.nema.org/resources/ontology/DCM";
    assert_eq!(
        fhir["type"],
        json!({ "system": dicom, "code": "110114", "display": "User Authentication" })
    );
    assert_eq!(
        fhir["subtype"],
        json!([{
            "extension": [{ "url": crate::mark::DERIVED, "valueBoolean": true }],
            "system": dicom,
            "code": "110122",
            "display": "Login",
        }])
    );
}

#[test]
fn an_export_keeps_its_purposes_as_texts() {
    let fhir = stored(&export());
    assert_eq!(fhir["type"]["code"], "110106");
    assert_eq!(fhir["type"]["display"], "Export");
    assert_eq!(
        fhir["purposeOfEvent"],
        json!([
            {
                "coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
                    "code": "HOPERAT",
                    "display": "healthcare operations",
                }],
                "text": "HIPAA Operations",
            },
            { "text": "Quality Reporting" },
        ])
    );
    assert_eq!(fhir["entity"][0].get("what"), None);
}

#[test]
fn members_come_in_the_order_of_the_definition() {
    let body = serde_json::to_vec(&access()).expect("JSON");
    let events = to_fhir(&body, &Limits::default()).expect("an event");
    let text = String::from_utf8(events[0].clone()).expect("UTF-8");
    assert!(text.starts_with(r#"{"resourceType":"AuditEvent","type":{"system":"#));
    let order = ["\"subtype\":[", "\"recorded\":", "\"outcome\":", "\"agent\":[", "\"source\":{"];
    let places: Vec<_> = order.iter().map(|name| text.find(name).expect(name)).collect();
    assert!(places.is_sorted());
}
