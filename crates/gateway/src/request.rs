//! A request that was let in and read.
use crate::{
    entry::{Head, Intent, Part, Whom},
    who::{Known, Who},
};
use bytes::Bytes;
use hyper::{
    Method,
    header::{self, HeaderMap, HeaderValue},
};
use kiln_trail::rest;
use std::sync::Arc;

/// A request, as it goes on.
#[derive(Clone, Debug)]
pub struct Request {
    /// What it asks.
    pub asked: rest::Asked,
    /// What came with it.
    pub sent: rest::Sent,
    /// What is written down of it.
    pub intent: Arc<Intent>,
    /// The fields that go upstream.
    pub headers: HeaderMap,
    /// The body, as it came.
    pub body: Bytes,
    /// The base URL that its client uses.
    pub base: String,
}

impl Request {
    /// A request that has been read: `headers` are those that go upstream.
    pub fn new(read: Read<'_>, headers: HeaderMap, body: Bytes, base: String) -> Self {
        let (intent, asked, sent) = read.into_intent();
        let intent = Arc::new(intent);
        Self { asked, sent, intent, headers, body, base }
    }

    /// FHIR's name of the interaction.
    pub(crate) fn name(&self) -> &'static str {
        self.asked.restful(&self.sent).code()
    }

    /// Whether it asks what the server can do, and nobody knows who asks: nothing is recorded.
    pub(crate) fn is_anybodys(&self) -> bool {
        self.intent.who.means == Known::Nobody
    }

    /// It, for the server at `upstream`: its method, and what was understood of its target.
    pub(crate) fn to_upstream(&self, upstream: &str) -> Option<hyper::Request<Bytes>> {
        let method = crate::entry::method(self.asked.method);
        let uri = url(upstream, &self.asked.path, self.asked.query.as_deref());
        let mut request = hyper::Request::builder().method(method).uri(uri);
        *request.headers_mut()? = self.headers.clone();
        request.body(self.body.clone()).ok()
    }

    /// A read of Kiln's own on its way, with the same right.
    pub(crate) fn reading(
        &self,
        upstream: &str,
        path: &str,
        query: Option<&str>,
    ) -> Option<hyper::Request<Bytes>> {
        let uri = url(upstream, path, query);
        let mut request = hyper::Request::builder().method(Method::GET).uri(uri);
        let headers = request.headers_mut()?;
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/fhir+json"));
        if let Some(authorization) = self.headers.get(header::AUTHORIZATION) {
            headers.insert(header::AUTHORIZATION, authorization.clone());
        }
        request.body(Bytes::new()).ok()
    }
}

/// A URL of the server behind.
pub(crate) fn url(upstream: &str, path: &str, query: Option<&str>) -> String {
    let slash = if path.is_empty() { "" } else { "/" };
    match query {
        Some(query) => [upstream, slash, path, "?", query].concat(),
        None => [upstream, slash, path].concat(),
    }
}

/// A request that has been read, and who sends it.
#[derive(Clone, Debug)]
pub struct Read<'a> {
    /// Its head, as it came.
    pub head: rest::Head<'a>,
    /// What it asks.
    pub asked: rest::Asked,
    /// What came with it.
    pub sent: rest::Sent,
    /// Who asks.
    pub who: Who,
    /// What for, as a header says.
    pub purposes: Vec<String>,
    /// `X-Request-Id`
    pub request_id: String,
    /// `traceparent`
    pub traceparent: Option<String>,
}

impl Read<'_> {
    /// What is written down of it, and the rest.
    fn into_intent(self) -> (Intent, rest::Asked, rest::Sent) {
        let (entries, is_transaction) = match &self.sent {
            rest::Sent::Bundle(bundle) => {
                let is_transaction = bundle.kind == rest::BundleKind::Transaction;
                (bundle.entries.iter().map(part).collect(), is_transaction)
            }
            _ => (Vec::new(), false),
        };
        let patients = match &self.sent {
            rest::Sent::Resource(resource) => whom(resource),
            _ => Vec::new(),
        };
        let Self { head, asked, sent, who, purposes, request_id, traceparent } = self;
        let head = Head::of(&head);
        let intent = Intent {
            head,
            who,
            request_id,
            traceparent,
            purposes,
            patients,
            entries,
            is_transaction,
        };
        (intent, asked, sent)
    }
}

fn part(entry: &rest::Entry) -> Part {
    let patients = entry.resource.as_ref().map(whom).unwrap_or_default();
    Part { head: Head::of_entry(&entry.asked), patients }
}

fn whom(resource: &rest::Resource) -> Vec<Whom> {
    resource.patients.iter().filter_map(Whom::of).collect()
}
