//! The official examples and the events seen in the wild, where the shared folder is.
use kiln_fhir::Release;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Name, release and bytes of each; none, and said so, where the folder is not.
pub(crate) fn bodies() -> Vec<(String, Release, Vec<u8>)> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let mut bodies = Vec::new();
    for (release, folder) in [
        (Release::Dstu2, "fhir/dstu2-1.0.2/examples-json"),
        (Release::Dstu2, "wild/dstu2"),
        (Release::Stu3, "fhir/stu3-3.0.2/examples-json"),
        (Release::Stu3, "wild/stu3"),
        (Release::R4, "fhir/r4-4.0.1/examples-json"),
        (Release::R4, "wild/r4"),
        (Release::R4b, "fhir/r4b-4.3.0/examples-json"),
        (Release::R4b, "wild/r4b"),
        (Release::R5, "fhir/r5-5.0.0/examples-json"),
        (Release::R5, "wild/r5"),
        (Release::R6, "fhir/r6-ballot/examples-json"),
    ] {
        for file in json_files(&shared.join(folder)) {
            #[expect(clippy::disallowed_methods, reason = "a test reads the shared examples")]
            let body = std::fs::read(&file).expect("readable");
            bodies.push((file.display().to_string(), release, body));
        }
    }
    match bodies.len() {
        0 => writeln!(std::io::stderr(), "SKIPPED: no examples in {}", shared.display())
            .expect("a line to stderr"),
        count => assert!(count > 130, "only {count} examples in {}", shared.display()),
    }
    bodies
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let (folders, files): (Vec<_>, Vec<_>) = paths.partition(|path| path.is_dir());
    let mut found: Vec<_> = folders.iter().flat_map(|folder| json_files(folder)).collect();
    found.extend(files.into_iter().filter(|file| file.extension().is_some_and(|e| e == "json")));
    found
}
