//! HTTP to witnesses.
use super::Witnessing;
use crate::outgoing::{Outgoing, Reply, Unreachable};
use hyper::header::{self, HeaderName, HeaderValue};
use kiln_evidence::MAX_NOTE;
use std::io;

/// Asks the witnesses of a policy.
#[derive(Clone)]
pub(super) struct Client(Outgoing);

impl Client {
    /// A client for the witnesses that have a URL.
    ///
    /// # Errors
    /// `InvalidInput` when a URL is none; no certificate authorities are known.
    pub(super) fn of(settings: &Witnessing) -> io::Result<Self> {
        let urls = settings.policy.witnesses().iter().filter_map(|witness| witness.url.as_deref());
        Outgoing::to(urls, settings.timeout, MAX_NOTE).map(Self)
    }

    pub(super) async fn get(&self, url: &str) -> Result<Reply, Unreachable> {
        self.0.get(url).await
    }

    pub(super) async fn post(&self, url: &str, body: String) -> Result<Reply, Unreachable> {
        self.0.post(url, &[TEXT], body).await
    }
}

const TEXT: (HeaderName, HeaderValue) =
    (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
