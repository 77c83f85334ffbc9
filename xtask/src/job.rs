//! Jobs run one after the other; the first failure ends it; a table says how long each took.
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A named step.
pub(crate) struct Job {
    /// Shown in the table and in `docs/ci.md`.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) run: Work,
}

/// What a job does; an error's text says what to do about it.
pub(crate) enum Work {
    /// All of it, anywhere.
    Whole(fn(&Path) -> Result<()>),
    /// What this machine has the programs for; the parts left out come back, with the reason.
    Parts(fn(&Path) -> Result<Vec<String>>),
}

/// How a job ended.
enum Ended {
    Passed,
    Skipped(Vec<String>),
    Failed,
}

/// Runs all jobs, prints the table, and fails with the first job that failed.
pub(crate) fn run_all(root: &Path, jobs: &[Job]) -> Result<()> {
    let mut times = Vec::new();
    for job in jobs {
        println!("\n== {} ==", job.name);
        let (result, took) = timed(|| match job.run {
            Work::Whole(run) => run(root).map(|()| Vec::new()),
            Work::Parts(run) => run(root),
        });
        match result {
            Ok(skipped) if skipped.is_empty() => times.push((job.name, took, Ended::Passed)),
            Ok(skipped) => times.push((job.name, took, Ended::Skipped(skipped))),
            Err(error) => {
                times.push((job.name, took, Ended::Failed));
                print!("{}", table(&times));
                return Err(error.context(format!("job `{}` failed", job.name)));
            }
        }
    }
    print!("{}", table(&times));
    Ok(())
}

/// A command started in the repository, without standard input.
pub(crate) fn command(root: &Path, program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root).stdin(Stdio::null());
    command
}

/// Runs `cargo` and fails in plain words.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Result<()> {
    finish(command(root, &cargo_program(), arguments))
}

/// Runs a command to its end.
pub(crate) fn finish(mut command: Command) -> Result<()> {
    let shown = shown(&command);
    println!("$ {shown}");
    let status = command.status().with_context(|| format!("`{shown}` could not be started"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status}); its output above says why");
    }
    Ok(())
}

/// A program of crates.io, built once into `target/tools`.
pub(crate) fn tool(root: &Path, name: &str, version: &str) -> Result<String> {
    let tools = root.join("target/tools");
    let program = tools.join("bin").join(name);
    if !program.try_exists()? {
        let folder = tools.display().to_string();
        cargo(root, &["install", name, "--version", version, "--locked", "--root", &folder])?;
    }
    Ok(program.display().to_string())
}

/// Where a release build puts the program.
pub(crate) fn kiln_binary(root: &Path) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), |dir| root.join(dir));
    target.join("release").join("kiln")
}

/// The cargo that runs us, so that its toolchain stays the same.
pub(crate) fn cargo_program() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

#[expect(clippy::disallowed_methods, reason = "the table of minutes is what this program is for")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

fn table(times: &[(&str, Duration, Ended)]) -> String {
    let row = |name: &str, minutes: f64, mark: &str| format!("{name:<22} {minutes:>8.1}{mark}");
    let mut rows = vec![String::new(), "job                     minutes".to_owned()];
    rows.extend(times.iter().map(|(name, took, ended)| {
        let mark = match ended {
            Ended::Passed => String::new(),
            Ended::Skipped(parts) => format!("  SKIPPED: {}", parts.join("; ")),
            Ended::Failed => "  FAILED".to_owned(),
        };
        row(name, took.as_secs_f64() / 60.0, &mark)
    }));
    let total: Duration = times.iter().map(|(_, took, _)| took).sum();
    rows.push(row("in all", total.as_secs_f64() / 60.0, ""));
    rows.join("\n") + "\n"
}

#[cfg(test)]
mod tests;
