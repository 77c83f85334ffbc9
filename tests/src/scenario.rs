//! Scenario pages: Markdown that a person reads and the runner runs (`tests/README.md`).
use anyhow::{Result, bail, ensure};

/// One file.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// The server's settings file, where the page has one.
    pub settings: Option<String>,
    /// In the order they stand.
    pub scenarios: Vec<Scenario>,
}

/// One heading with what stands under it.
#[derive(Debug, PartialEq, Eq)]
pub struct Scenario {
    /// The heading.
    pub name: String,
    /// In order.
    pub steps: Vec<Step>,
}

/// What is done, on which line it stands.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// Counted from 1.
    pub line: usize,
    /// What is done.
    pub action: Action,
}

/// A step's kinds.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// An event is stored; its id is known by a name from then on.
    Given {
        /// The name of its id.
        name: String,
        /// Where it is sent.
        target: String,
        /// What is sent.
        body: String,
    },
    /// A request, and the answer it must get.
    Exchange {
        /// Request line, headers, blank line, body.
        request: String,
        /// Status line, headers, blank line, body.
        response: String,
        /// Whether the body must be the same bytes.
        exact: bool,
    },
    /// A search, sent by GET and by POST.
    Search {
        /// The type's URL.
        target: String,
        /// The query, without `?`.
        query: String,
        /// Names of the events it finds, in order; or `nothing`; or a status and what is named.
        finds: String,
    },
    /// A body that must be refused, and the element that the answer must name.
    Refused {
        /// Where it is sent.
        target: String,
        /// What is sent.
        body: String,
        /// A status, and the element.
        answer: String,
    },
}

/// What the rows of a table are, by its heading; and where they are sent.
enum Table {
    Search(String),
    Refused(String),
}

/// Reads a page.
///
/// # Errors
/// Anything that would leave a check out: a request without a response, an unknown kind of block,
/// a name that is captured and never used.
pub fn parse(text: &str) -> Result<Page> {
    let mut page = Page { settings: None, scenarios: Vec::new() };
    let mut lines = text.lines().enumerate().peekable();
    let mut request: Option<(usize, String)> = None;
    let mut table: Option<Table> = None;
    while let Some((at, line)) = lines.next() {
        if let Some(name) = line.strip_prefix("## ") {
            ensure!(request.is_none(), "line {}: the request before it has no response", at + 1);
            page.scenarios.push(Scenario { name: name.to_owned(), steps: Vec::new() });
        } else if let Some(kind) = line.strip_prefix("```") {
            let block: Vec<&str> =
                lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
            let body = block.join("\n");
            if kind == "toml settings" && page.scenarios.is_empty() {
                page.settings = Some(body);
            } else if let Some(action) = block_action(kind, body, &mut request, at + 1)? {
                add(&mut page, at + 1, action)?;
            }
        } else if let Some(cells) = cells(line) {
            table_row(&mut page, &mut table, &cells, at + 1)?;
            continue;
        }
        table = None;
    }
    ensure!(request.is_none(), "the last request has no response");
    check_names(text)?;
    check_steps(&page)?;
    Ok(page)
}

fn add(page: &mut Page, line: usize, action: Action) -> Result<()> {
    match page.scenarios.last_mut() {
        Some(scenario) => scenario.steps.push(Step { line, action }),
        None => bail!("line {line}: a step before the first `## ` heading"),
    }
    Ok(())
}

fn block_action(
    kind: &str,
    body: String,
    request: &mut Option<(usize, String)>,
    line: usize,
) -> Result<Option<Action>> {
    let words: Vec<&str> = kind.split_whitespace().collect();
    match (words.as_slice(), request.take()) {
        (["json", "given", name, "at", target], None) => {
            Ok(Some(Action::Given { name: (*name).to_owned(), target: (*target).to_owned(), body }))
        }
        (["http"], None) if !body.starts_with("HTTP/") => {
            *request = Some((line, body));
            Ok(None)
        }
        (["http"], Some((_, request))) if body.starts_with("HTTP/") => {
            Ok(Some(Action::Exchange { request, response: body, exact: false }))
        }
        (["http", "exact"], Some((_, request))) if body.starts_with("HTTP/") => {
            Ok(Some(Action::Exchange { request, response: body, exact: true }))
        }
        (_, Some((start, _))) => bail!("line {start}: the request has no response"),
        (_, None) => bail!("line {line}: a block that is no step: ```{kind}"),
    }
}

/// The cells of a table's row, `\|` being no border; `None` when it is no row.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    let hidden = inner.replace("\\|", "\0");
    let cells = hidden.split('|').map(|cell| cell.replace('\0', "|").trim().to_owned());
    Some(cells.collect())
}

fn table_row(
    page: &mut Page,
    table: &mut Option<Table>,
    cells: &[String],
    line: usize,
) -> Result<()> {
    let [left, right, ..] = cells else { bail!("line {line}: a table of one column") };
    match (left.split_once(' '), right.as_str()) {
        (Some(("GET", target)), "finds") => *table = Some(Table::Search(target.to_owned())),
        (Some(("POST", target)), "answer") => *table = Some(Table::Refused(target.to_owned())),
        _ => return table_step(page, table.as_ref(), left, right, line),
    }
    Ok(())
}

fn table_step(
    page: &mut Page,
    table: Option<&Table>,
    left: &str,
    right: &str,
    line: usize,
) -> Result<()> {
    if left.chars().all(|c| c == '-' || c == ':') {
        return Ok(());
    }
    let cell = left.trim_matches('`').to_owned();
    let action = match table {
        Some(Table::Search(target)) => {
            Action::Search { target: target.clone(), query: cell, finds: right.to_owned() }
        }
        Some(Table::Refused(target)) => {
            Action::Refused { target: target.clone(), body: cell, answer: right.to_owned() }
        }
        None => bail!("line {line}: a table that is no step"),
    };
    add(page, line, action)
}

/// A name that stands only once was captured for nothing, or is misspelt: it would match anything.
fn check_names(text: &str) -> Result<()> {
    const KNOWN: [&str; 3] = ["base", "port", "absent"];
    for part in text.split("{{").skip(1) {
        let Some((name, _)) = part.split_once("}}") else { continue };
        if name.starts_with('"') || KNOWN.contains(&name) {
            continue;
        }
        let braced = text.matches(&format!("{{{{{name}}}}}")).count();
        let given = text.contains(&format!("given {name} at "));
        let in_tables = text.lines().filter(|line| line.starts_with('|'));
        let found =
            in_tables.filter(|line| line.split([' ', ',', '|']).any(|word| word == name)).count();
        ensure!(braced + found + usize::from(given) > 1, "`{{{{{name}}}}}` stands only once");
    }
    Ok(())
}

fn check_steps(page: &Page) -> Result<()> {
    for scenario in &page.scenarios {
        ensure!(!scenario.steps.is_empty(), "scenario `{}` checks nothing", scenario.name);
    }
    ensure!(!page.scenarios.is_empty(), "a page without scenarios");
    Ok(())
}

#[cfg(test)]
mod tests;
