//! Runs the senders of `docs/senders` for real: what a page says is compiled, run, and looked for
//! in Kiln.
//!
//! A page's blocks in its sender's language are programs that each send one event; the JSON block
//! below one is what is stored then, as far as it goes. Each program runs twice, on a new data
//! folder each time: with Kiln there, and with Kiln killed before it could answer, though it had
//! stored the event. Both times the event must be there once.
mod lost_answer;
mod stored;
mod toolchain;

use crate::fenced::{Example, examples};
use crate::job;
use crate::server::{Folder, PORT, Server, free_port};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};
use stored::Stored;
use toolchain::{SENDERS, Sender};

/// Lines of a sender's code; blank ones, imports and closing brackets do not count.
const CODE_LINES_MAX: usize = 20;

const IMPORTS: [&str; 4] = ["import ", "from ", "using ", "package "];

/// Runs every page whose toolchain is here; the others come back.
pub(crate) fn run(root: &Path) -> Result<Vec<String>> {
    run_pages(root, SENDERS.iter().collect())
}

/// Runs one page.
///
/// # Errors
/// There is no such page, or its toolchain is not here.
pub(crate) fn run_one(root: &Path, name: &str) -> Result<()> {
    let pages: Vec<_> = SENDERS.iter().filter(|sender| sender.page == name).collect();
    ensure!(!pages.is_empty(), "there is no page of the name {name} in docs/senders");
    let skipped = run_pages(root, pages)?;
    ensure!(skipped.is_empty(), "not run: {}", skipped.join("; "));
    Ok(())
}

fn run_pages(root: &Path, pages: Vec<&Sender>) -> Result<Vec<String>> {
    let mut rows = Vec::new();
    let mut skipped = Vec::new();
    for sender in pages {
        if let Some(program) = sender.missing() {
            let part = format!("{} (no {program} here)", sender.page);
            println!("SKIPPED: {part}");
            rows.push(format!("{:<10} SKIPPED: no {program} here", sender.page));
            skipped.push(part);
        } else {
            let sent = page(root, sender)
                .with_context(|| format!("docs/senders/{}.md does not hold", sender.page))?;
            rows.push(format!("{:<10} {sent} programs, {}", sender.page, sender.version()?));
        }
    }
    println!("\nsender     what ran\n{}", rows.join("\n"));
    Ok(skipped)
}

fn page(root: &Path, sender: &Sender) -> Result<usize> {
    let path = root.join("docs/senders").join(sender.page).with_extension("md");
    let text = std::fs::read_to_string(path)?;
    let programs = examples(&text, sender.language);
    ensure!(!programs.is_empty(), "it has no block of {}", sender.language);
    sender.prepare(root)?;
    for program in &programs {
        let wanted = wanted(program).with_context(|| format!("line {}", program.line))?;
        answered(root, sender, program, &wanted)
            .with_context(|| format!("line {}, Kiln being there", program.line))?;
        if sender.sends_again(program) {
            unanswered(root, sender, program, &wanted)
                .with_context(|| format!("line {}, the first answer being lost", program.line))?;
        }
    }
    Ok(programs.len())
}

/// What must be stored, from the block below the program.
fn wanted(program: &Example) -> Result<Value> {
    let lines = program.code.lines().filter(|line| is_code(line)).count();
    ensure!(lines <= CODE_LINES_MAX, "{lines} lines of code, at most {CODE_LINES_MAX}");
    let text = program.expected.as_deref().context("no block below says what is stored")?;
    serde_json::from_str(text).context("the block below is not JSON")
}

fn is_code(line: &str) -> bool {
    let line = line.trim();
    let says_something = line.chars().any(|c| !"{}()[];, ".contains(c));
    says_something && !IMPORTS.iter().any(|word| line.starts_with(word))
}

/// Kiln runs, the program runs, the event is there.
fn answered(root: &Path, sender: &Sender, program: &Example, wanted: &Value) -> Result<()> {
    let place = Place::new(sender)?;
    let _server = place.serve(root)?;
    let stored = Stored::at(&place.port);
    let before = stored.count()?;
    job::finish(sender.command(root, &place, &program.code)?)?;
    let after = stored.count()?;
    ensure!(after == before + 1, "{before} events were stored before, {after} after");
    stored.newest_says(wanted)
}

/// Kiln stores the event and is gone before it answers; the program must send it again, and it must
/// be stored once.
fn unanswered(root: &Path, sender: &Sender, program: &Example, wanted: &Value) -> Result<()> {
    let place = Place::new(sender)?;
    let listener = lost_answer::listen(&place.port)?;
    let mut child = sender.command(root, &place, &program.code)?.spawn()?;
    let result = (|| {
        let request = lost_answer::take(listener, &mut child)?;
        let server = place.serve(root)?;
        lost_answer::store(&place.port, &request)?;
        let status = child.wait()?;
        ensure!(status.success(), "the program gave up ({status})");
        Ok(server)
    })();
    if result.is_err() {
        // It may have ended already.
        let _ended = child.kill();
        let _status = child.wait();
    }
    let _server = result?;
    let stored = Stored::at(&place.port);
    let count = stored.count()?;
    ensure!(count == 1, "sent again, it is stored {count} times");
    stored.newest_says(wanted)
}

/// Where one program runs against one Kiln.
pub(crate) struct Place {
    folder: Folder,
    port: String,
}

impl Place {
    fn new(sender: &Sender) -> Result<Self> {
        Ok(Self { folder: Folder::create(&format!("sender-{}", sender.page))?, port: free_port()? })
    }

    fn serve(&self, root: &Path) -> Result<Server> {
        let mut command = Command::new(job::kiln_binary(root));
        let address = format!("127.0.0.1:{}", self.port);
        command.args(["serve", "--listen", &address, "--data"]).arg(self.folder.0.join("data"));
        // Its log would stand between the programs' own words.
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        Ok(Server::start(command)?.0)
    }

    /// Writes the code with the port that it is to use.
    #[expect(clippy::disallowed_methods, reason = "a work file of this program")]
    fn write(&self, name: &str, code: &str) -> Result<()> {
        let code = code.replace(PORT, &self.port);
        Ok(std::fs::write(self.folder.0.join(name), code)?)
    }
}

#[cfg(test)]
mod tests;
