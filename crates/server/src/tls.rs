//! TLS: the server's certificate, whose clients' certificates are good, and both anew without a
//! restart.
mod clients;

pub use clients::ClientCertificates;

use arc_swap::ArcSwap;
use clients::Clients;
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    server::{NoServerSessionStorage, danger::ClientCertVerifier},
    version::{TLS12, TLS13},
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// HTTP/1.1 is what is spoken: whoever offers only other protocols is refused (RFC 7301 §3.2).
const ALPN: &[u8] = b"http/1.1";

/// What TLS is made of, as the files hold it.
#[derive(Clone, Debug, Default)]
pub struct TlsMaterial {
    /// PEM: the server's certificate, and behind it those that lead to its authority.
    pub certificates: Vec<u8>,
    /// PEM: its key; PKCS#8, PKCS#1 or SEC1.
    pub key: Vec<u8>,
    /// What clients must show.
    pub clients: ClientCertificates,
    /// PEM: authorities whose certificates are taken from clients.
    pub client_authorities: Vec<u8>,
    /// PEM: certificates that are taken from clients by themselves, whoever signed them.
    pub client_trusted: Vec<u8>,
    /// SHA-256 of more of them.
    pub client_thumbprints: Vec<[u8; 32]>,
}

/// Why TLS cannot be spoken with it.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The server's certificate.
    #[error("the certificate is no PEM file with certificates in it")]
    Certificates,
    /// Its key.
    #[error("the key is no PEM file with a private key in it")]
    Key,
    /// The authorities.
    #[error("the client authorities are no PEM file with certificates in it")]
    Authorities,
    /// The certificates that are trusted by themselves.
    #[error("the trusted client certificates are no PEM file with certificates in it")]
    Trusted,
    /// Nobody could come in.
    #[error("clients are to show certificates, and none are named that would be taken")]
    NobodyTrusted,
    /// They do not go together, or are of a kind that is not known.
    #[error("{0}")]
    Refused(#[from] rustls::Error),
}

/// TLS, as it is spoken now.
pub struct Tls {
    current: ArcSwap<ServerConfig>,
}

impl Tls {
    /// TLS with these.
    ///
    /// # Errors
    /// They cannot be read, or the key is not the certificate's.
    pub fn new(material: &TlsMaterial) -> Result<Self, TlsError> {
        Ok(Self { current: ArcSwap::from_pointee(config(material)?) })
    }

    /// Goes on with these; connections that are open keep what they began with.
    ///
    /// # Errors
    /// As of [`new`](Self::new); then all stays as it was.
    pub fn replace(&self, material: &TlsMaterial) -> Result<(), TlsError> {
        self.current.store(Arc::new(config(material)?));
        Ok(())
    }

    /// What the next handshake takes.
    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        self.current.load_full()
    }
}

fn config(material: &TlsMaterial) -> Result<ServerConfig, TlsError> {
    let chain = certificates(&material.certificates).ok_or(TlsError::Certificates)?;
    let key = PrivateKeyDer::from_pem_slice(&material.key).map_err(|_detail| TlsError::Key)?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let clients = clients(material, &provider)?;
    let builder = ServerConfig::builder_with_provider(provider);
    let builder = builder.with_protocol_versions(&[&TLS13, &TLS12])?;
    let is_asking = clients.is_some();
    let builder = match clients {
        Some(clients) => builder.with_client_cert_verifier(clients),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_single_cert(chain, key)?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    if is_asking {
        // A resumed session would not be looked at again: its certificate may have expired.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
    }
    Ok(config)
}

fn clients(
    material: &TlsMaterial,
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Arc<dyn ClientCertVerifier>>, TlsError> {
    let is_mandatory = match material.clients {
        ClientCertificates::None => return Ok(None),
        ClientCertificates::Optional => false,
        ClientCertificates::Required => true,
    };
    let pems = |pem: &[u8]| if pem.is_empty() { Some(Vec::new()) } else { certificates(pem) };
    let authorities = pems(&material.client_authorities).ok_or(TlsError::Authorities)?;
    let trusted = pems(&material.client_trusted).ok_or(TlsError::Trusted)?;
    let trusted = trusted.iter().map(|certificate| Sha256::digest(certificate).into());
    let trusted = trusted.chain(material.client_thumbprints.iter().copied()).collect();
    Ok(Some(Arc::new(Clients::new(is_mandatory, authorities, trusted, provider)?)))
}

/// `None` where there is none, or what is there is none.
fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    all.ok().filter(|all| !all.is_empty())
}
