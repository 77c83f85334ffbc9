//! How long the hot path takes:
//! `cargo test --release -p kiln-fhir --test speed -- --ignored --nocapture`.
#![expect(clippy::disallowed_methods, reason = "measuring needs a clock, and its events")]
use kiln_fhir::render::{ServerElements, with_server_elements};
use kiln_fhir::{Limits, Release, parse};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: u32 = 20_000;

#[test]
#[ignore = "prints, and asserts nothing about time"]
fn parse_and_render() {
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/");
    for (file, release) in [
        ("fhir/dstu2-1.0.2/examples-json/AuditEvent-example-rest.json", Release::Dstu2),
        ("fhir/stu3-3.0.2/examples-json/AuditEvent-example-rest.json", Release::Stu3),
        ("fhir/r4-4.0.1/examples-json/AuditEvent-example-rest.json", Release::R4),
        ("fhir/r5-5.0.0/examples-json/auditevent-example.json", Release::R5),
        ("wild/r4/ihe-pdqm/AuditEvent-ex-auditPdqmQuery-consumer.json", Release::R4),
        ("wild/r4/nhs-scr/examples__AuditEvent.json", Release::R4),
    ] {
        let Ok(body) = std::fs::read(format!("{shared}{file}")) else {
            eprintln!("SKIPPED: no {file}");
            continue;
        };
        let body = without_space(&body);
        let limits = Limits::default();
        let parsed = per_round(|| assert!(parse(black_box(&body), release, &limits).is_ok()));
        let elements =
            ServerElements { id: "x", version_id: "1", last_updated: "2026-11-22T07:00:00.000Z" };
        let mut out = Vec::new();
        let rendered = per_round(|| {
            out.clear();
            with_server_elements(black_box(&body), &elements, &mut out);
        });
        println!("{} bytes: parse {parsed} ns, render {rendered} ns ({file})", body.len());
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

/// As programs send it.
fn without_space(body: &[u8]) -> Vec<u8> {
    let (mut in_string, mut escaped) = (false, false);
    let keep = body.iter().copied().filter(|&byte| {
        let quote = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        in_string ^= quote;
        in_string || quote || !byte.is_ascii_whitespace()
    });
    keep.collect()
}
