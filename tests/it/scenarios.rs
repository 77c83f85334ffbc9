//! Every page of `tests/scenarios`, each on a server and data folder of its own.
use anyhow::{Context, Result};
use kiln_tests::run::{self, Report};
use kiln_tests::server::{Server, root};
use kiln_tests::tell;
use std::path::{Path, PathBuf};

/// Fewer than this means that pages were lost.
const SCENARIOS_MIN: usize = 350;

#[test]
fn every_scenario_holds() {
    let folder = root().join("tests/scenarios");
    let mut pages: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    let wanted = std::env::var("KILN_SCENARIO").ok();
    if let Some(wanted) = &wanted {
        pages.retain(|path| path.to_string_lossy().contains(wanted));
    }
    let mut all = Report::default();
    for path in &pages {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let report = run_page(path).unwrap_or_else(|error| panic!("{name}: {error:#}"));
        println!("{name}: {} scenarios, {} steps", report.scenarios, report.steps);
        all.scenarios += report.scenarios;
        all.steps += report.steps;
        all.failures.extend(report.failures.iter().map(|failure| format!("{name} {failure}")));
    }
    tell(&format!("{} scenarios, {} steps", all.scenarios, all.steps));
    let (failed, told) = (all.failures.len(), all.failures.join("\n\n"));
    assert!(all.failures.is_empty(), "{failed} of {} steps failed:\n\n{told}", all.steps);
    assert!(wanted.is_some() || all.scenarios >= SCENARIOS_MIN, "only {}", all.scenarios);
}

fn run_page(path: &Path) -> Result<Report> {
    let text = std::fs::read_to_string(path)?;
    let page = kiln_tests::scenario::parse(&text)?;
    let server = match &page.settings {
        Some(settings) => Server::start_with(settings),
        None => Server::start(),
    };
    let server = server.context("the server did not start")?;
    Ok(run::page(&page, &root().join("tests/fixtures"), &server))
}

#[test]
fn every_page_can_be_read() {
    for entry in std::fs::read_dir(root().join("tests/scenarios")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        if let Err(error) = kiln_tests::scenario::parse(&text) {
            panic!("{}: {error:#}", path.display());
        }
    }
}
