//! `kiln verify store`: a whole log, as it lies on disk. It needs no settings and no lock, and
//! writes nothing but, beside a running server, links to what it reads.
mod audit;
mod told;

use super::{read, trust};
use crate::{
    arguments::verify::Store,
    command::{bar, serve::listening},
    data,
    exit::Verdict,
    picture::{PICTURES_MAX, Picture},
};
use anyhow::{Context as _, anyhow, bail};
use kiln_evidence::{MAX_NOTE, MAX_PROOF, Note, Policy, Quorum, TlogProof, Trust};
use kiln_store::{KeySource, VerifyOptions, VerifyReport};
use std::{
    io,
    path::{Path, PathBuf},
    thread::available_parallelism,
};

pub(super) fn run(arguments: &Store) -> anyhow::Result<Verdict> {
    let policy = trust::policy(arguments.policy.as_deref(), arguments.key.as_ref())?;
    let tenant = tenant(arguments)?;
    let known = known(arguments)?;
    let logs = policy.iter().flat_map(Policy::logs);
    let options = VerifyOptions {
        threads: available_parallelism().map_or(1, usize::from),
        trusted: logs.map(|log| log.key.clone()).collect(),
        known: known.clone(),
    };
    let (report, picture) = checked(arguments, &tenant, &options)?;
    let witnessed = match &policy {
        Some(policy) => {
            let at = at(picture.as_ref(), &tenant);
            judge(&report, policy, &candidates(&report, at, known)?)
        }
        None => Judged::NotAsked,
    };
    drop(picture);
    let audit = audit::check(arguments, &tenant, &options)?;
    let verdict = audit::with(verdict(&report, &witnessed), audit.as_ref());
    told::tell(&report, &witnessed, audit.as_ref(), verdict, arguments.json)?;
    match &report.unread {
        Some(unread) if verdict == Verdict::Unknown => Err(anyhow!("{unread}")),
        _ => Ok(verdict),
    }
}

/// Checks a log; of one that a server writes, the picture that was looked at.
fn checked(
    arguments: &Store,
    log: &Path,
    options: &VerifyOptions,
) -> anyhow::Result<(VerifyReport, Option<Picture>)> {
    let mut picture = picture(arguments, log)?;
    let mut report = check(at(picture.as_ref(), log), options, arguments.json);
    // A picture that is taken while a group is being written may show half of it.
    for _ in 1..PICTURES_MAX {
        if picture.is_none() || report.verdict() != kiln_store::Verdict::Tampered {
            break;
        }
        drop(picture.take());
        picture = self::picture(arguments, log)?;
        report = check(at(picture.as_ref(), log), options, arguments.json);
    }
    Ok((report, picture))
}

fn check(tenant: &Path, options: &VerifyOptions, quiet: bool) -> VerifyReport {
    let bar = bar::of_bytes(quiet);
    let report = kiln_store::verify(tenant, &data::components(), options, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    report
}

/// What is looked at.
fn at<'a>(picture: Option<&'a Picture>, tenant: &'a Path) -> &'a Path {
    picture.map_or(tenant, Picture::tenant)
}

/// Of a log that a server writes meanwhile, the log of this moment.
fn picture(arguments: &Store, tenant: &Path) -> anyhow::Result<Option<Picture>> {
    let data = &arguments.folder;
    let is_written = matches!(listening::connect(data), Ok(Some(_)));
    is_written.then(|| Picture::take(data, tenant)).transpose()
}

/// The tenant's folder in a data folder, or the folder itself where it is one.
fn tenant(arguments: &Store) -> anyhow::Result<PathBuf> {
    let folder = &arguments.folder;
    let told = || folder.display().to_string();
    let inside = folder.join("tenants").join(arguments.whose.id().as_str());
    if inside.try_exists().with_context(told)? {
        return Ok(inside);
    }
    if let Some(tenant) = &arguments.whose.tenant {
        bail!("{} holds no data of tenant {tenant}", folder.display());
    }
    if !folder.join("segments").try_exists().with_context(told)? {
        bail!("{} holds no Kiln data", folder.display());
    }
    Ok(folder.to_owned())
}

/// What the log must agree with: what the command line names, and the side file beside the tenants.
fn known(arguments: &Store) -> anyhow::Result<Vec<Note>> {
    let side = format!("side/{}.checkpoint", arguments.whose.id());
    let beside = kept(&arguments.folder.join(side))?;
    let named = arguments.known.iter().map(|path| named(path));
    beside.map(Ok).into_iter().chain(named).collect()
}

/// A checkpoint, or the one that a receipt ends in.
fn named(path: &Path) -> anyhow::Result<Note> {
    let bytes = read(path, MAX_PROOF)?;
    if let Ok(proof) = TlogProof::parse(&bytes) {
        return Ok(proof.checkpoint);
    }
    let told = || format!("{} is neither a checkpoint nor a receipt", path.display());
    Note::parse(&bytes).with_context(told)
}

/// A note beside the log; `None` where there is none.
fn kept(path: &Path) -> anyhow::Result<Option<Note>> {
    let bytes = match read(path, MAX_NOTE) {
        Err(error) if is_absent(&error) => return Ok(None),
        bytes => bytes?,
    };
    let told = || format!("{} is no signed checkpoint", path.display());
    Note::parse(&bytes).with_context(told).map(Some)
}

fn is_absent(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    kind == Some(io::ErrorKind::NotFound)
}

/// Checkpoints of which one may be witnessed. What is kept beside the log and cannot be read is a
/// finding of the check already.
fn candidates(report: &VerifyReport, tenant: &Path, known: Vec<Note>) -> anyhow::Result<Vec<Note>> {
    let witnessed = match read(&tenant.join("witnessed"), MAX_NOTE) {
        Err(error) if is_absent(&error) => None,
        bytes => Note::parse(&bytes?).ok(),
    };
    let newest = report.newest.as_ref().map(|(_, note)| note.clone());
    Ok(known.into_iter().chain(witnessed).chain(newest).collect())
}

/// What the policy says of the log.
enum Judged {
    /// None was given.
    NotAsked,
    /// The largest checkpoint that as many have cosigned as it asks for; it may ask for none.
    Content(Box<Trust>),
    /// There is none.
    Missing,
}

/// The largest checkpoint of this log that the policy is content with.
fn judge(report: &VerifyReport, policy: &Policy, candidates: &[Note]) -> Judged {
    let Some((newest, _)) = &report.newest else { return Judged::Missing };
    // A key that a trusted one was handed over to signs as that one did.
    let handed = report.key.as_ref().filter(|(_, source)| *source == KeySource::Trusted);
    let handed = handed.map(|(key, _)| policy.of_log(key.clone()));
    let policies: Vec<&Policy> = [Some(policy), handed.as_ref()].into_iter().flatten().collect();
    let trusts = candidates.iter().flat_map(|note| policies.iter().map(move |it| it.judge(note)));
    let content = trusts.flatten().filter(|trust| {
        // The check has compared each of them with the log.
        let is_ours = trust.checkpoint.origin == newest.origin;
        is_ours && trust.quorum != Quorum::Missing
    });
    let largest = content.max_by_key(|trust| trust.checkpoint.size);
    largest.map_or(Judged::Missing, |trust| Judged::Content(Box::new(trust)))
}

fn verdict(report: &VerifyReport, judged: &Judged) -> Verdict {
    match report.verdict() {
        kiln_store::Verdict::Tampered => Verdict::Wrong,
        kiln_store::Verdict::Ok if !matches!(judged, Judged::Missing) => Verdict::Fine,
        _ => Verdict::Unknown,
    }
}
