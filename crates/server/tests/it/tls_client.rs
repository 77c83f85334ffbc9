//! Certificates of authorities that exist for a moment, and a client that shows them.
use crate::server::Reply;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, IsCa, Issuer,
    KeyPair, KeyUsagePurpose,
};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use sha2::{Digest as _, Sha256};
use std::{io, sync::Arc};
use tokio::{io::AsyncWriteExt as _, net::TcpStream};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// An authority.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) certificate: Certificate,
}

/// A certificate and its key.
pub(crate) struct Identity {
    pub(crate) certificate: Certificate,
    pub(crate) key: KeyPair,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = named("an authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { issuer: Issuer::new(params, key), certificate }
    }

    /// Of `localhost`, for servers; called `name`.
    pub(crate) fn issue(&self, name: &str) -> Identity {
        self.sign(&named(name))
    }

    /// One whose time is over.
    pub(crate) fn issue_expired(&self, name: &str) -> Identity {
        self.sign(&expired(name))
    }

    fn sign(&self, params: &CertificateParams) -> Identity {
        let key = KeyPair::generate().unwrap();
        Identity { certificate: params.signed_by(&key, &self.issuer).unwrap(), key }
    }
}

impl Identity {
    /// Signed by itself.
    pub(crate) fn alone(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        Self { certificate: named(name).self_signed(&key).unwrap(), key }
    }

    /// The same, and its time is over.
    pub(crate) fn alone_expired(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        Self { certificate: expired(name).self_signed(&key).unwrap(), key }
    }

    pub(crate) fn thumbprint(&self) -> [u8; 32] {
        Sha256::digest(self.certificate.der()).into()
    }
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn expired(name: &str) -> CertificateParams {
    let mut params = named(name);
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(2021, 1, 1);
    params
}

/// A client of a server whose certificate the authority has signed.
#[derive(Clone)]
pub(crate) struct Client {
    config: Arc<ClientConfig>,
    port: u16,
}

impl Client {
    /// That shows this certificate, if any.
    pub(crate) fn new(port: u16, server: &Authority, shows: Option<&Identity>) -> Self {
        Self::speaking(port, server, shows, b"http/1.1")
    }

    /// And offers this protocol alone.
    pub(crate) fn speaking(
        port: u16,
        server: &Authority,
        shows: Option<&Identity>,
        protocol: &[u8],
    ) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(server.certificate.der().clone()).unwrap();
        let builder = ClientConfig::builder_with_provider(aws_lc_rs::default_provider().into());
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let builder = builder.with_root_certificates(roots);
        let mut config = match shows {
            None => builder.with_no_client_auth(),
            Some(Identity { certificate, key }) => {
                let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
                builder.with_client_auth_cert(vec![certificate.der().clone()], key).unwrap()
            }
        };
        config.alpn_protocols = vec![protocol.to_vec()];
        Self { config: Arc::new(config), port }
    }

    pub(crate) async fn connect(&self) -> io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(Arc::clone(&self.config)).connect(name, stream).await
    }

    /// The server's certificate, as a connection shows it.
    pub(crate) async fn seen(&self) -> CertificateDer<'static> {
        let stream = self.connect().await.unwrap();
        stream.get_ref().1.peer_certificates().unwrap()[0].clone()
    }

    /// One request on a connection of its own. In TLS 1.3 a client learns only when it reads that
    /// its certificate was refused.
    pub(crate) async fn ask(&self, path: &str, fields: &str) -> io::Result<Reply> {
        let mut stream = self.connect().await?;
        let host = format!("localhost:{}", self.port);
        let head =
            format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{fields}\r\n");
        stream.write_all(head.as_bytes()).await?;
        Reply::try_read(&mut stream).await
    }
}
