//! Through which door a request came: the listener, and what the connection says of its other end.
use crate::{
    answer::Refusal,
    guard::{self, Guard},
};
use hyper::{header::HeaderMap, http::Uri};
use kiln_identity::{Certificate, CertificateError};
use rustls::ServerConnection;
use sha2::{Digest as _, Sha256};
use std::{net::IpAddr, sync::Arc};

/// One connection's: where it came in, and what it shows of who is at its other end.
#[derive(Clone, Debug)]
pub struct Door {
    /// Keeps web pages and other machines out of the open mode.
    pub(crate) guard: Guard,
    /// The other end's address; none on the server's own socket.
    pub(crate) address: Option<IpAddr>,
    /// What the client showed in the TLS handshake; none where it showed nothing, or there is no
    /// TLS.
    pub(crate) certificate: Option<Arc<ClientCertificate>>,
    /// Whom the kernel says to be at the other end of the server's own socket; none elsewhere.
    pub(crate) uid: Option<u32>,
}

impl Door {
    /// The other end's address; none on the server's own socket.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// The host that was asked for, where the request may be answered: while Kiln is open
    /// (`is_open`), the guard's rules hold.
    ///
    /// # Errors
    /// 400 where it is not told which host, and what the guard says.
    pub(crate) fn host<'a>(
        &self,
        is_open: bool,
        uri: &'a Uri,
        headers: &'a HeaderMap,
    ) -> Result<&'a str, Refusal> {
        // Who comes by the socket is known to the kernel.
        if is_open && self.uid.is_none() {
            self.guard.check(uri, headers)
        } else {
            guard::host(uri, headers)
        }
    }

    /// How URLs of this server begin for whoever is on this side of it: `http` or `https`.
    pub fn scheme(&self) -> &'static str {
        self.guard.scheme()
    }
}

impl ClientCertificate {
    /// What the client showed in its handshake, which the handshake has checked.
    pub(crate) fn of(connection: &ServerConnection) -> Option<Self> {
        let own = connection.peer_certificates()?.first()?;
        Some(Self { thumbprint: Sha256::digest(own).into(), parsed: Certificate::parse(own) })
    }
}

/// A certificate whose key the client has proved to hold, and that is good by the settings: its
/// chain ends in an authority of ours, or it is trusted by itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ClientCertificate {
    /// SHA-256 of its DER (`x5t#S256` of RFC 8705 §3.1).
    pub(crate) thumbprint: [u8; 32],
    /// Whose it is; an error where its subject or its names are of a form that is not known.
    pub(crate) parsed: Result<Certificate, CertificateError>,
}
