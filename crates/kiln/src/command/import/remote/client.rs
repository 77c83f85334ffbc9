//! HTTP to the server: it is asked again while it may still answer otherwise.
use super::{
    answer::{Answer, Told},
    request::Request,
};
use crate::arguments::Release;
use anyhow::{Context as _, bail};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    Uri,
    header::{self, HeaderValue},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use std::{net::IpAddr, time::Duration};
use tokio::time;

/// A server that is alive answers a Bundle within this time.
const TIMEOUT: Duration = Duration::from_mins(2);
/// Bytes of an answer; one to a whole Bundle is a tenth of it.
const ANSWER_BYTES_MAX: usize = 8 << 20;
/// So often one request is sent.
const ATTEMPTS_MAX: u32 = 10;
/// Between them, doubled each time, where the server names no time.
const PAUSE: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_mins(1);
const USER_AGENT: &str = concat!("kiln/", env!("CARGO_PKG_VERSION"));

/// The base URL of a server's FHIR.
#[derive(Clone, Debug)]
pub(super) struct Base {
    url: String,
    /// Whether nobody on the way can read what is sent.
    is_private: bool,
    is_tls: bool,
}

impl Base {
    /// Of what an operator names: a server, whose FHIR is at `/fhir`, or a base with its path.
    ///
    /// # Errors
    /// It is no such URL, or names a path beside a release.
    pub(super) fn parse(to: &str, release: Option<Release>) -> anyhow::Result<Self> {
        let told = || "--to is http:// or https://, a host, and perhaps a path";
        let uri: Uri = to.parse().with_context(told)?;
        let host = uri.host().filter(|host| !host.is_empty()).with_context(told)?;
        let is_tls = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => bail!("{}", told()),
        };
        let authority = uri.authority().map_or("", hyper::http::uri::Authority::as_str);
        if authority.contains('@') || uri.query().is_some() {
            bail!("--to has neither a password nor a query: a token stands in --bearer-file");
        }
        let path = match (uri.path().trim_end_matches('/'), release) {
            ("", None) => "/fhir".to_owned(),
            ("", Some(release)) => format!("/fhir/{}", kiln_fhir::Release::from(release).path()),
            (path, None) => path.to_owned(),
            (_, Some(_)) => bail!("the path of --to names the release: leave --release out"),
        };
        let scheme = if is_tls { "https" } else { "http" };
        let url = format!("{scheme}://{authority}{path}");
        Ok(Self { url, is_private: is_tls || is_loopback(host), is_tls })
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// Sends requests.
#[derive(Clone)]
pub(super) struct Client {
    base: Base,
    token: Option<HeaderValue>,
    http: Http,
}

#[derive(Clone)]
enum Http {
    Plain(legacy::Client<HttpConnector, Full<Bytes>>),
    Tls(legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>),
}

impl Client {
    /// # Errors
    /// A token would go where others can read it; no certificate authorities are known.
    pub(super) fn new(base: Base, token: Option<HeaderValue>) -> anyhow::Result<Self> {
        if token.is_some() && !base.is_private {
            bail!("a token goes to another machine by https only: it would be read on the way");
        }
        let builder = legacy::Client::builder(TokioExecutor::new());
        let http = if base.is_tls {
            let connector = HttpsConnectorBuilder::new().with_native_roots();
            let connector = connector.context("no certificate authorities are known here")?;
            Http::Tls(builder.build(connector.https_only().enable_http1().build()))
        } else {
            Http::Plain(builder.build_http())
        };
        Ok(Self { base, token, http })
    }

    /// Sends until the server says what became of it.
    ///
    /// # Errors
    /// It refuses, or does not answer however often it is asked.
    pub(super) async fn send(&self, request: &Request) -> anyhow::Result<Told> {
        let mut pause = PAUSE;
        for attempt in 1.. {
            let answer = time::timeout(TIMEOUT, self.ask(request)).await;
            let (wait, why) = match answer {
                Ok(Ok(answer)) if !answer.is_passing() => return answer.read(request),
                Ok(Ok(answer)) => (answer.wait(), format!("it answers {}", answer.status)),
                Ok(Err(error)) => (None, format!("{error:#}")),
                Err(_elapsed) => (None, "no answer in time".to_owned()),
            };
            if attempt == ATTEMPTS_MAX {
                bail!("the server was asked {attempt} times: {why}; import again to go on");
            }
            time::sleep(wait.unwrap_or(pause)).await;
            pause = (pause * 2).min(PAUSE_MAX);
        }
        bail!("attempts are counted")
    }

    async fn ask(&self, request: &Request) -> anyhow::Result<Answer> {
        let mut message = hyper::Request::post(format!("{}{}", self.base.url, request.path))
            .header(header::USER_AGENT, USER_AGENT)
            .header(header::CONTENT_TYPE, request.media)
            .header(header::ACCEPT, "application/fhir+json")
            .header("prefer", "return=minimal")
            .header("idempotency-key", &request.key);
        if let Some(token) = &self.token {
            message = message.header(header::AUTHORIZATION, token);
        }
        let message = message.body(Full::new(request.body.clone()))?;
        let response = match &self.http {
            Http::Plain(client) => client.request(message).await,
            Http::Tls(client) => client.request(message).await,
        };
        let (head, body) = response?.into_parts();
        let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
        let body = body.map_err(|error| anyhow::anyhow!("its answer breaks off: {error}"))?;
        let body = body.to_bytes().to_vec();
        Ok(Answer { status: head.status, headers: head.headers, body })
    }
}

#[cfg(test)]
mod tests;
