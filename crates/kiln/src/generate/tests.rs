use super::{Generator, Plan};
use kiln_fhir::{Limits, Release};

fn events(release: Release, count: u64, seed: u64) -> Vec<String> {
    Generator::new(Plan { release, ..Plan::r4(count, seed) }).collect()
}

#[test]
fn every_event_is_valid_in_its_release() {
    for release in [Release::R4, Release::R5] {
        for event in events(release, 10_000, 7) {
            let parsed = kiln_fhir::parse(event.as_bytes(), release, &Limits::default());
            let parsed = parsed.unwrap_or_else(|outcome| panic!("{outcome:?}\n{event}"));
            assert!(parsed.warnings.is_empty(), "{:?}\n{event}", parsed.warnings);
        }
    }
}

/// That the plain API takes them is shown by `kiln bench post --plain`, which it runs on.
#[test]
fn plain_events_are_those_of_the_same_seed() {
    let pairs = Generator::plain(Plan::r4(2_000, 7)).zip(events(Release::R4, 2_000, 7));
    for (plain, fhir) in pairs {
        let [plain, fhir]: [serde_json::Value; 2] =
            [&plain, &fhir].map(|json| serde_json::from_str(json).unwrap());
        for member in ["action", "recorded", "outcome", "outcomeDesc"] {
            assert_eq!(plain[member], fhir[member]);
        }
        for position in 0..2 {
            let (plain, fhir) = (&plain["agent"][position], &fhir["agent"][position]);
            assert_eq!(plain["who"], fhir["who"]["reference"]);
            assert_eq!(plain["networkAddress"], fhir["network"]["address"]);
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    for release in [Release::R4, Release::R5] {
        assert_eq!(events(release, 500, 3), events(release, 500, 3));
        assert_ne!(events(release, 500, 3), events(release, 500, 4));
    }
}

#[test]
fn events_are_as_long_as_said() {
    let events = events(Release::R4, 10_000, 1);
    let mean = events.iter().map(String::len).sum::<usize>() / events.len();
    let shortest = events.iter().map(String::len).min().unwrap();
    let longest = events.iter().map(String::len).max().unwrap();
    assert!((1_900..=2_000).contains(&mean), "mean {mean}");
    assert!(shortest >= 1_700 && longest <= 2_100, "{shortest} to {longest}");
}

#[test]
fn few_people_make_most_of_the_events() {
    let busiest = super::population::patient(0);
    let events = events(Release::R4, 20_000, 1);
    let hits = events.iter().filter(|event| event.contains(&busiest)).count();
    assert!((100..300).contains(&hits), "{hits} of 20,000 name the busiest patient");
}

#[test]
fn a_year_is_in_order_but_for_jitter_and_late_senders() {
    let plan = Plan::r4(20_000, 1);
    let mut late = 0;
    for (position, event) in Generator::new(plan).enumerate() {
        let json: serde_json::Value = serde_json::from_str(&event).unwrap();
        let recorded: jiff::Timestamp = json["recorded"].as_str().unwrap().parse().unwrap();
        let behind = plan.on_time_ms(position as u64) - recorded.as_millisecond();
        assert!((-2_000..7 * 86_400_000 + 2_000).contains(&behind));
        late += usize::from(behind > 2_000);
    }
    assert!((120..320).contains(&late), "{late} of 20,000 are late");
}

#[test]
fn one_in_a_hundred_fails() {
    let events = events(Release::R4, 20_000, 1);
    let failed = events.iter().filter(|event| event.contains("outcomeDesc")).count();
    assert!((120..280).contains(&failed), "{failed} of 20,000 failed");
}
