use super::{KNOWN, is_known, is_shaped, of_uri};

#[test]
fn the_list_is_sorted_and_well_shaped() {
    assert!(KNOWN.is_sorted());
    assert!(KNOWN.iter().all(|name| is_shaped(name) && is_known(name)));
    assert!(!is_known("Patients"));
}

#[test]
fn types_are_named_or_defined() {
    assert_eq!(of_uri("Patient"), "Patient");
    assert_eq!(of_uri("http://hl7.org/fhir/StructureDefinition/Patient"), "Patient");
}
