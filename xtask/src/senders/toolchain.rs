//! How the program of a page is run.
use super::Place;
use crate::fenced::Example;
use crate::job;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A page, and what runs it.
pub(crate) struct Sender {
    /// Its name in `docs/senders`.
    pub(crate) page: &'static str,
    /// The language of its programs' blocks.
    pub(crate) language: &'static str,
    /// The programs that must be here.
    needs: &'static [&'static str],
    /// Prints the version of the first of them.
    version: &'static str,
    run: fn(&Path, &Place, &str) -> Result<Command>,
}

/// All of them, in the order of `docs/senders/README.md`.
pub(crate) const SENDERS: [Sender; 7] = [
    Sender { page: "curl", language: "sh", needs: &["curl"], version: "--version", run: curl },
    Sender {
        page: "python",
        language: "python",
        needs: &["python3"],
        version: "--version",
        run: python,
    },
    Sender { page: "go", language: "go", needs: &["go"], version: "version", run: go },
    Sender {
        page: "csharp",
        language: "csharp",
        needs: &["mono", "mcs"],
        version: "--version",
        run: csharp,
    },
    Sender {
        page: "java",
        language: "java",
        needs: &["java", "mvn"],
        version: "--version",
        run: java,
    },
    Sender {
        page: "balp",
        language: "java",
        needs: &["java", "javac", "mvn"],
        version: "--version",
        run: balp,
    },
    Sender {
        page: "vector",
        language: "yaml",
        needs: &["vector"],
        version: "--version",
        run: vector,
    },
];

impl Sender {
    /// The first program that it needs and this machine lacks.
    pub(crate) fn missing(&self) -> Option<&'static str> {
        let is_here = |program: &str| {
            let script = format!("command -v {program}");
            let output = Command::new("bash").args(["-c", &script]).output();
            output.is_ok_and(|output| output.status.success())
        };
        self.needs.iter().copied().find(|program| !is_here(program))
    }

    /// What its toolchain says of itself.
    pub(crate) fn version(&self) -> Result<String> {
        let output = Command::new(self.needs[0]).arg(self.version).output()?;
        let text = String::from_utf8(output.stdout)?;
        let first = text.lines().next().context("no version")?;
        Ok(first.split(" (").next().unwrap_or(first).to_owned())
    }

    /// Whether the program must come through a lost answer. HAPI's own queue does not, as its page
    /// says, and Vector is asked by its runner, which would be heard first.
    pub(crate) fn sends_again(&self, program: &Example) -> bool {
        self.page != "vector" && !program.code.contains("AsyncMemoryQueueBacked")
    }

    /// What all programs of the page need, once.
    ///
    /// # Errors
    /// It cannot be had.
    pub(crate) fn prepare(&self, root: &Path) -> Result<()> {
        match self.page {
            "java" => resolve(root, "client"),
            "balp" => resolve(root, "balp"),
            _ => Ok(()),
        }
    }

    /// The command that runs the code.
    ///
    /// # Errors
    /// It does not compile.
    pub(crate) fn command(&self, root: &Path, place: &Place, code: &str) -> Result<Command> {
        (self.run)(root, place, code)
    }
}

fn curl(_: &Path, place: &Place, code: &str) -> Result<Command> {
    place.write("send.sh", code)?;
    Ok(job::command(&place.folder.0, "bash", &["send.sh"]))
}

fn python(_: &Path, place: &Place, code: &str) -> Result<Command> {
    place.write("send.py", code)?;
    Ok(job::command(&place.folder.0, "python3", &["send.py"]))
}

fn go(_: &Path, place: &Place, code: &str) -> Result<Command> {
    place.write("send.go", code)?;
    job::finish(job::command(&place.folder.0, "go", &["build", "-o", "send", "send.go"]))?;
    Ok(job::command(&place.folder.0, "./send", &[]))
}

/// Mono, because it comes from Debian; the same calls are in .NET.
fn csharp(_: &Path, place: &Place, code: &str) -> Result<Command> {
    place.write("Send.cs", code)?;
    let arguments = ["-langversion:latest", "-r:System.Net.Http.dll", "Send.cs"];
    job::finish(job::command(&place.folder.0, "mcs", &arguments))?;
    Ok(job::command(&place.folder.0, "mono", &["Send.exe"]))
}

fn java(root: &Path, place: &Place, code: &str) -> Result<Command> {
    place.write("Send.java", code)?;
    let mut command = job::command(&place.folder.0, "java", &["Send.java"]);
    command.env("CLASSPATH", class_path(root, "client")?);
    Ok(command)
}

/// The page has the interceptor only: our own server around it reads a patient once.
fn balp(root: &Path, place: &Place, code: &str) -> Result<Command> {
    place.write("Audit.java", code)?;
    let ward = root.join(HAPI).join("balp/Ward.java");
    std::fs::copy(ward, place.folder.0.join("Ward.java"))?;
    let class_path = format!("{}:.", class_path(root, "balp")?);
    let mut compile = job::command(&place.folder.0, "javac", &["Audit.java", "Ward.java"]);
    compile.env("CLASSPATH", &class_path);
    job::finish(compile)?;
    let mut command = job::command(&place.folder.0, "java", &["Ward"]);
    command.env("CLASSPATH", class_path);
    Ok(command)
}

/// Vector runs for ever: it is stopped once its event has come.
fn vector(_: &Path, place: &Place, code: &str) -> Result<Command> {
    let here = place.folder.0.to_string_lossy().into_owned();
    place.write("vector.yaml", &code.replace("/var/log/ward-app", &here))?;
    place.write("audit.ndjson", VECTOR_LINE)?;
    let script = format!(
        "mkdir vector-data
        echo \"data_dir: $PWD/vector-data\" > data-dir.yaml
        vector --config vector.yaml --config data-dir.yaml & vector=$!
        for _ in {{1..120}}; do
          sleep 0.5
          curl -s '127.0.0.1:{}/fhir/r4/AuditEvent?_summary=count' | grep -q '\"total\":1' && break
        done
        kill $vector
        wait $vector || true",
        place.port
    );
    Ok(job::command(&place.folder.0, "bash", &["-c", &script]))
}

const VECTOR_LINE: &str = concat!(
    r#"{"type":"rest","action":"R","recorded":"2026-11-22T09:15:30.125+01:00","#,
    r#""agent":[{"who":"prac_dr456","requestor":true}],"source":{"observer":"ward-app"},"#,
    r#""entity":[{"what":"Patient/pt_abc123"}]}"#,
    "\n"
);

const HAPI: &str = "tests/clients/hapi";

/// Has Maven find one of our two projects' libraries in Maven Central, once for all programs.
fn resolve(root: &Path, project: &str) -> Result<()> {
    let output = format!("-Dmdep.outputFile={}", class_path_file(root, project).display());
    let pom = format!("{HAPI}/{project}/pom.xml");
    let arguments = ["-q", "-B", "-f", &pom, "dependency:build-classpath", &output];
    job::finish(job::command(root, "mvn", &arguments))
}

fn class_path(root: &Path, project: &str) -> Result<String> {
    Ok(std::fs::read_to_string(class_path_file(root, project))?)
}

fn class_path_file(root: &Path, project: &str) -> PathBuf {
    root.join("target/senders").join(project)
}
