//! `kiln verify event`: one event and its receipt.
use super::{
    read,
    told::{self, Evidence, LIMIT},
};
use crate::{arguments::verify::Event, exit::Verdict};
use anyhow::Context as _;
use kiln_evidence::{MAX_PROOF, Policy, Receipt, TlogProof, verify_receipt};
use serde_json::json;
use std::io::Write as _;
use uuid::Uuid;

/// Far above the largest event that a server takes.
const EVENT_BYTES_MAX: usize = 1 << 30;

pub(crate) fn run(arguments: &Event) -> anyhow::Result<Verdict> {
    let policy = arguments.trust.policy()?;
    let body = read(&arguments.file, EVENT_BYTES_MAX)?;
    let proof = read(&arguments.proof, MAX_PROOF)?;
    let checked = check(&body, &proof, &policy);
    let told = if arguments.json { object(&checked).to_string() } else { text(&checked) };
    writeln!(std::io::stdout(), "{told}")?;
    Ok(checked.map_or(Verdict::Wrong, |receipt| told::verdict(&receipt.trust)))
}

/// Reads the receipt and checks it. One that cannot be read proves as little as a wrong one.
pub(super) fn check(body: &[u8], proof: &[u8], policy: &Policy) -> anyhow::Result<Receipt> {
    let proof = TlogProof::parse(proof).context("the receipt cannot be read")?;
    // Its text says all that its sources say.
    verify_receipt(body, &proof, policy).map_err(|error| anyhow::anyhow!("{error}"))
}

fn object(checked: &anyhow::Result<Receipt>) -> serde_json::Value {
    let receipt = match checked {
        Ok(receipt) => receipt,
        Err(error) => return json!({ "verdict": "failed", "why": [format!("{error:#}")] }),
    };
    let Receipt { index, id, received, trust, .. } = receipt;
    json!({
        "verdict": told::name(told::verdict(trust)),
        "evidence": Evidence::of(trust).name(),
        "origin": trust.checkpoint.origin.as_str(),
        "index": index,
        "size": trust.checkpoint.size.0,
        "id": Uuid::from_bytes(*id).to_string(),
        "received": told::instant(*received as i64),
        "witnesses": told::witnesses(trust),
        "why": told::why(trust),
    })
}

fn text(checked: &anyhow::Result<Receipt>) -> String {
    let receipt = match checked {
        Ok(receipt) => receipt,
        Err(error) => return format!("failed: event and receipt prove nothing\n{error:#}"),
    };
    let Receipt { index, id, received, trust, .. } = receipt;
    let (id, received) = (Uuid::from_bytes(*id), told::instant(*received as i64));
    let size = trust.checkpoint.size.0;
    let mut lines = vec![
        format!("{}: the log holds exactly these bytes", told::name(told::verdict(trust))),
        format!("at position {index} of {size} of {}", trust.checkpoint.origin),
        format!("as {id}, received {received}"),
    ];
    lines.extend(told::signers(trust));
    lines.push(LIMIT.to_owned());
    lines.join("\n")
}
