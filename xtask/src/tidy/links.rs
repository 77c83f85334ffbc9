//! Links of the documentation that lead to files of ours must lead somewhere.
use super::{Finding, Source};

/// Relative links of a Markdown file whose target `exists` does not know.
pub(crate) fn check(file: &Source, exists: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut fenced = false;
    for (at, line) in file.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        let targets = if fenced { Vec::new() } else { targets(line) };
        for target in targets.iter().filter(|target| is_relative(target)) {
            let path = resolve(&file.path, target);
            if !exists(&path) {
                findings.push(Finding::at(&file.path, at + 1, format!("no such file: {target}")));
            }
        }
    }
    findings
}

fn targets(line: &str) -> Vec<&str> {
    let ends = line.split("](").skip(1);
    ends.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target).collect()
}

fn is_relative(target: &str) -> bool {
    !target.contains("://") && !target.starts_with('#') && !target.starts_with("mailto:")
}

/// The target from the repository's root, without its anchor.
pub(super) fn resolve(file: &str, target: &str) -> String {
    let target = target.split('#').next().unwrap_or_default();
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests;
