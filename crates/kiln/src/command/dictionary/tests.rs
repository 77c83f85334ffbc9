use super::*;
use crate::generate::{Generator, Plan};
use serde_json::{Value, json};
use std::collections::HashSet;

const CANARIES: usize = 1000;
/// No shorter piece of a canary says anything.
const PIECE: usize = 6;

/// A word that no generator and no vocabulary has, always another.
fn canary(n: usize) -> String {
    let digest =
        sha2::Digest::finalize(<sha2::Sha256 as sha2::Digest>::new_with_prefix(n.to_le_bytes()));
    digest.iter().take(16).map(|byte| char::from(b'a' + byte % 26)).collect()
}

/// Generated events, in each of which a canary stands wherever a value is free; the first ten
/// canaries stand in a hundred records each, as the name of somebody who works a lot does.
fn events() -> Vec<Vec<u8>> {
    let generated = Generator::new(Plan::r4(2000, 77));
    let with = |(n, event): (usize, String)| {
        let canary = canary(if n < CANARIES { n % 10 } else { n % CANARIES });
        let mut event: Value = serde_json::from_str(&event).unwrap();
        event["agent"][0]["name"] = json!(canary);
        event["agent"][0]["altId"] = json!(format!("{canary}@hospital.example"));
        event["agent"][0]["who"] = json!({
            "reference": format!("Practitioner/{canary}"), "display": format!("Dr. {canary}"),
            "identifier": { "system": format!("urn:oid:{canary}"), "value": canary },
        });
        event["agent"][0]["network"] = json!({ "address": format!("{canary}.ward.example") });
        event["source"] = json!({ "site": canary, "observer": { "reference": canary } });
        event["type"] = json!({ "system": format!("http://{canary}.example"), "code": canary });
        event["subtype"] = json!([{ "system": "http://hl7.org/fhir/x", "display": canary }]);
        event["purposeOfEvent"] = json!([{ "text": canary }]);
        event["outcomeDesc"] = json!(format!("because of {canary}"));
        event["extension"] = json!([{ "url": "http://hl7.org/fhir/y", "valueString": canary }]);
        event.to_string().into_bytes()
    };
    generated.enumerate().map(with).collect()
}

#[test]
fn no_piece_of_a_canary_is_in_a_dictionary_that_was_learned_from_it() {
    let events = events();
    let bodies: Vec<&[u8]> = events.iter().map(Vec::as_slice).collect();
    let dictionary = learn(&bodies).unwrap();
    assert!(dictionary.len() > 4096, "{} bytes", dictionary.len());
    let pieces: HashSet<&[u8]> = dictionary.windows(PIECE).collect();
    // It would be seen: what all records have in common is there.
    assert!(pieces.contains(&b"\"altId"[..]), "the form was not learned");
    let canaries: Vec<String> = (0..CANARIES).map(canary).collect();
    let found: Vec<&String> = canaries
        .iter()
        .filter(|canary| canary.as_bytes().windows(PIECE).any(|piece| pieces.contains(piece)))
        .collect();
    assert!(found.is_empty(), "{found:?}");
    // Without the mask they are found: the test can fail.
    let plain = zstd::dict::from_samples(&bodies, DICTIONARY_BYTES).unwrap();
    let pieces: HashSet<&[u8]> = plain.windows(PIECE).collect();
    assert!(canaries[..10].iter().any(|canary| pieces.contains(&canary.as_bytes()[..PIECE])));
}

#[test]
fn what_was_learned_serves_records_that_it_never_saw() {
    let events: Vec<Vec<u8>> = Generator::new(Plan::r4(3000, 78)).map(String::into_bytes).collect();
    let (learned, judged) = events.split_at(2000);
    let bodies: Vec<&[u8]> = learned.iter().map(Vec::as_slice).collect();
    let judged: Vec<Vec<u8>> = judged.chunks(RECORDS_A_FRAME).map(<[Vec<u8>]>::concat).collect();
    let dictionary = learn(&bodies).unwrap();
    assert!(size(&judged, &dictionary).unwrap() * 10 < size(&judged, b"").unwrap() * 9);
}
