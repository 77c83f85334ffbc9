//! What is given to users: a static program, its page that checks receipts, a bill of materials,
//! a container file, a unit for systemd, and the checksums of all of it, in `target/dist`.
#![expect(clippy::disallowed_methods, reason = "files of the repository and work files")]

use crate::job;
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// No C library of the machine is needed, nor its name service.
const TARGET: &str = "x86_64-unknown-linux-musl";

/// The generator of the bill of materials, and its version.
const CYCLONEDX: (&str, &str) = ("cargo-cyclonedx", "0.5.9");

/// Builds and gathers everything, and tries the program once.
pub(crate) fn run(root: &Path) -> Result<()> {
    let dist = root.join("target/dist");
    if dist.try_exists()? {
        fs::remove_dir_all(&dist)?;
    }
    fs::create_dir_all(&dist)?;
    build(root)?;
    let program = root.join("target").join(TARGET).join("release/kiln");
    fs::copy(&program, dist.join("kiln"))?;
    check_static(&dist.join("kiln"))?;
    for file in ["release/Containerfile", "release/kiln.service", "ui/verify.html", "LICENSE"] {
        let from = root.join(file);
        let name = from.file_name().context("a file has a name")?;
        fs::copy(&from, dist.join(name)).with_context(|| file.to_owned())?;
    }
    bill_of_materials(root, &dist)?;
    checksums(&dist)?;
    println!("all of it is in {}", dist.display());
    Ok(())
}

/// Two builds of one commit are the same bytes wherever they are made: no path of this machine is
/// in them.
fn build(root: &Path) -> Result<()> {
    if Command::new("musl-gcc").arg("--version").output().is_err() {
        bail!("no musl-gcc here, which builds the parts in C: `apt-get install musl-tools`");
    }
    job::finish(job::command(root, "rustup", &["target", "add", TARGET]))?;
    let arguments = ["build", "--locked", "--release", "--package", "kiln", "--target", TARGET];
    let mut command = job::command(root, &job::cargo_program(), &arguments);
    let home = std::env::var("CARGO_HOME").map_or_else(|_| home().join(".cargo"), PathBuf::from);
    let flags = format!(
        "-C strip=symbols --remap-path-prefix={}=/kiln --remap-path-prefix={}=/cargo",
        root.display(),
        home.display()
    );
    command.env("RUSTFLAGS", flags).env("CARGO_TARGET_DIR", root.join("target"));
    job::finish(command)
}

fn home() -> PathBuf {
    std::env::var_os("HOME").map_or_else(|| PathBuf::from("/root"), PathBuf::from)
}

/// A program that asks for a library of the machine would not run in an empty container.
fn check_static(program: &Path) -> Result<()> {
    let told = Command::new("ldd").arg(program).output().context("ldd could not be started")?;
    let told = [told.stdout, told.stderr].concat();
    let told = String::from_utf8_lossy(&told);
    if !told.contains("statically linked") && !told.contains("not a dynamic executable") {
        bail!("the program is not static:\n{told}");
    }
    let mut version = Command::new(program);
    version.arg("--version");
    job::finish(version)
}

/// `CycloneDX`, JSON: every crate that the program is made of.
fn bill_of_materials(root: &Path, dist: &Path) -> Result<()> {
    let program = job::tool(root, CYCLONEDX.0, CYCLONEDX.1)?;
    let arguments = [
        "cyclonedx",
        "--manifest-path",
        "crates/kiln/Cargo.toml",
        "--format",
        "json",
        "--target",
        TARGET,
        "--override-filename",
        "kiln.cdx",
    ];
    job::finish(job::command(root, &program, &arguments))?;
    // The tool writes one beside each crate of the workspace.
    for made in made_beside_crates(root)? {
        if made.starts_with(root.join("crates/kiln/")) {
            fs::copy(&made, dist.join("kiln.cdx.json"))?;
        }
        fs::remove_file(&made)?;
    }
    let text = fs::read_to_string(dist.join("kiln.cdx.json")).context("there is no bill")?;
    let bill: serde_json::Value = serde_json::from_str(&text)?;
    let parts = bill["components"].as_array().map_or(0, Vec::len);
    if parts < 50 {
        bail!("the bill of materials names {parts} components: it is not whole");
    }
    println!("the bill of materials names {parts} components");
    Ok(())
}

fn made_beside_crates(root: &Path) -> Result<Vec<PathBuf>> {
    let mut made = Vec::new();
    let crates = fs::read_dir(root.join("crates"))?;
    let crates = crates.map(|entry| entry.map(|entry| entry.path()));
    let others = ["sim", "tests", "benches", "xtask"].map(|name| Ok(root.join(name)));
    for folder in crates.chain(others) {
        let file = folder?.join("kiln.cdx.json");
        if file.try_exists()? {
            made.push(file);
        }
    }
    Ok(made)
}

/// As `sha256sum --check SHA256SUMS` reads them.
fn checksums(dist: &Path) -> Result<()> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(dist)? {
        let entry = entry?;
        let digest = Sha256::digest(fs::read(entry.path())?);
        let mut line = String::new();
        for byte in digest {
            write!(line, "{byte:02x}")?;
        }
        lines.push(format!("{line}  {}\n", entry.file_name().to_string_lossy()));
    }
    lines.sort_by(|a, b| a[64..].cmp(&b[64..]));
    print!("{}", lines.concat());
    fs::write(dist.join("SHA256SUMS"), lines.concat())?;
    Ok(())
}
