use super::{is_shaped, of_uri};
use kiln_fhir::{Release, resource_type};

#[test]
fn every_type_is_shaped_as_one() {
    for release in (1..=7).filter_map(Release::from_number) {
        assert!(resource_type::of(release).all(is_shaped));
    }
    assert!(!is_shaped("patient") && !is_shaped("") && !is_shaped("Patient/1"));
}

#[test]
fn types_are_named_or_defined() {
    assert_eq!(of_uri("Patient"), "Patient");
    assert_eq!(of_uri("http://hl7.org/fhir/StructureDefinition/Patient"), "Patient");
}
