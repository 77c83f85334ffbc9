//! Whose certificates are taken from clients: those that an authority of ours has signed, and those
//! that are trusted by themselves.
use super::TlsError;
use kiln_identity::{Certificate, UnixSeconds};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, RootCertStore,
    SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    server::{
        WebPkiClientVerifier,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
};
use rustls_pki_types::{CertificateDer, UnixTime};
use sha2::{Digest as _, Sha256};
use std::{collections::HashSet, sync::Arc};

/// Whether clients show certificates.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum ClientCertificates {
    /// They are not asked for any.
    #[default]
    None,
    /// They may; one that is not good ends the handshake.
    Optional,
    /// They must.
    Required,
}

/// What a client's certificate must be.
#[derive(Debug)]
pub(super) struct Clients {
    is_mandatory: bool,
    authorities: Option<Arc<dyn ClientCertVerifier>>,
    trusted: HashSet<[u8; 32]>,
    provider: Arc<CryptoProvider>,
}

impl Clients {
    pub(super) fn new(
        is_mandatory: bool,
        authorities: Vec<CertificateDer<'static>>,
        trusted: HashSet<[u8; 32]>,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, TlsError> {
        if authorities.is_empty() && trusted.is_empty() {
            return Err(TlsError::NobodyTrusted);
        }
        let authorities =
            if authorities.is_empty() { None } else { Some(chains(authorities, provider)?) };
        Ok(Self { is_mandatory, authorities, trusted, provider: Arc::clone(provider) })
    }
}

/// Chains that end in one of these, within every certificate's time.
fn chains(
    authorities: Vec<CertificateDer<'static>>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    let mut roots = RootCertStore::empty();
    for authority in authorities {
        roots.add(authority)?;
    }
    let builder =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
    builder.build().map_err(|error| Error::General(error.to_string()).into())
}

impl ClientCertVerifier for Clients {
    fn client_auth_mandatory(&self) -> bool {
        self.is_mandatory
    }

    /// Those of the authorities help a client to choose; where others are taken too, they would
    /// mislead it.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        match &self.authorities {
            Some(authorities) if self.trusted.is_empty() => authorities.root_hint_subjects(),
            _ => &[],
        }
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let thumbprint: [u8; 32] = Sha256::digest(end_entity).into();
        if self.trusted.contains(&thumbprint) {
            return in_time(end_entity, now).map(|()| ClientCertVerified::assertion());
        }
        match &self.authorities {
            Some(chains) => chains.verify_client_cert(end_entity, intermediates, now),
            None => Err(CertificateError::UnknownIssuer.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Trust by itself spares the authority, not the time (RFC 5280 §4.1.2.5).
fn in_time(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), Error> {
    let parsed = Certificate::parse(certificate);
    let parsed = parsed.map_err(|_detail| CertificateError::BadEncoding)?;
    if !parsed.is_valid_at(UnixSeconds(now.as_secs())) {
        return Err(CertificateError::Expired.into());
    }
    Ok(())
}
