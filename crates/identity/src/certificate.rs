//! A client's certificate: whom it names, and who that is here. That its chain is good, and that
//! the client holds its key, was found in the TLS handshake.
use crate::smart::ResourceGrants;
use crate::{Agent, Means, Principal, Reach, Role, TenantId, Thumbprint, UnixSeconds};
use x509_cert::Certificate as X509;
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::{SubjectAltName, name::GeneralName};

/// What counts of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// SHA-256 of its DER.
    pub thumbprint: Thumbprint,
    /// Its subject as RFC 4514 writes it, the most special part first (`CN=ward-7,O=Clinic,C=DE`);
    /// empty where it names none.
    pub subject: String,
    /// `dNSName`s of its subjectAltName.
    pub dns_names: Vec<String>,
    /// `uniformResourceIdentifier`s of its subjectAltName.
    pub uris: Vec<String>,
    not_before: UnixSeconds,
    not_after: UnixSeconds,
}

/// Whom a rule means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The holder of this one certificate, whoever issued it.
    Thumbprint(Thumbprint),
    /// The holder of any good certificate with exactly this subject, written as
    /// [`Certificate::subject`] is (`openssl x509 -noout -subject -nameopt RFC2253,utf8,-esc_msb`).
    Subject(String),
    /// … with this `dNSName`, letters' case aside.
    Dns(String),
    /// … with exactly this URI.
    Uri(String),
}

/// Who the holder of a certificate is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRule {
    /// Whom it means.
    pub holder: Holder,
    /// What the sender is called in envelopes: `certificate:<sender>`.
    pub sender: String,
    /// Whose log.
    pub tenant: TenantId,
    /// What it may do; [`Role::Patient`] gives nothing, for a certificate names no patient.
    pub role: Role,
}

/// All rules. Those with a thumbprint go first, then the first that fits counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateRules {
    rules: Vec<CertificateRule>,
}

/// Why a certificate says nothing of who asks.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum CertificateError {
    /// Not DER of an X.509 certificate.
    #[error("it is no X.509 certificate")]
    Form,
    /// Before `notBefore` or after `notAfter`: a connection may be older than its certificate's
    /// end.
    #[error("the certificate is not valid at this time")]
    Time,
    /// No rule means it.
    #[error("no rule of [[identity.certificates]] names this certificate")]
    Unknown,
}

impl Certificate {
    /// Bytes of a certificate.
    pub const LEN_MAX: usize = 64 * 1024;

    /// Reads a certificate's DER.
    ///
    /// # Errors
    /// [`CertificateError::Form`].
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > Self::LEN_MAX {
            return Err(CertificateError::Form);
        }
        let certificate = X509::from_der(der).ok().ok_or(CertificateError::Form)?;
        let content = certificate.tbs_certificate();
        let names = content.get_extension::<SubjectAltName>().ok();
        let names =
            names.ok_or(CertificateError::Form)?.map_or_else(Vec::new, |(_, names)| names.0);
        let dns_names = names.iter().filter_map(|name| match name {
            GeneralName::DnsName(name) => Some(name.to_string()),
            _ => None,
        });
        let uris = names.iter().filter_map(|name| match name {
            GeneralName::UniformResourceIdentifier(uri) => Some(uri.to_string()),
            _ => None,
        });
        let validity = content.validity();
        Ok(Self {
            thumbprint: Thumbprint::of(der),
            subject: content.subject().to_string(),
            dns_names: dns_names.collect(),
            uris: uris.collect(),
            not_before: UnixSeconds(validity.not_before.to_unix_duration().as_secs()),
            not_after: UnixSeconds(validity.not_after.to_unix_duration().as_secs()),
        })
    }
}

impl Certificate {
    /// Whether the time is within its own (RFC 5280 §4.1.2.5).
    pub fn is_valid_at(&self, now: UnixSeconds) -> bool {
        (self.not_before..=self.not_after).contains(&now)
    }
}

impl CertificateRules {
    /// These rules.
    pub fn new(mut rules: Vec<CertificateRule>) -> Self {
        rules.sort_by_key(|rule| !matches!(rule.holder, Holder::Thumbprint(_)));
        Self { rules }
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The certificates that are meant by themselves, whoever issued them.
    pub fn thumbprints(&self) -> impl Iterator<Item = Thumbprint> {
        self.rules.iter().filter_map(|rule| match rule.holder {
            Holder::Thumbprint(thumbprint) => Some(thumbprint),
            _ => None,
        })
    }

    /// Who the holder of a certificate is, whose chain and key are good: its chain ends in an
    /// authority of the settings, or its thumbprint is one of [`CertificateRules::thumbprints`].
    ///
    /// # Errors
    /// A certificate that no rule means, or that is not valid now.
    pub fn principal(
        &self,
        certificate: &Certificate,
        now: UnixSeconds,
    ) -> Result<Principal, CertificateError> {
        if !certificate.is_valid_at(now) {
            return Err(CertificateError::Time);
        }
        let rule = self.rules.iter().find(|rule| rule.holder.is(certificate));
        rule.map(|rule| rule.principal(certificate)).ok_or(CertificateError::Unknown)
    }
}

impl Holder {
    fn is(&self, certificate: &Certificate) -> bool {
        let is_named =
            |name: &str| certificate.dns_names.iter().any(|other| other.eq_ignore_ascii_case(name));
        match self {
            Self::Thumbprint(thumbprint) => *thumbprint == certificate.thumbprint,
            Self::Subject(subject) => !subject.is_empty() && *subject == certificate.subject,
            Self::Dns(name) => is_named(name),
            Self::Uri(uri) => certificate.uris.contains(uri),
        }
    }
}

impl CertificateRule {
    fn principal(&self, certificate: &Certificate) -> Principal {
        let scopes = match self.role {
            Role::Patient => crate::Scopes::NONE,
            role => role.scopes(),
        };
        Principal {
            tenant: self.tenant.clone(),
            who: format!("certificate:{}", self.sender).into(),
            means: Means::Certificate,
            scopes,
            reach: Reach::default(),
            resources: ResourceGrants::of_roles(&[self.role]),
            agent: Agent {
                subject: Some(certificate.subject.clone()),
                name: Some(self.sender.clone()),
                ..Agent::default()
            },
        }
    }
}

#[cfg(test)]
mod tests;
