//! BALP 1.1.4: every event that claims a profile keeps it, and none claims one that it breaks.
use super::*;
use crate::Organization;
use crate::tests::{
    constraints,
    definitions::broken,
    people::{open, person, service},
};

const PATIENT: &[Patient<'_>] = &[Patient::Reference("Patient/1")];

fn balp() -> Profile {
    Profile::Balp(Balp::default())
}

fn claims(event: &Value) -> Vec<&str> {
    let all = event["meta"]["profile"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().map(|url| url.as_str().unwrap()).collect()
}

/// The names of the profiles, which the event all keeps by the definitions and by the table.
fn kept(event: &Value) -> Vec<&str> {
    let names = claims(event).into_iter().map(|url| {
        assert_eq!(broken(event, url), Vec::<String>::new(), "{event}");
        let name = url.rsplit("IHE.BasicAudit.").next().unwrap();
        constraints::Profile::named(name).check_all(event);
        if let Some(general) = name.strip_prefix("Patient") {
            constraints::Profile::named(general).check_all(event);
        }
        name
    });
    names.collect()
}

fn pattern(kind: Restful) -> Option<&'static str> {
    match kind {
        Restful::Create => Some("Create"),
        Restful::Read | Restful::Vread => Some("Read"),
        Restful::Update | Restful::Patch => Some("Update"),
        Restful::Delete => Some("Delete"),
        Restful::SearchType | Restful::SearchSystem => Some("Query"),
        _ => None,
    }
}

#[test]
fn every_interaction_keeps_the_profile_that_it_claims() {
    let returned = [observation("7", PATIENT), observation("8", PATIENT)];
    for kind in ALL {
        for principal in [None, Some(open()), Some(person()), Some(service())] {
            for (patients, form) in [(&[][..], ""), (PATIENT, "Patient")] {
                for returned in [&[][..], &returned] {
                    let form = if returned.is_empty() { form } else { "Patient" };
                    let is_by_token =
                        principal.as_ref().is_some_and(|p| p.agent.fhir_user.is_some());
                    let of = interaction(kind, principal.as_ref());
                    let of = Interaction { patients, returned, ..of };
                    let events = told(&balp(), &of);
                    assert_eq!(events.len(), usize::from(!kind.shows_nothing()));
                    let Some(event) = events.first() else { continue };
                    let wanted = pattern(kind).map(|pattern| [form, pattern].concat());
                    let by_token = "OAUTHaccessTokenUse.Minimal".to_owned();
                    let by_token = wanted.is_some().then_some(by_token).filter(|_| is_by_token);
                    let wanted: Vec<_> = wanted.into_iter().chain(by_token).collect();
                    assert_eq!(kept(event), wanted, "{kind:?}");
                    assert_eq!(event["outcome"], "0");
                }
            }
        }
    }
}

#[test]
fn what_failed_or_was_denied_claims_no_profile_and_is_told_once() {
    let person = person();
    for kind in ALL {
        for (status, outcome) in [
            (400, "4"),
            (401, "8"),
            (403, "8"),
            (404, "4"),
            (409, "4"),
            (412, "4"),
            (422, "4"),
            (503, "8"),
        ] {
            let of = Interaction { patients: PATIENT, ..interaction(kind, Some(&person)) };
            let event = only(&balp(), &failed(&of, status));
            assert_eq!(claims(&event), [""; 0]);
            assert_eq!(event["outcome"], outcome);
            assert_eq!(event["outcomeDesc"], format!("HTTP status {status}"));
            assert_eq!(event["subtype"][0]["code"], kind.code());
            assert_eq!(references(&event).last(), Some(&"Patient/1"));
        }
    }
}

#[test]
fn what_nobody_saw_the_end_of_is_marked() {
    for kind in ALL {
        let of = Interaction { outcome: Outcome::Unknown, status: None, ..interaction(kind, None) };
        let event = only(&balp(), &of);
        assert_eq!(claims(&event), [""; 0]);
        assert!(event.get("outcome").is_none());
        assert_eq!(event["outcomeDesc"], "nobody saw how it ended");
        let last = event["subtype"].as_array().unwrap().last().unwrap();
        assert_eq!(last["code"], "outcome-unknown");
    }
}

#[test]
fn a_create_names_the_new_version_and_its_author() {
    let person = person();
    let event = only(&balp(), &interaction(Restful::Create, Some(&person)));
    assert_eq!((&event["type"]["code"], &event["action"]), (&"rest".into(), &"C".into()));
    assert_eq!(event["subtype"][0]["code"], "create");
    assert_eq!(references(&event), ["Observation/7/_history/1"]);
    assert_eq!(event["entity"][0]["detail"][0]["type"], "versionId");
    assert_eq!(event["entity"][0]["detail"][0]["valueString"], "1");
    assert_eq!(event["agent"][0]["network"]["address"], "192.0.2.7");
    assert_eq!(event["agent"][2]["type"]["coding"][0]["code"], "AUT");
    assert_eq!(event["agent"][2]["type"]["coding"][1]["code"], "UserOauthAgent");
    assert_eq!(event["agent"][2]["policy"][0], "urn:ietf:params:oauth:jti:3f0c%2051d2");
    assert_eq!(event["agent"][2]["who"]["identifier"]["system"], "https://idp.example");
}

#[test]
fn an_update_names_both_versions_and_says_which_it_does_not_know() {
    let of = interaction(Restful::Update, None);
    let event = only(&balp(), &of);
    assert_eq!(references(&event), ["Observation/7/_history/2"]);
    let details = |event: &Value| {
        let details = event["entity"][0]["detail"].as_array().unwrap().clone();
        let text = |detail: &Value, name: &str| detail[name].as_str().unwrap().to_owned();
        details.iter().map(|d| (text(d, "type"), text(d, "valueString"))).collect::<Vec<_>>()
    };
    let owned = |of: [(&str, &str); 2]| of.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(details(&event), owned([("versionId", "2"), ("previousVersionId", "1")]));
    let resource = of.resource.unwrap();
    let resource = Some(Versioned { old: Version::Unknown, new: Version::Unknown, ..resource });
    let event = only(&balp(), &Interaction { resource, ..of });
    assert_eq!(references(&event), ["Observation/7"]);
    let unknown = owned([("versionId", "(unknown)"), ("previousVersionId", "(unknown)")]);
    assert_eq!(details(&event), unknown);
}

#[test]
fn a_delete_names_the_resource_without_a_version() {
    let event = only(&balp(), &interaction(Restful::Delete, None));
    assert_eq!(references(&event), ["Observation/7"]);
    assert_eq!(event["entity"][0]["detail"][0]["valueString"], "3");
    assert_eq!(event["entity"][0]["detail"][1]["valueString"], "2");
}

#[test]
fn a_task_is_a_job_and_a_report_a_report() {
    for (r#type, role) in [("Task", "20"), ("DiagnosticReport", "3"), ("Condition", "4")] {
        let of = interaction(Restful::Read, None);
        let resource = Some(Versioned { r#type, ..of.resource.unwrap() });
        let event = only(&balp(), &Interaction { resource, ..of });
        assert_eq!(event["entity"][0]["role"]["code"], role);
        assert_eq!(kept(&event), ["Read"]);
    }
}

#[test]
fn a_request_is_found_by_its_names() {
    let of = interaction(Restful::Read, None);
    let traceparent = Some("00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01");
    let request = Request { id: Some("r-9"), traceparent, ..of.request };
    let event = only(&balp(), &Interaction { request, correlation: Some("b-1"), ..of });
    assert_eq!(kept(&event), ["Read"]);
    let of_type = |code: &str| {
        let entities = event["entity"].as_array().unwrap().iter();
        let mut found = entities.filter(|entity| entity["type"]["code"] == code);
        found.next().unwrap()["what"]["identifier"]["value"].clone()
    };
    assert_eq!(of_type("XrequestId"), "r-9");
    let entities = event["entity"].as_array().unwrap();
    let bundle = entities.iter().find(|entity| entity["role"]["code"] == "21").unwrap();
    assert_eq!(bundle["what"]["identifier"]["value"], "b-1");
}

#[test]
fn what_was_shown_stands_beyond_the_slices_or_in_an_event_of_its_own() {
    let returned = [observation("7", &[]), observation("8", &[])];
    let of = Interaction { returned: &returned, ..interaction(Restful::SearchType, None) };
    let shown = ["Observation/7/_history/4", "Observation/8/_history/4"];
    let event = only(&balp(), &of);
    assert_eq!(references(&event), shown);
    assert_eq!(event["entity"][2]["type"]["system"], "http://hl7.org/fhir/resource-types");
    assert_eq!(kept(&event), ["Query"]);

    let with = |results| Profile::Balp(Balp { results, ..Balp::default() });
    let events = told(&with(Results::Linked), &of);
    assert_eq!(events.len(), 2);
    assert_eq!((kept(&events[0]), references(&events[0])), (vec!["Query"], vec![]));
    assert_eq!((claims(&events[1]), references(&events[1])), (vec![], shown.to_vec()));
    let codes = events[1]["subtype"].as_array().unwrap();
    assert_eq!(codes.iter().map(|code| &code["code"]).collect::<Vec<_>>(), ["results"]);
    let id = |event: &Value| {
        let mut entities = event["entity"].as_array().unwrap().iter();
        let names = entities.find(|entity| entity["type"]["code"] == "XrequestId").unwrap();
        names["what"]["identifier"]["value"].clone()
    };
    assert_eq!(id(&events[0]), id(&events[1]));

    let event = only(&with(Results::Omitted), &of);
    assert_eq!(references(&event), [""; 0]);

    // Without a name there is nothing to link by.
    let of = Interaction { request: Request { id: None, ..of.request }, ..of };
    assert_eq!(references(&only(&with(Results::Linked), &of)), shown);
}

#[test]
fn breaking_the_glass_is_found_by_subtype_and_never_assumed() {
    let quiet = only(&balp(), &interaction(Restful::Read, Some(&person())));
    assert_eq!(quiet["subtype"].as_array().unwrap().len(), 1);
    assert!(quiet.get("purposeOfEvent").is_none());
    let mut person = person();
    person.agent.purposes = Vec::new();
    let none = only(&balp(), &interaction(Restful::Read, Some(&person)));
    assert!(none["agent"][2].get("purposeOfUse").is_none());

    let by_header = ["http://terminology.hl7.org/CodeSystem/v3-ActReason|BTG"];
    let of = Interaction { purposes: &by_header, ..interaction(Restful::Read, Some(&person)) };
    assert!(of.is_break_glass());
    let event = only(&balp(), &of);
    assert_eq!(kept(&event), ["Read", "OAUTHaccessTokenUse.Minimal"]);
    assert_eq!(event["subtype"][1]["code"], "BTG");
    assert_eq!(event["purposeOfEvent"][0]["coding"][0]["code"], "BTG");

    person.agent.purposes = vec!["ETREAT".to_owned()];
    let event = only(&balp(), &interaction(Restful::Read, Some(&person)));
    assert_eq!(event["subtype"][1]["code"], "ETREAT");
    assert_eq!(event["agent"][2]["purposeOfUse"][0]["coding"][0]["code"], "ETREAT");
    person.agent.purposes = vec!["https://elsewhere.example|BTG".to_owned()];
    assert!(!interaction(Restful::Read, Some(&person)).is_break_glass());
}

#[test]
fn who_was_not_verified_is_marked_and_claims_no_token() {
    let person = person();
    let of = Interaction { is_verified: false, ..interaction(Restful::Read, Some(&person)) };
    let event = only(&balp(), &of);
    assert_eq!(kept(&event), ["Read"]);
    for agent in [&event["agent"][0], &event["agent"][2]] {
        assert_eq!(agent["role"][0]["coding"][0]["code"], "unverified");
        assert_eq!(agent["type"]["coding"].as_array().unwrap().len(), 1);
    }
    assert!(event["agent"][1].get("role").is_none());
    let verified = only(&balp(), &interaction(Restful::Read, Some(&person)));
    assert!(verified["agent"][0].get("role").is_none());
}

#[test]
fn where_is_by_settings_the_server_behind_and_the_organisation() {
    let source =
        Source { site: Some("ward 7".to_owned()), identifier: Some("urn:oid:1.2".to_owned()) };
    let profile = Profile::Balp(Balp { source, ..Balp::default() });
    let organization = Some(Organization { id: Some("urn:oid:2.51|77"), name: Some("Clinic") });
    let upstream = Some("http://127.0.0.1:8081/fhir");
    let person = person();
    let of = interaction(Restful::Update, Some(&person));
    let event = only(&profile, &Interaction { organization, upstream, ..of });
    assert_eq!(kept(&event), ["Update", "OAUTHaccessTokenUse.Minimal"]);
    assert_eq!(event["source"]["site"], "ward 7");
    assert_eq!(event["source"]["observer"]["identifier"]["value"], "urn:oid:1.2");
    assert_eq!(event["agent"][1]["network"]["address"], "http://127.0.0.1:8081/fhir");
    let theirs = &event["agent"][3];
    assert_eq!(theirs["type"]["coding"][0]["code"], "PROV");
    assert_eq!(theirs["who"]["identifier"]["system"], "urn:oid:2.51");
    assert_eq!(theirs["who"]["display"], "Clinic");
}

#[test]
fn what_the_server_did_by_itself_has_it_on_both_sides() {
    let of = Interaction { by_server: true, ..interaction(Restful::Create, None) };
    let event = only(&balp(), &of);
    assert_eq!(kept(&event), ["Create"]);
    assert_eq!(event["agent"][0]["who"]["identifier"]["value"], ORIGIN);
    assert_eq!(event["agent"][0]["requestor"], true);
}

#[test]
fn a_query_that_belongs_to_a_change_leaves_the_data_alone_in_its_slice() {
    let of = interaction(Restful::Update, None);
    let query = Some(&b"PUT /fhir/Observation?identifier=a|b"[..]);
    let event = only(&balp(), &Interaction { request: Request { query, ..of.request }, ..of });
    assert_eq!(kept(&event), ["Update"]);
    assert_eq!(event["entity"][1]["role"]["code"], "24");
}

#[test]
fn a_long_query_is_cut_and_says_so() {
    let of = interaction(Restful::SearchType, None);
    let long = vec![b'x'; QUERY_BYTES_MAX + 1];
    let request = Request { query: Some(&long), ..of.request };
    let event = only(&balp(), &Interaction { request, ..of });
    assert_eq!(kept(&event), ["Query"]);
    assert_eq!(event["entity"][0]["description"], "the first 131072 of 131073 bytes");
}

#[test]
fn an_answer_that_was_not_read_to_its_end_is_marked() {
    let of = Interaction { is_whole: false, ..interaction(Restful::SearchType, None) };
    let event = only(&balp(), &of);
    assert_eq!(kept(&event), ["Query"]);
    assert_eq!(event["subtype"][1]["code"], "incomplete");
    let event =
        only(&balp(), &Interaction { is_whole: false, ..interaction(Restful::Create, None) });
    assert_eq!(event["subtype"].as_array().unwrap().len(), 1);
}

#[test]
fn a_conditional_create_that_found_one_says_so() {
    let of = Interaction { status: Some(200), ..interaction(Restful::Create, None) };
    let event = only(&balp(), &of);
    assert_eq!(kept(&event), ["Create"]);
    assert_eq!(event["outcomeDesc"], "nothing was created: there was one already");
}

#[test]
fn an_update_that_creates_is_told_as_a_create_and_keeps_that_profile() {
    for kind in [Restful::Update, Restful::Patch] {
        let (of, person) = (interaction(kind, None), person());
        let made = of.resource.map(|it| Versioned { old: Version::Absent, ..it });
        let of = Interaction { status: Some(201), resource: made, ..of };
        let client = Client { principal: Some(&person), ..of.client };
        for (patients, wanted) in [(&[][..], "Create"), (PATIENT, "PatientCreate")] {
            let event = only(&balp(), &Interaction { client, patients, ..of });
            assert_eq!(kept(&event), [wanted, "OAUTHaccessTokenUse.Minimal"]);
            assert_eq!(event["action"], "C");
            let subtypes = event["subtype"].as_array().unwrap().iter();
            let subtypes: Vec<_> = subtypes.map(|it| it["code"].as_str().unwrap()).collect();
            assert_eq!(subtypes, [kind.code(), "create"]);
        }
        let unmade = only(&balp(), &failed(&of, 412));
        assert_eq!(
            (&unmade["action"], unmade["subtype"].as_array().unwrap().len()),
            (&"U".into(), 1)
        );
    }
}
