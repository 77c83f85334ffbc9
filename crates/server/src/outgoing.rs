//! HTTP to others: witnesses and issuers. Small bodies, no redirects, an end to all waiting.
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request, StatusCode, Uri,
    header::{self, HeaderName, HeaderValue},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use std::{error::Error as _, io, time::Duration};
use thiserror::Error;
use tokio::time;

/// Asks over `http`, and where a URL says so over `https` by this machine's own certificate
/// authorities.
#[derive(Clone)]
pub(crate) struct Outgoing {
    http: Http,
    timeout: Duration,
    bytes_max: usize,
}

#[derive(Clone)]
enum Http {
    Plain(legacy::Client<HttpConnector, Full<Bytes>>),
    Tls(legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>),
}

/// What was answered.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

/// Why nothing was answered.
#[derive(Debug, Error)]
pub(crate) enum Unreachable {
    #[error("{0}")]
    Http(String),
    #[error("no answer in time")]
    Timeout,
}

impl Outgoing {
    /// A client for these URLs, whose answers come within `timeout` and are `bytes_max` long at
    /// most.
    ///
    /// # Errors
    /// `InvalidInput` when a URL is none; no certificate authorities are known.
    pub(crate) fn to<'a>(
        urls: impl IntoIterator<Item = &'a str>,
        timeout: Duration,
        bytes_max: usize,
    ) -> io::Result<Self> {
        let mut needs_tls = false;
        for url in urls {
            needs_tls |= is_https(url).ok_or_else(|| {
                let says = format!("{url} is not http:// or https:// and a host");
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
        Ok(Self { http, timeout, bytes_max })
    }

    /// `GET`.
    pub(crate) async fn get(&self, url: &str) -> Result<Reply, Unreachable> {
        self.ask(Method::GET, url, &[], Bytes::new()).await
    }

    /// `POST` of a body with these fields.
    pub(crate) async fn post(
        &self,
        url: &str,
        fields: &[(HeaderName, HeaderValue)],
        body: impl Into<Bytes>,
    ) -> Result<Reply, Unreachable> {
        self.ask(Method::POST, url, fields, body.into()).await
    }

    async fn ask(
        &self,
        method: Method,
        url: &str,
        fields: &[(HeaderName, HeaderValue)],
        body: Bytes,
    ) -> Result<Reply, Unreachable> {
        let mut request = Request::builder()
            .method(method)
            .uri(url)
            .header(header::USER_AGENT, USER_AGENT)
            .body(Full::new(body))
            .map_err(|error| Unreachable::Http(error.to_string()))?;
        request.headers_mut().extend(fields.iter().cloned());
        let asked = self.http.ask(request, self.bytes_max);
        time::timeout(self.timeout, asked).await.unwrap_or(Err(Unreachable::Timeout))
    }
}

impl Http {
    async fn ask(
        &self,
        request: Request<Full<Bytes>>,
        bytes_max: usize,
    ) -> Result<Reply, Unreachable> {
        let response = match self {
            Self::Plain(client) => client.request(request).await,
            Self::Tls(client) => client.request(request).await,
        };
        let response = response.map_err(|error| {
            let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
            Unreachable::Http(format!("{error}{cause}"))
        })?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, bytes_max).collect().await;
        let body = body.map_err(|error| Unreachable::Http(error.to_string()))?.to_bytes();
        Ok(Reply { status: parts.status, body })
    }
}

const USER_AGENT: &str = concat!("kiln/", env!("CARGO_PKG_VERSION"));

/// Whether a URL asks for TLS; `None` when it is none.
fn is_https(url: &str) -> Option<bool> {
    let uri: Uri = url.parse().ok()?;
    uri.host().filter(|host| !host.is_empty())?;
    match uri.scheme_str()? {
        "http" => Some(false),
        "https" => Some(true),
        _ => None,
    }
}
