//! `cargo xtask instructions`: how many instructions pieces of work on fixed inputs take
//! (`benches`), counted by callgrind, against figures that are kept. Neither the speed of the
//! machine nor what runs beside it changes them; another compiler does.
#![expect(clippy::disallowed_methods, reason = "work files of this program")]

mod figures;

use crate::job;
use anyhow::{Context as _, Result, bail};
use figures::{Conditions, Figures};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// The figures that are kept.
const FILE: &str = "benches/instructions.json";
/// The one function that is counted, by its name with or without mangling.
const COUNTED: &str = "--toggle-collect=*kiln_benches*counted*";

/// Compares with what is kept; what this machine cannot count comes back.
pub(crate) fn run(root: &Path) -> Result<Vec<String>> {
    let kept = std::fs::read_to_string(root.join(FILE)).context(FILE)?;
    let kept = Figures::parse(&kept).context(FILE)?;
    let (here, why) = (Conditions::here(root)?, "instructions are not counted");
    let Some(here) = here else { return Ok(skipped("no valgrind here", why)) };
    if let Some(difference) = here.difference(&kept.conditions) {
        return Ok(skipped(&difference, why));
    }
    let counted = count(root, here)?;
    print!("{}", kept.table(&counted));
    let found = kept.differences(&counted);
    if !found.is_empty() {
        bail!("{}", found.join("\n"));
    }
    Ok(Vec::new())
}

/// Writes the figures anew.
pub(crate) fn bless(root: &Path) -> Result<()> {
    let Some(here) = Conditions::here(root)? else { bail!("valgrind is not installed here") };
    let counted = count(root, here)?;
    if let Ok(kept) = std::fs::read_to_string(root.join(FILE)) {
        print!("{}", Figures::parse(&kept).context(FILE)?.table(&counted));
    }
    std::fs::write(root.join(FILE), counted.to_text()).context(FILE)?;
    println!("{FILE} is written: say in the commit what made the figures change");
    Ok(())
}

fn skipped(reason: &str, what: &str) -> Vec<String> {
    println!("SKIPPED: {what}: {reason}");
    vec![format!("all of it ({reason})")]
}

fn count(root: &Path, conditions: Conditions) -> Result<Figures> {
    job::cargo(root, &["build", "--locked", "--release", "--package", "kiln-benches"])?;
    let folder = root.join("target/instructions");
    if folder.try_exists()? {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let binary = job::kiln_binary(root).with_file_name("kiln-benches");
    let program = binary.to_string_lossy();
    let place = folder.to_string_lossy();
    job::finish(job::command(root, &program, &["prepare", &place]))?;
    let mut figures = Figures { conditions, pieces: Vec::new() };
    for line in answer(root, &program, &[])?.lines() {
        let (piece, unit) = line.split_once(' ').context("a piece of work has a unit")?;
        let instructions = count_one(root, &program, piece, &folder)?;
        figures.pieces.push((piece.to_owned(), unit.to_owned(), instructions));
    }
    Ok(figures)
}

/// Instructions of one unit of this piece.
fn count_one(root: &Path, program: &str, piece: &str, folder: &Path) -> Result<u64> {
    let out: PathBuf = folder.join(format!("{piece}.callgrind"));
    let out_file = format!("--callgrind-out-file={}", out.display());
    let place = folder.to_string_lossy();
    let arguments = ["--tool=callgrind", "--quiet", COUNTED, &out_file, program, piece, &place];
    let units: u64 =
        answer(root, "valgrind", &arguments)?.trim().parse().context(program.to_owned())?;
    let written = std::fs::read_to_string(&out).with_context(|| out.display().to_string())?;
    let total = written.lines().find_map(|line| line.strip_prefix("totals: "));
    let total: u64 = total.context("callgrind wrote no total")?.trim().parse()?;
    if units == 0 || total / units == 0 {
        bail!("callgrind counted nothing of `{piece}`: {COUNTED} names no function of it");
    }
    Ok(total / units)
}

/// What a command says on its standard output.
fn answer(root: &Path, program: &str, arguments: &[&str]) -> Result<String> {
    let mut command = job::command(root, program, arguments);
    let output = command.stderr(Stdio::inherit()).output().context(program.to_owned())?;
    if !output.status.success() {
        bail!("`{program} {}` failed ({})", arguments.join(" "), output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}
