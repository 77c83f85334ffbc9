use super::*;

const ALL: [(&str, &Vocabulary); 8] = [
    ("type", &TYPE),
    ("subtype", &SUBTYPE),
    ("source.type", &SOURCE_TYPE),
    ("entity.type", &ENTITY_TYPE),
    ("entity.role", &ENTITY_ROLE),
    ("agent.role", &AGENT_ROLE),
    ("purposeOfEvent", &PURPOSE),
    ("none", &UNKNOWN),
];

#[test]
fn every_row_is_found_by_its_code_and_its_display() {
    for (name, vocabulary) in ALL {
        for system in vocabulary.systems {
            for (code, display) in system.rows() {
                let coding = system.coding((code, display));
                let is_named = |text: &str| {
                    vocabulary.names.iter().any(|name| name.text.eq_ignore_ascii_case(text))
                };
                if !is_named(code) {
                    assert_eq!(vocabulary.coding(code), coding, "{name} {code}");
                }
                if !is_named(display) {
                    // A display may be the code of another row, as Patient is a resource type.
                    let found = vocabulary.coding(display);
                    assert!(found == coding || found.code == display, "{name} {display}");
                }
            }
        }
    }
}

#[test]
fn every_row_reads_back_as_a_text_that_means_it() {
    for (name, vocabulary) in ALL {
        for system in vocabulary.systems {
            for (code, _) in system.rows() {
                let text = vocabulary.natural(Some(system.url), code);
                let known = vocabulary.coding(text);
                // The resource types Person and Organization give way to DICOM's.
                let given_way = name == "entity.type" && ["Person", "Organization"].contains(&code);
                assert!(known.code == code || given_way, "{name} {code} reads {text}");
            }
        }
    }
}

#[test]
fn every_name_means_a_row() {
    for (name, vocabulary) in ALL {
        for named in vocabulary.names {
            assert_eq!(vocabulary.coding(named.text).code, named.code, "{name} {}", named.text);
            let upper = named.text.to_ascii_uppercase();
            assert_eq!(vocabulary.coding(&upper).code, named.code, "{name} {upper}");
        }
    }
}

#[test]
fn codes_and_names_are_there_once() {
    for (name, vocabulary) in ALL {
        let systems = vocabulary.systems.iter();
        let mut codes: Vec<String> =
            systems.flat_map(|s| s.rows()).map(|row| row.0.to_ascii_lowercase()).collect();
        let count = codes.len();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), count, "{name}: codes differ in more than case");
    }
}

#[test]
fn what_is_not_known_is_a_code_of_no_system() {
    let coding = TYPE.coding(" our  own\tcode ");
    assert_eq!((coding.system, coding.code.as_ref(), coding.display), (None, "our own code", None));
    assert_eq!(TYPE.natural(None, "rest"), "rest");
    assert_eq!(TYPE.natural(Some("http://example.org"), "110106"), "110106");
    assert_eq!(TYPE.natural(Some(DCM), "110106"), "export");
    assert_eq!(SOURCE_TYPE.natural(Some(objects::SOURCE_TYPES.url), "4"), "Application Server");
    assert_eq!(SOURCE_TYPE.natural(Some(objects::SOURCE_TYPES.url), "77"), "77");
}

#[test]
fn codes_have_single_spaces_inside_and_none_around() {
    for (text, code) in [
        ("a", "a"),
        ("a b", "a b"),
        (" a", "a"),
        ("a ", "a"),
        ("a  b", "a b"),
        ("a\tb", "a b"),
        ("\n a \u{a0} b\r", "a b"),
        ("a\u{a0}b", "a b"),
        ("é", "é"),
    ] {
        assert_eq!(collapsed(text), code, "{text:?}");
    }
}
