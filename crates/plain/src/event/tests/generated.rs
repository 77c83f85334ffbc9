//! Events of all kinds, and what is none.
use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Texts that the table knows or that look as if it did, of any member.
const KNOWN: &[&str] = &[
    "rest",
    "REST",
    "login",
    "Login",
    "login ",
    " login",
    "export",
    "Export",
    "110114",
    "110122",
    "110106",
    "110112",
    "access",
    "verify",
    "RESTful Operation",
    "User Authentication",
    "read",
    "vread",
    "search-type",
    "history-instance",
    "Application Start",
    "110120",
    "4",
    "04",
    "1",
    "9",
    "24",
    "25",
    "Application Server",
    "application server",
    "Application  Server",
    "Web Server",
    "Person",
    "person",
    "Organization",
    "System Object",
    "Other",
    "Patient",
    "patient",
    "Query",
    "Master file",
    "Domain Resource",
    "Practitioner",
    "Nurse",
    "nurse",
    "Intern",
    "Admin",
    "Doctor",
    "human user",
    "humanuser",
    "110150",
    "Application",
    "Source Role ID",
    "HIPAA Operations",
    "hipaa operations",
    "Quality Reporting",
    "TREAT",
    "treat",
    "treatment",
    "Treatment",
    "HOPERAT",
    "healthcare operations",
    "BTG",
    "break the glass",
    "emergency",
    "research",
];

/// Texts that look like references, or nearly.
const REFERENCES: &[&str] = &[
    "Patient/pt_abc123",
    "Patient/1",
    "Patient/1/_history/2",
    "Patient/",
    "Patient/a b",
    "/Patient/1",
    "patient/1",
    "Unknown/1",
    "Patient/a/b",
    "Patient/1?x=y",
    "Patient/urn:uuid:1",
    "Patient/é",
    "#contained",
    "http://example.org/fhir/Patient/1",
    "https://x",
    "http://",
    "http:// x",
    "HTTP://example.org",
    "urn:uuid:c2f5b7a0-0000-4000-8000-000000000000",
    "urn:uuid:",
    "urn:oid:1.2",
    "urn:other:1",
    "prac_dr456",
    "user@host",
    "Practitioner/x|1",
    "Device/a#b",
];

/// Addresses of all kinds.
const ADDRESSES: &[&str] = &[
    "10.0.1.42",
    "10.0.1.42:443",
    "256.1.1.1",
    "::1",
    "[::1]",
    "[::1]:443",
    "fe80::1%eth0",
    "2001:db8::/32",
    "workstation-7",
    "WS_12",
    "host.example.org",
    "host.example.org:8080",
    "host:x",
    "+41 44 123 45 67",
    "(555) 123-4567",
    "5551234",
    "tel:+41441234567",
    "nurse@example.org",
    "mailto:nurse@example.org",
    "https://example.org/x",
    "urn:x",
    "a b",
    "-",
    ".",
    "ümlaut",
];

/// Texts that hold what could be mistaken: quotes, the marks' own, white space of all kinds.
const ODD: &[&str] = &[
    "\"",
    "\\",
    "\\\"",
    "a\"b",
    "{}",
    "[]",
    "null",
    "true",
    "  double  spaces  ",
    "a  b",
    " a",
    "a ",
    "a\tb",
    "a\nb",
    "\r\na",
    "a\u{a0}b",
    "a\u{a0}\u{a0}b",
    "\u{a0}a",
    "\u{200b}",
    "\u{feff}x",
    "é",
    "e\u{301}",
    "日本語",
    "👩\u{200d}⚕\u{fe0f}",
    "\u{7f}",
    "\u{85}x",
    "\u{2028}x",
    "x\u{3000}y",
    "https://kiln-audit.org/fhir/StructureDefinition/plain",
    "https://kiln-audit.org/fhir/StructureDefinition/derived",
    "http://dicom.nema.org/resources/ontology/DCM",
    "AuditEvent",
    "|",
    ",",
    "$",
];

