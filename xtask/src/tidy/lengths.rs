//! Budgets of length: a reader holds about this much at once.
use super::{Finding, Source, code};

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;
const LINE_COLUMNS_MAX: usize = 100;

/// Too long lines and functions anywhere; too long files outside tests.
pub(crate) fn check(file: &Source) -> Vec<Finding> {
    let mut findings = lines(file);
    findings.extend(functions(file));
    let length = file.text.lines().count();
    if length > FILE_LINES_MAX && !is_test(&file.path) {
        findings.push(Finding::of(
            &file.path,
            format!("{length} lines, at most {FILE_LINES_MAX}: split it by what it is about"),
        ));
    }
    findings
}

/// Tests may be long: they are lists.
pub(crate) fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/") || path.starts_with("tests/it/")
}

fn lines(file: &Source) -> Vec<Finding> {
    let long =
        file.text.lines().enumerate().filter(|(_, line)| {
            line.chars().count() > LINE_COLUMNS_MAX && !line.contains("https://")
        });
    long.map(|(at, line)| {
        let columns = line.chars().count();
        let what = format!("{columns} columns, at most {LINE_COLUMNS_MAX}");
        Finding::at(&file.path, at + 1, what)
    })
    .collect()
}

fn functions(file: &Source) -> Vec<Finding> {
    let code = code::only(&file.text);
    let lines: Vec<&str> = code.lines().collect();
    let starts = (0..lines.len()).filter(|&at| starts_function(lines[at]));
    starts
        .filter_map(|start| {
            let length = function_length(&lines[start..])?;
            let what = format!("function of {length} lines, at most {FUNCTION_LINES_MAX}");
            (length > FUNCTION_LINES_MAX).then(|| Finding::at(&file.path, start + 1, what))
        })
        .collect()
}

fn starts_function(line: &str) -> bool {
    const BEFORE: [&str; 6] = ["pub", "pub(crate)", "pub(super)", "const", "async", "extern"];
    let mut words = line.split_whitespace().skip_while(|word| BEFORE.contains(word));
    words.next() == Some("fn")
}

/// Lines from the signature to the closing brace; `None` for a declaration without a body.
fn function_length(lines: &[&str]) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, line) in lines.iter().enumerate() {
        for character in line.chars() {
            match character {
                '{' => depth += 1,
                '}' if depth <= 1 => return Some(at + 1),
                '}' => depth -= 1,
                ';' if depth == 0 && ends_declaration(line) => return None,
                _ => {}
            }
        }
    }
    None
}

/// `[u8; 32]` in a signature has a semicolon too, but not at the end of its line.
fn ends_declaration(line: &str) -> bool {
    line.trim_end().ends_with(';')
}

#[cfg(test)]
mod tests;
