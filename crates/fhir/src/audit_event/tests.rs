use super::*;
use std::path::{Path, PathBuf};

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");

#[expect(clippy::disallowed_methods, reason = "tests read their examples")]
fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("readable")
}

fn official(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(SHARED).join(folder);
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("SKIPPED: no {}", folder.display());
        return Vec::new();
    };
    files.map(|file| file.expect("listed").path()).collect()
}

#[test]
fn official_examples_are_accepted() {
    for (folder, release) in [
        ("fhir/r4-4.0.1/examples-json", Release::R4),
        ("fhir/r4b-4.3.0/examples-json", Release::R4b),
        ("fhir/r5-5.0.0/examples-json", Release::R5),
    ] {
        for path in official(folder) {
            let body = bytes(&path);
            match parse(&body, release, &Limits::default()) {
                Ok(parsed) => println!("{} {:?}", path.display(), parsed.warnings),
                Err(outcome) => panic!("{}: {outcome:#?}", path.display()),
            }
        }
    }
}

/// One line of the index of wild events: its file, and what a first look found wrong with it.
fn wild(release: &str) -> Vec<(PathBuf, String)> {
    let index = Path::new(SHARED).join("wild/index.tsv");
    if !index.try_exists().expect("a path") {
        eprintln!("SKIPPED: no {}", index.display());
        return Vec::new();
    }
    let index = String::from_utf8(bytes(&index)).expect("UTF-8");
    let rows = index.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter(|row| row[1] == release && row[6] == "AuditEvent")
        .map(|row| (Path::new(SHARED).join(row[0]), row[15].to_owned()))
        .collect()
}

#[test]
fn wild_events_are_accepted_or_refused_for_their_reason() {
    for (name, release) in [("R4", Release::R4), ("R4B", Release::R4b), ("R5", Release::R5)] {
        for (path, verdict) in wild(name) {
            let body = bytes(&path);
            match parse(&body, release, &Limits::default()) {
                Ok(parsed) => {
                    assert_eq!(verdict, "ok", "{}", path.display());
                    println!("{} {:#?}", path.display(), parsed.warnings);
                }
                Err(outcome) => {
                    println!("{verdict} {outcome:#?}");
                    assert_ne!(verdict, "ok", "{} {outcome:#?}", path.display());
                }
            }
        }
    }
}