fn text() -> impl Strategy<Value = String> {
    let known = |texts: &'static [&'static str]| select(texts).prop_map(str::to_owned);
    let any = "[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x{fffe}\\x{ffff}]{1,12}"
        .prop_filter("some text", |text: &String| !text.trim().is_empty());
    let together = (select(KNOWN), select(ODD)).prop_map(|(one, other)| format!("{one}{other}"));
    prop_oneof![
        4 => known(KNOWN),
        2 => known(REFERENCES),
        2 => known(ADDRESSES),
        2 => known(ODD),
        1 => together,
        3 => any,
    ]
}

fn instant() -> impl Strategy<Value = String> {
    let zone = prop_oneof![Just("Z".to_owned()), "[+-](0[0-9]|1[0-3]):[0-5][0-9]"];
    let fraction = prop_oneof![Just(String::new()), "\\.[0-9]{1,9}"];
    let day = "(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])";
    let time = "([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)";
    (day, time, fraction, zone)
        .prop_map(|(day, time, fraction, zone)| format!("{day}T{time}{fraction}{zone}"))
}

/// A member that may be there, be null, or not be there.
fn member<T: Into<Json> + std::fmt::Debug>(
    name: &'static str,
    value: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Option<(String, Json)>> {
    let some = value.prop_map(move |value| Some((name.to_owned(), value.into())));
    prop_oneof![6 => some, 1 => Just(Some((name.to_owned(), Json::Null))), 3 => Just(None)].boxed()
}

/// The members in any order.
fn object(members: Vec<BoxedStrategy<Option<(String, Json)>>>) -> impl Strategy<Value = Json> {
    let shuffled = members.prop_shuffle();
    shuffled.prop_map(|members| Json::Object(members.into_iter().flatten().collect()))
}

/// An object that says at least one thing.
fn some(members: Vec<BoxedStrategy<Option<(String, Json)>>>) -> impl Strategy<Value = Json> {
    object(members).prop_filter("at least one thing", |object| {
        said(object).as_object().is_some_and(|members| !members.is_empty())
    })
}

fn agent() -> impl Strategy<Value = Json> {
    some(vec![
        member("who", text()),
        member("name", text()),
        member("requestor", any::<bool>()),
        member("role", text()),
        member("networkAddress", prop_oneof![select(ADDRESSES).prop_map(str::to_owned), text()]),
    ])
}

fn entity() -> impl Strategy<Value = Json> {
    let what = prop_oneof![select(REFERENCES).prop_map(str::to_owned), text()];
    some(vec![
        member("what", what),
        member("type", text()),
        member("role", text()),
        member("name", text()),
        member("description", text()),
    ])
}

fn source() -> impl Strategy<Value = Json> {
    let optional = object(vec![member("site", text()), member("type", text())]);
    (optional, text()).prop_map(|(mut source, observer)| {
        source["observer"] = observer.into();
        source
    })
}

fn any_event() -> impl Strategy<Value = Json> {
    let kind = prop_oneof![
        select(&["rest", "login", "export", "110114", "110106", "Login"][..])
            .prop_map(str::to_owned),
        text(),
    ];
    let subtype = prop_oneof![select(&["110122", "read"][..]).prop_map(str::to_owned), text()];
    let optional = object(vec![
        member("subtype", vec(subtype, 0..4)),
        member("action", select(&ACTIONS[..])),
        member("outcome", select(&event_outcome::NUMBERS[..])),
        member("outcomeDesc", text()),
        member("purposeOfEvent", vec(text(), 0..4)),
        member("entity", vec(entity(), 0..3)),
    ]);
    (optional, kind, instant(), vec(agent(), 1..4), source()).prop_map(
        |(mut event, kind, recorded, agents, source)| {
            event["type"] = kind.into();
            event["recorded"] = recorded.into();
            event["agent"] = agents.into();
            event["source"] = source;
            event
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn plain_to_fhir_to_plain_is_the_identity(sent in any_event()) {
        prop_assert_eq!(round(&sent), said(&sent));
    }
}

proptest! {
    #[test]
    fn arrays_keep_their_order(sent in vec(any_event(), 1..8)) {
        let body = serde_json::to_vec(&sent).expect("JSON");
        let events = to_fhir(&body, &Limits::default()).expect("plain events");
        prop_assert_eq!(events.len(), sent.len());
        for (event, sent) in events.iter().zip(&sent) {
            let event: Json = serde_json::from_slice(event).expect("JSON");
            prop_assert_eq!(event, stored(sent));
        }
    }

    #[test]
    fn what_is_left_out_of_any_document_is_told(
        event in any_event(),
        place in select(STORED_PLACES),
        value in any_value("who|name|agent|type|coding|code|text|extension|url|id|[a-z]{1,4}"),
    ) {
        let mut event = stored(&event);
        if let Some(place) = event.pointer_mut(place) {
            *place = value;
        }
        for release in [Release::R4, Release::R5] {
            corpus::check("generated", &event, release);
        }
    }

    #[test]
    fn no_bytes_panic(body in vec(any::<u8>(), 0..200)) {
        if let Err(outcome) = to_fhir(&body, &Limits::default()) {
            prop_assert!(outcome.has_error());
        }
    }

    #[test]
    fn no_json_panics_and_no_value_is_told(
        event in any_event(),
        place in select(PLACES),
        value in prop_oneof![any_value("who|name|agent|type|[a-z]{0,4}"), any_value(CANARY)],
    ) {
        let mut event = event;
        if let Some(place) = event.pointer_mut(place) {
            *place = value;
        }
        for body in [serde_json::to_vec(&event), serde_json::to_vec(&[&event, &event])] {
            let body = body.expect("JSON");
            let mut out = Vec::new();
            from_fhir(&body, Release::R4, &SERVED, &mut out);
            from_fhir(&body, Release::R5, &SERVED, &mut Vec::new());
            serde_json::from_slice::<Json>(&out).expect("JSON");
            let Err(outcome) = to_fhir(&body, &Limits::default()) else { continue };
            prop_assert!(outcome.has_error());
            prop_assert!(outcome.issues.len() <= OperationOutcome::ISSUES_MAX);
            for issue in outcome.issues {
                prop_assert!(!format!("{issue:?}").contains(CANARY), "{issue:?}");
            }
        }
    }
}

/// Stands for what nobody may read in an error.
const CANARY: &str = "Can\u{e4}ry Jane Doe";

const PLACES: &[&str] = &[
    "",
    "/type",
    "/subtype",
    "/subtype/0",
    "/action",
    "/recorded",
    "/outcome",
    "/outcomeDesc",
    "/purposeOfEvent",
    "/agent",
    "/agent/0",
    "/agent/0/who",
    "/agent/0/requestor",
    "/source",
    "/source/observer",
    "/entity",
    "/entity/0",
    "/entity/0/what",
];

const STORED_PLACES: &[&str] = &[
    "/type",
    "/type/code",
    "/type/extension",
    "/subtype",
    "/subtype/0",
    "/subtype/0/extension/0",
    "/outcome",
    "/purposeOfEvent",
    "/purposeOfEvent/0/coding",
    "/purposeOfEvent/0/coding/0/code",
    "/agent",
    "/agent/0",
    "/agent/0/who",
    "/agent/0/who/identifier",
    "/agent/0/_requestor",
    "/agent/0/requestor",
    "/agent/0/role",
    "/agent/0/role/0",
    "/agent/0/network",
    "/source",
    "/source/observer",
    "/source/type",
    "/source/type/0",
    "/entity",
    "/entity/0",
    "/entity/0/type",
];

/// Any JSON, its members called so.
fn any_value(name: &'static str) -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        Just(CANARY.into()),
        Just(format!(" {CANARY}\u{1}").into()),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Into::into),
            vec((name, inner), 0..5).prop_map(|members| members.into_iter().collect()),
        ]
    })
}
