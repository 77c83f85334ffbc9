//! HTTP to witnesses: small bodies, no redirects, an end to all waiting.
use super::Witnessing;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Method, Request, StatusCode, Uri, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use kiln_evidence::MAX_NOTE;
use std::{error::Error as _, io, time::Duration};
use thiserror::Error;
use tokio::time;

/// Asks over `http`, and where a URL says so over `https` by this machine's own certificate
/// authorities.
#[derive(Clone)]
pub(super) struct Client {
    http: Http,
    timeout: Duration,
}

#[derive(Clone)]
enum Http {
    Plain(legacy::Client<HttpConnector, Full<Bytes>>),
    Tls(legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>),
}

/// What a witness answered.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
}

/// Why a witness did not answer.
#[derive(Debug, Error)]
pub(super) enum Unreachable {
    #[error("{0}")]
    Http(String),
    #[error("no answer in time")]
    Timeout,
}

impl Client {
    /// A client for the witnesses that have a URL.
    ///
    /// # Errors
    /// `InvalidInput` when a URL is none; no certificate authorities are known.
    pub(super) fn of(settings: &Witnessing) -> io::Result<Self> {
        let urls = settings.policy.witnesses().iter().filter_map(|witness| witness.url.as_deref());
        let mut needs_tls = false;
        for url in urls {
            needs_tls |= is_https(url).ok_or_else(|| {
                let says = "a witness's URL is http:// or https:// and a host";
                io::Error::new(io::ErrorKind::InvalidInput, says)
            })?;
        }
        let builder = legacy::Client::builder(TokioExecutor::new());
        let http = if needs_tls {
            let connector = HttpsConnectorBuilder::new().with_native_roots()?;
            Http::Tls(builder.build(connector.https_or_http().enable_http1().build()))
        } else {
            Http::Plain(builder.build_http())
        };
        Ok(Self { http, timeout: settings.timeout })
    }

    pub(super) async fn get(&self, url: &str) -> Result<Reply, Unreachable> {
        self.ask(Method::GET, url, Bytes::new()).await
    }

    pub(super) async fn post(&self, url: &str, body: String) -> Result<Reply, Unreachable> {
        self.ask(Method::POST, url, body.into()).await
    }

    async fn ask(&self, method: Method, url: &str, body: Bytes) -> Result<Reply, Unreachable> {
        let request = Request::builder()
            .method(method)
            .uri(url)
            .header(header::USER_AGENT, USER_AGENT)
            .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
            .body(Full::new(body))
            .map_err(|error| Unreachable::Http(error.to_string()))?;
        time::timeout(self.timeout, self.http.ask(request))
            .await
            .unwrap_or(Err(Unreachable::Timeout))
    }
}

impl Http {
    async fn ask(&self, request: Request<Full<Bytes>>) -> Result<Reply, Unreachable> {
        let response = match self {
            Self::Plain(client) => client.request(request).await,
            Self::Tls(client) => client.request(request).await,
        };
        let response = response.map_err(|error| {
            let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
            Unreachable::Http(format!("{error}{cause}"))
        })?;
        let status = response.status();
        let body = Limited::new(response.into_body(), MAX_NOTE).collect().await;
        let body = body.map_err(|error| Unreachable::Http(error.to_string()))?.to_bytes();
        Ok(Reply { status, body })
    }
}

const USER_AGENT: &str = concat!("kiln/", env!("CARGO_PKG_VERSION"));

/// Whether a URL asks for TLS; `None` when it is no URL of a witness.
fn is_https(url: &str) -> Option<bool> {
    let uri: Uri = url.parse().ok()?;
    uri.host().filter(|host| !host.is_empty())?;
    match uri.scheme_str()? {
        "http" => Some(false),
        "https" => Some(true),
        _ => None,
    }
}
