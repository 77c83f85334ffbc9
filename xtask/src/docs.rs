//! Runs the examples of the documentation for real: a page that lies fails CI.
//!
//! In `README.md` and `docs/*.md` every fenced block marked `sh` is run with bash, in order, all
//! blocks of a page in one empty folder. A block whose last command starts the server stays up for
//! the blocks below it; a page that starts none finds one running, with its data in `$DATA`. The
//! next block, when it is not `sh`, is what must come out: `…` stands for anything, and white space
//! counts for nothing.
use crate::job;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// When nothing more comes for so long, the greeting is over.
const GREETING: Duration = Duration::from_millis(500);

/// The port that the documentation speaks of.
const PORT: &str = "8080";

/// Runs the examples of every page.
pub(crate) fn run(root: &Path) -> Result<()> {
    for page in pages(root)? {
        let text = std::fs::read_to_string(&page)?;
        let examples = examples(&text);
        if examples.is_empty() {
            continue;
        }
        let name = page.strip_prefix(root).unwrap_or(&page).display().to_string();
        run_page(root, &name, &examples).with_context(|| format!("an example of {name} failed"))?;
        println!("{name}: {} examples hold", examples.len());
    }
    Ok(())
}

fn pages(root: &Path) -> Result<Vec<PathBuf>> {
    let mut pages = vec![root.join("README.md")];
    for entry in std::fs::read_dir(root.join("docs"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
    pages.sort();
    Ok(pages)
}

/// A block to run, and what must come out.
#[derive(Debug, PartialEq, Eq)]
struct Example {
    line: usize,
    code: String,
    expected: Option<String>,
}

impl Example {
    /// Whether its last command is the server, which does not end by itself.
    fn starts_server(&self) -> bool {
        let last = self.code.lines().rfind(|line| !line.trim().is_empty());
        last.is_some_and(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            matches!(words[..], ["cargo" | "kiln", .., "serve"]) || line.starts_with("kiln serve")
        })
    }
}

fn examples(text: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut open: Option<(usize, &str, String)> = None;
    let mut previous_was_sh = false;
    for (at, line) in text.lines().enumerate() {
        let fence = line.strip_prefix("```");
        match (open.take(), fence) {
            (None, Some(language)) => open = Some((at + 1, language, String::new())),
            (None, None) => {}
            (Some((start, language, body)), None) => {
                open = Some((start, language, body + line + "\n"));
            }
            (Some((line, "sh", code)), Some(_)) => {
                examples.push(Example { line, code, expected: None });
                previous_was_sh = true;
            }
            (Some((_, _, body)), Some(_)) => {
                if let (true, Some(example)) = (previous_was_sh, examples.last_mut()) {
                    example.expected = Some(body);
                }
                previous_was_sh = false;
            }
        }
    }
    examples
}

fn run_page(root: &Path, name: &str, examples: &[Example]) -> Result<()> {
    let folder = Folder::create(&name.replace('/', "-"))?;
    let port = free_port()?;
    let mut servers = Vec::new();
    if !examples.iter().any(Example::starts_server) {
        let serve = Example { line: 0, code: "kiln serve".to_owned(), expected: None };
        servers.push(Server::start(bash(root, &folder.0, &serve, &port))?.0);
    }
    for example in examples {
        let output = if example.starts_server() {
            let (server, output) = Server::start(bash(root, &folder.0, example, &port))?;
            servers.push(server);
            output
        } else {
            run_to_end(bash(root, &folder.0, example, &port))
                .with_context(|| format!("line {}:\n{}", example.line, example.code))?
        };
        let expected = example.expected.as_deref().unwrap_or_default().replace(PORT, &port);
        if let Some(missing) = first_missing(&expected, &output) {
            let line = example.line;
            bail!("line {line}: the output lacks `{missing}`\n{}output:\n{output}", example.code);
        }
    }
    Ok(())
}

/// The examples' port where it is free, else another one.
fn free_port() -> Result<String> {
    if TcpListener::bind(format!("127.0.0.1:{PORT}")).is_ok() {
        return Ok(PORT.to_owned());
    }
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    println!("port {PORT} is taken here: the examples run on {port}");
    Ok(port.to_string())
}

/// `cargo` finds the repository and `kiln` the built program, though the folder is another one.
fn bash(root: &Path, folder: &Path, example: &Example, port: &str) -> Command {
    const PRELUDE: &str = "\
set -euo pipefail
cargo() { local sub=$1; shift; command cargo \"$sub\" --manifest-path \"$ROOT/Cargo.toml\" \"$@\"; }
kiln() { \"$KILN_BIN\" \"$@\"; }
";
    let mut code = example.code.replace(PORT, port);
    if example.starts_server() && port != PORT {
        code = format!("{} --listen 127.0.0.1:{port}\n", code.trim_end());
    }
    let mut command = Command::new("bash");
    command.arg("-c").arg(format!("{PRELUDE}{code}")).current_dir(folder);
    command.env("ROOT", root).env("KILN_BIN", job::kiln_binary(root));
    command.env("DATA", folder.join("kiln-data")).env("COPY", folder.join("copy"));
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command
}

fn run_to_end(mut command: Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!("it ended with {}; output:\n{text}", output.status);
    }
    Ok(text)
}

/// The first piece of `expected` that does not come, in order, in `output`.
fn first_missing(expected: &str, output: &str) -> Option<String> {
    let dense = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let output = dense(output);
    let mut rest = output.as_str();
    for piece in expected.split('…') {
        let wanted = dense(piece);
        match rest.find(&wanted) {
            Some(at) => rest = &rest[at + wanted.len()..],
            None => return Some(piece.trim().to_owned()),
        }
    }
    None
}

/// A server in its own process group, ended with it.
struct Server(Child);

impl Server {
    /// Waits until it says where it listens; its greeting.
    fn start(mut command: Command) -> Result<(Self, String)> {
        let mut child = command.process_group(0).spawn()?;
        let stdout = child.stdout.take().context("no standard output")?;
        let server = Self(child);
        let lines = lines_of(stdout);
        let mut output = String::new();
        while !output.contains("listening on") {
            let line = lines.recv().with_context(|| format!("the server ended:\n{output}"))?;
            output += &(line + "\n");
        }
        while let Ok(line) = lines.recv_timeout(GREETING) {
            output += &(line + "\n");
        }
        Ok((server, output))
    }
}

/// Lines as they come. The thread reads on for ever: a pipe that nobody reads stops its writer.
fn lines_of(stdout: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let _nobody_waits_any_more = sender.send(line);
        }
    });
    receiver
}

impl Drop for Server {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _status = Command::new("kill").args(["-TERM", "--", &group]).status();
        let _status = self.0.wait();
    }
}

/// A temporary folder, removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn create(name: &str) -> Result<Self> {
        let path = std::env::temp_dir().join(format!("kiln-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _removed = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests;
