//! `kiln rejects show`: one of them, whole.
use super::{form, harmless, list, read, verdict};
use crate::{arguments::rejects::Show, exit::Verdict};
use kiln_fhir::Instant;
use kiln_store::rejects::Reject;
use std::{
    io::{BufWriter, IsTerminal as _, Write},
    ops::ControlFlow,
    path::Path,
};

pub(super) fn run(tenant: &Path, asked: &Show) -> anyhow::Result<Verdict> {
    let mut found = None;
    let unread = read(tenant, |reject| {
        if reject.number != asked.number {
            return Ok(ControlFlow::Continue(()));
        }
        found = Some(reject.clone());
        Ok(ControlFlow::Break(()))
    })?;
    let Some(reject) = found else {
        eprintln!("kiln: {} is not on the reject shelf; the oldest go first", asked.number);
        let all_read = verdict(unread) == Verdict::Fine;
        return Ok(if all_read { Verdict::Wrong } else { Verdict::Unknown });
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    let body = reject.body()?;
    if !asked.body {
        describe(&reject, &mut out)?;
    }
    if !asked.body && std::io::stdout().is_terminal() {
        for line in String::from_utf8_lossy(&body).lines() {
            writeln!(out, "{}", harmless(line))?;
        }
    } else {
        out.write_all(&body)?;
    }
    out.flush()?;
    Ok(Verdict::Fine)
}

fn describe(reject: &Reject, out: &mut impl Write) -> std::io::Result<()> {
    let Reject { number, received, principal, status, position, body_len, .. } = reject;
    let received = Instant { millis: received.0 }.to_text();
    writeln!(out, "number    {number}")?;
    writeln!(out, "received  {received}")?;
    writeln!(out, "from      {}", harmless(principal))?;
    writeln!(out, "sent as   {}, entry {position}", form(reject))?;
    writeln!(out, "status    {status}")?;
    for error in list::errors(reject) {
        writeln!(out, "why       {}", harmless(&error))?;
    }
    writeln!(out, "outcome   {}", harmless(&String::from_utf8_lossy(&reject.outcome)))?;
    writeln!(out, "body      {body_len} bytes\n")
}
