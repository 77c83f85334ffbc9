//! What needs no event of the log: checkpoints, tiles, and the key, which hold hashes alone
//! (<https://c2sp.org/tlog-tiles>); and the page that checks receipts.
use crate::{
    answer::{Answer, Refusal},
    evidence::not_signed,
    router::{Interaction, Matched},
    tenant::Tenant,
};
use hyper::{
    StatusCode,
    header::{self, HeaderValue},
};
use kiln_evidence::{Note, Tile};
use kiln_fhir::IssueType;
use kiln_store::Store;

/// The answer to a route of the log that needs no event; `None` for all others.
pub(crate) fn log(matched: &Matched, tenant: &Tenant) -> Option<Result<Answer, Refusal>> {
    let store = tenant.stream(matched.route.is_of_audit());
    match matched.route.interaction {
        Interaction::LogCheckpoint => Some(checkpoint(tenant, store)),
        Interaction::LogWitnessedCheckpoint => Some(witnessed(tenant)),
        Interaction::LogTile => Some(tile(store, &matched.rest)),
        Interaction::LogKey => Some(key(store)),
        _ => None,
    }
}

/// The page that checks receipts, and its script; `None` for all others.
pub(crate) fn page(asked: Interaction) -> Option<Result<Answer, Refusal>> {
    match asked {
        Interaction::VerifyPage => Some(Ok(verify_page())),
        Interaction::VerifyScript => {
            let script = HeaderValue::from_static("text/javascript; charset=utf-8");
            Some(Ok(Answer::of(StatusCode::OK, script, VERIFY_SCRIPT)))
        }
        _ => None,
    }
}

/// The newest one: it covers every event that was acknowledged. With cosignatures where witnesses
/// have cosigned this very one.
fn checkpoint(tenant: &Tenant, store: &Store) -> Result<Answer, Refusal> {
    let snapshot = store.snapshot();
    let signed = snapshot.checkpoint().ok_or_else(not_signed)?;
    let witnessed = tenant.witnessed().filter(|it| it.checkpoint == signed.checkpoint);
    Ok(note(witnessed.as_ref().map_or(&signed.note, |witnessed| &witnessed.note)))
}

/// The newest one that enough witnesses have cosigned.
fn witnessed(tenant: &Tenant) -> Result<Answer, Refusal> {
    let witnessed = tenant.witnessed().ok_or_else(|| {
        Refusal::not_found("no checkpoint is witnessed: the evidence is self-signed only")
    })?;
    Ok(note(&witnessed.note))
}

/// The bytes of a tile or an entry bundle.
fn tile(store: &Store, path: &str) -> Result<Answer, Refusal> {
    let nothing =
        || Refusal::not_found("the log has no such tile: its checkpoint says how large it is");
    let tile = Tile::from_path(&format!("tile/{path}")).map_err(|_error| nothing())?;
    let tiles = store.tiles().ok_or_else(not_signed)?;
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

fn key(store: &Store) -> Result<Answer, Refusal> {
    let key = store.log_key().ok_or_else(not_signed)?;
    Ok(Answer::of(StatusCode::OK, HeaderValue::from_static(TEXT), format!("{key}\n")))
}

fn note(note: &Note) -> Answer {
    Answer::of(StatusCode::OK, HeaderValue::from_static(TEXT), note.to_string())
}

/// It says of itself that a server which lies could serve a checker which lies.
fn verify_page() -> Answer {
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    Answer::of(StatusCode::OK, html, VERIFY_PAGE)
        .with(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(ONLY_ITSELF))
}

/// The same file that is published with each release, and opened from one's own disk.
static VERIFY_PAGE: &[u8] = include_bytes!("../../../ui/verify.html");
static VERIFY_SCRIPT: &[u8] = include_bytes!("../../../ui/verify.js");

/// The page is one file: it loads nothing, and sends nothing anywhere.
const ONLY_ITSELF: &str = "default-src 'none'; script-src 'unsafe-inline'; \
    style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Plain text, as the formats of the evidence are.
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const BRIEFLY: &str = "public, max-age=60";
