//! What anybody may have of the log: checkpoints, tiles, and the key. It holds hashes alone
//! (<https://c2sp.org/tlog-tiles>).
use crate::{
    answer::{Answer, Refusal},
    app::App,
    evidence::not_signed,
    router::{Interaction, Matched},
};
use hyper::{
    StatusCode,
    header::{self, HeaderValue},
};
use kiln_evidence::{Note, Tile};
use kiln_fhir::IssueType;

/// The answer to a route below `/log`; `None` for all others.
pub(crate) fn answer(matched: &Matched, app: &App) -> Option<Result<Answer, Refusal>> {
    match matched.route.interaction {
        Interaction::LogCheckpoint => Some(checkpoint(app)),
        Interaction::LogWitnessedCheckpoint => Some(witnessed(app)),
        Interaction::LogTile => Some(tile(app, &matched.rest)),
        Interaction::LogKey => Some(key(app)),
        _ => None,
    }
}

/// The newest one: it covers every event that was acknowledged. With cosignatures where witnesses
/// have cosigned this very one.
fn checkpoint(app: &App) -> Result<Answer, Refusal> {
    let snapshot = app.log().snapshot();
    let signed = snapshot.checkpoint().ok_or_else(not_signed)?;
    let witnessed = app.witnessed().filter(|it| it.checkpoint == signed.checkpoint);
    Ok(note(witnessed.as_ref().map_or(&signed.note, |witnessed| &witnessed.note)))
}

/// The newest one that enough witnesses have cosigned.
fn witnessed(app: &App) -> Result<Answer, Refusal> {
    let witnessed = app.witnessed().ok_or_else(|| {
        Refusal::not_found("no checkpoint is witnessed: the evidence is self-signed only")
    })?;
    Ok(note(&witnessed.note))
}

/// The bytes of a tile or an entry bundle.
fn tile(app: &App, path: &str) -> Result<Answer, Refusal> {
    let nothing =
        || Refusal::not_found("the log has no such tile: its checkpoint says how large it is");
    let tile = Tile::from_path(&format!("tile/{path}")).map_err(|_error| nothing())?;
    let tiles = app.log().tiles().ok_or_else(not_signed)?;
    let bytes = tiles.read(tile).map_err(|error| {
        tracing::error!(%error, "a tile cannot be read");
        let says = "the tile cannot be read: see the server's log";
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, IssueType::Exception, says)
    })?;
    let binary = HeaderValue::from_static("application/octet-stream");
    let answer = Answer::of(StatusCode::OK, binary, bytes.ok_or_else(nothing)?);
    // A partial tile never changes either, but nobody has a use for it once it is full.
    let caching = if tile.is_full() { IMMUTABLE } else { BRIEFLY };
    Ok(answer.with(header::CACHE_CONTROL, HeaderValue::from_static(caching)))
}

fn key(app: &App) -> Result<Answer, Refusal> {
    let key = app.log().log_key().ok_or_else(not_signed)?;
    Ok(Answer::of(StatusCode::OK, HeaderValue::from_static(TEXT), format!("{key}\n")))
}

fn note(note: &Note) -> Answer {
    Answer::of(StatusCode::OK, HeaderValue::from_static(TEXT), note.to_string())
}

/// Plain text, as the formats of the evidence are.
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const BRIEFLY: &str = "public, max-age=60";
