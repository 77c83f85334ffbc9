//! Runs the examples of the documentation for real: a page that lies fails CI.
//!
//! In `README.md` and `docs/*.md` every fenced block marked `sh` is run with bash, in order, all
//! blocks of a page in one empty folder. A block whose last command starts the server stays up for
//! the blocks below it; a page that starts none finds one running, with its data in `$DATA`. The
//! next block, when it is not `sh`, is what must come out: `…` stands for anything, and white space
//! counts for nothing.
use crate::fenced::{Example, examples};
use crate::job;
use crate::server::{Folder, PORT, Server, free_port};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Runs the examples of every page.
pub(crate) fn run(root: &Path) -> Result<()> {
    for page in pages(root)? {
        let text = std::fs::read_to_string(&page)?;
        let examples = examples(&text, "sh");
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

/// Whether its last command is the server, which does not end by itself.
fn starts_server(example: &Example) -> bool {
    let last = example.code.lines().rfind(|line| !line.trim().is_empty());
    last.is_some_and(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        matches!(words[..], ["cargo" | "kiln", .., "serve"]) || line.starts_with("kiln serve")
    })
}

fn run_page(root: &Path, name: &str, examples: &[Example]) -> Result<()> {
    let folder = Folder::create(&name.replace('/', "-"))?;
    let port = free_port()?;
    let mut servers = Vec::new();
    if !examples.iter().any(starts_server) {
        let serve = Example { line: 0, code: "kiln serve".to_owned(), expected: None };
        servers.push(Server::start(bash(root, &folder.0, &serve, &port))?.0);
    }
    for example in examples {
        let output = if starts_server(example) {
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

/// `cargo` finds the repository and `kiln` the built program, though the folder is another one.
fn bash(root: &Path, folder: &Path, example: &Example, port: &str) -> Command {
    const PRELUDE: &str = "\
set -euo pipefail
cargo() { local sub=$1; shift; command cargo \"$sub\" --manifest-path \"$ROOT/Cargo.toml\" \"$@\"; }
kiln() { \"$KILN_BIN\" \"$@\"; }
";
    let mut code = example.code.replace(PORT, port);
    if starts_server(example) && port != PORT {
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

#[cfg(test)]
mod tests;
