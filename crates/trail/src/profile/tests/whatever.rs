//! Whatever text an interaction holds, and whatever it lacks, its events are valid in their release
//! and keep what they claim.
use super::*;
use crate::{
    Organization, Tag,
    tests::{definitions::broken, people::person},
};
use proptest::prelude::*;

/// What senders write, and what nobody should.
fn text() -> impl Strategy<Value = String> {
    let odd = [
        "",
        " ",
        "\u{1}\u{7f}\u{85}",
        "\"\\\n\u{ffff}",
        "é\u{2028}😀",
        " a  b ",
        "|",
        "a|",
        "|b",
        "../../Patient/1",
        "Patient/1",
        "http://[",
        "BTG",
        "urn:x|ETREAT",
        "\u{feff}",
        "</x>",
    ];
    prop_oneof![
        4 => "[A-Za-z0-9.-]{1,64}",
        2 => any::<String>(),
        2 => prop::sample::select(odd.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{300,400}",
    ]
}

fn maybe() -> impl Strategy<Value = Option<String>> {
    prop::option::of(text())
}

fn version(text: Option<&String>, is_known: bool) -> Version<'_> {
    match text {
        None => Version::Absent,
        Some(text) if is_known => Version::Known(text),
        Some(_) => Version::Unknown,
    }
}

fn profiles(text: &str) -> Vec<Profile> {
    let source = Source { site: Some(text.to_owned()), identifier: Some(text.to_owned()) };
    let (user, of) = (UserClaim::FhirUser, || source.clone());
    let balp = |results| Profile::Balp(Balp { source: of(), results });
    let tag_system = text.to_owned();
    let without = Vec::new();
    vec![
        balp(Results::Entities),
        balp(Results::Linked),
        balp(Results::Omitted),
        Profile::Lifeomic(Lifeomic { source: of(), user, tag_system, without }),
        Profile::Gms(Gms { source: of(), user, user_system: text.to_owned() }),
    ]
}

/// A reference that FHIR's grammar does not know is unusual and no fault.
fn check(event: &Event) {
    let text = String::from_utf8_lossy(&event.json).into_owned();
    let limits = kiln_fhir::Limits::default();
    let received = kiln_fhir::receive(&event.json, Some(event.release), &limits);
    let received = received.unwrap_or_else(|outcome| panic!("{outcome:?}\n{text}"));
    for issue in received.warnings {
        assert!(format!("{issue:?}").contains("eference"), "{issue:?}\n{text}");
    }
    let value: Value = serde_json::from_slice(&event.json).unwrap();
    for url in value["meta"]["profile"].as_array().into_iter().flatten() {
        assert_eq!(broken(&value, url.as_str().unwrap()), Vec::<String>::new(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_event_is_valid(
        kind in prop::sample::select(ALL.to_vec()),
        texts in prop::collection::vec(text(), 8),
        maybes in prop::collection::vec(maybe(), 12),
        flags in prop::collection::vec(any::<bool>(), 8),
        status in prop::option::of(100_u16..600),
        query in prop::option::of(prop::collection::vec(any::<u8>(), 0..40)),
    ) {
        let some = |at: usize| maybes[at].as_deref();
        let mut principal = person();
        principal.who = texts[0].as_str().into();
        principal.agent.issuer = maybes[0].clone();
        principal.agent.subject = maybes[1].clone();
        principal.agent.name = maybes[2].clone();
        principal.agent.client = maybes[3].clone();
        principal.agent.token_id = maybes[4].clone();
        principal.agent.purposes = vec![texts[1].clone(), texts[2].clone()];
        if flags[0] { principal.means = Means::ApiKey; }
        let patients = [
            Patient::Reference(&texts[3]),
            Patient::Identifier { system: some(5), value: &texts[4] },
        ];
        let patients = &patients[..usize::from(flags[1]) + usize::from(flags[2])];
        let state = State { status: some(6), business_status: some(7) };
        let resource = Versioned {
            r#type: &texts[5],
            id: some(8),
            old: version(maybes[9].as_ref(), flags[3]),
            new: version(maybes[10].as_ref(), flags[4]),
            state,
        };
        let returned = [Returned {
            r#type: &texts[6],
            id: &texts[7],
            version: resource.new,
            state,
            patients,
        }];
        let purposes = [texts[2].as_str()];
        let of = interaction(kind, Some(&principal).filter(|_| flags[5]));
        let of = Interaction {
            operation: some(1),
            outcome: Outcome::of_status(status),
            says: some(2),
            status,
            is_verified: flags[6],
            by_server: flags[7],
            organization: Some(Organization { id: some(3), name: some(4) }).filter(|_| flags[0]),
            upstream: some(5),
            request: Request { query: query.as_deref(), id: some(6), traceparent: some(7) },
            correlation: some(8),
            purposes: &purposes,
            resource: Some(resource).filter(|_| flags[1]),
            patients,
            returned: &returned[..usize::from(flags[2])],
            is_whole: flags[3],
            tags: &[Tag { system: Some(&texts[0]), code: &texts[1] }],
            ..of
        };
        for profile in profiles(&texts[0]) {
            for event in profile.events(&of) {
                check(&event);
            }
        }
    }
}
