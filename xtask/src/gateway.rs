//! A real FHIR server behind `kiln gateway`: HAPI's JPA server on H2, worked with by HAPI's client
//! as 20 users, whose own list of what they did must be what the audit events tell.
//!
//! `tests/gateway` has the program; it starts the server and the built Kiln itself.
use crate::server::Folder;
use crate::{hapi, job};
use anyhow::{Result, ensure};
use std::path::Path;

const PROGRAMS: &str = "tests/gateway";

/// HAPI logs much of its start.
const OPTIONS: [&str; 4] = [
    "-Xmx1500m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
];

/// Runs it; what this machine cannot do comes back.
pub(crate) fn run(root: &Path) -> Result<Vec<String>> {
    if let Some(program) = hapi::missing() {
        println!("SKIPPED: a HAPI server behind the gateway: no {program} here");
        return Ok(vec![format!("all of it (no {program} here)")]);
    }
    let binary = job::kiln_binary(root);
    ensure!(binary.try_exists()?, "no {}: build the release first", binary.display());
    let folder = Folder::create("gateway")?;
    let libraries = hapi::libraries(root, PROGRAMS, &folder.0)?;
    let classes = folder.0.join("classes");
    let script = format!("javac -nowarn -d {} {PROGRAMS}/*.java", classes.display());
    let mut compile = job::command(root, "bash", &["-c", &script]);
    compile.env("CLASSPATH", &libraries);
    job::finish(compile)?;
    trial(root, &folder.0, &format!("{}:{libraries}", classes.display()))?;
    Ok(Vec::new())
}

fn trial(root: &Path, folder: &Path, class_path: &str) -> Result<()> {
    let mut trial = job::command(root, "java", &OPTIONS);
    trial.env("CLASSPATH", class_path);
    trial.arg("Trial").arg(job::kiln_binary(root)).arg(folder);
    job::finish(trial)
}
