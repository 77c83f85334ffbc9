//! Reads a request's body within its limits of size, time and memory.
use crate::{
    answer::Refusal,
    app::{App, BODY_PERMIT_BYTES},
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::{
    StatusCode,
    body::{Body, Incoming},
};
use kiln_fhir::IssueType;
use std::sync::Arc;
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{self},
};

/// Bodies up to this size take no share of the memory for large ones.
const SMALL_BYTES: usize = 64 << 10;

/// A whole body, and its share of the memory for bodies.
#[derive(Debug, Default)]
pub(crate) struct Received {
    /// The bytes.
    pub(crate) bytes: Bytes,
    _share: Option<OwnedSemaphorePermit>,
}

/// Reads the body to its end.
///
/// # Errors
/// 413 above `bytes_max`, 408 when it is too slow, 429 when there is no memory for it, 400 when it
/// breaks off.
pub(crate) async fn receive(
    body: &mut Incoming,
    app: &App,
    bytes_max: usize,
) -> Result<Received, Refusal> {
    let declared = body.size_hint().exact().map(|len| usize::try_from(len).unwrap_or(usize::MAX));
    if declared.is_some_and(|len| len > bytes_max) {
        return Err(too_large(bytes_max));
    }
    let share = share(app, declared.unwrap_or(bytes_max)).await?;
    let reading = collect(body, declared, bytes_max);
    match time::timeout(app.settings.body_timeout, reading).await {
        Ok(bytes) => Ok(Received { bytes: bytes?, _share: share }),
        Err(_) => Err(Refusal::new(
            StatusCode::REQUEST_TIMEOUT,
            IssueType::Transient,
            "the body did not arrive in time",
        )
        .closing()),
    }
}

/// Reads and drops what is left of a refused request's body, so that its sender, who may still be
/// writing, sees the answer. `false` when the rest is too much or too slow: close the connection.
pub(crate) async fn drop_rest(body: &mut Incoming, app: &App) -> bool {
    let bytes_max = app.settings.drain_bytes_max as u64;
    if body.size_hint().lower() > bytes_max {
        return false;
    }
    let dropping = async {
        let mut dropped = 0;
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return false };
            dropped += frame.data_ref().map_or(0, Bytes::len) as u64;
            if dropped > bytes_max {
                return false;
            }
        }
        true
    };
    time::timeout(app.settings.body_timeout, dropping).await.unwrap_or(false)
}

/// A share of the memory for large bodies: waits while others hold it.
///
/// # Errors
/// 429 when they hold it too long.
async fn share(app: &App, bytes: usize) -> Result<Option<OwnedSemaphorePermit>, Refusal> {
    if bytes <= SMALL_BYTES {
        return Ok(None);
    }
    let whole = app.settings.bodies_bytes_max / BODY_PERMIT_BYTES;
    let permits = bytes.div_ceil(BODY_PERMIT_BYTES).min(whole) as u32;
    let share = Arc::clone(&app.bodies).acquire_many_owned(permits);
    if let Ok(share) = time::timeout(app.settings.body_timeout, share).await {
        return Ok(Some(share.expect("the semaphore is never closed")));
    }
    let says = "the memory for large bodies is in use: send it again a little later";
    Err(Refusal::throttled(says, "1").closing())
}

async fn collect(
    body: &mut Incoming,
    declared: Option<usize>,
    bytes_max: usize,
) -> Result<Bytes, Refusal> {
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| broken_off(&error))?;
        let Ok(data) = frame.into_data() else { continue };
        if first.len() + all.len() + data.len() > bytes_max {
            return Err(too_large(bytes_max));
        }
        // Nearly every event arrives in one piece: it is kept without a copy.
        if first.is_empty() && all.is_empty() {
            first = data;
            continue;
        }
        if all.is_empty() {
            all.reserve(declared.unwrap_or(0).max(first.len() + data.len()));
            all.extend_from_slice(&std::mem::take(&mut first));
        }
        all.extend_from_slice(&data);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

fn too_large(bytes_max: usize) -> Refusal {
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        IssueType::TooLong,
        format!("the body is larger than {bytes_max} bytes"),
    )
}

fn broken_off(error: &hyper::Error) -> Refusal {
    tracing::debug!(%error, "a body broke off");
    Refusal::bad_request(IssueType::Structure, "the body broke off").closing()
}
