//! `LifeOmic`'s audit trails, as its documentation has them (seed 003).
use super::*;
use crate::{
    Tag,
    tests::people::{open, person},
};
use kiln_fhir::render::{ServerElements, with_server_elements};
use std::io::Write as _;

const SEED: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/seeds/003_0a3b8cde822e9fda.txt");
const DATASET: &[Tag<'_>] = &[
    Tag { system: Some("http://other.example/tags"), code: "x" },
    Tag {
        system: Some("http://lifeomic.com/fhir/dataset"),
        code: "ec41bb27-4601-4c3e-99e1-af66b0233586",
    },
];

fn lifeomic() -> Profile {
    let site = Some("Cloud".to_owned());
    let source = Source { site, identifier: Some("fhir.us.lifeomic.com".to_owned()) };
    Profile::Lifeomic(Lifeomic { source, ..Lifeomic::default() })
}

fn john() -> Principal {
    let mut john = person();
    john.agent.subject = Some("john.doe".to_owned());
    john.agent.purposes.clear();
    john
}

fn entities(event: &Value) -> Vec<(&str, &str)> {
    let entities = event["entity"].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or("").len();
    let pairs = entities.iter().map(|entity| {
        assert!(text(&entity["reference"]["reference"]) > 0);
        let lifecycle = entity["lifecycle"]["code"].as_str().unwrap_or("");
        (entity["reference"]["reference"].as_str().unwrap(), lifecycle)
    });
    pairs.collect()
}

/// The example of the documentation.
fn seed() -> Option<Value> {
    let Ok(text) = std::fs::read_to_string(SEED) else {
        writeln!(std::io::stderr(), "SKIPPED: {SEED} is not there").unwrap();
        return None;
    };
    let json = &text[text.find('{').unwrap()..=text.rfind('}').unwrap()];
    Some(serde_json::from_str(json).unwrap())
}

#[test]
fn the_example_of_the_documentation_is_made_field_by_field() {
    let john = john();
    let of = interaction(Restful::Update, Some(&john));
    let resource = Versioned {
        r#type: "Patient",
        id: Some("8d5db8df-27a0-4fd0-83ce-fc0b2e40a4d8"),
        old: Version::Known("1592240287"),
        new: Version::Known("1592833960"),
        state: State::default(),
    };
    let address = Some(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let of = Interaction {
        recorded: Instant::parse("2020-06-22T13:52:39.710Z").unwrap(),
        resource: Some(resource),
        client: Client { address, ..of.client },
        tags: DATASET,
        ..of
    };
    let events = lifeomic().events(&of);
    let [Event { release, json, version_id }] = &events[..] else { panic!("{events:?}") };
    // As the store shows it: nothing but the server's own elements is added.
    let elements = ServerElements {
        id: "62a2f094-1619-48d2-a158-f7542f21a91e",
        version_id: version_id.as_deref().unwrap(),
        last_updated: "2020-06-22T13:52:39.713Z",
    };
    let mut shown = Vec::new();
    with_server_elements(json, &elements, &mut shown);
    let mut event = valid(&shown, *release);
    let Some(mut seed) = seed() else { return };
    // A dataset among other tags: the seed's resource has no others.
    assert_eq!(event["meta"]["tag"].as_array().unwrap().len(), 1);
    for changing in ["/id", "/meta/lastUpdated", "/recorded"] {
        for event in [&mut event, &mut seed] {
            *event.pointer_mut(changing).unwrap() = Value::Null;
        }
    }
    assert_eq!(event, seed);
}

#[test]
fn events_are_in_the_shape_of_stu3() {
    for event in lifeomic().events(&interaction(Restful::Create, None)) {
        assert_eq!(event.release, Release::Stu3);
        let event = valid(&event.json, Release::Stu3);
        assert!(event["agent"][0].get("who").is_none());
        assert!(event["entity"][0].get("what").is_none());
    }
}

#[test]
fn each_lifecycle_has_its_code() {
    let of = |kind| only(&lifeomic(), &interaction(kind, None));
    for kind in [Restful::Update, Restful::Patch] {
        let event = of(kind);
        let both = [("Observation/7/_history/1", "2"), ("Observation/7/_history/2", "3")];
        assert_eq!(entities(&event), both);
        assert_eq!(event["entity"][0]["lifecycle"]["display"], "Import / Copy");
        assert_eq!(event["entity"][1]["lifecycle"]["display"], "Amendment");
        assert_eq!(
            (&event["action"], &event["subtype"][0]["code"]),
            (&"U".into(), &kind.code().into())
        );
    }
    let created = of(Restful::Create);
    assert_eq!(entities(&created), [("Observation/7/_history/1", "1")]);
    assert_eq!(created["action"], "C");
    let deleted = of(Restful::Delete);
    assert_eq!(entities(&deleted), [("Observation/7/_history/2", "14")]);
    assert_eq!(deleted["entity"][0]["lifecycle"]["display"], "Logical deletion");
    assert_eq!(deleted["action"], "D");
}

#[test]
fn reads_and_searches_leave_none() {
    let returned = [observation("7", &[])];
    for kind in ALL {
        let of = Interaction { returned: &returned, ..interaction(kind, None) };
        let is_change =
            matches!(kind, Restful::Create | Restful::Update | Restful::Patch | Restful::Delete);
        assert_eq!(told(&lifeomic(), &of).len(), usize::from(is_change), "{kind:?}");
        let is_told = is_change || kind.shows_nothing();
        assert_eq!(told(&lifeomic(), &failed(&of, 403)).len(), usize::from(is_told), "{kind:?}");
    }
}

#[test]
fn a_change_that_failed_names_the_resource_and_no_lifecycle() {
    let event = only(&lifeomic(), &failed(&interaction(Restful::Update, None), 412));
    assert_eq!(entities(&event), [("Observation/7", "")]);
    assert_eq!(
        (&event["outcome"], &event["outcomeDesc"]),
        (&"4".into(), &"HTTP status 412".into())
    );
    let events = lifeomic().events(&failed(&interaction(Restful::Delete, None), 503));
    assert_eq!(events[0].version_id, None);
    let event = only(&lifeomic(), &failed(&interaction(Restful::Create, None), 422));
    assert_eq!(event.get("entity"), None);
    // What went well says nothing of it, as in the documentation.
    assert_eq!(only(&lifeomic(), &interaction(Restful::Update, None)).get("outcome"), None);
}

#[test]
fn nobody_is_anonymous_and_the_platform_has_its_name() {
    let user = |of: &Interaction<'_>| only(&lifeomic(), of)["agent"][0].clone();
    for principal in [None, Some(open())] {
        let mut of = interaction(Restful::Update, principal.as_ref());
        of.is_verified = false;
        let agent = user(&of);
        assert_eq!(agent["userId"]["value"], "anonymous");
        assert_eq!((&agent["requestor"], agent.get("role")), (&true.into(), None));
        assert_eq!(agent["network"]["address"], "192.0.2.7");
    }
    let john = john();
    let of = interaction(Restful::Update, Some(&john));
    assert_eq!(user(&of)["userId"]["value"], "john.doe");
    let agent = user(&Interaction { is_verified: false, ..of });
    assert_eq!(agent["role"][0]["coding"][0]["code"], "unverified");
    let agent = user(&Interaction { by_server: true, ..of });
    assert_eq!(agent["userId"]["value"], "fhir.us.lifeomic.com");
    assert_eq!(agent.get("network"), None);
}

#[test]
fn the_version_of_the_event_is_that_of_the_change() {
    let version = |of: &Interaction<'_>| {
        let Event { json, version_id, .. } = lifeomic().events(of).remove(0);
        let event: Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(event["meta"]["versionId"].as_str(), version_id.as_deref());
        version_id
    };
    assert_eq!(version(&interaction(Restful::Create, None)).as_deref(), Some("1"));
    assert_eq!(version(&interaction(Restful::Update, None)).as_deref(), Some("2"));
    assert_eq!(version(&interaction(Restful::Delete, None)).as_deref(), Some("3"));
    let of = interaction(Restful::Update, None);
    let resource = Some(Versioned { new: Version::Known("no id"), ..of.resource.unwrap() });
    assert_eq!(version(&Interaction { resource, tags: DATASET, ..of }), None);
}

