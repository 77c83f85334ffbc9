//! The section of `docs/performance.md` that this command writes, between two comments.
use super::{
    picture,
    report::{Report, Row, Side, short},
};
use anyhow::{Context as _, Result};
use std::path::Path;

const PAGE: &str = "docs/performance.md";
const PICTURE: &str = "docs/peers.svg";
const BEGIN: &str = "<!-- written by `cargo xtask peers`: begin -->\n";
const END: &str = "<!-- written by `cargo xtask peers`: end -->\n";

/// Writes section and picture.
pub(super) fn write(root: &Path, report: &Report) -> Result<()> {
    let path = root.join(PAGE);
    let page = std::fs::read_to_string(&path).context(PAGE)?;
    std::fs::write(path, with_section(&page, &section(report))?).context(PAGE)?;
    std::fs::write(root.join(PICTURE), picture::draw(report)).context(PICTURE)?;
    println!("{PAGE} and {PICTURE} are written");
    Ok(())
}

/// The page with another section between the comments.
fn with_section(page: &str, section: &str) -> Result<String> {
    let (before, rest) = page.split_once(BEGIN).context("the page has no begin of the section")?;
    let (_old, after) = rest.split_once(END).context("the page has no end of the section")?;
    Ok([before, BEGIN, section, END, after].concat())
}

/// What was measured, and under which conditions.
pub(super) fn section(report: &Report) -> String {
    let rows: Vec<String> = report.rows.iter().map(row).collect();
    let conditions = &report.conditions;
    let rows = rows.join("\n");
    let published = published(report);
    format!(
        "{conditions}; medians of the rounds; CPU is the server's for one event or page.\n\n\
         {HEAD}{rows}\n{published}\n{LINK}\n"
    )
}

fn published(report: &Report) -> String {
    if report.published.is_empty() {
        return String::new();
    }
    let (kiln, peer) = report.published();
    let (kiln, peer) = (short(kiln), short(peer));
    format!(
        "\nAfter the appends, a published checkpoint covered all of them within {kiln} s at Kiln, \
         {peer} s at Tessera.\n"
    )
}

const LINK: &str = "![Bars of Kiln's rates beside those of PostgreSQL and Tessera](peers.svg)";
const HEAD: &str = "\
| work | Kiln, a second | peer, a second | Kiln ÷ peer (least to most) | CPU, µs, Kiln; peer \
| p50, ms | p99, ms |
| --- | --- | --- | --- | --- | --- | --- |
";

fn row(row: &Row) -> String {
    let (kiln, theirs, (ratio, least, most)) = (row.kiln(), row.theirs(), row.ratio());
    let both = |of: fn(&Side) -> Option<f64>| match (of(&kiln), of(&theirs)) {
        (Some(kiln), Some(theirs)) => format!("{}; {}", short(kiln), short(theirs)),
        _ => String::new(),
    };
    format!(
        "| {}, {} | {} | {} {} | **{} ×** ({} to {}) | {} | {} | {} |",
        row.name,
        row.how,
        short(kiln.rate),
        row.peer,
        short(theirs.rate),
        short(ratio),
        short(least),
        short(most),
        both(|side| Some(side.cpu)),
        both(|side| side.p50),
        both(|side| side.p99)
    )
}

#[cfg(test)]
mod tests;
