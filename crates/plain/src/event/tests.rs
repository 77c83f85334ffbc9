mod corpus;
mod errors;
mod fhir;
mod generated;
mod seeds;

use super::*;
use serde_json::{Map, Value as Json, json};

const SERVED: Served<'_> = Served { id: "the-id", received: "2024-06-16T00:00:00.000Z" };

/// The stored form of one plain event, which the release's own reader takes without a word.
fn stored(plain: &Json) -> Json {
    let body = serde_json::to_vec(plain).expect("JSON");
    let events = to_fhir(&body, &Limits::default()).expect("a plain event");
    let [event] = events.as_slice() else { panic!("one event") };
    let parsed = kiln_fhir::parse(event, Release::R4, &Limits::default());
    if let Err(outcome) = parsed {
        panic!("{:?} of {}", outcome.issues, String::from_utf8_lossy(event));
    }
    serde_json::from_slice(event).expect("JSON")
}

/// The plain form of a stored event, as the server answers it.
fn plain(fhir: &Json, release: Release) -> Json {
    let body = serde_json::to_vec(fhir).expect("JSON");
    let mut out = Vec::new();
    from_fhir(&body, release, &SERVED, &mut out);
    serde_json::from_slice(&out).expect("JSON")
}

#[test]
fn what_is_shown_in_part_says_so() {
    let mut fhir = stored(&event(json!({})));
    assert_eq!(plain(&fhir, Release::R4).get("redacted"), None);
    fhir["meta"] = serde_json::from_str(&format!(r#"{{"security":[{}]}}"#, kiln_fhir::REDACTED))
        .expect("JSON");
    let shown = plain(&fhir, Release::R4);
    assert_eq!(shown["redacted"], json!(true));
    assert_eq!(shown.get("leftOut"), None);
}

/// There and back: the content without what the server adds.
fn round(sent: &Json) -> Json {
    let mut back = plain(&stored(sent), Release::R4);
    let members = back.as_object_mut().expect("an object");
    assert_eq!(members.remove("id"), Some(json!(SERVED.id)));
    assert_eq!(members.remove("received"), Some(json!(SERVED.received)));
    back
}

/// The smallest event, with these members beside.
fn event(more: Json) -> Json {
    let mut event = json!({
        "type": "rest",
        "recorded": "2024-06-15T08:30:00Z",
        "agent": [{ "who": "user_1" }],
        "source": { "observer": "EHR" },
    });
    let members = event.as_object_mut().expect("an object");
    let Json::Object(more) = more else { panic!("members") };
    members.extend(more);
    event
}

/// What is the same as not sent: null members, empty arrays.
fn said(value: &Json) -> Json {
    match value {
        Json::Object(members) => {
            let some = members.iter().filter(|(_, value)| {
                !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty())
            });
            Json::Object(
                some.map(|(name, value)| (name.clone(), said(value))).collect::<Map<_, _>>(),
            )
        }
        Json::Array(items) => Json::Array(items.iter().map(said).collect()),
        other => other.clone(),
    }
}
