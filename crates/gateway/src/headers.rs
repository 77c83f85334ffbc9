//! Which header fields pass: nothing that is between two neighbours, nothing that speaks of
//! addresses or of audits, and no credential but by the settings.
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};

/// Fields that end at each neighbour (RFC 9110 §7.6.1), with those of their day.
fn is_hop(name: &HeaderName) -> bool {
    const HOPS: [&str; 9] = [
        "connection",
        "keep-alive",
        "proxy-connection",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    HOPS.contains(&name.as_str())
}

/// Fields that say where a request came from.
fn is_forwarding(name: &HeaderName) -> bool {
    let name = name.as_str();
    matches!(name, "forwarded" | "via" | "x-real-ip" | "x-client-ip" | "true-client-ip")
        || name.starts_with("x-forwarded-")
        || name.starts_with("x-original-")
}

/// Fields that would speak for an audit.
fn is_audit(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.starts_with("x-kiln-") || name.starts_with("x-audit-")
}

/// What is said of a request that goes on.
#[derive(Clone, Debug)]
pub(crate) struct Onward<'a> {
    /// `Authorization` of the request that goes on.
    pub(crate) authorization: Option<&'a HeaderValue>,
    /// Whether the neighbour's word on addresses is taken.
    pub(crate) is_from_proxy: bool,
    /// `X-Request-Id`
    pub(crate) request_id: &'a HeaderValue,
}

/// The fields that go upstream. The host, the length and the framing are written anew.
pub(crate) fn up(headers: &HeaderMap, onward: &Onward<'_>) -> HeaderMap {
    let named = named_in_connection(headers);
    let mut passed = HeaderMap::with_capacity(headers.len() + 2);
    for (name, value) in headers {
        let is_ours = matches!(
            *name,
            header::HOST
                | header::CONTENT_LENGTH
                | header::EXPECT
                | header::AUTHORIZATION
                | header::COOKIE
                | header::ACCEPT_ENCODING
        );
        let is_address = is_forwarding(name) && !onward.is_from_proxy;
        if !is_ours && !is_hop(name) && !is_address && !is_audit(name) && !named.contains(name) {
            passed.append(name.clone(), value.clone());
        }
    }
    prefer_json(&mut passed);
    // What is compressed cannot be looked into.
    passed.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    passed.insert(REQUEST_ID, onward.request_id.clone());
    if let Some(authorization) = onward.authorization {
        passed.insert(header::AUTHORIZATION, authorization.clone());
    }
    passed
}

/// Of the fields that go upstream, those that go for nobody who is known: no credential is among
/// them by whatever name, nor what a proxy says of its user.
pub(crate) fn anybodys(headers: &HeaderMap) -> HeaderMap {
    const PASSED: [&str; 13] = [
        "accept",
        "accept-encoding",
        "accept-language",
        "forwarded",
        "if-none-match",
        "traceparent",
        "user-agent",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-port",
        "x-forwarded-prefix",
        "x-forwarded-proto",
        "x-request-id",
    ];
    let is_harmless = |(name, _): &(&HeaderName, &HeaderValue)| PASSED.contains(&name.as_str());
    let passed = headers.iter().filter(is_harmless);
    passed.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Of a query, what goes upstream for nobody who is known: how the answer is to be written.
pub(crate) fn anybodys_query(query: &str) -> Option<String> {
    const PASSED: [&str; 5] = ["_format", "_pretty", "_summary", "_elements", "mode"];
    let name = |pair: &&str| pair.split('=').next().is_some_and(|name| PASSED.contains(&name));
    let passed: Vec<&str> = query.split('&').filter(name).collect();
    (!passed.is_empty()).then(|| passed.join("&"))
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A client that takes JSON and XML is given JSON, which can be looked into.
fn prefer_json(headers: &mut HeaderMap) {
    if !headers.contains_key(header::ACCEPT) {
        return;
    }
    let all: Vec<&str> =
        headers.get_all(header::ACCEPT).iter().filter_map(|it| it.to_str().ok()).collect();
    let all = all.join(",").to_ascii_lowercase();
    if all.contains("application/fhir+json") && all.contains("xml") && !all.contains("q=0,") {
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/fhir+json"));
    }
}

/// The fields that go to the client. What is shown is recorded each time, so nobody keeps it.
pub(crate) fn down(headers: &HeaderMap) -> HeaderMap {
    let named = named_in_connection(headers);
    let mut passed = HeaderMap::with_capacity(headers.len() + 2);
    for (name, value) in headers {
        let is_ours =
            matches!(*name, header::CONTENT_LENGTH | header::SET_COOKIE | header::ALT_SVC);
        if !is_ours && !is_hop(name) && !is_audit(name) && !named.contains(name) {
            passed.append(name.clone(), value.clone());
        }
    }
    passed.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    passed.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    passed
}

/// Fields that `Connection` names end here, too.
fn named_in_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    let values = headers.get_all(header::CONNECTION).iter();
    let names = values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    names.filter_map(|name| name.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests;
