//! What developers and CI run: `cargo xtask ci`, `tidy`, `bless`, `deny`, `docs`, `hapi`, `corpus`,
//! `fuzz`, `identity`, `pages`, `senders`, `strangers`, `instructions`, `peers`, `release`,
//! `release-check`.
#![expect(clippy::print_stdout, reason = "this program talks to people on a terminal")]

mod bless;
mod ci;
mod conversion;
mod corpus;
mod deny;
mod docs;
mod fenced;
mod fuzz;
mod gateway;
mod hapi;
mod identity;
mod instructions;
mod job;
mod pages;
mod peers;
mod release;
mod release_check;
mod senders;
mod server;
mod strangers;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>

  ci             the whole check, as CI runs it (docs/ci.md)
  tidy           style and architecture rules, without compiling anything
  bless          writes anew what is made from something else: ui/verify.html and its hash
  deny           cargo-deny: licences, bans, sources, and known faults where their list can be had
  docs           runs the examples of README.md and docs/*.md against the real binary
  gateway        a HAPI server behind `kiln gateway`, and what its users did against what is told
  hapi           HAPI FHIR's clients and validators of every release against the real binary
  corpus SHARED  every real event in every release and format, judged by HL7's schemas, and back
  fuzz           libFuzzer against JSON, XML, the release of a body, conversion
  identity       a real issuer, OAuth clients and a browser against the real binary
  pages          the pages of ui/ in Chromium against the real binary
  senders [page] compiles and runs the programs of docs/senders against the real binary
  strangers      Go libraries and Tessera's hammer check the log of the real binary
  instructions   counts the instructions of fixed work against benches/instructions.json;
                 with --bless it writes that file anew
  peers          the same work on Kiln, PostgreSQL and Tessera's log, in turn; writes the
                 section of docs/performance.md and docs/peers.svg; --trial only tries it
  release        a static program, bill of materials, container file, unit, checksums: target/dist
  release-check  what takes hours: many seeds, many crashes, long measurements";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = repository_root();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["ci"] => ci::run(&root),
        ["tidy"] => tidy::run(&root),
        ["bless"] => bless::run(&root),
        ["deny"] => deny::run(&root).map(drop),
        ["docs"] => docs::run(&root),
        ["gateway"] => gateway::run(&root).map(drop),
        ["hapi"] => hapi::run(&root).map(drop),
        ["corpus", shared] => corpus::run(&root, Path::new(shared)),
        ["fuzz"] => fuzz::run(&root).map(drop),
        ["identity"] => identity::run(&root).map(drop),
        ["pages"] => pages::run(&root),
        ["senders"] => senders::run(&root).map(drop),
        ["senders", page] => senders::run_one(&root, page),
        ["strangers"] => strangers::run(&root).map(drop),
        ["instructions"] => instructions::run(&root).map(drop),
        ["instructions", "--bless"] => instructions::bless(&root),
        ["peers"] => peers::run(&root),
        ["peers", "--trial"] => peers::trial(&root),
        ["release"] => release::run(&root),
        ["release-check"] => release_check::run(&root),
        _ => Err(anyhow::anyhow!("{USAGE}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace's `Cargo.toml`.
fn repository_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask lies one folder below the root").to_path_buf()
}
