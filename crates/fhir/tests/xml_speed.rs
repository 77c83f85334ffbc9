//! How long XML takes beside JSON:
//! `cargo test --release -p kiln-fhir --test xml_speed -- --ignored --nocapture`.
#![expect(clippy::disallowed_methods, reason = "measuring needs a clock, and its events")]
use kiln_fhir::{Limits, Release, parse, xml};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: u32 = 20_000;

#[test]
#[ignore = "prints, and asserts nothing about time"]
fn xml_beside_json() {
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/");
    for (file, release) in [
        ("fhir/r4-4.0.1/examples-json/AuditEvent-example-rest.json", Release::R4),
        ("fhir/r5-5.0.0/examples-json/auditevent-example.json", Release::R5),
        ("wild/r4/ihe-pdqm/AuditEvent-ex-auditPdqmQuery-consumer.json", Release::R4),
        ("wild/r4/nhs-scr/examples__AuditEvent.json", Release::R4),
    ] {
        let Ok(body) = std::fs::read(format!("{shared}{file}")) else {
            eprintln!("SKIPPED: no {file}");
            continue;
        };
        let limits = Limits::default();
        let mut xml = Vec::new();
        xml::from_json(&body, release, &mut xml).expect("a resource");
        let json = xml::to_json(&xml, release, &limits).expect("what we write we read");
        let parsed = per_round(|| assert!(parse(black_box(&json), release, &limits).is_ok()));
        let read = per_round(|| assert!(xml::to_json(black_box(&xml), release, &limits).is_ok()));
        let mut out = Vec::new();
        let written = per_round(|| {
            out.clear();
            xml::from_json(black_box(&json), release, &mut out).expect("a resource");
        });
        let both = format!("{} bytes of JSON, {} of XML", json.len(), xml.len());
        let times = format!("parse {parsed} ns, to_json {read} ns, from_json {written} ns");
        let times_more = (parsed + read) as f64 / parsed as f64;
        println!("{both}: {times}; XML costs {times_more:.2} times JSON ({file})");
    }
}

fn per_round(mut round: impl FnMut()) -> u128 {
    round();
    let start = Instant::now();
    for _ in 0..ROUNDS {
        round();
    }
    start.elapsed().as_nanos() / u128::from(ROUNDS)
}
