//! Style and architecture as a test: what a rule forbids is found here, not in review.
mod code;
mod edges;
mod lengths;
mod licences;
mod links;
mod locks;
mod shown;
mod words;

use crate::{bless, job};
use anyhow::{Context, Result, bail};
use std::path::Path;

/// A file of the project.
pub(crate) struct Source {
    /// From the repository's root, with `/`.
    pub(crate) path: String,
    /// What it says.
    pub(crate) text: String,
}

/// A rule that is broken, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The file, or the package.
    pub(crate) place: String,
    /// Counted from 1; `None` for the file as a whole.
    pub(crate) line: Option<usize>,
    /// What is wrong and what to do.
    pub(crate) what: String,
}

impl Finding {
    fn at(place: &str, line: usize, what: impl Into<String>) -> Self {
        Self { place: place.to_owned(), line: Some(line), what: what.into() }
    }

    fn of(place: &str, what: impl Into<String>) -> Self {
        Self { place: place.to_owned(), line: None, what: what.into() }
    }
}

/// Runs every rule and prints what it finds.
pub(crate) fn run(root: &Path) -> Result<()> {
    let findings = findings(root)?;
    for finding in &findings {
        match finding.line {
            Some(line) => println!("{}:{line}: {}", finding.place, finding.what),
            None => println!("{}: {}", finding.place, finding.what),
        }
    }
    if !findings.is_empty() {
        bail!("tidy found {} things to put right", findings.len());
    }
    println!("tidy: nothing to put right");
    Ok(())
}

fn findings(root: &Path) -> Result<Vec<Finding>> {
    let mut files = Vec::new();
    collect(root, root, &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let metadata = metadata(root)?;
    let mut findings = Vec::new();
    for file in &files {
        findings.extend(words::path(&file.path));
        if is_rust(file) {
            findings.extend(lengths::check(file));
            findings.extend(words::check(file));
        }
        if file.path.ends_with(locks::FILE) {
            findings.extend(locks::check(file));
        }
        if has_extension(file, "md") {
            findings
                .extend(links::check(file, &|path| root.join(path).try_exists().unwrap_or(false)));
            findings.extend(shown::check(file, &files));
        }
    }
    let architecture = files.iter().find(|file| file.path == edges::ARCHITECTURE);
    let architecture = architecture.map_or("", |file| file.text.as_str());
    findings.extend(edges::check(&metadata, architecture));
    findings.extend(licences::check(&metadata));
    findings.extend(stale_page(root)?);
    Ok(findings)
}

/// The published page is what its parts give: nobody edits it by hand.
fn stale_page(root: &Path) -> Result<Option<Finding>> {
    let kept = std::fs::read_to_string(root.join(bless::PAGE)).unwrap_or_default();
    let is_stale = kept != bless::page(root)?;
    Ok(is_stale.then(|| Finding::of(bless::PAGE, "not what its parts give: `cargo xtask bless`")))
}

/// Folders that hold nothing of ours.
const SKIPPED: [&str; 5] = [".git", "target", "node_modules", "kiln-data", "corpus"];

fn collect(root: &Path, folder: &Path, files: &mut Vec<Source>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                collect(root, &path, files)?;
            }
        } else if name == locks::FILE || is_ours(&path) {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            let inside = path.strip_prefix(root).context("a path outside the repository")?;
            files.push(Source { path: inside.to_string_lossy().replace('\\', "/"), text });
        }
    }
    Ok(())
}

fn is_ours(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs" || extension == "md")
}

fn is_rust(file: &Source) -> bool {
    has_extension(file, "rs")
}

fn has_extension(file: &Source, extension: &str) -> bool {
    Path::new(&file.path).extension().is_some_and(|found| found == extension)
}

/// What cargo knows: packages, their dependencies, licences and sources.
fn metadata(root: &Path) -> Result<serde_json::Value> {
    let arguments = ["metadata", "--format-version", "1", "--locked"];
    let output = job::command(root, &job::cargo_program(), &arguments).output()?;
    if !output.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
