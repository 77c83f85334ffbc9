//! What proves an event: the checkpoint that speaks for it, who has cosigned it, and whom a browser
//! may check it against.
use super::frame::Frame;
use crate::{answer::Refusal, evidence::Covering, patient_view, tasks::Deadline};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kiln_evidence::{Leaf, commitment, leaf_hash, verify_inclusion};
use kiln_fhir::Instant;
use kiln_pages::event::{Proof, ProofState};
use kiln_store::Record;

/// The proof of a record, looked at by the server: a browser looks again, by itself.
///
/// # Errors
/// What is stored cannot be read.
pub(super) fn of(
    frame: &Frame<'_>,
    record: &Record,
    deadline: &Deadline,
) -> Result<Proof, Refusal> {
    deadline.check()?;
    let exchange = frame.exchange;
    let id = super::said::id(record);
    let leaf_only = patient_view::subject(exchange).is_some();
    let snapshot = exchange.store().snapshot();
    let mut proof = Proof {
        state: ProofState::NotSigned,
        size: snapshot.size().0,
        root: String::new(),
        witnesses: Vec::new(),
        receipt_url: receipt_path(frame, &id, "$proof"),
        bundle_url: None,
        policy: None,
        leaf_only,
    };
    let Ok(covering) = Covering::of(exchange, &snapshot, record.log_index) else {
        return Ok(proof);
    };
    let (stored, salt, envelope) = snapshot.evidence_of(record.log_index)?;
    let leaf = Leaf {
        kind: stored.envelope.kind as u8,
        received_second: (stored.envelope.received.0 / 1000) as u64,
        commitment: commitment(&salt, &envelope, &stored.body),
    };
    let hashes = covering.inclusion(record.log_index)?;
    let checkpoint = &covering.checkpoint;
    let holds = verify_inclusion(
        record.log_index.0,
        checkpoint.size,
        &leaf_hash(&leaf.to_bytes()),
        &hashes,
        &checkpoint.root,
    );
    proof.state = match (holds.is_ok(), covering.is_witnessed) {
        (false, _) => ProofState::Failed,
        (true, true) => ProofState::Witnessed,
        (true, false) => ProofState::SelfSigned,
    };
    proof.size = checkpoint.size.0;
    proof.root = STANDARD.encode(checkpoint.root.0);
    proof.witnesses = witnesses(frame, &covering);
    let evidence = || [&*frame.base, "/event/", &id, "/evidence.zip"].concat();
    proof.bundle_url = (!leaf_only).then(evidence);
    proof.policy = policy(frame);
    Ok(proof)
}

/// The path of an operation of the event.
pub(super) fn receipt_path(frame: &Frame<'_>, id: &str, operation: &str) -> String {
    [&*frame.base, "/fhir/r4/AuditEvent/", id, "/", operation].concat()
}

/// Who has cosigned the checkpoint, and when.
fn witnesses(frame: &Frame<'_>, covering: &Covering) -> Vec<(String, Instant)> {
    let Some(witnesses) = frame.exchange.tenant.witnesses.as_ref() else { return Vec::new() };
    let Some(key) = frame.exchange.tenant.store.log_key() else { return Vec::new() };
    let seen = witnesses.seen(&key, &covering.note);
    let instant = |seconds: u64| Instant { millis: (seconds as i64).saturating_mul(1000) };
    seen.into_iter().map(|(name, at)| (name.to_string(), instant(at))).collect()
}

/// Whom the server would have a browser trust: to be compared with what one has from elsewhere.
fn policy(frame: &Frame<'_>) -> Option<String> {
    let tenant = &frame.exchange.tenant;
    let key = tenant.store.log_key()?;
    let policy = tenant.witnesses.as_ref().map(|witnesses| witnesses.policy_text(&key));
    Some(policy.unwrap_or_else(|| key.to_string()))
}
