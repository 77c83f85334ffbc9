//! Every release and form beside R4 JSON: the same events read in it, and sent in it. Each is
//! measured right after R4 JSON, so that both meet the same machine; CPU time tells most where
//! something else runs. R4 JSON is measured beside itself too: how far its ratios are from 1 is the
//! noise.
mod form;
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
    let mut rows = page::run(&folder.join("pages"), &sources)?;
    for form in Form::ALL {
        rows.push(ingest::run(form, &sources, arguments.connections, &folder)?);
    }
    Ok(rows)
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
