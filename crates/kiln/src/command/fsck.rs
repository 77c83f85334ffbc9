//! `kiln fsck`: every byte of the log, its hashes and its index.
use super::bar;
use crate::{
    arguments,
    data::{self, DataFolder, Missing},
    exit::Verdict,
};
use kiln_store::FsckReport;
use std::io::Write as _;

pub(crate) fn run(arguments: &arguments::Fsck) -> anyhow::Result<Verdict> {
    let settings = arguments.data.settings()?;
    let folder = DataFolder::hold_for(arguments.whose.tenant.as_ref(), &settings, Missing::Refuse)?;
    let bar = bar::of_bytes(arguments.json);
    let report = kiln_store::fsck(&folder.tenant(), &data::components(), &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let verdict = verdict(&report);
    if arguments.json {
        json(&report, verdict)?;
    } else {
        text(&report, verdict)?;
    }
    Ok(verdict)
}

/// Damage that was found outweighs what could not be looked at.
fn verdict(report: &FsckReport) -> Verdict {
    if !report.problems.is_empty() {
        Verdict::Wrong
    } else if report.unread.is_some() {
        Verdict::Unknown
    } else {
        Verdict::Fine
    }
}

fn json(report: &FsckReport, verdict: Verdict) -> anyhow::Result<()> {
    let object = serde_json::json!({
        "verdict": match verdict {
            Verdict::Fine => "fine",
            Verdict::Wrong => "wrong",
            Verdict::Unknown => "unknown",
        },
        "records": report.records,
        "groups": report.groups,
        "segments": report.segments,
        "problems": report.problems,
        "unread": report.unread,
    });
    writeln!(std::io::stdout(), "{object}")?;
    Ok(())
}

fn text(report: &FsckReport, verdict: Verdict) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let FsckReport { records, groups, segments, problems, unread } = report;
    writeln!(out, "{records} records in {groups} groups of {segments} segments checked")?;
    for problem in problems.iter().chain(unread) {
        writeln!(out, "- {problem}")?;
    }
    let last = match verdict {
        Verdict::Fine => "all is as it was written",
        Verdict::Wrong => {
            "something is not as it was written: keep the folder as it is, and see \
                           docs/operations.md"
        }
        Verdict::Unknown => "not everything could be read, so it is not known whether all is well",
    };
    writeln!(out, "{last}")?;
    Ok(())
}
