//! What is known of a request, more and more while it is answered.
use crate::{
    authentication::holds_credential,
    exchange::Exchange,
    router::{Interaction, Route, Takes},
    tenant::Tenant,
};
use hyper::{
    Method, Uri,
    header::{HeaderName, HeaderValue},
    http::request::Parts,
};
use kiln_identity::{Principal, Scope};
use kiln_store::Expected;
use std::{net::IpAddr, sync::Arc};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// A request, as it is recorded.
pub(crate) struct Asked {
    method: Method,
    uri: Uri,
    pub(super) address: Option<IpAddr>,
    pub(crate) request_id: HeaderValue,
    pub(super) traceparent: Option<HeaderValue>,
    /// Once it is routed.
    pub(crate) route: Option<&'static Route>,
    /// Why it was not let in: a word of Kiln's.
    pub(crate) denied: Option<&'static str>,
    /// Once it is known who asks.
    pub(crate) principal: Option<Arc<Principal>>,
    /// Once it is known whose log it is about.
    pub(crate) tenant: Option<Arc<Tenant>>,
    /// That a record of it will come, while it is answered.
    pub(crate) expected: Option<Expected>,
    /// Once it was let in and read.
    pub(crate) exchange: Option<Arc<Exchange>>,
}

impl Asked {
    /// Nothing is known but what was sent.
    pub(crate) fn new(parts: &Parts, address: Option<IpAddr>, request_id: HeaderValue) -> Self {
        Self {
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            address,
            request_id,
            traceparent: parts.headers.get(TRACEPARENT).cloned(),
            route: None,
            denied: None,
            principal: None,
            tenant: None,
            expected: None,
            exchange: None,
        }
    }

    /// What it asks for.
    pub(super) fn interaction(&self) -> Option<Interaction> {
        self.route.map(|route| route.interaction)
    }

    /// What it demands; nothing before it is routed.
    pub(crate) fn scope(&self) -> Scope {
        self.route.map_or(Scope::Anybody, |route| route.scope)
    }

    /// The interaction's name.
    pub(crate) fn label(&self) -> &'static str {
        self.interaction().map_or("none", Interaction::name)
    }

    /// Whether it is about the stream itself.
    pub(super) fn is_of_audit(&self) -> bool {
        self.route.is_some_and(Route::is_of_audit)
    }

    /// Method and path.
    pub(super) fn line(&self) -> Vec<u8> {
        [self.method.as_str(), " ", self.uri.path()].concat().into_bytes()
    }

    /// Method and target, and below them the form; without a query or a form that holds a
    /// credential, which must not outlive its use.
    pub(super) fn as_sent(&self) -> Vec<u8> {
        let mut sent = self.line();
        if let Some(query) = self.uri.query().filter(|query| !holds_credential(query)) {
            sent.push(b'?');
            sent.extend_from_slice(query.as_bytes());
        }
        if let Some(said) = self.exchange.as_ref().and_then(|exchange| exchange.looks.said())
            && !holds_credential(&said)
        {
            sent.extend_from_slice(b"\n\n");
            sent.extend_from_slice(said.as_bytes());
        }
        let takes_form = self.route.is_some_and(|route| route.takes == Takes::Form);
        if let Some(exchange) = self.exchange.as_ref().filter(|_| takes_form) {
            let form = &exchange.body.bytes;
            if !holds_credential(&String::from_utf8_lossy(form)) {
                sent.extend_from_slice(b"\n\n");
                sent.extend_from_slice(form);
            }
        }
        sent
    }
}
