//! `kiln rejects`: a line for each, oldest first.
use super::{flush, form, harmless, read, verdict};
use crate::exit::Verdict;
use kiln_fhir::{Instant, OperationOutcome, WrittenError};
use kiln_store::rejects::{Door, Reject};
use serde::Serialize;
use serde_json::value::RawValue;
use std::{
    io::{BufWriter, Write},
    ops::ControlFlow,
    path::Path,
};

pub(super) fn run(tenant: &Path, json: bool) -> anyhow::Result<Verdict> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    if !json {
        writeln!(out, "number  received                  from      sent as          status  why")?;
    }
    let unread = read(tenant, |reject| {
        if json {
            object(reject, &mut out)?;
        } else {
            line(reject, &mut out)?;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    flush(&mut out)?;
    Ok(verdict(unread))
}

fn line(reject: &Reject, out: &mut impl Write) -> std::io::Result<()> {
    let Reject { number, received, principal, status, .. } = reject;
    let received = Instant { millis: received.0 }.to_text();
    let (principal, form, why) = (harmless(principal), form(reject), harmless(&why(reject)));
    writeln!(out, "{number:>6}  {received:<24}  {principal:<8}  {form:<15}  {status:<6}  {why}")
}

/// The first error, and how many more there are.
pub(super) fn why(reject: &Reject) -> String {
    let errors = errors(reject);
    let Some(first) = errors.first() else { return "no reason was kept".to_owned() };
    match errors.len() - 1 {
        0 => first.clone(),
        more => format!("{first} (and {more} more)"),
    }
}

/// Where and what, of each error.
pub(super) fn errors(reject: &Reject) -> Vec<String> {
    let errors = OperationOutcome::written_errors(&reject.outcome).into_iter();
    let text = |WrittenError { expression, diagnostics }| match expression {
        Some(place) => format!("{place}: {diagnostics}"),
        None => diagnostics,
    };
    errors.map(text).collect()
}

fn object(reject: &Reject, out: &mut impl Write) -> anyhow::Result<()> {
    #[derive(Serialize)]
    struct Object<'a> {
        number: u64,
        received: String,
        principal: &'a str,
        door: Option<&'static str>,
        form: String,
        status: u16,
        position: u32,
        bytes: usize,
        outcome: Option<&'a RawValue>,
    }
    let object = Object {
        number: reject.number,
        received: Instant { millis: reject.received.0 }.to_text(),
        principal: &reject.principal,
        door: reject.door.map(name),
        form: form(reject),
        status: reject.status,
        position: reject.position,
        bytes: reject.body_len,
        outcome: serde_json::from_slice(&reject.outcome).ok(),
    };
    serde_json::to_writer(&mut *out, &object)?;
    out.write_all(b"\n")?;
    Ok(())
}

const fn name(door: Door) -> &'static str {
    match door {
        Door::Create => "create",
        Door::Bundle => "bundle",
        Door::Entry => "entry",
        Door::Plain => "plain",
    }
}
