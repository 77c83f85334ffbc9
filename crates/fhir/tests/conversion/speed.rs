//! How long a conversion takes:
//! `cargo test --release -p kiln-fhir --test conversion -- --ignored --nocapture`.
use super::corpus;
use kiln_fhir::conversion::convert;
use kiln_fhir::render::{ServerElements, with_server_elements};
use kiln_fhir::{Limits, Release, parse};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: u32 = 20_000;

#[test]
#[ignore = "prints, and asserts nothing about time"]
fn r4_to_r5_and_back() {
    for file in [
        "r4-4.0.1/examples-json/AuditEvent-example-rest",
        "ch-epr-fhir/AuditEvent-atc-doc-read-ass-hpc",
        "pdqm",
    ] {
        let events = corpus::events();
        let event = events.iter().find(|event| event.name.contains(file));
        let Some(event) = event else { continue };
        let body = without_space(&event.body);
        let mut out = Vec::new();
        let (from, to) = (event.release, Release::R5);
        let there = per_round(|| {
            out.clear();
            convert(black_box(&body), from, to, &mut out);
        });
        let converted = out.clone();
        let back = per_round(|| {
            out.clear();
            convert(black_box(&converted), to, from, &mut out);
        });
        let parsed = per_round(|| {
            assert!(parse(black_box(&body), from, &Limits::default()).is_ok());
        });
        let elements =
            ServerElements { id: "x", version_id: "1", last_updated: "2026-11-22T07:00:00.000Z" };
        let rendered = per_round(|| {
            out.clear();
            with_server_elements(black_box(&body), &elements, &mut out);
        });
        println!(
            "{} bytes: to R5 {there} ns ({} bytes), back {back} ns, parse {parsed} ns, \
             render {rendered} ns ({})",
            body.len(),
            converted.len(),
            event.name
        );
    }
}

#[expect(clippy::disallowed_methods, reason = "measuring needs a clock")]
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
