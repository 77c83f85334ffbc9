//! The open mode is for this machine's programs, not for web pages in its browser.
//!
//! A page of a foreign site may make the browser send requests to localhost, directly or by
//! rebinding its own name to 127.0.0.1; a proxy may carry requests of other machines. All of them
//! leave a mark that this file looks for, before anything else of a request is looked at.
use crate::answer::Refusal;
use hyper::{
    StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
    http::{Uri, uri::Authority},
};
use kiln_fhir::IssueType;

/// Lets through what a program on this machine sends.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Guard {
    /// The port that Kiln listens on.
    pub(crate) port: u16,
    /// Whether it speaks TLS there.
    pub(crate) is_tls: bool,
}

impl Guard {
    /// The host that was asked for, where the request may be answered.
    ///
    /// # Errors
    /// 421 for another host's name, 403 for a foreign page's request and for a proxy's.
    pub(crate) fn check<'a>(
        self,
        uri: &'a Uri,
        headers: &'a HeaderMap,
    ) -> Result<&'a str, Refusal> {
        let host = self.host(uri, headers).ok_or_else(misdirected)?;
        if headers.keys().any(is_forwarding) {
            return Err(forbidden("requests that passed a proxy are refused while Kiln is open"));
        }
        if !only(headers, &SEC_FETCH_SITE, |site| matches!(site, "same-origin" | "none")) {
            return Err(forbidden("requests made by web pages of other sites are refused"));
        }
        if !only(headers, &header::ORIGIN, |origin| self.is_own_origin(origin, host)) {
            return Err(forbidden("requests made by web pages of other origins are refused"));
        }
        Ok(host)
    }

    /// `Host`, once and ours; so must be the authority of a target in absolute form
    /// (RFC 9112 §3.2.2).
    fn host<'a>(self, uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
        if let Some(authority) = uri.authority() {
            self.is_ours(authority.as_str()).then_some(())?;
        }
        let mut hosts = headers.get_all(header::HOST).iter();
        let host = hosts.next()?.to_str().ok()?;
        (hosts.next().is_none() && self.is_ours(host)).then_some(host)
    }

    fn is_ours(self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        let name = authority.host();
        // Without a port it is the scheme's own; one that is no number fits none.
        let own = if self.is_tls { 443 } else { 80 };
        let port = authority.port_u16().or(authority.port().is_none().then_some(own));
        let is_local =
            name.eq_ignore_ascii_case("localhost") || matches!(name, "127.0.0.1" | "[::1]");
        is_local && port == Some(self.port) && !host.contains('@')
    }

    fn is_own_origin(self, origin: &str, host: &str) -> bool {
        let rest = origin.strip_prefix(self.scheme()).and_then(|rest| rest.strip_prefix("://"));
        rest.is_some_and(|rest| rest.eq_ignore_ascii_case(host))
    }

    /// `http` or `https`.
    pub(crate) fn scheme(self) -> &'static str {
        if self.is_tls { "https" } else { "http" }
    }
}

/// The host that was asked for, whichever it is: told once, and by a target in absolute form as by
/// `Host`.
///
/// # Errors
/// 400 (RFC 9112 §3.2).
pub(crate) fn host<'a>(uri: &Uri, headers: &'a HeaderMap) -> Result<&'a str, Refusal> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok()).filter(|_| hosts.next().is_none());
    let is_one = |host: &&str| {
        let names_a_user = host.contains('@');
        let is_same = uri.authority().is_none_or(|it| it.as_str().eq_ignore_ascii_case(host));
        !names_a_user && is_same && host.parse::<Authority>().is_ok()
    };
    host.filter(is_one).ok_or_else(|| {
        let says = "the request does not tell once, in Host, which host it is for";
        Refusal::bad_request(IssueType::Invalid, says)
    })
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

fn is_forwarding(name: &HeaderName) -> bool {
    *name == header::FORWARDED || *name == header::VIA || name.as_str().starts_with("x-forwarded-")
}

/// Whether every value of the field is one that `fits`; also when there is none.
fn only(headers: &HeaderMap, name: &HeaderName, fits: impl Fn(&str) -> bool) -> bool {
    headers.get_all(name).iter().all(|value: &HeaderValue| value.to_str().is_ok_and(&fits))
}

fn misdirected() -> Refusal {
    Refusal::new(
        StatusCode::MISDIRECTED_REQUEST,
        IssueType::Forbidden,
        "while Kiln is open it answers only as localhost, 127.0.0.1 or [::1], with its port",
    )
}

fn forbidden(says: &str) -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, IssueType::Forbidden, says)
}

#[cfg(test)]
mod tests;
