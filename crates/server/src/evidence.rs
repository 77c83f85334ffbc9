//! The checkpoint that speaks for a record, and the record's proof under it.
use crate::{answer::Refusal, exchange::Exchange};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper::{
    StatusCode,
    header::{HeaderName, HeaderValue},
};
use kiln_evidence::{Checkpoint, Extra, Hash, Leaf, Note, TlogProof, commitment, inclusion_proof};
use kiln_fhir::IssueType;
use kiln_store::{LogIndex, Snapshot, Tiles};
use std::sync::Arc;

/// Says what the evidence of an answer is worth.
pub(crate) const KILN_EVIDENCE: HeaderName = HeaderName::from_static("kiln-evidence");

/// A checkpoint that covers a record.
pub(crate) struct Covering {
    pub(crate) checkpoint: Checkpoint,
    pub(crate) note: Note,
    /// Whether enough witnesses have cosigned it.
    pub(crate) is_witnessed: bool,
    tiles: Arc<Tiles>,
}

impl Covering {
    /// The newest witnessed checkpoint if it covers the record, else the newest signed one.
    ///
    /// # Errors
    /// 501 in a log that is not signed.
    pub(crate) fn of(
        exchange: &Exchange,
        snapshot: &Snapshot,
        at: LogIndex,
    ) -> Result<Self, Refusal> {
        let signed = snapshot.checkpoint().zip(exchange.store().tiles());
        let (signed, tiles) = signed.ok_or_else(not_signed)?;
        // Nobody witnesses the audit of the audit but who asks for its checkpoints.
        let witnessed = exchange.tenant.witnessed().filter(|_| !exchange.is_of_audit);
        if let Some(witnessed) = witnessed.filter(|witnessed| witnessed.covers(at)) {
            let (checkpoint, note) = (witnessed.checkpoint.clone(), witnessed.note.clone());
            return Ok(Self { checkpoint, note, is_witnessed: true, tiles });
        }
        let (checkpoint, note) = (signed.checkpoint.clone(), signed.note.clone());
        Ok(Self { checkpoint, note, is_witnessed: false, tiles })
    }

    /// The way from the record's leaf to the checkpoint's root.
    ///
    /// # Errors
    /// 500 where the tiles cannot be read.
    pub(crate) fn inclusion(&self, at: LogIndex) -> Result<Vec<Hash>, Refusal> {
        inclusion_proof(&*self.tiles, at.0, self.checkpoint.size).map_err(|error| {
            tracing::error!(%error, "the tiles of the log cannot be read");
            let says = "the tiles of the log cannot be read: see the server's log";
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, IssueType::Exception, says)
        })
    }

    /// The three states of evidence but for the failed one.
    pub(crate) fn says(&self) -> &'static str {
        if self.is_witnessed { WITNESSED } else { SELF_SIGNED }
    }

    /// The same, as [`KILN_EVIDENCE`] has it.
    pub(crate) fn header(&self) -> HeaderValue {
        HeaderValue::from_static(self.says())
    }
}

const WITNESSED: &str = "witnessed";
const SELF_SIGNED: &str = "self-signed only";

/// A record's proof (<https://c2sp.org/tlog-proof>), as text, and what stands behind it.
///
/// # Errors
/// The log is not signed; what is stored cannot be read.
pub(crate) fn proof(exchange: &Exchange, at: LogIndex) -> Result<(String, Covering), Refusal> {
    let snapshot = exchange.store().snapshot();
    let (_, salt, envelope) = snapshot.evidence_of(at)?;
    let covering = Covering::of(exchange, &snapshot, at)?;
    let proof = TlogProof {
        extra: Some(Extra { salt, envelope }.encode()),
        index: at.0,
        hashes: covering.inclusion(at)?,
        checkpoint: covering.note.clone(),
    };
    Ok((proof.to_string(), covering))
}

/// The proof that a record's leaf is in the log, as text with words before it: without the salt and
/// the envelope, so that nobody can find out by guessing what the record says.
///
/// # Errors
/// Those of [`proof`].
pub(crate) fn leaf_proof(exchange: &Exchange, at: LogIndex) -> Result<(String, Covering), Refusal> {
    let snapshot = exchange.store().snapshot();
    let (record, salt, envelope) = snapshot.evidence_of(at)?;
    let covering = Covering::of(exchange, &snapshot, at)?;
    let leaf = Leaf {
        kind: record.envelope.kind as u8,
        received_second: (record.envelope.received.0 / 1000) as u64,
        commitment: commitment(&salt, &envelope, &record.body),
    };
    let proof = TlogProof {
        extra: None,
        index: at.0,
        hashes: covering.inclusion(at)?,
        checkpoint: covering.note.clone(),
    };
    let leaf = STANDARD.encode(leaf.to_bytes());
    Ok((format!("{LEAF_ONLY}leaf {leaf}\n\n{proof}"), covering))
}

/// What such a proof is worth.
const LEAF_ONLY: &str = "\
This shows that a record was received in the second that its leaf says, and stands in the log at the
index below, under the log's checkpoint: it cannot be changed or taken out unseen. It does not show
what the record says: that would take the event as it was received, which may name others, and the
salt that hides it. Whoever may read the whole event can have a receipt that shows that, too.

";

/// A bench's.
pub(crate) fn not_signed() -> Refusal {
    Refusal::new(StatusCode::NOT_IMPLEMENTED, IssueType::NotSupported, "this log is not signed")
}
