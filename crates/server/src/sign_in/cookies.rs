//! Cookies of the pages: two names, no more (RFC 6265bis).
use hyper::header::{self, HeaderMap, HeaderValue};
use std::{fmt, time::Duration};

/// A cookie of ours.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Whose session it is.
    Session,
    /// Which browser has begun to sign in.
    SigningIn,
}

/// Whether the browser sees `https`: only then it takes names that begin with `__Host-`, which
/// other hosts of the same domain cannot set.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// `https`, by us or by a proxy before us.
    Secure,
    /// `http` on this machine alone.
    Loopback,
}

impl Cookie {
    fn name(self, transport: Transport) -> &'static str {
        match (self, transport) {
            (Self::Session, Transport::Secure) => "__Host-kiln-session",
            (Self::Session, Transport::Loopback) => "kiln-session",
            (Self::SigningIn, Transport::Secure) => "__Host-kiln-signing-in",
            (Self::SigningIn, Transport::Loopback) => "kiln-signing-in",
        }
    }

    /// What the browser sent; `None` where it sent none, or two of the name.
    pub(crate) fn of(self, headers: &HeaderMap, transport: Transport) -> Option<&str> {
        let fields = headers.get_all(header::COOKIE).iter();
        let pairs = fields.filter_map(|field| field.to_str().ok()).flat_map(|it| it.split(';'));
        let mut values = pairs.filter_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            (name == self.name(transport)).then_some(value)
        });
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }

    /// Has the browser keep it for so long, and send it with what is asked for by our own pages,
    /// and when a link elsewhere leads to them.
    pub(crate) fn set(self, transport: Transport, value: &str, keep: Duration) -> HeaderValue {
        self.field(transport, value, keep.as_secs())
    }

    /// Has the browser forget it.
    pub(crate) fn forget(self, transport: Transport) -> HeaderValue {
        self.field(transport, "", 0)
    }

    fn field(self, transport: Transport, value: impl fmt::Display, seconds: u64) -> HeaderValue {
        let secure = if transport == Transport::Secure { "; Secure" } else { "" };
        let name = self.name(transport);
        let text =
            format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&text).expect("names are ours, values base64url")
    }
}

#[cfg(test)]
mod tests;
