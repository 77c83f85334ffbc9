//! Pages of other origins that may ask (<https://fetch.spec.whatwg.org/#http-cors-protocol>): an
//! allow-list, empty by default. Cookies are never theirs to send: they bring tokens.
use crate::answer::Answer;
use hyper::{
    Method, StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};

/// The origins, as browsers write them: `https://app.example`.
#[derive(Clone, Debug, Default)]
pub struct Cors {
    origins: Vec<HeaderValue>,
}

/// Not an origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no origin: scheme, host and port as browsers write them, and no slash at the end"
)]
pub struct InvalidOrigin(String);

impl Cors {
    /// These origins.
    ///
    /// # Errors
    /// `*`, `null`, and whatever is none.
    pub fn of(origins: &[String]) -> Result<Self, InvalidOrigin> {
        let origins = origins.iter().map(|origin| {
            let is_origin = is_origin(origin).then(|| HeaderValue::from_str(origin).ok());
            is_origin.flatten().ok_or_else(|| InvalidOrigin(origin.clone()))
        });
        Ok(Self { origins: origins.collect::<Result<_, _>>()? })
    }

    /// Whether pages of no other origin may ask.
    pub(crate) fn is_empty(&self) -> bool {
        self.origins.is_empty()
    }

    /// The answer to a browser that asks whether a page may ask.
    pub(crate) fn preflight(&self, method: &Method, headers: &HeaderMap) -> Option<Answer> {
        let asks = headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        if *method != Method::OPTIONS || !asks || self.origin(headers).is_none() {
            return None;
        }
        let fixed = |name, value| (name, HeaderValue::from_static(value));
        let fields: [(HeaderName, HeaderValue); 3] = [
            fixed(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"),
            fixed(header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_FIELDS),
            fixed(header::ACCESS_CONTROL_MAX_AGE, "600"),
        ];
        let empty = Answer::empty(StatusCode::NO_CONTENT);
        Some(fields.into_iter().fold(empty, |answer, (name, value)| answer.with(name, value)))
    }

    /// The origin of the request, if its pages may read the answer.
    pub(crate) fn origin(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        if self.origins.is_empty() {
            return None;
        }
        let origin = headers.get(header::ORIGIN)?;
        self.origins.contains(origin).then(|| origin.clone())
    }

    /// Lets pages of this origin read the answer, and the fields that FHIR's clients need.
    pub(crate) fn expose(&self, origin: Option<HeaderValue>, headers: &mut HeaderMap) {
        if self.origins.is_empty() {
            return;
        }
        // Whatever is cached on the way was an answer to one origin.
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        let Some(origin) = origin else { return };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let exposed = HeaderValue::from_static("Location, ETag, Retry-After");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
}

/// What a page may send besides what every page may.
const REQUEST_FIELDS: &str = "Accept, Authorization, Content-Type, Idempotency-Key, If-None-Exist, \
    If-None-Match, Prefer, X-Request-Id";

fn is_origin(text: &str) -> bool {
    let uri = text.parse::<hyper::Uri>().ok();
    uri.is_some_and(|uri| {
        let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
        let host = uri.host().unwrap_or_default();
        let is_lower = !host.is_empty() && !host.contains('*') && !text.contains('@');
        is_web
            && is_lower
            && !text.ends_with('/')
            && uri.path() == "/"
            && uri.query().is_none()
            && text == text.to_lowercase()
    })
}

#[cfg(test)]
mod tests;
