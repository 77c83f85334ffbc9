//! `kiln verify bundle`: every record of an evidence bundle.
mod archive;
mod finding;

use super::{event, told};
use crate::{
    arguments::verify::Bundle,
    command::{
        bar,
        verify::told::{Evidence, LIMIT},
    },
    evidence_bundle::{
        CHECKPOINT, EVENTS_MAX, FORMAT, Item, LOG_KEY, MANIFEST, MANIFEST_BYTES_MAX, Manifest,
        Part, README, RECORD_BYTES_MAX, STATEMENTS_MAX, VERSION,
    },
    exit::Verdict,
};
use archive::{Archive, Entry};
use finding::{Fault, Findings};
use indicatif::ProgressBar;
use kiln_evidence::{MAX_NOTE, MAX_PROOF, Note, Policy, Receipt, Trust};
use kiln_fhir::MediaType;
use serde::Deserialize;
use serde_json::json;
use std::io::Write as _;
use uuid::Uuid;

/// A text for people.
const README_BYTES_MAX: usize = 1 << 20;
/// A statement's kind in leaves (`docs/FORMATS.md`).
const STATEMENT: u8 = 3;
/// The kinds of audit events: as they were sent, kept though they break a rule, made by Kiln.
const EVENTS: [u8; 3] = [1, 5, 6];

pub(super) fn run(arguments: &Bundle) -> anyhow::Result<Verdict> {
    let policy = arguments.trust.policy()?;
    let mut findings = Findings::default();
    match Archive::open(&arguments.file)? {
        Ok(mut archive) => check(&mut archive, &policy, arguments.json, &mut findings)?,
        Err(why) => findings.add(Fault::Altered, &arguments.file.display().to_string(), why),
    }
    tell(&findings, arguments.json)?;
    Ok(findings.verdict())
}

fn check(
    archive: &mut Archive,
    policy: &Policy,
    quiet: bool,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let Some(manifest) = manifest(archive, findings)? else { return Ok(()) };
    let Some(checkpoint) = read(archive, CHECKPOINT, MAX_NOTE, findings)? else { return Ok(()) };
    let Some(trust) = judge(&checkpoint, policy, findings) else { return Ok(()) };
    beside(archive, &manifest, &trust, findings)?;
    let records = manifest.events.len() + manifest.statements.len();
    let bar = bar::of_records(records as u64, quiet);
    let mut records = Records { archive, policy, checkpoint: &checkpoint, findings, bar };
    let events = records.check(Part::Events, &manifest.events)?;
    let statements = records.check(Part::Statements, &manifest.statements)?;
    records.bar.finish_and_clear();
    (findings.events, findings.statements) = (events, statements);
    for name in archive.others() {
        findings.add(Fault::Extra, &name, "the manifest does not know it");
    }
    findings.trust = Some(trust);
    Ok(())
}

/// What every version of the manifest says.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

/// The manifest, where it is one that this build reads.
fn manifest(archive: &mut Archive, findings: &mut Findings) -> anyhow::Result<Option<Manifest>> {
    let bytes = read(archive, MANIFEST, MANIFEST_BYTES_MAX, findings)?;
    let Some(bytes) = bytes else { return Ok(None) };
    match serde_json::from_slice::<Head>(&bytes) {
        Ok(head) if head.format == FORMAT && head.version != VERSION => {
            let Head { version, .. } = head;
            findings.unknown = Some(format!(
                "it is a bundle of version {version}, and this build reads version {VERSION}"
            ));
            return Ok(None);
        }
        Ok(head) if head.format == FORMAT => {}
        _ => {
            findings.add(Fault::Altered, MANIFEST, format!("it is none of a {FORMAT}"));
            return Ok(None);
        }
    }
    let manifest: Manifest = match serde_json::from_slice(&bytes) {
        Ok(manifest) => manifest,
        Err(error) => {
            findings.add(Fault::Altered, MANIFEST, format!("it cannot be read: {error}"));
            return Ok(None);
        }
    };
    if manifest.events.len() > EVENTS_MAX || manifest.statements.len() > STATEMENTS_MAX {
        findings.add(Fault::Altered, MANIFEST, "it has more records than a bundle may");
        return Ok(None);
    }
    Ok(Some(manifest))
}

/// A file that has to be there.
fn read(
    archive: &mut Archive,
    name: &str,
    bytes_max: usize,
    findings: &mut Findings,
) -> anyhow::Result<Option<Vec<u8>>> {
    match archive.read(name, bytes_max)? {
        Entry::There(bytes) => return Ok(Some(bytes)),
        Entry::Absent => findings.add(Fault::Missing, name, "it is not in the bundle"),
        Entry::Broken(why) => findings.add(Fault::Altered, name, why),
    }
    Ok(None)
}

fn judge(checkpoint: &[u8], policy: &Policy, findings: &mut Findings) -> Option<Trust> {
    let judged = match Note::parse(checkpoint) {
        Ok(note) => policy.judge(&note).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    judged.map_err(|why| findings.add(Fault::Altered, CHECKPOINT, why)).ok()
}

/// What stands beside the records, held against the checkpoint.
fn beside(
    archive: &mut Archive,
    manifest: &Manifest,
    trust: &Trust,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    read(archive, README, README_BYTES_MAX, findings)?;
    let key = read(archive, LOG_KEY, MAX_NOTE, findings)?;
    if key.is_some_and(|key| key.trim_ascii_end() != trust.log_key.to_string().as_bytes()) {
        findings.add(Fault::Altered, LOG_KEY, "it is not the key that signed the checkpoint");
    }
    let (origin, size) = (trust.checkpoint.origin.as_str(), trust.checkpoint.size.0);
    if manifest.origin != origin || manifest.size != size {
        findings.add(Fault::Altered, MANIFEST, "it names another checkpoint");
    }
    Ok(())
}

/// What each record is checked with.
struct Records<'a> {
    archive: &'a mut Archive,
    policy: &'a Policy,
    /// The whole note.
    checkpoint: &'a [u8],
    findings: &'a mut Findings,
    bar: ProgressBar,
}