#[test]
fn a_type_without_trail_has_no_events() {
    let without = vec!["Observation".to_owned()];
    let off = Profile::Lifeomic(Lifeomic { without, ..Lifeomic::default() });
    for kind in ALL {
        let of = interaction(kind, None);
        let is_of_it = of.resource.is_some();
        assert!(!is_of_it || told(&off, &of).is_empty());
        assert!(!is_of_it || told(&off, &failed(&of, 403)).is_empty());
    }
    let of = interaction(Restful::Update, None);
    let resource = Some(Versioned { r#type: "Patient", ..of.resource.unwrap() });
    assert_eq!(told(&off, &Interaction { resource, ..of }).len(), 1);
}

#[test]
fn what_changed_nothing_leaves_none() {
    let of = interaction(Restful::Update, None);
    let same = Some(Versioned { new: Version::Known("1"), ..of.resource.unwrap() });
    assert_eq!(told(&lifeomic(), &Interaction { resource: same, ..of }), [Value::Null; 0]);
    let of = interaction(Restful::Create, None);
    assert_eq!(told(&lifeomic(), &Interaction { status: Some(200), ..of }), [Value::Null; 0]);
    let of = interaction(Restful::Delete, None);
    let (old, new) = (Version::Absent, Version::Absent);
    let absent = Some(Versioned { old, new, ..of.resource.unwrap() });
    assert_eq!(told(&lifeomic(), &Interaction { resource: absent, ..of }), [Value::Null; 0]);
}

#[test]
fn an_update_that_creates_has_one_entity_and_unknown_versions_are_marked() {
    let of = interaction(Restful::Update, None);
    let resource = of.resource.unwrap();
    let made = Versioned { old: Version::Absent, new: Version::Known("1"), ..resource };
    let status = Some(201);
    let event = only(&lifeomic(), &Interaction { resource: Some(made), status, ..of });
    assert_eq!(entities(&event), [("Observation/7/_history/1", "1")]);
    assert_eq!((&event["action"], &event["subtype"][0]["code"]), (&"C".into(), &"update".into()));
    let unknown = Versioned { old: Version::Unknown, ..resource };
    let event = only(&lifeomic(), &Interaction { resource: Some(unknown), ..of });
    assert_eq!(entities(&event), [("Observation/7", "2"), ("Observation/7/_history/2", "3")]);
    assert_eq!(event["entity"][0]["detail"][0]["value"], "KHVua25vd24p");
}
