//! What was there before a change: read, where the request does not say it.
use super::Gateway;
use crate::{
    ledger::Leave,
    request::Request,
    seams::{Failed, Log, Pieces, Time, Upstream},
    tell::{Before, Old},
};
use bytes::BytesMut;
use hyper::{Response, header};
use kiln_trail::rest::{
    Asked, Does, EntityTags, Form, Happened, Head, Resource, Response as Told, Sent,
};

impl<U: Upstream, L: Log, T: Time> Gateway<U, L, T> {
    /// Reads it, by the leave of the change itself.
    pub(super) async fn before(&self, request: &Request, leave: &Leave) -> Before {
        if !self.settings.read_before_write || leave.id().is_none() {
            return Before::default();
        }
        let Some((path, query)) = target(request) else { return Before::default() };
        let query = query.as_deref();
        let upstream = &self.settings.upstream;
        let Some(reading) = request.reading(upstream, &path, query) else {
            return Before::default();
        };
        self.meters.read_before_write();
        match self.upstream.send(leave, reading).await {
            Ok(reply) => self.read(request, &path, query, reply).await.unwrap_or_default(),
            Err(_failed) => Before::default(),
        }
    }

    async fn read(
        &self,
        request: &Request,
        path: &str,
        query: Option<&str>,
        reply: Response<U::Body>,
    ) -> Option<Before> {
        let status = reply.status().as_u16();
        let is_by_criteria = query.is_some();
        if matches!(status, 404 | 410) && !is_by_criteria {
            return Some(Before { old: Old::Absent, ..Before::default() });
        }
        let (head, mut body) = reply.into_parts();
        let whole = self.held(&mut body).await.ok()??;
        let response = Told {
            status,
            etag: head.headers.get(header::ETAG).and_then(|it| it.to_str().ok()),
            form: Some(Form::Json),
            body: Some(&whole),
            ..Told::default()
        };
        let path = ["/", path].concat();
        let reading = Head { method: "GET", path: &path, query, ..Head::default() };
        let reading = Asked::read(&reading, &self.settings.rest).ok()?;
        let bases = [self.settings.upstream.as_str(), request.base.as_str()];
        let happened =
            Happened::read(&reading, &Sent::Nothing, &response, &bases, &self.settings.rest);
        if status >= 400 {
            return None;
        }
        Some(if is_by_criteria { found(happened) } else { shown(happened) })
    }

    /// The whole body, where it is no longer than what is held.
    async fn held(&self, body: &mut U::Body) -> Result<Option<BytesMut>, Failed> {
        let mut held = BytesMut::new();
        while let Some(piece) = body.next().await {
            held.extend_from_slice(&piece?);
            if held.len() > self.settings.buffer {
                return Ok(None);
            }
        }
        Ok(Some(held))
    }
}

/// What is to be read before the request: a path, and criteria.
fn target(request: &Request) -> Option<(String, Option<String>)> {
    let asked = &request.asked;
    let is_version_known =
        asked.conditions.if_match.as_ref().and_then(EntityTags::version).is_some();
    let are_patients_known = matches!(request.sent, Sent::Resource(_));
    match &asked.does {
        Does::Update(instance) | Does::Patch(instance) | Does::Delete(instance) => {
            let is_needless = is_version_known && are_patients_known;
            (!is_needless).then(|| (instance.to_string(), None))
        }
        Does::UpdateIf(r#type) | Does::PatchIf(r#type) | Does::DeleteIf(Some(r#type)) => {
            let criteria = asked.query.clone()?;
            Some((r#type.to_string(), Some([&criteria, "&_count=2"].concat())))
        }
        _ => None,
    }
}

/// By a read: the resource's version, and whom it is about.
fn shown(happened: Happened) -> Before {
    let changed = happened.changed;
    let version = changed.as_ref().and_then(|it| it.version.clone());
    let old = version.map_or(Old::Unknown, Old::Known);
    let id = changed.and_then(|it| it.id);
    Before { id, old, patients: happened.patients, tags: happened.tags }
}

/// By criteria: the one that matches; of none, that there is none.
fn found(happened: Happened) -> Before {
    let mut returned = happened.returned.into_iter();
    match (returned.next(), returned.next()) {
        (None, _) if happened.is_whole => Before { old: Old::Absent, ..Before::default() },
        (Some(Resource { id, version, tags, patients, .. }), None) => {
            Before { id, old: version.map_or(Old::Unknown, Old::Known), patients, tags }
        }
        _ => Before::default(),
    }
}
