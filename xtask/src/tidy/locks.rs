//! Where the packages of npm come from: the public registry, whatever mirror made the lock file.
use super::{Finding, Source};

/// A lock file's name, in any folder.
pub(crate) const FILE: &str = "package-lock.json";

const PUBLIC_REGISTRY: &str = "https://registry.npmjs.org/";

/// Packages of a lock file that are fetched from elsewhere.
pub(crate) fn check(file: &Source) -> Vec<Finding> {
    let lines = file.text.lines().enumerate();
    let elsewhere = lines.filter(|(_, line)| {
        let mut parts = line.split("\"resolved\":").skip(1);
        parts.any(|rest| !rest.trim_start().trim_start_matches('"').starts_with(PUBLIC_REGISTRY))
    });
    let what = format!("fetched from elsewhere than {PUBLIC_REGISTRY}");
    elsewhere.map(|(at, _)| Finding::at(&file.path, at + 1, what.clone())).collect()
}

#[cfg(test)]
mod tests;
