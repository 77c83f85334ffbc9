use super::*;
use kiln_fhir::{Limits, Release};
use serde_json::Value;

const PLAN: Plan = Plan { count: 4000, seed: 1, now_ms: 1_795_377_600_000 };

fn told(plan: &Plan) -> Vec<(i64, &'static str, Value)> {
    let told = deliveries(plan).flat_map(|Delivery { received_ms, sender, events, .. }| {
        let read =
            move |event: String| (received_ms, sender, serde_json::from_str(&event).unwrap());
        events.into_iter().map(read)
    });
    told.collect()
}

fn recorded_ms(event: &Value) -> i64 {
    kiln_fhir::Instant::parse(event["recorded"].as_str().unwrap()).unwrap().millis
}

fn person(event: &Value) -> &str {
    event["agent"][0]["name"].as_str().unwrap()
}

fn is_about(event: &Value, patient: &str) -> bool {
    event["entity"][0]["what"]["reference"] == patient
}

fn of<'a>(told: &'a [(i64, &str, Value)], patient: &str) -> Vec<&'a Value> {
    let events = told.iter().map(|(_, _, event)| event);
    events.filter(|event| is_about(event, patient)).collect()
}

#[test]
fn the_same_plan_gives_the_same_bytes_and_another_seed_does_not() {
    let all = |plan: &Plan| deliveries(plan).flat_map(|it| it.events).collect::<Vec<_>>();
    assert_eq!(all(&PLAN), all(&PLAN));
    assert_ne!(all(&PLAN), all(&Plan { seed: 2, ..PLAN }));
}

#[test]
fn there_are_as_many_as_planned_in_order_and_none_after_the_end() {
    for count in [1000, 4000] {
        let told = told(&Plan { count, ..PLAN });
        assert_eq!(told.len() as u64, count);
        assert!(told.is_sorted_by_key(|(received, ..)| *received));
        assert!(told.iter().all(|(received, ..)| *received <= PLAN.now_ms));
        let start = PLAN.now_ms - (DAYS + 1) * DAY_MS;
        assert!(told.iter().all(|(received, ..)| *received > start));
    }
}

#[test]
fn every_event_is_good_r4_and_says_that_it_is_a_test() {
    for event in deliveries(&PLAN).flat_map(|it| it.events) {
        let read = kiln_fhir::receive(event.as_bytes(), Some(Release::R4), &Limits::default());
        let read = read.unwrap();
        assert!(read.warnings.is_empty(), "{:?} {event}", read.warnings);
        assert!(event.contains(r#""code":"HTEST""#), "{event}");
    }
}

#[test]
fn a_nurse_of_another_ward_reads_a_colleagues_record_at_night_and_is_refused_once() {
    let told = told(&PLAN);
    let about = of(&told, "Patient/204418");
    let (by_night, by_day): (Vec<_>, Vec<_>) =
        about.into_iter().partition(|event| recorded_ms(event).rem_euclid(DAY_MS) < 5 * HOUR_MS);
    assert!(by_night.iter().all(|event| person(event) == "Kevin Brandt"));
    assert!(by_day.iter().all(|event| person(event) != "Kevin Brandt"));
    assert!(by_night.iter().all(|event| event["agent"][0].get("purposeOfUse").is_none()));
    let mut nights: Vec<_> = by_night.iter().map(|it| recorded_ms(it) / DAY_MS).collect();
    nights.dedup();
    assert_eq!(nights.len(), 5);
    let refused = by_night.iter().filter(|event| event["outcome"] == "8").count();
    assert_eq!(refused, 1);
}

#[test]
fn one_broken_glass_was_right_and_was_reviewed_and_another_was_not() {
    let overrides = |patient: &str| {
        let all = deliveries(&PLAN).filter(|it| it.events[0].contains("110127"));
        let mut all = all.filter(|it| it.events[0].contains(patient));
        let one = all.next().unwrap();
        assert!(all.next().is_none());
        one
    };
    let right = overrides("Patient/207733");
    assert!(right.review.is_some() && right.events[0].contains("Dr. Sarah Chen"));
    let wrong = overrides("Patient/209158");
    assert!(wrong.review.is_none() && wrong.events[0].contains("Dr. Tobias Reuter"));
    let told = told(&PLAN);
    let admitted = |event: &&Value| event["action"] == "C";
    assert_eq!(of(&told, "Patient/207733").into_iter().filter(admitted).count(), 3);
    assert_eq!(of(&told, "Patient/209158").into_iter().filter(admitted).count(), 0);
}

#[test]
fn one_export_of_many_was_done_and_three_were_refused() {
    let told = told(&PLAN);
    let exports = told.iter().map(|(_, _, event)| event);
    let exports = exports
        .filter(|it| it["type"]["code"] == "110106" && !it.to_string().contains("\"Patient/"));
    let exports: Vec<_> = exports.map(|it| (person(it), it["outcome"].as_str().unwrap())).collect();
    let kessler = ("Ivo Kessler", "8");
    assert_eq!(exports, [("Dr. Amara Okafor", "0"), kessler, kessler, kessler]);
}

#[test]
fn one_sender_is_silent_another_one_s_clock_is_wrong_and_a_third_was_cut_off() {
    let told = told(&PLAN);
    let last = |sender: &str| told.iter().filter(|it| it.1 == sender).map(|it| it.0).max().unwrap();
    assert!(PLAN.now_ms - last("laboratory") > 3 * DAY_MS - HOUR_MS);
    for sender in ["records", "images", "sign-in", "pharmacy", "records-west"] {
        assert!(PLAN.now_ms - last(sender) < DAY_MS, "{sender}");
    }
    let ahead = |it: &&(i64, &str, Value)| recorded_ms(&it.2) > it.0 + 5 * MINUTE_MS;
    let of: Vec<_> = told.iter().filter(ahead).map(|it| it.1).collect();
    assert!(!of.is_empty() && of.iter().all(|sender| *sender == "images"));
    let late = |it: &&(i64, &str, Value)| it.0 > recorded_ms(&it.2) + 10 * MINUTE_MS;
    let of: Vec<_> = told.iter().filter(late).map(|it| it.1).collect();
    assert!(!of.is_empty() && of.iter().all(|sender| *sender == "records-west"));
}

#[test]
fn what_the_pharmacy_sends_is_refused_with_a_reason() {
    let refused = refused::all(&PLAN, &Limits::default());
    assert_eq!(refused.len(), 12);
    assert!(refused.iter().all(|it| {
        it.outcome.windows(8).any(|at| at == b"required" || at == b"recorded" || at == b"AuditEve")
    }));
}

#[test]
fn people_have_names_of_their_own() {
    let hospital = Hospital::staffed(&mut Chance::seeded(1));
    let mut names: Vec<_> = hospital.staff.iter().map(|it| &it.name).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), hospital.staff.len());
    let mut numbers: Vec<_> = hospital.patients.iter().map(|it| it.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), hospital.patients.len());
}
