//! Words that do not belong into the code, and names that say nothing.
use super::{Finding, Source, code};

/// The one place that maps sealed files (`docs/ARCHITECTURE.md`).
const UNSAFE_ALLOWED: &str = "crates/store/src/disk/map.rs";

const FORBIDDEN_NAMES: [&str; 8] =
    ["utils", "util", "common", "helpers", "helper", "manager", "misc", "v2"];

const FORBIDDEN_CODE: [(&str, &str); 5] = [
    ("todo!(", "unfinished: finish it, or leave it out"),
    ("unimplemented!(", "unfinished: finish it, or leave it out"),
    ("dbg!(", "left over from looking for a mistake"),
    ("#[allow(", "use #[expect(…, reason = \"…\")], which ends when its reason does"),
    ("#![allow(", "use #![expect(…, reason = \"…\")], which ends when its reason does"),
];

/// A file's or folder's name that says nothing about what is in it.
pub(crate) fn path(path: &str) -> Option<Finding> {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let mut words = stem.split(['/', '_', '-', '.']);
    let found = words.find(|word| FORBIDDEN_NAMES.contains(word))?;
    Some(Finding::of(path, format!("`{found}` says nothing: name it after what it holds")))
}

/// Forbidden words in the code of a Rust file; comments and texts may say them.
pub(crate) fn check(file: &Source) -> Vec<Finding> {
    let code = code::only(&file.text);
    let mut findings = Vec::new();
    for (at, line) in code.lines().enumerate() {
        let mut found = |what: &str| findings.push(Finding::at(&file.path, at + 1, what));
        for (word, what) in FORBIDDEN_CODE {
            if line.contains(word) {
                found(&format!("`{word}`: {what}"));
            }
        }
        if has_word(line, "unsafe") && file.path != UNSAFE_ALLOWED {
            found("unsafe code: only crates/store/src/disk/map.rs may");
        }
        if is_inline_test_module(line) {
            found("tests stand in a sibling file: `mod tests;` and foo/tests.rs");
        }
        if line.contains("#[ignore]") {
            found("an ignored test says why: #[ignore = \"…\"]");
        }
    }
    findings
}

fn is_inline_test_module(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let named = words.find(|word| *word == "mod").and_then(|_| words.next());
    named.is_some_and(|name| name == "tests" || name == "test") && words.next() == Some("{")
}

fn has_word(line: &str, wanted: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == wanted)
}

#[cfg(test)]
mod tests;
