//! The Genomic Medicine Service's audit events, sentence by sentence of its page and row by row of
//! its table (seed 004). What a server does about clients' own events is tested where it is served.
use super::*;
use crate::tests::people::{open, person};
use serde_json::json;
use std::io::Write as _;

const SEED: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/seeds/004_76443fd307334002.txt");

fn gms() -> Profile {
    Profile::Gms(Gms::default())
}

/// The page's clinical scientist.
fn scientist() -> Principal {
    let mut scientist = person();
    let user = "PractitionerRole/PractitionerRole-TestClinicalScientist-Example";
    scientist.agent.fhir_user = Some(user.to_owned());
    scientist.agent.subject = Some("9999999997".to_owned());
    scientist.agent.name = Some("Test Clinical Scientist".to_owned());
    scientist.agent.purposes.clear();
    scientist
}

/// An interaction with the page's Task, of which nothing is known but that it is there.
fn task(kind: Restful, principal: Option<&Principal>) -> Interaction<'_> {
    let of = interaction(kind, principal);
    let id = Some("Task-NonWGSRareDiseaseTestOrderRejected-Example");
    let state = State { status: Some("rejected"), business_status: Some("order-rejected") };
    let resource = of.resource.map(|resource| Versioned { r#type: "Task", id, state, ..resource });
    Interaction { resource, ..of }
}

/// A member of the page's examples, as it stands there.
fn example(member: &str) -> Option<Value> {
    let Ok(text) = std::fs::read_to_string(SEED) else {
        writeln!(std::io::stderr(), "SKIPPED: {SEED} is not there").unwrap();
        return None;
    };
    let found = text.find(&format!("\"{member}\":  [")).unwrap();
    let list = &text[text[found..].find('[').unwrap() + found..];
    let mut values = serde_json::Deserializer::from_str(list).into_iter::<Value>();
    Some(values.next().unwrap().unwrap())
}

#[test]
fn events_are_created_on_any_crud_event() {
    for (kind, action) in [
        (Restful::Create, "C"),
        (Restful::Read, "R"),
        (Restful::Vread, "R"),
        (Restful::Update, "U"),
        (Restful::Patch, "U"),
        (Restful::Delete, "D"),
    ] {
        let event = only(&gms(), &task(kind, None));
        assert_eq!((&event["action"], &event["outcome"]), (&action.into(), &"0".into()));
        assert_eq!(event["subtype"][0]["code"], kind.code());
    }
}

#[test]
fn an_empty_searchset_creates_none() {
    for kind in [Restful::SearchType, Restful::SearchSystem, Restful::HistoryType] {
        assert_eq!(told(&gms(), &interaction(kind, None)), [Value::Null; 0]);
    }
}

#[test]
fn a_failed_post_creates_none() {
    for status in [400, 401, 403, 409, 412, 422, 500] {
        assert_eq!(told(&gms(), &failed(&task(Restful::Create, None), status)), [Value::Null; 0]);
    }
}

#[test]
fn a_read_of_what_is_not_there_creates_none() {
    for kind in [Restful::Read, Restful::Vread, Restful::Delete] {
        for status in [404, 410] {
            assert_eq!(told(&gms(), &failed(&task(kind, None), status)), [Value::Null; 0]);
        }
    }
}

#[test]
fn a_failed_update_has_an_event_with_an_unsuccessful_outcome() {
    for kind in [Restful::Update, Restful::Patch] {
        for (status, outcome) in [(403, "8"), (404, "4"), (409, "4"), (412, "4"), (422, "4")] {
            let event = only(&gms(), &failed(&task(kind, None), status));
            assert_eq!(event["outcome"], outcome);
            let task = "Task/Task-NonWGSRareDiseaseTestOrderRejected-Example";
            assert_eq!(references(&event), [task]);
        }
    }
}

#[test]
fn who_was_denied_is_told_though_nothing_was_shown() {
    for kind in [Restful::Read, Restful::Delete, Restful::SearchType] {
        let event = only(&gms(), &failed(&task(kind, None), 403));
        assert_eq!(event["outcome"], "8");
    }
}

#[test]
fn the_server_is_who_where_it_changed_something_itself() {
    let event = only(&gms(), &Interaction { by_server: true, ..task(Restful::Create, None) });
    assert_eq!(event["agent"][0]["who"]["identifier"]["value"], ORIGIN);
    assert_eq!(event["agent"][0]["requestor"], true);
    assert_eq!(event["agent"][0]["type"]["coding"][0]["code"], "AUT");
}

#[test]
fn a_search_with_matches_is_one_event_with_an_entity_for_each() {
    let state = State { status: Some("requested"), business_status: None };
    let found = |id| Returned { r#type: "Task", state, ..observation(id, &[]) };
    let returned = [found("a"), found("b"), found("c")];
    let of = Interaction { returned: &returned, ..interaction(Restful::SearchType, None) };
    let event = only(&gms(), &of);
    assert_eq!(event["action"], "R");
    assert_eq!(references(&event), ["Task/a", "Task/b", "Task/c"]);
    assert_eq!(event["entity"][2]["detail"][0]["valueString"], "4");
    assert_eq!(event["entity"][2]["detail"][1]["valueString"], "requested");
}

#[test]
fn action_is_always_present_and_its_example_holds() {
    let returned = [observation("7", &[])];
    for kind in ALL {
        for of in [task(kind, None), failed(&task(kind, None), 403)] {
            for event in told(&gms(), &Interaction { returned: &returned, ..of }) {
                assert!(event["action"].is_string(), "{kind:?}");
            }
        }
    }
}

#[test]
fn the_agent_of_the_page_is_made_field_by_field() {
    let scientist = scientist();
    let event = only(&gms(), &task(Restful::Update, Some(&scientist)));
    let mut agent = event["agent"].clone();
    // The page has no network, and its table has.
    let network = agent[0].as_object_mut().unwrap().remove("network").unwrap();
    assert_eq!(network, json!({"address": "192.0.2.7", "type": "2"}));
    let Some(page) = example("agent") else { return };
    assert_eq!(agent, page);
}

#[test]
fn the_entity_of_the_page_is_made_field_by_field() {
    let event = only(&gms(), &task(Restful::Update, None));
    let mut entity = event["entity"].clone();
    let detail = entity[0].as_object_mut().unwrap().remove("detail").unwrap();
    let value = |name: &str, value: &str| json!({"type": name, "valueString": value});
    let wanted = [
        value("versionId", "2"),
        value("status", "rejected"),
        value("businessStatus", "order-rejected"),
    ];
    assert_eq!(detail, json!(wanted));
    let Some(page) = example("entity") else { return };
    assert_eq!(entity, page);
}

#[test]
fn the_history_of_a_task_is_in_its_events() {
    let history = [("1", "requested"), ("2", "accepted"), ("3", "in-progress"), ("4", "completed")];
    let events = history.iter().enumerate().map(|(at, (version, status))| {
        let kind = if at == 0 { Restful::Create } else { Restful::Update };
        let of = task(kind, None);
        let state = State { status: Some(status), business_status: None };
        let new = Version::Known(version);
        let resource = Some(Versioned { new, state, ..of.resource.unwrap() });
        only(&gms(), &Interaction { resource, ..of })
    });
    let told: Vec<_> = events
        .map(|event| {
            let detail = |at: usize| event["entity"][0]["detail"][at]["valueString"].clone();
            (detail(0), detail(1))
        })
        .collect();
    assert_eq!(told, history.map(|(version, status)| (version.into(), status.into())));
}

#[test]
fn who_is_by_settings() {
    let scientist = scientist();
    let of = task(Restful::Read, Some(&scientist));
    let who = |user, of: &Interaction<'_>| {
        let user_system = "urn:oid:1.2.3".to_owned();
        let profile = Profile::Gms(Gms { user_system, user, ..Gms::default() });
        only(&profile, of)["agent"][0]["who"]["identifier"].clone()
    };
    let named = |value: &str| json!({"system": "urn:oid:1.2.3", "value": value});
    assert_eq!(who(UserClaim::Subject, &of), named("9999999997"));
    assert_eq!(who(UserClaim::Client, &of), named("viewer"));
    assert_eq!(
        who(UserClaim::FhirUser, &of),
        named("PractitionerRole-TestClinicalScientist-Example")
    );
    assert_eq!(who(UserClaim::Name, &of), named("Test Clinical Scientist"));
    let key = Principal { who: "key:abc".into(), means: Means::ApiKey, ..open() };
    let of = task(Restful::Read, Some(&key));
    let system = "https://kiln-audit.org/fhir/NamingSystem/principal";
    assert_eq!(who(UserClaim::Subject, &of), json!({"system": system, "value": "key:abc"}));
}

#[test]
fn who_was_not_verified_is_marked() {
    let scientist = scientist();
    let of = task(Restful::Update, Some(&scientist));
    let event = only(&gms(), &Interaction { is_verified: false, ..of });
    assert_eq!(event["agent"][0]["role"][0]["coding"][0]["code"], "unverified");
    let open = open();
    let of = Interaction { is_verified: false, ..task(Restful::Update, Some(&open)) };
    let event = only(&gms(), &of);
    assert_eq!(event["agent"][0]["who"]["display"], "anonymous");
    assert_eq!(event["agent"][0]["role"][0]["coding"][0]["code"], "unverified");
}

#[test]
fn an_operation_on_a_resource_names_it_and_what_it_showed() {
    let of = interaction(Restful::Operation, None);
    assert_eq!(told(&gms(), &of), [Value::Null; 0]);
    let resource = task(Restful::Read, None).resource;
    let of = Interaction { resource, ..of };
    assert_eq!(references(&only(&gms(), &of)).len(), 1);
    let returned = [observation("7", &[])];
    let event = only(&gms(), &Interaction { returned: &returned, ..of });
    assert_eq!(references(&event)[1], "Observation/7");
}

#[test]
fn looking_at_events_leaves_none_here() {
    let of = interaction(Restful::Read, None);
    let resource = Some(Versioned { r#type: "AuditEvent", ..of.resource.unwrap() });
    assert_eq!(told(&gms(), &Interaction { resource, ..of }), [Value::Null; 0]);
    let returned = [Returned { r#type: "AuditEvent", ..observation("7", &[]) }];
    let of = interaction(Restful::SearchType, None);
    assert_eq!(told(&gms(), &Interaction { returned: &returned, ..of }), [Value::Null; 0]);
}

/// The page's table, part by part: name, minimum and maximum of each row. Its rows for the parts
/// themselves (`agent`, `source`, `entity`, `network`, `detail`) are not in its text.
fn rows() -> Option<Vec<Vec<(String, bool, bool)>>> {
    let Ok(text) = std::fs::read_to_string(SEED) else {
        writeln!(std::io::stderr(), "SKIPPED: {SEED} is not there").unwrap();
        return None;
    };
    let end = text.find("Additional Guidance").unwrap();
    let mut parts = Vec::new();
    for line in text[text.find("idΣ0..1string").unwrap()..end].lines() {
        if line.starts_with("id") {
            parts.push(Vec::new());
        }
        let Some(dots) = line.find("..") else {
            // `valueString` and its like have no cardinality.
            if let Some(name) = line.strip_suffix("string").or(line.strip_suffix("base64Binary")) {
                parts.last_mut().unwrap().push((name.to_owned(), false, false));
            }
            continue;
        };
        let name = line[..dots - 1].trim_end_matches(['Σ', '?', '!', 'I', ' ']).to_owned();
        let (is_needed, is_list) = (line[..dots].ends_with('1'), line[dots..].starts_with("..*"));
        parts.last_mut().unwrap().push((name, is_needed, is_list));
    }
    Some(parts)
}

#[test]
fn every_row_of_the_table_holds_for_every_member_of_every_event() {
    let Some(mut parts) = rows() else { return };
    assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [16, 12, 6, 6, 11, 6]);
    // What stands below `network` in the text is the agent's.
    let purpose = parts[2].pop().unwrap();
    assert_eq!(purpose.0, "purposeOfUse");
    parts[1].push(purpose);
    let containers = [
        (0, "agent", true),
        (0, "source", false),
        (0, "entity", true),
        (1, "network", false),
        (4, "detail", true),
    ];
    for (part, name, is_list) in containers {
        parts[part].push((name.to_owned(), false, is_list));
    }
    let mut person = scientist();
    person.agent.purposes = vec!["TREAT".to_owned()];
    let returned = [observation("7", &[])];
    for kind in ALL {
        let of = Interaction { returned: &returned, ..task(kind, Some(&person)) };
        let of = Interaction { purposes: &["BTG"], correlation: Some("b-1"), ..of };
        for of in [of, failed(&of, 403)] {
            for event in told(&gms(), &of) {
                holds_throughout(event, &parts);
            }
        }
    }
}

fn holds_throughout(mut event: Value, parts: &[Vec<(String, bool, bool)>]) {
    event.as_object_mut().unwrap().remove("resourceType");
    holds(&event, &parts[0]);
    holds(&event["source"], &parts[3]);
    for agent in event["agent"].as_array().unwrap() {
        holds(agent, &parts[1]);
        holds(&agent["network"], &parts[2]);
    }
    for entity in event["entity"].as_array().into_iter().flatten() {
        holds(entity, &parts[4]);
        for detail in entity["detail"].as_array().into_iter().flatten() {
            holds(detail, &parts[5]);
        }
    }
}

/// Whether the members are those of the rows, as lists where those are, and none that must be
/// there is missing.
fn holds(part: &Value, rows: &[(String, bool, bool)]) {
    let members = part.as_object().unwrap();
    for (name, value) in members {
        let row = rows.iter().find(|(row, ..)| row == name);
        let (.., is_list) = row.unwrap_or_else(|| panic!("{name} of {part}"));
        assert_eq!(value.is_array(), *is_list, "{name} of {part}");
    }
    for (name, is_needed, _) in rows {
        assert!(!is_needed || members.contains_key(name), "{name} of {part}");
    }
}

/// What the page's own words ask for beyond its table.
#[test]
fn what_a_client_looks_for_is_there() {
    let scientist = scientist();
    for kind in ALL {
        let returned = [observation("7", &[])];
        let of = Interaction { returned: &returned, ..task(kind, Some(&scientist)) };
        for event in told(&gms(), &of) {
            for pointer in [
                "/type/code",
                "/type/system",
                "/recorded",
                "/agent/0/requestor",
                "/source/observer/identifier/value",
                "/outcome",
                "/entity/0/what/reference",
                "/entity/0/type/code",
                "/entity/0/role/code",
                "/entity/0/detail/0/type",
                "/entity/0/detail/0/valueString",
            ] {
                assert!(event.pointer(pointer).is_some(), "{pointer} of {event}");
            }
        }
    }
}

#[test]
fn a_search_with_more_than_an_event_holds_goes_on_in_another() {
    let ids: Vec<_> = (0..=RESULTS_MAX).map(|n| n.to_string()).collect();
    let state = State { status: Some("requested"), business_status: Some("waiting") };
    let found = |id| Returned { r#type: "Task", state, ..observation(id, &[]) };
    let returned: Vec<_> = ids.iter().map(|id| found(id)).collect();
    let of = Interaction { returned: &returned, ..interaction(Restful::SearchType, None) };
    let events = told(&gms(), &of);
    assert_eq!(events.iter().map(|event| references(event).len()).collect::<Vec<_>>(), [200, 1]);
    let codes = events.iter().map(|event| &event["subtype"][0]["code"]);
    assert_eq!(codes.collect::<Vec<_>>(), ["search-type", "results"]);
}

#[test]
fn an_update_that_creates_is_a_create_of_the_task() {
    let event = only(&gms(), &Interaction { status: Some(201), ..task(Restful::Update, None) });
    assert_eq!((&event["action"], &event["subtype"][0]["code"]), (&"C".into(), &"update".into()));
    assert_eq!(event["subtype"].as_array().unwrap().len(), 1);
}
