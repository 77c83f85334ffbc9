//! Progress on a terminal, with rate and time left; elsewhere nothing.
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal as _;

/// Of a pass over bytes, whose number is told with the first of them.
pub(super) fn of_bytes(quiet: bool) -> ProgressBar {
    bar(quiet, "{wide_bar} {percent}%  {bytes_per_sec}  {eta} left")
}

/// Of a pass over so many records.
pub(super) fn of_records(records: u64, quiet: bool) -> ProgressBar {
    let bar = bar(quiet, "{wide_bar} {percent}%  {pos} of {len} records  {per_sec}  {eta} left");
    bar.set_length(records);
    bar
}

fn bar(quiet: bool, template: &str) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(template);
    ProgressBar::new(0).with_style(style.expect("the templates above are valid"))
}
