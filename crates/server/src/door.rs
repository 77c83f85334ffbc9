//! Through which door a request came: the listener, and what the connection says of its other end.
use crate::guard::Guard;
use rustls_pki_types::CertificateDer;
use std::{net::IpAddr, sync::Arc};

/// One connection's.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    /// Keeps web pages and other machines out of the open mode.
    pub(crate) guard: Guard,
    /// The other end's address; none on the server's own socket.
    pub(crate) address: Option<IpAddr>,
    /// What the client showed in the TLS handshake; none where it showed nothing, or there is no
    /// TLS.
    pub(crate) certificate: Option<Arc<ClientCertificate>>,
    /// Whom the kernel says to be at the other end of the server's own socket; none elsewhere.
    pub(crate) uid: Option<u32>,
    /// Whether the connection is TLS, or the server's own socket, which no network sees.
    pub(crate) is_private: bool,
}

/// A certificate whose key the client has proved to hold, and that is good by the settings: its
/// chain ends in an authority of ours, or it is trusted by itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ClientCertificate {
    /// As DER, the client's own first.
    pub(crate) chain: Vec<CertificateDer<'static>>,
    /// SHA-256 of the client's own (`x5t#S256` of RFC 8705 §3.1).
    pub(crate) thumbprint: [u8; 32],
}
