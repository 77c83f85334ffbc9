//! One witness is asked for its cosignature of one checkpoint.
use super::client::Client;
use crate::outgoing::{Reply, Unreachable};
use hyper::StatusCode;
use kiln_evidence::{
    AddCheckpoint, Hash, Note, Signature, TreeSize, VerifierKey, consistency_proof,
};
use kiln_store::{SignedCheckpoint, Tiles};
use std::{fmt, io, sync::Arc};

/// A witness that is asked.
pub(super) struct Witness {
    pub(super) key: VerifierKey,
    /// Where checkpoints are added.
    pub(super) url: String,
}

/// What became of asking.
#[derive(Debug)]
pub(super) enum Answer {
    /// It cosigned.
    Cosigned(Vec<Signature>),
    /// It knows a larger tree than this one.
    Ahead(TreeSize),
    /// What it knows does not lead to this checkpoint.
    Inconsistent,
    /// It answers otherwise than a witness of this log does.
    Refused(StatusCode),
    /// It cannot be asked.
    Unreachable(String),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cosigned(_) => f.write_str("it cosigned"),
            Self::Ahead(size) => write!(f, "it knows {} records", size.0),
            Self::Inconsistent => f.write_str("what it knows does not lead here"),
            Self::Refused(status) => write!(f, "status {status}"),
            Self::Unreachable(why) => f.write_str(why),
        }
    }
}

/// Asks for a cosignature, from the size that the witness is known to have; with the answer comes
/// the size that it has now.
pub(super) async fn ask(
    witness: &Witness,
    client: &Client,
    tiles: &Arc<Tiles>,
    signed: &SignedCheckpoint,
    mut known: TreeSize,
) -> (Answer, TreeSize) {
    let size = signed.checkpoint.size;
    for _ in 0..TRIES_MAX {
        let proof = match proof(tiles, known, size).await {
            Ok(proof) => proof,
            Err(error) => return (Answer::Unreachable(format!("no proof: {error}")), known),
        };
        let request = AddCheckpoint { old: known, proof, checkpoint: signed.note.clone() };
        let reply = match client.post(&witness.url, request.to_string()).await {
            Ok(reply) => reply,
            Err(unreachable) => return (Answer::from(unreachable), known),
        };
        match reply.status {
            StatusCode::OK => return cosigned(witness, signed, &reply, known),
            StatusCode::CONFLICT => match size_of(&reply) {
                Some(theirs) if theirs > size => return (Answer::Ahead(theirs), theirs),
                Some(theirs) => known = theirs,
                None => return (Answer::Refused(reply.status), known),
            },
            StatusCode::UNPROCESSABLE_ENTITY => return (Answer::Inconsistent, known),
            other => return (Answer::Refused(other), known),
        }
    }
    (Answer::Refused(StatusCode::CONFLICT), known)
}

/// Its size is asked for with the first request; another instance may have moved it since.
const TRIES_MAX: usize = 3;

impl From<Unreachable> for Answer {
    fn from(unreachable: Unreachable) -> Self {
        Self::Unreachable(unreachable.to_string())
    }
}

/// The proof may need tiles from disk.
async fn proof(tiles: &Arc<Tiles>, old: TreeSize, new: TreeSize) -> io::Result<Vec<Hash>> {
    if old == TreeSize(0) || old == new {
        return Ok(Vec::new());
    }
    let tiles = Arc::clone(tiles);
    let proof = move || consistency_proof(&*tiles, old, new).map_err(io::Error::other);
    tokio::task::spawn_blocking(proof).await.map_err(io::Error::other)?
}

/// Lines of unknown keys are ignored; that of the witness must be there, and good.
fn cosigned(
    witness: &Witness,
    signed: &SignedCheckpoint,
    reply: &Reply,
    known: TreeSize,
) -> (Answer, TreeSize) {
    let lines = Signature::parse_lines(&reply.body).unwrap_or_default();
    let of_witness =
        |line: &Signature| line.name == *witness.key.name() && line.id == witness.key.id();
    let lines = lines.into_iter().filter(of_witness).collect();
    let note = Note { text: signed.note.text.clone(), signatures: lines };
    match note.verify(std::slice::from_ref(&witness.key)) {
        Ok(_) => (Answer::Cosigned(note.signatures), signed.checkpoint.size),
        Err(_) => (Answer::Unreachable("its answer is no cosignature of its key".into()), known),
    }
}

/// The body of a 409: a decimal and a newline.
fn size_of(reply: &Reply) -> Option<TreeSize> {
    let text = std::str::from_utf8(&reply.body).ok()?;
    let digits = text.strip_suffix('\n')?;
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_plain).map(TreeSize)
}
