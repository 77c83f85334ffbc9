//! What witnesses know of a log, before it is opened: a log that was rolled back finds out here.
use super::{Witnessing, client::Client};
use crate::outgoing::{Reply, Unreachable};
use hyper::StatusCode;
use kiln_evidence::{Checkpoint, KeyName, Note, PolicyKey, origin_hash};
use std::io;
use tokio::task::JoinSet;

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
        for some in origins.chunks(ORIGINS_AT_ONCE) {
            if let Err(error) = ask(&client, url, witness, some, &mut known).await {
                let witness = witness.key.name().as_str();
                tracing::warn!(witness, %error, "a witness does not say what it knows");
                break;
            }
        }
    }
    Ok(known)
}

/// A witness is asked about so many names of the log at once: one after the other a slow one would
/// hold up the start for a minute and more.
const ORIGINS_AT_ONCE: usize = 32;

/// Adds what the witness knows of these; an error is the last one, and does not keep the rest.
async fn ask(
    client: &Client,
    url: &str,
    witness: &PolicyKey,
    origins: &[KeyName],
    known: &mut Vec<Note>,
) -> Result<(), Unknown> {
    let mut asking = JoinSet::new();
    for origin in origins.iter().cloned() {
        let url = format!("{}/{}/checkpoint", url.trim_end_matches('/'), origin_hash(&origin));
        let client = client.clone();
        asking.spawn(async move { (client.get(&url).await, origin) });
    }
    let mut answered = Ok(());
    for (reply, origin) in asking.join_all().await {
        match reply.map_err(Unknown::from).and_then(|reply| note_of(&reply, witness, &origin)) {
            Ok(Some(note)) => {
                // Where the log is refused for it, the operator has to know whose word that is.
                let witness = witness.key.name().as_str();
                let says = note.text.lines().nth(1);
                tracing::info!(witness, size = says, "a witness says how large it knows the log");
                known.push(note);
            }
            Ok(None) => {}
            Err(error) => answered = Err(error),
        }
    }
    answered
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
    let mut note = Note::parse(&reply.body).ok().ok_or(Unknown::Note)?;
    let checkpoint = Checkpoint::parse(&note.text).ok().ok_or(Unknown::Note)?;
    note.verify(std::slice::from_ref(&witness.key)).ok().ok_or(Unknown::Note)?;
    // Who is refused for it is told the names on it: a witness cannot speak for another one.
    note.signatures.retain(|by| by.name == *origin || by.name == *witness.key.name());
    if checkpoint.origin == *origin { Ok(Some(note)) } else { Err(Unknown::Note) }
}
