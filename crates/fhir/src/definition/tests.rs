use super::*;
use std::collections::BTreeSet;

mod published;

const RELEASES: [Release; 7] = [
    Release::Dstu2,
    Release::Stu3,
    Release::R4,
    Release::R4b,
    Release::R5Draft,
    Release::R5,
    Release::R6,
];

/// Types reached from a table, each with its path.
fn types() -> Vec<(String, &'static Type)> {
    let mut found: Vec<(String, &'static Type)> = Vec::new();
    let root = |release: Release| (release.path().to_owned(), audit_event(release));
    let mut next: Vec<(String, &'static Type)> = RELEASES.map(root).into();
    while let Some((path, definition)) = next.pop() {
        if found.iter().any(|(_, known)| std::ptr::eq(*known, definition)) {
            continue;
        }
        for element in definition.own.iter().chain(definition.common) {
            if let Kind::Complex(inner) = element.kind {
                next.push((format!("{path}.{}", element.name), inner));
            }
        }
        found.push((path, definition));
    }
    found
}

#[test]
fn every_type_fits_the_check() {
    for (path, definition) in types() {
        let count = definition.own.len() + definition.common.len();
        assert!(count <= 64, "{path}: a bit for each element");
        assert!(
            definition.common.iter().all(|element| element.presence == Presence::Optional),
            "{path}: only its own elements are counted"
        );
        let choices: BTreeSet<_> = (definition.own.iter())
            .filter(|element| {
                matches!(element.presence, Presence::Choice | Presence::MandatoryChoice)
            })
            .map(|element| element.name.split(char::is_uppercase).next())
            .collect();
        assert!(choices.len() <= 1, "{path}: one choice a type");
    }
}

#[test]
fn a_release_has_a_name_once() {
    for (path, definition) in types() {
        for release in RELEASES {
            let mut names = BTreeSet::new();
            for element in definition.elements(release) {
                assert!(names.insert(element.name), "{path}.{} of {release:?}", element.name);
            }
        }
    }
}

#[test]
fn releases_are_sets() {
    for release in RELEASES {
        let meets = |releases: Releases| releases.meet(Releases::only(release));
        let number = release.number();
        assert!(meets(Releases::ALL));
        assert_eq!(meets(Releases::since(Release::R4)), number >= 3, "{release:?}");
        assert_eq!(meets(Releases::until(Release::R4)), number <= 3, "{release:?}");
        assert_eq!(meets(Releases::only(Release::R4)), number == 3, "{release:?}");
    }
}

#[test]
fn releases_differ_in_their_datatypes() {
    let has = |definition: &'static Type, name: &str| {
        RELEASES.map(|release| definition.element(name, release).is_some())
    };
    let (no, yes) = (false, true);
    assert_eq!(has(&META, "source"), [no, no, yes, yes, yes, yes, yes]);
    assert_eq!(has(&REFERENCE, "identifier"), [no, yes, yes, yes, yes, yes, yes]);
    assert_eq!(has(&REFERENCE, "type"), [no, no, yes, yes, yes, yes, yes]);
    assert_eq!(has(&CODING, "fhir_comments"), [yes, no, no, no, no, no, no]);
    let extension = &EXTENSION;
    assert_eq!(has(extension, "valueMoney"), [no, yes, yes, yes, yes, yes, yes]);
    assert_eq!(has(extension, "valueCanonical"), [no, no, yes, yes, yes, yes, yes]);
    assert_eq!(has(extension, "valueInteger64"), [no, no, no, no, yes, yes, yes]);
    assert_eq!(has(extension, "valueContributor"), [no, no, yes, yes, yes, no, no]);
    let family = |release| datatypes::HUMAN_NAME.element("family", release).map(|name| name.many);
    assert_eq!(family(Release::Dstu2), Some(true));
    assert_eq!(family(Release::Stu3), Some(false));
}
