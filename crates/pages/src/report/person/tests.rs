//! Who is the person, and who only has their number.
use crate::report::{Identifier, Person, tests::person};
use kiln_fhir::Reference;

fn to(text: &str) -> Reference<'_> {
    Reference { reference: Some(text.into()), ..Reference::default() }
}

#[test]
fn references_that_are_theirs_are_told_from_those_that_are_not() {
    let person = person();
    for text in ["Patient/1", "Patient/1/_history/2", "https://kiln.example/fhir/r4/Patient/1"] {
        assert!(person.is(&to(text), None), "{text}");
    }
    for text in
        ["Patient/11", "Patient/2", "1", "Device/1", "https://x.example/Patient/1", "#1", ""]
    {
        assert!(!person.is(&to(text), None), "{text}");
    }
}

#[test]
fn a_senders_relative_reference_is_below_its_base() {
    let urls = vec!["https://his.example/fhir/Patient/77".to_owned()];
    let person = Person { urls, ..Person::default() };
    assert!(person.is(&to("Patient/77"), Some("https://his.example/fhir/")));
    assert!(!person.is(&to("Patient/77"), Some("https://lab.example/fhir")));
    assert!(!person.is(&to("Patient/77"), None));
}

#[test]
fn an_identifier_is_theirs_with_its_system_alone() {
    let by = |system: Option<&'static str>, value: &'static str| Reference {
        identifier: Some(kiln_fhir::Identifier {
            system: system.map(Into::into),
            value: Some(value.into()),
            ..kiln_fhir::Identifier::default()
        }),
        ..Reference::default()
    };
    let person = person();
    assert!(person.is(&by(Some("urn:mrn"), "4711"), None));
    for (system, value) in [(None, "4711"), (Some("urn:other"), "4711"), (Some("urn:mrn"), "")] {
        assert!(!person.is(&by(system, value), None), "{system:?}|{value}");
    }
    let nobody = Identifier { system: String::new(), value: String::new() };
    let nobody = Person { identifiers: vec![nobody], ..Person::default() };
    assert!(!nobody.is(&by(None, ""), None));
}

#[test]
fn the_same_number_elsewhere_is_seen_and_is_not_them() {
    let person = person();
    assert_eq!(
        person.elsewhere("https://x.example/fhir/Patient/1"),
        Some("https://x.example/fhir")
    );
    for text in
        ["Patient/1", "https://kiln.example/fhir/r4/Patient/1", "https://x.example/Patient/2"]
    {
        assert_eq!(person.elsewhere(text), None, "{text}");
    }
}
