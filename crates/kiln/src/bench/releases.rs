//! Every release and form beside R4 JSON: the same events read in it, and sent in it. Each is
//! measured right after R4 JSON, so that both meet the same machine; CPU time tells most where
//! something else runs. R4 JSON is measured beside itself too: how far its ratios are from 1 is the
//! noise.
mod form;
mod http;
mod ingest;
mod page;

use super::{
    folder::Folder,
    report::{Latencies, Row},
};
use crate::arguments::bench::Releases;
use form::{Form, Sources};

pub(super) fn run(arguments: &Releases) -> anyhow::Result<Vec<Row>> {
    let folder = Folder::make(arguments.common.folder.as_deref())?;
    let sources = Sources::of(&arguments.common)?;
    let pages = folder.join("pages");
    let inside = page::run(&pages, &sources)?;
    let over_http = http::run(&pages, sources.events().len())?;
    let mut rows: Vec<Row> = inside.into_iter().zip(over_http).map(page_row).collect();
    let sent = |name: &str, form, events| {
        ingest::run(name, form, [&sources, events], arguments.connections, &folder)
    };
    for form in Form::ALL {
        rows.push(sent(&format!("sent as {}", form.name()), form, &sources)?);
    }
    if arguments.common.input.is_none() {
        // What conversion makes is longer than what such a sender writes.
        let r5 = Sources::r5(&arguments.common)?;
        rows.push(sent("sent as r5 JSON of r5 senders", Form::R5, &r5)?);
    }
    Ok(rows)
}

fn page_row((page, (cpu, ratio)): (Row, (f64, f64))) -> Row {
    page.with("HTTP, server CPU µs", cpu).with("HTTP, × untouched", ratio)
}

/// What two things took that were measured by turns.
#[derive(Debug, Default)]
struct Pair {
    untouched: Latencies,
    this: Latencies,
}

impl Pair {
    /// The median, in microseconds, and how many times that of the other it is.
    fn figures(&mut self) -> (f64, f64) {
        let (untouched, this) = (self.untouched.percentile(0.5), self.this.percentile(0.5));
        (this * 1000.0, this / untouched)
    }
}
