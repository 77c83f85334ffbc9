//! What is generated comes back the same from every release, and is valid there.
use super::generate::{Generator, Random};
use super::json::Json;
use super::*;
use std::collections::{BTreeMap, BTreeSet};

const LIMITS: Limits = Limits { body_bytes_max: 1 << 24, depth_max: 128, nodes_max: 1 << 20 };

/// Why an event is not what it should be, in few words and in all.
type Problem = (String, String);

fn journey(json: &str, from: Release, to: Release) -> Result<String, Problem> {
    let there = converted(json, from, to);
    if let Err(outcome) = parse(there.as_bytes(), to, &LIMITS) {
        let issue = &outcome.issues[0];
        let place = issue.expression.clone().unwrap_or_default();
        return Err((format!("invalid: {} {place}", issue.diagnostics), there));
    }
    if let Some(coding) = codes::wrong(&there, from, to) {
        return Err((format!("a validator of {to:?} sees an error: {coding}"), there));
    }
    let back = converted(&there, to, from);
    let [Some(before), Some(after)] = [json, &back].map(|json| Document::read(json.as_bytes()))
    else {
        return Err(("no JSON".to_owned(), back));
    };
    if !json.contains("kiln") && there.contains("\\\"whole\\\":") {
        return Err(("all of it is in the residue".to_owned(), there));
    }
    if same(&before, &after) {
        Ok(there)
    } else {
        Err(("differs".to_owned(), format!("{there}\n{back}")))
    }
}

/// How often what was needed.
#[derive(Default)]
struct Seen {
    events: usize,
    residues: usize,
    wholes: usize,
}

/// Tries every pair until its first problem, and tells those of all pairs.
fn try_pairs(count: u64, ours: usize) -> BTreeMap<(u8, u8), Seen> {
    let mut seen: BTreeMap<(u8, u8), Seen> = BTreeMap::new();
    let mut problems = BTreeSet::new();
    for from in ALL {
        for seed in 0..count {
            let random = Random(seed * 1_000_003 + u64::from(from.number()) + ours as u64);
            let event = Generator { random, release: from, ours }.event();
            let json = event.to_string();
            if let Err(outcome) = parse(json.as_bytes(), from, &LIMITS) {
                panic!("generated, but invalid in {from:?}: {:?}\n{json}", outcome.issues);
            }
            for to in ALL.into_iter().filter(|to| *to != from) {
                let pair = (from.number(), to.number());
                if problems.contains(&pair) {
                    continue;
                }
                let there = match journey(&json, from, to) {
                    Ok(there) => there,
                    Err(problem) => {
                        println!("{}", report(&event, from, to, &problem));
                        problems.insert(pair);
                        continue;
                    }
                };
                let seen = seen.entry(pair).or_default();
                seen.events += 1;
                let has = |part: &str| there.contains(part);
                seen.residues += usize::from(has("\\\"pieces\\\":[[") || has("\\\"pieces\\\":[]"));
                seen.wholes += usize::from(has("\\\"whole\\\":"));
            }
        }
    }
    assert!(problems.is_empty(), "{problems:?}");
    seen
}

/// The smallest part of an event that has the same problem.
fn report(event: &Json, from: Release, to: Release, problem: &Problem) -> String {
    let has_it = |json: &Json| {
        let json = json.to_string();
        parse(json.as_bytes(), from, &LIMITS).is_ok()
            && journey(&json, from, to).is_err_and(|(own, _)| own[..4] == problem.0[..4])
    };
    let mut smallest = event.clone();
    while let Some(smaller) = smallest.smaller().into_iter().find(|json| has_it(json)) {
        smallest = smaller;
    }
    let json = smallest.to_string();
    let (problem, more) = journey(&json, from, to).expect_err("it has the problem");
    format!("{from:?} -> {to:?}: {problem}\n{json}\n{more}")
}

fn print(seen: &BTreeMap<(u8, u8), Seen>) {
    for ((from, to), seen) in seen {
        let Seen { events, residues, wholes } = seen;
        println!("{from} -> {to}: {events} events, {residues} with a residue, {wholes} whole");
    }
}

/// How many a pair: a few in each run, 2,000 and more by `KILN_CONVERSION_EVENTS` in release mode.
fn count() -> u64 {
    let count = std::env::var("KILN_CONVERSION_EVENTS").ok();
    count.and_then(|count| count.parse().ok()).unwrap_or(100)
}

#[test]
fn generated_events_come_back_from_every_release() {
    let seen = try_pairs(count(), 0);
    print(&seen);
}

#[test]
fn extensions_of_our_names_that_a_sender_wrote_come_back() {
    print(&try_pairs(count().div_ceil(4), 250));
}

/// What an event must not hold.
const WRONG: &[&str] = &["null", "[]", "{}", "3", "\"x\"", "[[1,{}]]", "{\"extension\":4}", "true"];

#[test]
fn nothing_panics_on_what_was_never_accepted() {
    for seed in 0..count() * 2 {
        for (at, from) in ALL.into_iter().enumerate() {
            let mut event = Generator { random: Random(seed), release: from, ours: 150 }.event();
            let mut place = (seed as usize * 7 + at) % 60;
            event.replace(&mut place, WRONG[seed as usize % WRONG.len()]);
            let to = ALL[(seed as usize + at) % ALL.len()];
            let there = converted(&event.to_string(), from, to);
            assert!(Document::read(there.as_bytes()).is_some(), "{event}");
            converted(&there, to, from);
        }
    }
}

/// What a sender may write into the extension that we write.
const RESIDUES: &[&str] = &[
    r#"{"release":"5.0.0","pieces":[[["a"],1],[["a","b"],2],[["a",3],2]]}"#,
    r#"{"release":"5.0.0","pieces":[[["agent",18446744073709551615,"who"],1],[["agent",0],{}]]}"#,
    r#"{"release":"5.0.0","pieces":[[["agent","x"],1],[[],2],[[0],2],3,[4],[["code"],5]]}"#,
    r#"{"release":"5.0.0","pieces":[[["agent",-1],1],[["agent",1.5],1],[["agent",99999],null]]}"#,
    r#"{"release":"5.0.0","whole":3}"#,
    r#"{"release":"5.0.0","whole":{"resourceType":"AuditEvent"}}"#,
    r#"{"release":"5.0.0","pieces":{}}"#,
    "{",
];

#[test]
fn residues_that_a_sender_wrote_are_kept() {
    let deep =
        format!("{{\"release\":\"5.0.0\",\"whole\":{}1{}}}", "[".repeat(9999), "]".repeat(9999));
    for residue in RESIDUES.iter().copied().chain([deep.as_str()]) {
        let residue = serde_json::to_string(residue).expect("text");
        let json = format!(
            "{{\"resourceType\":\"AuditEvent\",\"type\":{{\"code\":\"rest\"}},\
             \"recorded\":\"2024-06-15T08:30:00Z\",\"agent\":[{{\"requestor\":true}}],\
             \"source\":{{\"observer\":{{\"display\":\"d\"}}}},\"extension\":[{{\"url\":\
             \"https://kiln-audit.org/fhir/StructureDefinition/residue\",\
             \"valueString\":{residue}}}]}}"
        );
        if let Err((problem, more)) = journey(&json, Release::R4, Release::R5) {
            panic!("{problem}\n{json}\n{more}");
        }
    }
}
