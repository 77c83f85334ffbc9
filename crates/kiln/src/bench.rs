//! Measures Kiln from outside: the server and the importer run as processes of this very program,
//! so that their CPU time is theirs alone. Loopback only, bounded, in a folder that is removed.
mod abuse;
mod asking;
mod child;
mod client;
mod events;
mod fill;
mod floor;
mod folder;
mod gateway;
mod identity;
mod import;
mod mixed;
mod post;
mod releases;
mod report;
mod scale;
mod search;

use crate::{
    arguments::bench::{Bench, Common, What},
    exit::Verdict,
};
use report::{Report, Row};

/// Runs what was asked and prints the medians.
pub(crate) fn run(bench: &Bench) -> anyhow::Result<Verdict> {
    let (name, common) = match &bench.what {
        What::Post(post) => ("post", &post.common),
        What::Import(import) => ("import", &import.common),
        What::Search(search) => ("search", &search.common),
        What::Mixed(mixed) => ("mixed", &mixed.common),
        What::Scale(scale) => ("scale", &scale.common),
        What::Releases(releases) => ("releases", &releases.common),
        What::Abuse(abuse) => ("abuse", &abuse.common),
        What::Gateway(gateway) => ("gateway", &gateway.common),
        What::Floor(common) => ("floor", common),
    };
    let runs = (0..common.runs).map(|run| one(bench, common, run));
    let runs = runs.collect::<anyhow::Result<Vec<_>>>()?;
    Report::of(name, &runs).print(common.json)?;
    Ok(Verdict::Fine)
}

fn one(bench: &Bench, common: &Common, run: u32) -> anyhow::Result<Vec<Row>> {
    if common.runs > 1 {
        eprintln!("run {} of {}", run + 1, common.runs);
    }
    match &bench.what {
        What::Post(post) => post::run(post),
        What::Import(import) => import::run(import),
        What::Search(search) => search::run(search),
        What::Mixed(mixed) => mixed::run(mixed),
        What::Scale(scale) => scale::run(scale),
        What::Releases(releases) => releases::run(releases),
        What::Abuse(abuse) => abuse::run(abuse),
        What::Gateway(gateway) => gateway::run(gateway),
        What::Floor(common) => floor::run(common),
    }
}
