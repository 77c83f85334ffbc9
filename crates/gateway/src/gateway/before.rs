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
    Asked, Bundle, Does, EntityTags, Form, Happened, Head, Resource, Response as Told, Sent,
};
use std::{collections::HashSet, pin::pin};

impl<U: Upstream, L: Log, T: Time> Gateway<U, L, T> {
    /// Whether anything is to be read: reads, and creates, have nothing before them.
    pub(super) fn is_read_before(&self, request: &Request, leave: &Leave) -> bool {
        let is_read = request.asked.is_read() || matches!(request.asked.does, Does::Create(_));
        self.settings.read_before_write && leave.id().is_some() && !is_read
    }

    /// Reads it, by the leave of the change itself.
    pub(super) async fn before(&self, request: &Request, leave: &Leave) -> Before {
        if let Sent::Bundle(bundle) = &request.sent {
            let entries = self.before_entries(request, leave, bundle).await;
            return Before { entries, ..Before::default() };
        }
        let are_patients_known = matches!(request.sent, Sent::Resource(_));
        let Some((path, query)) = target(&request.asked, are_patients_known) else {
            return Before::default();
        };
        let asking = pin!(self.ask(request, leave, &path, query.as_deref()));
        let read = self.within(asking, self.settings.answer_timeout).await;
        read.and_then(Result::ok).unwrap_or_default()
    }

    /// The same for entries that change a resource by its id. All reads together take no longer
    /// than one answer may: what is not read by then is not known.
    async fn before_entries(
        &self,
        request: &Request,
        leave: &Leave,
        bundle: &Bundle,
    ) -> Vec<Before> {
        let mut found = vec![Before::default(); bundle.entries.len()];
        let is_late = {
            let reading = pin!(self.read_entries(request, leave, bundle, &mut found));
            self.within(reading, self.settings.answer_timeout).await.is_none()
        };
        if is_late {
            tracing::warn!("the upstream is late: not all is read that stood before a Bundle");
        }
        found
    }

    /// One after the other: as many as the settings say, until the server behind does not answer.
    async fn read_entries(
        &self,
        request: &Request,
        leave: &Leave,
        bundle: &Bundle,
        found: &mut [Before],
    ) {
        let (mut more, mut named) = (self.settings.entries_read_max, HashSet::new());
        for (entry, before) in bundle.entries.iter().zip(found) {
            let does = &entry.asked.does;
            let (Does::Update(of) | Does::Patch(of) | Does::Delete(of)) = does else { continue };
            // What an entry before it makes of the same resource is not there to be read yet.
            let is_first = named.insert(of);
            let are_patients_known = matches!(entry.asked.does, Does::Update(_));
            let target = target(&entry.asked, are_patients_known).filter(|_| is_first);
            let Some((path, None)) = target else { continue };
            if more == 0 {
                break;
            }
            more -= 1;
            match self.ask(request, leave, &path, None).await {
                Ok(read) => *before = read,
                Err(_failed) => break,
            }
        }
    }

    /// Reads one resource, or the one that matches.
    async fn ask(
        &self,
        request: &Request,
        leave: &Leave,
        path: &str,
        query: Option<&str>,
    ) -> Result<Before, Failed> {
        let Some(reading) = request.reading(&self.settings.upstream, path, query) else {
            return Ok(Before::default());
        };
        self.meters.read_before_write();
        let reply = self.upstream.send(leave, reading).await?;
        Ok(self.read(request, path, query, reply).await?.unwrap_or_default())
    }

    async fn read(
        &self,
        request: &Request,
        path: &str,
        query: Option<&str>,
        reply: Response<U::Body>,
    ) -> Result<Option<Before>, Failed> {
        let status = reply.status().as_u16();
        let is_by_criteria = query.is_some();
        if matches!(status, 404 | 410) && !is_by_criteria {
            return Ok(Some(Before { old: Old::Absent, ..Before::default() }));
        }
        let (head, mut body) = reply.into_parts();
        let Some(whole) = self.held(&mut body).await? else { return Ok(None) };
        let response = Told {
            status,
            etag: head.headers.get(header::ETAG).and_then(|it| it.to_str().ok()),
            form: Some(Form::Json),
            body: Some(&whole),
            ..Told::default()
        };
        let path = ["/", path].concat();
        let reading = Head { method: "GET", path: &path, query, ..Head::default() };
        let Ok(reading) = Asked::read(&reading, &self.settings.rest) else { return Ok(None) };
        let bases = [self.settings.upstream.as_str(), request.base.as_str()];
        let happened =
            Happened::read(&reading, &Sent::Nothing, &response, &bases, &self.settings.rest);
        if status >= 400 {
            return Ok(None);
        }
        Ok(Some(if is_by_criteria { found(happened) } else { shown(happened) }))
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
fn target(asked: &Asked, are_patients_known: bool) -> Option<(String, Option<String>)> {
    let is_version_known =
        asked.conditions.if_match.as_ref().and_then(EntityTags::version).is_some();
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
    Before { id, old, patients: happened.patients, tags: happened.tags, ..Before::default() }
}

/// By criteria: the one that matches; of none, that there is none.
fn found(happened: Happened) -> Before {
    let mut returned = happened.returned.into_iter();
    match (returned.next(), returned.next()) {
        (None, _) if happened.is_whole => Before { old: Old::Absent, ..Before::default() },
        (Some(Resource { id, version, tags, patients, .. }), None) => {
            let old = version.map_or(Old::Unknown, Old::Known);
            Before { id, old, patients, tags, ..Before::default() }
        }
        _ => Before::default(),
    }
}
