use super::*;
use std::collections::BTreeSet;
use std::io::Write as _;

#[test]
fn rows_are_sorted_and_spans_do_not_touch() {
    for pair in TYPES.windows(2) {
        let apart = pair[0].2.number() + 1 < pair[1].1.number();
        assert!(pair[0].0 < pair[1].0 || pair[0].0 == pair[1].0 && apart, "{}", pair[1].0);
    }
    for Type(name, first, last) in TYPES {
        assert!(first.number() <= last.number(), "{name}");
        assert!(name.bytes().all(|byte| byte.is_ascii_alphabetic()), "{name}");
        assert!(!ABSTRACT.contains(name), "{name}");
    }
}

#[test]
fn names_came_and_went() {
    let all = || (1..=7).filter_map(Release::from_number);
    let of = |name| all().filter(|&release| is_of(name, release)).collect::<Vec<_>>();
    assert_eq!(of("Patient"), all().collect::<Vec<_>>());
    assert_eq!(of("Conformance"), [Dstu2]);
    assert_eq!(of("Media"), [Dstu2, Stu3, R4, R4b, R5Draft]);
    assert_eq!(of("SubstanceProtein"), [R4, R5Draft, Release::R5, R6]);
    assert_eq!(of("Patients"), []);
    assert!(is_known("Conformance") && !is_known("Patients") && !is_known(""));
    assert!(!is_known("Resource"));
    let counts = [94, 117, 146, 141];
    let found = [Dstu2, Stu3, R4, R4b].map(|release| super::of(release).count());
    assert_eq!(found, counts);
}

/// What R6's ballot can be searched for, its search parameters say.
#[test]
#[expect(clippy::disallowed_methods, reason = "the shared data is a file")]
fn the_ballot_s_parameters_name_no_other_types() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/fhir/r6-ballot/search-parameters-resource-level.json"
    );
    let Ok(text) = std::fs::read(file) else {
        writeln!(std::io::stderr(), "SKIPPED: no {file}").expect("stderr");
        return;
    };
    let bundle: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    let names = bundle["entry"].as_array().expect("entries").iter().flat_map(|entry| {
        ["base", "target"].into_iter().filter_map(|list| entry["resource"][list].as_array())
    });
    let names: BTreeSet<_> = names.flatten().map(|name| name.as_str().expect("a name")).collect();
    assert!(names.len() > 100);
    let unknown = names.into_iter().filter(|name| !ABSTRACT.contains(name) && !is_of(name, R6));
    assert_eq!(unknown.collect::<Vec<_>>(), [""; 0]);
}