impl Records<'_> {
    /// How many are ok.
    fn check(&mut self, part: Part, items: &[Item]) -> anyhow::Result<u64> {
        let mut good = 0;
        let mut before = None;
        for item in items {
            if before.is_some_and(|before| before >= item.index) {
                let told =
                    format!("{} {} does not come after the one before", part.one(), item.index);
                self.findings.add(Fault::Altered, MANIFEST, told);
            }
            before = Some(item.index);
            good += u64::from(self.record(part, item)?);
            self.bar.inc(1);
        }
        Ok(good)
    }

    fn record(&mut self, part: Part, item: &Item) -> anyhow::Result<bool> {
        let files = [MediaType::Json, MediaType::Xml].map(|media| part.file(item.index, media));
        if !files.contains(&item.file) || item.proof != part.proof(item.index) {
            let told = format!("{} {} has other files than it must", part.one(), item.index);
            self.findings.add(Fault::Altered, MANIFEST, told);
            return Ok(false);
        }
        let body = read(self.archive, &item.file, RECORD_BYTES_MAX, self.findings)?;
        let proof = read(self.archive, &item.proof, MAX_PROOF, self.findings)?;
        let (Some(body), Some(proof)) = (body, proof) else { return Ok(false) };
        if !ends_in(&proof, self.checkpoint) {
            let told = "it ends in another checkpoint than the bundle's";
            self.findings.add(Fault::Altered, &item.proof, told);
            return Ok(false);
        }
        let wrong = match event::check(&body, &proof, self.policy) {
            Ok(receipt) => differs(part, item, &receipt),
            Err(error) => Some(format!("{error:#}")),
        };
        let Some(wrong) = wrong else { return Ok(true) };
        self.findings.add(Fault::Altered, &item.file, wrong);
        Ok(false)
    }
}

/// Whether the proof's last part is this note.
fn ends_in(proof: &[u8], note: &[u8]) -> bool {
    let blank = proof.windows(2).position(|pair| pair == b"\n\n");
    blank.is_some_and(|at| &proof[at + 2..] == note)
}

/// What the manifest says otherwise than the log.
fn differs(part: Part, item: &Item, receipt: &Receipt) -> Option<String> {
    let Receipt { index, leaf, id, received, .. } = receipt;
    let told = "the manifest names another";
    if *index != item.index {
        Some(format!("{told} position: it stands at {index}"))
    } else if Uuid::from_bytes(*id).to_string() != item.id {
        Some(format!("{told} id"))
    } else if told::instant(*received as i64) != item.received {
        Some(format!("{told} time of receipt"))
    } else if !is_of(part, leaf.kind) {
        Some(format!("it is no {}", part.one()))
    } else {
        None
    }
}

/// Whether a leaf of this kind belongs there: statements, or audit events of every kind.
fn is_of(part: Part, kind: u8) -> bool {
    match part {
        Part::Statements => kind == STATEMENT,
        Part::Events => EVENTS.contains(&kind),
    }
}

fn tell(findings: &Findings, as_json: bool) -> anyhow::Result<()> {
    let told = if as_json { object(findings).to_string() } else { text(findings) };
    Ok(writeln!(std::io::stdout(), "{told}")?)
}

fn object(findings: &Findings) -> serde_json::Value {
    let Findings { trust, events, statements, found, left_out, unknown } = findings;
    let trust = trust.as_ref();
    let mut why: Vec<String> = unknown.iter().cloned().collect();
    why.extend(trust.into_iter().flat_map(told::why).map(str::to_owned));
    json!({
        "verdict": told::name(findings.verdict()),
        "evidence": trust.map(|trust| Evidence::of(trust).name()),
        "origin": trust.map(|trust| trust.checkpoint.origin.as_str()),
        "size": trust.map(|trust| trust.checkpoint.size.0),
        "events": events,
        "statements": statements,
        "findings": found,
        "findingsLeftOut": left_out,
        "witnesses": trust.map(told::witnesses),
        "why": why,
    })
}

fn text(findings: &Findings) -> String {
    let Findings { trust, events, statements, found, left_out, unknown } = findings;
    let name = told::name(findings.verdict());
    let mut lines = vec![format!("{name}: {events} events and {statements} statements are ok")];
    lines.extend(unknown.iter().cloned());
    for finding in found {
        let finding::Finding { verdict, file, told } = finding;
        lines.push(format!("{} {file}: {told}", verdict.name()));
    }
    if *left_out > 0 {
        lines.push(format!("and {left_out} more"));
    }
    if let Some(trust) = trust {
        let checkpoint = &trust.checkpoint;
        lines.push(format!(
            "all proofs end in one checkpoint: {} records of {}",
            checkpoint.size.0, checkpoint.origin
        ));
        lines.extend(told::signers(trust));
    }
    lines.push("A bundle does not show that it is complete.".to_owned());
    lines.push(LIMIT.to_owned());
    lines.join("\n")
}

#[cfg(test)]
mod tests;
