//! What witnesses know of a log, before it is opened: a log that was rolled back finds out here.
use super::{
    Witnessing,
    client::{Client, Reply, Unreachable},
};
use hyper::StatusCode;
use kiln_evidence::{Checkpoint, KeyName, Note, PolicyKey, origin_hash};
use std::io;

/// The newest checkpoints of these logs that the policy's witnesses have cosigned, each with a good
/// cosignature of its witness ("Monitor Retrieval Mechanism" of <https://c2sp.org/tlog-witness>).
/// A witness that does not answer in time is logged, and not waited for.
///
/// # Errors
/// A URL is none; an `https` one, and this machine knows no certificate authorities.
pub async fn known_by_witnesses(
    settings: &Witnessing,
    origins: &[KeyName],
) -> io::Result<Vec<Note>> {
    let client = Client::of(settings)?;
    let mut known = Vec::new();
    for witness in settings.policy.witnesses() {
        let Some(url) = &witness.url else { continue };
        for origin in origins {
            let url = format!("{}/{}/checkpoint", url.trim_end_matches('/'), origin_hash(origin));
            let note = client.get(&url).await.map_err(Unknown::from);
            match note.and_then(|reply| note_of(&reply, witness, origin)) {
                Ok(note) => known.extend(note),
                Err(error) => {
                    let witness = witness.key.name().as_str();
                    tracing::warn!(witness, %error, "a witness does not say what it knows");
                    break;
                }
            }
        }
    }
    Ok(known)
}

#[derive(Debug, thiserror::Error)]
enum Unknown {
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    #[error("status {0}")]
    Status(StatusCode),
    #[error("its answer is no checkpoint of this log that it cosigned")]
    Note,
}

/// `None` where it has never cosigned this log.
fn note_of(reply: &Reply, witness: &PolicyKey, origin: &KeyName) -> Result<Option<Note>, Unknown> {
    match reply.status {
        StatusCode::NOT_FOUND => return Ok(None),
        StatusCode::OK => {}
        other => return Err(Unknown::Status(other)),
    }
    let note = Note::parse(&reply.body).ok().ok_or(Unknown::Note)?;
    let checkpoint = Checkpoint::parse(&note.text).ok().ok_or(Unknown::Note)?;
    note.verify(std::slice::from_ref(&witness.key)).ok().ok_or(Unknown::Note)?;
    if checkpoint.origin == *origin { Ok(Some(note)) } else { Err(Unknown::Note) }
}
