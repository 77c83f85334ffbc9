//! `kiln fsck`: every byte of the log, its hashes and its index.
use super::bar;
use crate::{
    arguments,
    data::{self, DataFolder, Held, Missing},
    exit::Verdict,
    picture::{PICTURES_MAX, Picture},
};
use kiln_store::FsckReport;
use std::{io::Write as _, path::Path};

pub(crate) fn run(arguments: &arguments::Fsck) -> anyhow::Result<Verdict> {
    let settings = arguments.data.settings()?;
    let whose = arguments.whose.tenant.as_ref();
    let report = match DataFolder::hold_for(whose, &settings, Missing::Refuse) {
        Ok(folder) => check(&folder.tenant(), arguments),
        Err(error) if error.is::<Held>() => {
            let tenant = settings.data.join("tenants").join(arguments.whose.id().as_str());
            running(&settings.data, &tenant, arguments)?
        }
        Err(error) => return Err(error),
    };
    let verdict = verdict(&report);
    if arguments.json {
        json(&report, verdict)?;
    } else {
        text(&report, verdict)?;
    }
    Ok(verdict)
}

/// Of a log that a server holds, as it is now.
fn running(data: &Path, tenant: &Path, arguments: &arguments::Fsck) -> anyhow::Result<FsckReport> {
    let look = || anyhow::Ok(check(Picture::take(data, tenant)?.tenant(), arguments));
    let mut report = look()?;
    for _ in 1..PICTURES_MAX {
        if verdict(&report) == Verdict::Fine {
            break;
        }
        report = look()?;
    }
    Ok(report)
}

fn check(tenant: &Path, arguments: &arguments::Fsck) -> FsckReport {
    let bar = bar::of_bytes(arguments.json);
    let report = kiln_store::fsck(tenant, &data::components(), &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    report
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
