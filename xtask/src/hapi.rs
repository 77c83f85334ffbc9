//! HAPI FHIR's clients and validators of DSTU2 to R5, unmodified, against the real binary.
//!
//! `tests/clients/hapi-releases` has the programs: `Clients` creates, reads, searches and pages in
//! each release; `Validate` has events rendered in each and asks HAPI what is wrong with them.
use crate::job;
use crate::server::{Folder, Server, free_port};
use anyhow::{Context, Result, ensure};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PROGRAMS: &str = "tests/clients/hapi-releases";

/// How many events are rendered and validated, unless [`EVENTS`] says so.
const EVENTS_IN_CI: usize = 150;

const EVENTS: &str = "KILN_HAPI_EVENTS";

/// The validators keep the definitions of five releases; collecting alongside takes a core of two.
const MEMORY: [&str; 2] = ["-Xmx3g", "-XX:+UseSerialGC"];

/// Runs both; what this machine cannot do comes back.
pub(crate) fn run(root: &Path) -> Result<Vec<String>> {
    if let Some(program) = missing() {
        println!("SKIPPED: HAPI's clients and validators: no {program} here");
        return Ok(vec![format!("all of it (no {program} here)")]);
    }
    let binary = job::kiln_binary(root);
    ensure!(binary.try_exists()?, "no {}: build the release first", binary.display());
    let place = Place::new(root)?;
    place.run("clients", "Clients", &[])?;
    let mut sources = vec![place.generated("r4")?, place.generated("r5")?];
    let shared = root.join("../shared");
    let skipped = if shared.try_exists()? {
        sources.insert(0, shared);
        Vec::new()
    } else {
        println!("SKIPPED: official examples and the wild: no ../shared here");
        vec!["official examples and the wild (no ../shared here)".to_owned()]
    };
    place.run("validate", "Validate", &sources)?;
    Ok(skipped)
}

/// The first program that is needed and not here.
pub(crate) fn missing() -> Option<&'static str> {
    let is_here = |program: &str| {
        let mut command = Command::new(program);
        command.arg("-version").stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    ["java", "javac", "mvn"].into_iter().find(|program| !is_here(program))
}

/// How many events are validated.
fn events() -> Result<usize> {
    match std::env::var(EVENTS) {
        Ok(text) => text.parse().with_context(|| format!("{EVENTS} is no number")),
        Err(_) => Ok(EVENTS_IN_CI),
    }
}

/// Where the compiled programs lie, and the data of the servers that they speak to.
struct Place<'r> {
    root: &'r Path,
    folder: Folder,
    class_path: String,
}

impl<'r> Place<'r> {
    fn new(root: &'r Path) -> Result<Self> {
        let folder = Folder::create("hapi")?;
        let libraries = libraries(root, PROGRAMS, &folder.0)?;
        let classes = folder.0.join("classes");
        let script = format!("javac -nowarn -d {} {PROGRAMS}/*.java", classes.display());
        let mut compile = job::command(root, "bash", &["-c", &script]);
        compile.env("CLASSPATH", &libraries);
        job::finish(compile)?;
        Ok(Self { root, folder, class_path: format!("{}:{libraries}", classes.display()) })
    }

    /// Runs one program against a Kiln of its own.
    fn run(&self, data: &str, program: &str, sources: &[PathBuf]) -> Result<()> {
        let port = free_port()?;
        let _server = self.serve(&port, data)?;
        let url = format!("http://127.0.0.1:{port}/fhir");
        let mut command = job::command(self.root, "java", &MEMORY);
        command.args([program, &url]).env("CLASSPATH", &self.class_path);
        if !sources.is_empty() {
            command.arg(events()?.to_string()).args(sources);
        }
        job::finish(command)
    }

    fn serve(&self, port: &str, data: &str) -> Result<Server> {
        let mut command = Command::new(job::kiln_binary(self.root));
        let address = format!("127.0.0.1:{port}");
        command.args(["serve", "--listen", &address, "--data"]).arg(self.folder.0.join(data));
        // Its log would stand between the programs' own words.
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        Ok(Server::start(command)?.0)
    }

    /// A file of made events, the release in its name.
    #[expect(clippy::disallowed_methods, reason = "a work file of this program")]
    fn generated(&self, release: &str) -> Result<PathBuf> {
        let file = self.folder.0.join(release).with_extension("ndjson");
        let count = (events()? / 2).to_string();
        let mut command = Command::new(job::kiln_binary(self.root));
        command.args(["generate", "--release", release, "--count", &count]);
        command.stdout(File::create(&file)?);
        job::finish(command)?;
        Ok(file)
    }
}

/// What Maven finds in Maven Central for these programs.
pub(crate) fn libraries(root: &Path, programs: &str, folder: &Path) -> Result<String> {
    let file = folder.join("class-path");
    let output = format!("-Dmdep.outputFile={}", file.display());
    let pom = format!("{programs}/pom.xml");
    let arguments = ["-q", "-B", "-f", &pom, "dependency:build-classpath", &output];
    job::finish(job::command(root, "mvn", &arguments))?;
    Ok(std::fs::read_to_string(file)?)
}
