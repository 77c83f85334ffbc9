//! The signature under the last group: whose it is, and whether it is good.
use super::{ending::Ending, segments::Found};
use crate::{
    OpenError, SignedCheckpoint,
    chain::Chain,
    checkpoint::{self, Signing},
    group::{TRAILER_LEN, Trailer},
    segment::Segment,
    wire::Malformed,
};
use kiln_evidence::{Checkpoint, KeyName, Note, Signature, TreeSize};
use std::{io, slice};

/// The signed checkpoint of the last group, whose key must be the one in hand; `None` in a log
/// without groups or signatures.
pub(super) fn last(
    found: &Found,
    ending: &Ending,
    chain: &Chain,
    signing: Option<&Signing>,
) -> Result<Option<SignedCheckpoint>, OpenError> {
    if chain.size().0 == 0 {
        return Ok(None);
    }
    let bytes = match (&ending.checkpoint, found.sealed.last()) {
        (Some(bytes), _) => bytes.clone(),
        (None, Some(before)) => of_sealed(before)?,
        (None, None) => Vec::new(),
    };
    let signing = match (bytes.is_empty(), signing) {
        (true, None) => return Ok(None),
        (true, Some(_)) => return Err(OpenError::Unsigned),
        (false, None) => return Err(OpenError::KeyMissing),
        (false, Some(signing)) => signing,
    };
    let signatures = checkpoint::take(&bytes, signing.key().name()).map_err(damaged)?;
    let origin = signing.key().name().clone();
    let size = TreeSize(chain.size().0);
    let checkpoint = Checkpoint { origin, size, root: chain.tree.root() };
    verified(checkpoint, signatures, signing).map(Some)
}

fn verified(
    checkpoint: Checkpoint,
    signatures: Vec<Signature>,
    signing: &Signing,
) -> Result<SignedCheckpoint, OpenError> {
    let key = signing.key().clone();
    // The last one is of the key in force from here on.
    if let Some(in_force) = signatures.last().map(|signature| signature.id)
        && in_force != key.id()
    {
        return Err(OpenError::OtherKey { in_force, given: key.id() });
    }
    let note = Note { text: checkpoint.to_text(), signatures };
    match note.verify(slice::from_ref(&key)) {
        Ok(_) => Ok(SignedCheckpoint { checkpoint, note, key }),
        Err(_) => Err(damaged(Malformed("the signature of the log's key under its last group"))),
    }
}

/// What the last group of a sealed segment keeps of its checkpoint.
fn of_sealed(segment: &Segment) -> Result<Vec<u8>, OpenError> {
    let read = |len: usize| -> io::Result<Vec<u8>> {
        let len = segment.len.min(len as u64);
        let mut bytes = vec![0; len as usize];
        segment.file.read_exact_at(&mut bytes, segment.len - len)?;
        Ok(bytes)
    };
    let trailer = Trailer::parse(&read(TRAILER_LEN)?).map_err(damaged)?;
    let len = trailer.checkpoint_len as usize;
    if !checkpoint::is_length(len) {
        return Err(damaged(Malformed("a checkpoint of one or two signatures")));
    }
    let mut bytes = read(TRAILER_LEN + len)?;
    bytes.truncate(len);
    Ok(bytes)
}

/// The key in hand, under the name that the last group was signed with.
pub(super) fn signing(
    components: &crate::Components,
    origin: KeyName,
) -> Result<Option<Signing>, OpenError> {
    let Some(signer) = &components.signer else { return Ok(None) };
    let signing = Signing::new(std::sync::Arc::clone(signer), origin);
    signing.map(Some).map_err(|malformed| {
        let told = format!("the log's key: expected {}", malformed.0);
        OpenError::Io(io::Error::new(io::ErrorKind::InvalidInput, told))
    })
}

fn damaged(malformed: Malformed) -> OpenError {
    OpenError::Damaged(format!("the last group: expected {}", malformed.0))
}
