//! Asks the upstream what became of a change.
use super::{Verdict, written};
use crate::{
    entry::Ending,
    gateway::Gateway,
    ledger::{Abandoned, Leave},
    request::url,
    seams::{Log, Pieces, Time, Upstream},
};
use bytes::{Bytes, BytesMut};
use hyper::{
    Method, Request,
    header::{self, HeaderValue},
};
use kiln_fhir::Instant;
use kiln_store::Millis;
use kiln_trail::{
    Outcome as How,
    rest::{Asked, Changed, Does, EntityTags, Happened, Id, Instance},
};

/// Bytes of a resource that is looked at for its version.
const BYTES_MAX: usize = 8 << 20;

const UNKNOWN: &str = "Kiln stopped before the answer, and nobody knows whether it was done";
const NOT_SHOWN: &str = "Kiln stopped before the answer, of which nothing was shown";
const BEGUN: &str = "Kiln stopped in the middle of the answer: what it had shown is not known";
const DONE: &str = "Kiln stopped before the answer: that it was done was found out afterwards";
const NOT_DONE: &str = "Kiln stopped before the answer: that it was not done was found out \
                        afterwards";

/// So far may the upstream's clock be behind Kiln's, and no change be taken for an older one.
const SKEW_MS: i64 = 60_000;

/// What the upstream has of a resource.
enum Now {
    /// None.
    Gone,
    /// A version, and since when.
    There { version: Option<Id>, since: Option<Millis> },
    /// It does not say.
    Unsaid,
}

impl<U: Upstream, L: Log, T: Time> Gateway<U, L, T> {
    pub(super) async fn verdict(&self, found: &Abandoned, asked: &Asked, leave: &Leave) -> Verdict {
        if asked.is_read() {
            let is_begun = found.streamed.is_some();
            let (how, says) =
                if is_begun { (How::Unknown, BEGUN) } else { (How::Serious, NOT_SHOWN) };
            let ending = if is_begun { Ending::Unknown } else { Ending::Settled };
            return Verdict { ending, how, says, happened: nothing() };
        }
        let (Does::Update(of) | Does::Patch(of) | Does::Delete(of)) = &asked.does else {
            return unknown();
        };
        let now = self.now_there(of, leave).await;
        judge(asked, of, now, written(found.id))
    }

    async fn now_there(&self, of: &Instance, leave: &Leave) -> Now {
        let uri = url(&self.settings.upstream, &of.to_string(), None);
        let mut request = Request::builder().method(Method::GET).uri(uri);
        if let Some(headers) = request.headers_mut() {
            headers.insert(header::ACCEPT, HeaderValue::from_static("application/fhir+json"));
            if let Some(own) = &self.settings.credentials {
                headers.insert(header::AUTHORIZATION, own.clone());
            }
        }
        let Ok(request) = request.body(Bytes::new()) else { return Now::Unsaid };
        let Ok(reply) = self.upstream.send(leave, request).await else { return Now::Unsaid };
        match reply.status().as_u16() {
            404 | 410 => return Now::Gone,
            200 => {}
            _ => return Now::Unsaid,
        }
        let mut body = reply.into_body();
        let mut held = BytesMut::new();
        while let Some(piece) = body.next().await {
            let Ok(piece) = piece else { return Now::Unsaid };
            held.extend_from_slice(&piece);
            if held.len() > BYTES_MAX {
                return Now::Unsaid;
            }
        }
        let Ok(Stored { meta }) = serde_json::from_slice(&held) else { return Now::Unsaid };
        Now::There {
            version: meta.version_id.as_deref().and_then(Id::parse),
            since: meta
                .last_updated
                .as_deref()
                .and_then(Instant::parse)
                .map(|it| Millis(it.millis)),
        }
    }
}

#[derive(serde::Deserialize)]
struct Stored {
    #[serde(default)]
    meta: Meta,
}

#[derive(Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Meta {
    version_id: Option<String>,
    last_updated: Option<String>,
}

/// What follows for a change that was intended at `intended`.
fn judge(asked: &Asked, of: &Instance, now: Now, intended: Millis) -> Verdict {
    let is_delete = matches!(asked.does, Does::Delete(_));
    let expected = asked.conditions.if_match.as_ref().and_then(EntityTags::version);
    match now {
        Now::Gone if is_delete => settled(How::Success, DONE, of, None),
        Now::Gone => settled(How::Serious, NOT_DONE, of, None),
        Now::There { version: Some(version), .. } if Some(&version) == expected => {
            settled(How::Serious, NOT_DONE, of, None)
        }
        Now::There { since: Some(since), .. } if since.0 < intended.0 - SKEW_MS => {
            settled(How::Serious, NOT_DONE, of, None)
        }
        Now::There { version, since: Some(since) } if !is_delete && since.0 >= intended.0 => {
            settled(How::Success, DONE, of, version)
        }
        Now::There { .. } | Now::Unsaid => unknown(),
    }
}

fn settled(how: How, says: &'static str, of: &Instance, version: Option<Id>) -> Verdict {
    let changed =
        Changed { r#type: of.r#type, id: Some(of.id.clone()), version, old: None, is_new: false };
    let happened = Happened { changed: Some(changed), ..nothing() };
    Verdict { ending: Ending::Settled, how, says, happened }
}

fn unknown() -> Verdict {
    Verdict { ending: Ending::Unknown, how: How::Unknown, says: UNKNOWN, happened: nothing() }
}

fn nothing() -> Happened {
    crate::gateway::unanswered(None)
}
