//! A page that says which test shows a thing names one that is there: a link to a Rust
//! file, and right behind it the name in backticks.
use super::{Finding, Source, links};
use std::path::Path;

/// Tests that a Markdown file names behind a link to a Rust file which has no function of the name.
pub(crate) fn check(file: &Source, files: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        for (target, name) in named(line) {
            let path = links::resolve(&file.path, target);
            let source = files.iter().find(|source| source.path == path);
            let is_there = source.is_some_and(|it| it.text.contains(&format!("fn {name}(")));
            if !is_there {
                let what = format!("{path} has no test {name}");
                findings.push(Finding::at(&file.path, at + 1, what));
            }
        }
    }
    findings
}

/// Each link to a Rust file with the name in backticks right behind it.
fn named(line: &str) -> Vec<(&str, &str)> {
    let links = line.split("](").skip(1);
    let pairs = links.filter_map(|rest| {
        let (target, behind) = rest.split_once(')')?;
        let (name, _) = behind.strip_prefix(" `")?.split_once('`')?;
        let is_name =
            name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        (is_rust(target) && is_name).then_some((target, name))
    });
    pairs.collect()
}

fn is_rust(target: &str) -> bool {
    Path::new(target).extension().is_some_and(|extension| extension == "rs")
}

#[cfg(test)]
mod tests;
