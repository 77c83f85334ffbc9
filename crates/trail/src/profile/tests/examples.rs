//! BALP's own examples keep their profiles by our reading of the definitions, and lose them when
//! something is taken away: the check that the other tests rely on says yes and no.
use crate::tests::definitions::broken;
use serde_json::{Value, json};
use std::{fs, io::Write as _};

const FOLDER: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/ihe/balp-1.1.4/examples");

fn examples() -> Vec<(String, Value)> {
    let Ok(folder) = fs::read_dir(FOLDER) else {
        writeln!(std::io::stderr(), "SKIPPED: {FOLDER} is not there").unwrap();
        return Vec::new();
    };
    let paths = folder.map(|entry| entry.unwrap().path());
    let of_rest = paths.filter(|path| path.to_string_lossy().contains("auditBasic"));
    let read = of_rest.map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap())
    });
    let examples: Vec<_> = read.collect();
    assert!(examples.len() > 30);
    examples
}

fn claimed(example: &Value) -> String {
    example["meta"]["profile"][0].as_str().unwrap().to_owned()
}

#[test]
fn the_examples_keep_their_profiles() {
    for (name, example) in examples() {
        assert_eq!(broken(&example, &claimed(&example)), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn an_example_with_a_fault_does_not() {
    for (name, example) in examples() {
        let url = claimed(&example);
        if url.contains("OAUTH") {
            continue;
        }
        let with = |pointer: &str, value: Value| {
            let mut event = example.clone();
            *event.pointer_mut(pointer).unwrap() = value;
            broken(&event, &url)
        };
        let missing = |pointer: &str, member: &str| {
            let mut event = example.clone();
            event.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(member).unwrap();
            broken(&event, &url)
        };
        assert_ne!(with("/outcome", json!("4")), [""; 0], "{name}");
        assert_ne!(with("/action", json!("X")), [""; 0], "{name}");
        assert_ne!(with("/subtype/0/code", json!("batch")), [""; 0], "{name}");
        assert_ne!(missing("/agent/0", "network"), [""; 0], "{name}");
        assert_ne!(missing("/agent/1", "type"), [""; 0], "{name}");
        assert_ne!(missing("/entity/0", "type"), [""; 0], "{name}");
        assert_ne!(missing("/type", "system"), [""; 0], "{name}");
        assert_ne!(with("/entity", json!([])), [""; 0], "{name}");
    }
}
