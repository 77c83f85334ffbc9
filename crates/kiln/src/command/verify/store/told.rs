//! What a check of a whole log says.
use super::{
    super::told::{self, Evidence, LIMIT},
    Judged, audit,
};
use crate::exit::Verdict;
use kiln_store::{Affected, Finding, KeySource, RecordVerdict, VerifyReport};
use serde_json::{Value, json};
use std::io::Write as _;

const NO_WITNESS: &str = "no checkpoint of this log is cosigned by as many witnesses as the policy \
                          asks for";
const STATED: &str = "the log states its key itself: whoever wrote the log may have made it up; \
                      --key or --policy says whom to trust";

pub(super) fn tell(
    report: &VerifyReport,
    judged: &Judged,
    audit: Option<&VerifyReport>,
    verdict: Verdict,
    as_json: bool,
) -> anyhow::Result<()> {
    let told = if as_json {
        let mut object = object(report, judged, verdict);
        object["audit"] = audit.map_or(Value::Null, audit::object);
        object.to_string()
    } else {
        let mut lines = text(report, judged, verdict);
        lines.extend(audit.into_iter().flat_map(audit::text));
        lines.join("\n")
    };
    Ok(writeln!(std::io::stdout(), "{told}")?)
}

fn object(report: &VerifyReport, judged: &Judged, verdict: Verdict) -> Value {
    let newest = report.newest.as_ref().map(|(checkpoint, _)| checkpoint);
    let witnessed = match judged {
        Judged::Content(trust) => Some(&**trust),
        Judged::NotAsked | Judged::Missing => None,
    };
    json!({
        "verdict": told::name(verdict),
        "evidence": witnessed.map_or(Evidence::SelfSigned, Evidence::of).name(),
        "origin": newest.map(|newest| newest.origin.as_str()),
        "size": newest.map(|newest| newest.size.0),
        "key": report.key.as_ref().map(|(key, _)| key.to_string()),
        "keySource": report.key.as_ref().map(|(_, source)| source_name(*source)),
        "checkpointSize": witnessed.map(|trust| trust.checkpoint.size.0),
        "witnesses": witnessed.map(told::witnesses),
        "records": report.records,
        "groups": report.groups,
        "segments": report.segments,
        "tiles": report.tiles,
        "indexes": report.indexes,
        "bytes": report.bytes,
        "affected": report.affected.iter().map(affected).collect::<Vec<_>>(),
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "findingsLeftOut": report.findings_left_out,
        "absent": report.absent,
        "unread": report.unread,
        "why": why(report, judged),
    })
}

fn source_name(source: KeySource) -> &'static str {
    match source {
        KeySource::Trusted => "trusted",
        KeySource::Stated => "stated by the log",
    }
}

pub(super) fn affected(affected: &Affected) -> Value {
    let Affected { records, verdict } = affected;
    let statement = match verdict {
        RecordVerdict::Erased { statement } => Some(statement),
        RecordVerdict::Missing | RecordVerdict::Altered => None,
    };
    let verdict = record_verdict(*verdict);
    json!({ "from": records.start, "to": records.end, "verdict": verdict, "statement": statement })
}

fn record_verdict(verdict: RecordVerdict) -> &'static str {
    match verdict {
        RecordVerdict::Erased { .. } => "erased",
        RecordVerdict::Missing => "MISSING",
        RecordVerdict::Altered => "ALTERED",
    }
}

pub(super) fn finding(finding: &Finding) -> Value {
    let Finding { file, byte, record, told } = finding;
    json!({ "file": file, "byte": byte, "record": record, "told": told })
}

/// Why it is not more than it is.
fn why(report: &VerifyReport, judged: &Judged) -> Vec<String> {
    let mut why = report.unproven.clone();
    match judged {
        Judged::NotAsked if report.key.is_some() => why.push(STATED.to_owned()),
        Judged::NotAsked => {}
        Judged::Missing => why.push(NO_WITNESS.to_owned()),
        Judged::Content(trust) => why.extend(told::why(trust).into_iter().map(str::to_owned)),
    }
    why
}

fn text(report: &VerifyReport, judged: &Judged, verdict: Verdict) -> Vec<String> {
    let VerifyReport { records, groups, segments, tiles, indexes, .. } = report;
    let name = told::name(verdict);
    let mut lines = vec![format!(
        "{name}: {records} records are ok, in {groups} groups of {segments} segments; \
         {tiles} tiles and {indexes} index files compared"
    )];
    lines.extend(report.findings.iter().map(|finding| format!("- {}", finding.told)));
    if report.findings_left_out > 0 {
        lines.push(format!("and {} more", report.findings_left_out));
    }
    lines.extend(report.affected.iter().map(|it| {
        let Affected { records, verdict } = it;
        let statement = match verdict {
            RecordVerdict::Erased { statement } => format!(" (statement at {statement})"),
            RecordVerdict::Missing | RecordVerdict::Altered => String::new(),
        };
        let (from, last) = (records.start, records.end.saturating_sub(1));
        format!("{} records {from} to {last}{statement}", record_verdict(*verdict))
    }));
    if let Some((newest, _)) = &report.newest {
        lines.push(format!("the log of {} records of {}", newest.size.0, newest.origin));
    }
    if let Judged::Content(trust) = judged {
        lines.push(format!("its checkpoint of {} records:", trust.checkpoint.size.0));
        lines.extend(told::signers(trust));
    }
    lines.extend(report.absent.iter().cloned());
    lines.extend(why(report, judged));
    if !matches!(judged, Judged::Content(_)) {
        lines.push(told::SELF_SIGNED.to_owned());
    }
    lines.push(LIMIT.to_owned());
    lines
}
