//! The one server behind, over HTTP/1.1: no redirects, an end to all waiting.
use super::InvalidSettings;
use crate::{
    ledger::Leave,
    seams::{Failed, Pieces, Upstream},
    settings::Settings,
};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, Uri, body::Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use std::{
    future::{Future as _, poll_fn},
    pin::Pin,
    task::Poll,
    time::Duration,
};
use tokio::time;

/// The server behind.
pub(crate) struct HttpUpstream {
    http: Http,
    answer_timeout: Duration,
    pause_timeout: Duration,
}

/// Without TLS nobody's authorities are looked for: a container may have none.
enum Http {
    Plain(legacy::Client<HttpConnector, Full<Bytes>>),
    Tls(legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>),
}

impl HttpUpstream {
    pub(super) fn new(settings: &Settings) -> Result<Self, InvalidSettings> {
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(settings.connect_timeout));
        let mut builder = legacy::Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new()).pool_max_idle_per_host(settings.upstream_idle_max);
        let http = if settings.upstream.starts_with("https://") {
            let tls = HttpsConnectorBuilder::new().with_native_roots();
            let tls = tls.map_err(InvalidSettings::Authorities)?.https_only().enable_http1();
            Http::Tls(builder.build(tls.wrap_connector(connector)))
        } else {
            Http::Plain(builder.build(connector))
        };
        let Settings { answer_timeout, pause_timeout, .. } = *settings;
        Ok(Self { http, answer_timeout, pause_timeout })
    }
}

impl Upstream for HttpUpstream {
    type Body = Arriving;

    async fn send(
        &self,
        leave: &Leave,
        request: Request<Bytes>,
    ) -> Result<Response<Arriving>, Failed> {
        let request = request.map(Full::new);
        let asking = match &self.http {
            Http::Plain(http) => http.request(request),
            Http::Tls(http) => http.request(request),
        };
        let answered = time::timeout(self.answer_timeout, asking).await;
        let response = answered.map_err(|_late| Failed::Late)?.map_err(|error| {
            let is_connect = error.is_connect();
            // Strangers do not fill the program's log.
            if leave.is_anybodys() {
                tracing::debug!(is_connect, "the upstream has not answered");
            } else {
                tracing::warn!(is_connect, "the upstream has not answered");
            }
            if is_connect { Failed::Unreached } else { Failed::Broken }
        })?;
        // Nobody asked for another protocol, and what is said in it nobody would record.
        if response.status().is_informational() {
            tracing::warn!("the upstream has changed the protocol");
            return Err(Failed::Broken);
        }
        let pause_timeout = self.pause_timeout;
        Ok(response.map(|body| Arriving { body, pause_timeout }))
    }
}

/// A body on its way.
pub(crate) struct Arriving {
    body: Incoming,
    pause_timeout: Duration,
}

impl Pieces for Arriving {
    async fn next(&mut self) -> Option<Result<Bytes, Failed>> {
        loop {
            // What has come already needs no clock.
            let mut frame = self.body.frame();
            let come = poll_fn(|context| match Pin::new(&mut frame).poll(context) {
                Poll::Ready(come) => Poll::Ready(Some(come)),
                Poll::Pending => Poll::Ready(None),
            });
            let come = match come.await {
                Some(come) => Ok(come),
                None => time::timeout(self.pause_timeout, frame).await,
            };
            match come {
                Err(_late) => return Some(Err(Failed::Late)),
                Ok(None) => return None,
                Ok(Some(Err(_broken))) => return Some(Err(Failed::Broken)),
                // What is behind a body in chunks tells nothing that anybody asked for.
                Ok(Some(Ok(frame))) => {
                    if let Ok(piece) = frame.into_data() {
                        return Some(Ok(piece));
                    }
                }
            }
        }
    }
}

/// The path of a base URL.
pub(super) fn path_of(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    uri.host().filter(|host| !host.is_empty())?;
    let is_web = matches!(uri.scheme_str()?, "http" | "https");
    let authority = uri.authority()?.as_str();
    let is_plain = uri.query().is_none() && !url.ends_with('/') && !authority.contains('@');
    (is_web && is_plain).then(|| uri.path().trim_end_matches('/').to_owned())
}
