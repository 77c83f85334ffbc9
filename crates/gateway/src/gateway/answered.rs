//! An answer of the upstream: what it tells, and what of it goes to the client.
use super::held::Share;
use crate::{headers, request::Request, settings::Settings};
use bytes::{Bytes, BytesMut};
use hyper::{
    Response,
    header::{self, HeaderMap, HeaderName, HeaderValue},
    http::response::Parts,
};
use kiln_trail::{
    Outcome,
    rest::{Form, Happened, Links, Response as Told, Rewriter},
};

/// An answer, as far as it has come.
pub(super) struct Answer {
    pub(super) head: Parts,
    pub(super) body: BytesMut,
    pub(super) form: Option<Form>,
    /// Of the memory for long answers.
    pub(super) share: Option<Share>,
    links: Links,
}

impl Answer {
    pub(super) fn new(request: &Request, head: Parts, settings: &Settings) -> Self {
        let links = Links::new(&settings.upstream, &request.base);
        let form = form(&head.headers);
        Self { head, body: BytesMut::new(), form, share: None, links }
    }

    /// What it says has happened; its body is all there is.
    pub(super) fn happened(&self, request: &Request, settings: &Settings) -> Happened {
        self.told(request, settings, Some(&self.body))
    }

    /// The same, by its head alone.
    pub(super) fn begun(&self, request: &Request, settings: &Settings) -> Happened {
        self.told(request, settings, None)
    }

    fn told(&self, request: &Request, settings: &Settings, body: Option<&[u8]>) -> Happened {
        let text = |name: HeaderName| self.head.headers.get(name).and_then(|it| it.to_str().ok());
        let is_coded = self.is_coded();
        let response = Told {
            status: self.head.status.as_u16(),
            etag: text(header::ETAG),
            location: text(header::LOCATION),
            content_location: text(header::CONTENT_LOCATION),
            form: self.form,
            // What is compressed, though nobody asked for it, cannot be looked into.
            body: body.filter(|_| !is_coded),
        };
        let bases = [settings.upstream.as_str(), request.base.as_str()];
        Happened::read(&request.asked, &request.sent, &response, &bases, &settings.rest)
    }

    fn is_coded(&self) -> bool {
        let codings = self.head.headers.get_all(header::CONTENT_ENCODING);
        codings.iter().any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
    }

    /// How many bytes its body has, where its head tells.
    pub(super) fn declared(&self) -> Option<usize> {
        self.head.headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
    }

    /// It, for the client.
    pub(super) fn whole(&mut self) -> Response<Bytes> {
        let body = std::mem::take(&mut self.body).freeze();
        let body = match self.form {
            Some(form) if !self.is_coded() && !body.is_empty() => {
                self.links.body(form, &body).into()
            }
            _ => body,
        };
        let body = match self.share.take() {
            Some(share) => share.of(body),
            None => body,
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.head.status;
        *response.headers_mut() = self.headers();
        response
    }

    /// Its head, for the client, where the body comes in pieces.
    pub(super) fn head(&self) -> Response<()> {
        let mut response = Response::new(());
        *response.status_mut() = self.head.status;
        *response.headers_mut() = self.headers();
        response
    }

    /// What rewrites its body as it comes.
    pub(super) fn rewriter(&self) -> Option<Rewriter> {
        let form = self.form.filter(|_| !self.is_coded())?;
        Some(self.links.rewriter(form))
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = headers::down(&self.head.headers);
        for name in [header::LOCATION, header::CONTENT_LOCATION] {
            let rewritten = headers.get(&name).and_then(|url| self.links.url(url.to_str().ok()?));
            if let Some(url) = rewritten.and_then(|url| HeaderValue::from_str(&url).ok()) {
                headers.insert(name, url);
            }
        }
        headers
    }
}

/// What its body is written in.
fn form(headers: &HeaderMap) -> Option<Form> {
    let text = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let media = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    Some(match media.as_str() {
        "application/fhir+json" | "application/json" | "application/json+fhir" | "text/json" => {
            Form::Json
        }
        "application/fhir+xml" | "application/xml" | "application/xml+fhir" | "text/xml" => {
            Form::Xml
        }
        _ => Form::Other,
    })
}

/// What is known where no answer came: what the request says, and the status that its client is
/// told, if any.
pub(crate) fn unanswered(status: Option<u16>) -> Happened {
    Happened {
        status,
        outcome: Outcome::of_status(status),
        issues: Vec::new(),
        changed: None,
        resource: None,
        patients: Vec::new(),
        tags: Vec::new(),
        returned: Vec::new(),
        included: Vec::new(),
        returned_count: 0,
        total: None,
        entries: Vec::new(),
        is_whole: false,
    }
}
