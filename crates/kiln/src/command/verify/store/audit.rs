//! The log of those who looked at the log, checked with it.
use super::{Store, checked, kept, told};
use crate::{command::verify::told::name, data::AUDIT, exit::Verdict};
use anyhow::Context as _;
use kiln_evidence::VerifierKey;
use kiln_store::{VerifyOptions, VerifyReport, disk::RealDisk};
use serde_json::{Value, json};
use std::path::Path;

/// Checks it; `None` where there is none. The keys that are trusted for the log are trusted for
/// this one, whose name is another. Nobody is asked to witness it.
pub(super) fn check(
    arguments: &Store,
    tenant: &Path,
    options: &VerifyOptions,
) -> anyhow::Result<Option<VerifyReport>> {
    let log = tenant.join(AUDIT);
    let told = || log.display().to_string();
    if !log.join("segments").try_exists().with_context(told)? {
        return Ok(None);
    }
    let origin = kiln_store::origin(&log, &RealDisk).ok().flatten();
    let renamed = |key: &VerifierKey| {
        VerifierKey::new(origin.clone()?, key.algorithm(), key.public_key()).ok()
    };
    let side = format!("side/{}.{AUDIT}.checkpoint", arguments.whose.id());
    let options = VerifyOptions {
        threads: options.threads,
        trusted: options.trusted.iter().filter_map(renamed).collect(),
        known: kept(&arguments.folder.join(side))?.into_iter().collect(),
    };
    let (report, _picture) = checked(arguments, &log, &options)?;
    Ok(Some(report))
}

/// The verdict on both.
pub(super) fn with(log: Verdict, audit: Option<&VerifyReport>) -> Verdict {
    match (log, audit.map(verdict)) {
        (Verdict::Wrong, _) | (_, Some(Verdict::Wrong)) => Verdict::Wrong,
        (Verdict::Unknown, _) | (_, Some(Verdict::Unknown)) => Verdict::Unknown,
        _ => Verdict::Fine,
    }
}

fn verdict(report: &VerifyReport) -> Verdict {
    match report.verdict() {
        kiln_store::Verdict::Tampered => Verdict::Wrong,
        kiln_store::Verdict::Ok => Verdict::Fine,
        _ => Verdict::Unknown,
    }
}

pub(super) fn object(report: &VerifyReport) -> Value {
    let newest = report.newest.as_ref().map(|(checkpoint, _)| checkpoint);
    json!({
        "verdict": name(verdict(report)),
        "origin": newest.map(|newest| newest.origin.as_str()),
        "records": report.records,
        "affected": report.affected.iter().map(told::affected).collect::<Vec<_>>(),
        "findings": report.findings.iter().map(told::finding).collect::<Vec<_>>(),
        "findingsLeftOut": report.findings_left_out,
        "unread": report.unread,
        "why": report.unproven,
    })
}

pub(super) fn text(report: &VerifyReport) -> Vec<String> {
    let (verdict, records) = (name(verdict(report)), report.records);
    let mut lines = vec![format!("{verdict}: who looked at it, {records} records of another log")];
    lines.extend(report.findings.iter().map(|finding| format!("- {}", finding.told)));
    lines.extend(report.unproven.iter().cloned());
    lines
}
