//! `/evidence`: what proves the log, and a walk through one proof. It shows hashes, and no event.
use super::{
    frame::{Frame, Sheet},
    stated,
    timeline::looked_at,
};
use crate::{
    answer::{Answer, Refusal},
    evidence::Covering,
    exchange::Exchange,
    tasks::Deadline,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kiln_evidence::{Leaf, commitment, leaf_hash};
use kiln_fhir::{Instant, IssueType};
use kiln_pages::{
    Section,
    evidence::{self, Checkpoint, Standing, Witness},
    picture::Tree,
};
use kiln_store::{LogIndex, Snapshot};
use std::{fmt::Write as _, sync::Arc};

/// The page. `record` names the position of the record whose proof is walked through.
pub(super) async fn page(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    looked_at(exchange, shown).await
}

fn shown(frame: &Frame<'_>, deadline: &Deadline) -> Result<Answer, Refusal> {
    let exchange = frame.exchange;
    let tenant = &exchange.tenant;
    let snapshot = tenant.store.snapshot();
    let status = tenant.store.status();
    deadline.check()?;
    let view = evidence::View {
        base: &frame.base,
        standing: standing(frame),
        records: snapshot.size().0,
        checkpoint: checkpoint(&snapshot),
        witnesses: witnesses(frame),
        scrubbed: status.scrub.passed.map(|at| Instant { millis: at.0 }),
        repaired: status.scrub.repaired,
        damaged: status.damaged.is_some(),
        walk: walk(frame, &snapshot)?,
    };
    Ok(frame.answer(&Sheet {
        title: frame.reader.texts().officer.evidence.title,
        section: Some(Section::Evidence),
        scripts: &[],
        body: evidence::body(&view, &frame.reader),
    }))
}

fn standing(frame: &Frame<'_>) -> Standing {
    let evidence = frame.exchange.tenant.evidence(kiln_store::Millis(frame.reader.now.millis));
    match (evidence.signed.0, evidence.witnessed.0) {
        _ if evidence.alarm => Standing::Alarm,
        (0, _) => Standing::Unsigned,
        (_, 0) => Standing::SelfSigned,
        (signed, witnessed) if witnessed < signed => Standing::Lagging,
        _ => Standing::Witnessed,
    }
}

fn checkpoint(snapshot: &Snapshot) -> Option<Checkpoint> {
    let signed = snapshot.checkpoint()?;
    Some(Checkpoint {
        origin: signed.checkpoint.origin.to_string(),
        size: signed.checkpoint.size.0,
        root: STANDARD.encode(signed.checkpoint.root.0),
        key: signed.key.to_string(),
        note: signed.note.to_string(),
    })
}

/// Those of the policy, each with what it has cosigned of the newest witnessed checkpoint.
fn witnesses(frame: &Frame<'_>) -> Vec<Witness> {
    let tenant = &frame.exchange.tenant;
    let (Some(witnesses), Some(key)) = (&tenant.witnesses, tenant.store.log_key()) else {
        return Vec::new();
    };
    let newest = witnesses.newest();
    let seen = newest.as_ref().map(|newest| witnesses.seen(&key, &newest.note)).unwrap_or_default();
    let named = witnesses.names().map(|name| {
        let at = seen.iter().find(|(of, _)| of == name).map(|(_, seconds)| *seconds);
        let size = newest.as_ref().filter(|_| at.is_some()).map(|it| it.checkpoint.size.0);
        let cosigned = at.map(|seconds| Instant { millis: (seconds as i64).saturating_mul(1000) });
        Witness { name: name.to_string(), cosigned, size: size.unwrap_or_default() }
    });
    named.collect()
}

/// The way up from the record that was asked for, or from the last one.
fn walk(frame: &Frame<'_>, snapshot: &Snapshot) -> Result<Option<Tree>, Refusal> {
    let exchange = frame.exchange;
    let asked = exchange.parameters()?;
    let asked = match stated::field(&asked, "record") {
        "" => None,
        text => Some(text.parse::<u64>().map_err(|_not_a_number| no_such_record())?),
    };
    if snapshot.checkpoint().is_none() || snapshot.size().0 == 0 {
        return Ok(None);
    }
    let newest = Covering::of(exchange, snapshot, LogIndex(0))?.checkpoint.size.0;
    let at = LogIndex(asked.unwrap_or(newest.saturating_sub(1)));
    if at.0 >= snapshot.size().0 {
        return Err(no_such_record());
    }
    let covering = Covering::of(exchange, snapshot, at)?;
    let (record, salt, envelope) = snapshot.evidence_of(at)?;
    let leaf = Leaf {
        kind: record.envelope.kind as u8,
        received_second: (record.envelope.received.0 / 1000) as u64,
        commitment: commitment(&salt, &envelope, &record.body),
    };
    let path = covering.inclusion(at)?;
    Ok(Some(Tree {
        index: at.0,
        size: covering.checkpoint.size.0,
        leaf: hexadecimal(&leaf_hash(&leaf.to_bytes()).0),
        path: path.iter().map(|hash| hexadecimal(&hash.0)).collect(),
        root: hexadecimal(&covering.checkpoint.root.0),
    }))
}

fn no_such_record() -> Refusal {
    let says = "there is no record at this position: the log begins at 0";
    Refusal::bad_request(IssueType::Value, says)
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a String takes everything");
    }
    text
}
