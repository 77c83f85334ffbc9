//! The fuzz targets of `fuzz/`: libFuzzer, guided by what each input reaches, on the toolchain that
//! builds all else. A finding is kept with the input that led to it.
use crate::job;
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const TARGETS: [&str; 6] = ["json", "xml", "release", "conversion", "jwt", "rest"];

/// Seconds of all targets together, unless [`SECONDS`] says so.
const SECONDS_IN_CI: usize = 240;

const SECONDS: &str = "KILN_FUZZ_SECONDS";

/// What `cargo fuzz --sanitizer none` gives to rustc. Kiln has no unsafe code that a sanitizer
/// would watch here, and these flags need no nightly.
const FLAGS: [&str; 7] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
    "--cfg=fuzzing",
];

/// The same from the same inputs; the number is of no meaning.
const SEED: &str = "-seed=4711";

/// Bytes of an input, seconds for one of them, and MiB of a target.
const LIMITS: [&str; 3] = ["-max_len=16384", "-timeout=20", "-rss_limit_mb=2048"];

/// Runs all targets; what this machine cannot do comes back.
pub(crate) fn run(root: &Path) -> Result<Vec<String>> {
    let arguments = ["fmt", "--check", "--manifest-path", "fuzz/Cargo.toml"];
    job::cargo(root, &arguments).context("`cargo fmt` in fuzz/ puts it right")?;
    if !has_compiler() {
        println!("SKIPPED: fuzz targets: no c++ here to build libFuzzer");
        return Ok(vec!["all of it (no c++ here)".to_owned()]);
    }
    let programs = build(root)?;
    let (seeds, skipped) = seeds(root)?;
    let seconds = seconds()?.div_ceil(TARGETS.len());
    for target in TARGETS {
        run_one(root, &programs.join(target), &seeds, seconds)?;
    }
    Ok(skipped)
}

fn has_compiler() -> bool {
    let mut command = Command::new("c++");
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn seconds() -> Result<usize> {
    match std::env::var(SECONDS) {
        Ok(text) => text.parse().with_context(|| format!("{SECONDS} is no number")),
        Err(_) => Ok(SECONDS_IN_CI),
    }
}

/// The folder of the built targets.
fn build(root: &Path) -> Result<PathBuf> {
    let triple = triple(root)?;
    let folder = root.join("target/fuzz");
    let arguments = ["build", "--release", "--locked", "--manifest-path", "fuzz/Cargo.toml"];
    let mut command = job::command(root, &job::cargo_program(), &arguments);
    // Naming the target keeps the flags away from build scripts.
    command.args(["--target", &triple, "--target-dir"]).arg(&folder);
    command.env("RUSTFLAGS", FLAGS.join(" "));
    job::finish(command)?;
    Ok(folder.join(triple).join("release"))
}

/// What this machine is called by rustc.
fn triple(root: &Path) -> Result<String> {
    let output = job::command(root, "rustc", &["-vV"]).output()?;
    let text = String::from_utf8(output.stdout)?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not say what it runs on")?.to_owned())
}

/// Folders of events to start from; what of them is not here comes back.
fn seeds(root: &Path) -> Result<(Vec<PathBuf>, Vec<String>)> {
    let mut folders = vec![root.join("fuzz/seeds"), root.join("tests/fixtures")];
    let shared = root.join("../shared");
    if !shared.try_exists()? {
        println!("SKIPPED: official examples and the wild as seeds: no ../shared here");
        return Ok((folders, vec!["seeds of real events (no ../shared here)".to_owned()]));
    }
    for release in std::fs::read_dir(shared.join("fhir"))? {
        for form in ["examples-json", "examples-xml", "examples-xml-derived"] {
            let folder = release.as_ref().map(|entry| entry.path().join(form));
            folders.extend(folder.ok().filter(|folder| folder.is_dir()));
        }
    }
    folders.push(shared.join("wild"));
    folders.sort();
    Ok((folders, Vec::new()))
}

fn run_one(root: &Path, program: &Path, seeds: &[PathBuf], seconds: usize) -> Result<()> {
    let name = program.file_name().context("a target has a name")?;
    let corpus = root.join("target/fuzz/corpus").join(name);
    let findings = root.join("target/fuzz/findings").join(name);
    let last = findings.join("last-input");
    for folder in [&corpus, &findings] {
        std::fs::create_dir_all(folder)?;
    }
    let mut prefix = OsString::from("-artifact_prefix=");
    prefix.push(findings.join(""));
    let time = format!("-max_total_time={seconds}");
    let mut command = Command::new(program);
    command
        .args([SEED, &time, "-verbosity=0", "-print_funcs=0", "-print_final_stats=1"])
        .args(LIMITS);
    command.arg(prefix).arg(corpus).args(seeds);
    // Where the stack ends, libFuzzer cannot write down the input any more.
    command.current_dir(root).stdin(Stdio::null()).env("KILN_FUZZ_LAST", &last);
    println!("$ {} for {seconds} s, {SEED}", program.display());
    let status = command.status()?;
    if !status.success() {
        let (program, findings) = (program.display(), findings.display());
        bail!("a finding ({status}): `{program} INPUT` shows it, with its input of {findings}");
    }
    Ok(())
}
