//! The section `[identity]`: whose tokens, keys and certificates are believed.
mod issuer;

use anyhow::{Context as _, bail};
use issuer::Issuer;
use kiln_identity::{CertificateRule, CertificateRules, Holder, Role, TenantId, Thumbprint};
use kiln_server::{IdentitySettings, PrincipalLimits};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// `[identity]`: with nothing in it, and no API key, Kiln is open to this machine's programs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Identity {
    /// How far the clocks of issuers and this one may be apart.
    pub(crate) clock_skew_seconds: u64,
    pub(crate) limits: Limits,
    pub(crate) issuers: Vec<Issuer>,
    pub(crate) certificates: Vec<Certificate>,
}

/// `[identity.limits]`: how much each principal may ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Limits {
    /// In the long run; 0: as often as it likes.
    pub(crate) requests_per_second: u32,
    pub(crate) burst: u32,
    /// At once; 0: as many as it likes.
    pub(crate) concurrent: u32,
}

/// `[[identity.certificates]]`: who the holder of a client certificate is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Certificate {
    /// SHA-256 of the certificate, hexadecimal: it is trusted by itself, whoever signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) thumbprint: Option<String>,
    /// The subject, as `openssl x509 -noout -subject -nameopt RFC2253` writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
    /// A `dNSName` of its subjectAltName.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) dns: Option<String>,
    /// A URI of its subjectAltName.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) uri: Option<String>,
    /// What the sender is called in the log.
    pub(crate) sender: String,
    #[serde(default = "default_tenant")]
    pub(crate) tenant: String,
    pub(crate) role: Role,
}

fn default_tenant() -> String {
    TenantId::DEFAULT.to_owned()
}

impl Default for Limits {
    fn default() -> Self {
        let PrincipalLimits { requests_per_second, burst, concurrent } = PrincipalLimits::default();
        Self { requests_per_second, burst, concurrent }
    }
}

impl Default for Identity {
    fn default() -> Self {
        Self {
            clock_skew_seconds: kiln_identity::IssuerRules::CLOCK_SKEW_SECONDS,
            limits: Limits::default(),
            issuers: Vec::new(),
            certificates: Vec::new(),
        }
    }
}

impl Identity {
    /// Whether the settings name anybody who is believed; API keys beside them.
    pub(crate) fn is_configured(&self) -> bool {
        !self.issuers.is_empty() || !self.certificates.is_empty()
    }

    /// The rules within it, as far as no file has to be read for them; `tenants` are those beside
    /// the default one.
    pub(super) fn check(&self, tenants: &[&str]) -> anyhow::Result<()> {
        for issuer in &self.issuers {
            let told = || format!("identity.issuers: {}", issuer.name);
            issuer.rules(self.clock_skew_seconds).with_context(told)?;
            issuer.check().with_context(told)?;
        }
        self.certificate_rules()?;
        let issuers = self.issuers.iter().filter(|issuer| issuer.tenant_claim.is_none());
        let named = issuers.map(|issuer| &issuer.tenant);
        let mut named = named.chain(self.certificates.iter().map(|it| &it.tenant));
        let is_there = |name: &str| name == TenantId::DEFAULT || tenants.contains(&name);
        if let Some(name) = named.find(|name| !is_there(name)) {
            bail!("identity: there is no tenant {name:?} in [[tenants]]");
        }
        let Limits { requests_per_second, burst, .. } = self.limits;
        if requests_per_second > 0 && burst == 0 {
            bail!("identity.limits.burst must be above 0: nobody could ask anything");
        }
        Ok(())
    }

    /// What the server is given.
    ///
    /// # Errors
    /// A secret cannot be read, or others can read it.
    pub(crate) fn to_room(
        &self,
        api_keys: &Path,
        asks_certificates: bool,
    ) -> anyhow::Result<IdentitySettings> {
        let Limits { requests_per_second, burst, concurrent } = self.limits;
        let issuers = self.issuers.iter().map(|issuer| {
            let told = || format!("identity.issuers: {}", issuer.name);
            issuer.to_room(self.clock_skew_seconds).with_context(told)
        });
        Ok(IdentitySettings {
            issuers: issuers.collect::<anyhow::Result<_>>()?,
            certificates: self.certificate_rules()?,
            asks_certificates,
            api_keys: Some(api_keys.to_owned()),
            limits: PrincipalLimits { requests_per_second, burst, concurrent },
        })
    }

    /// Who the holders of certificates are; those with a thumbprint are trusted by themselves.
    pub(crate) fn certificate_rules(&self) -> anyhow::Result<CertificateRules> {
        let rules = self.certificates.iter().map(|certificate| {
            let told = || format!("identity.certificates: {}", certificate.sender);
            certificate.rule().with_context(told)
        });
        Ok(CertificateRules::new(rules.collect::<anyhow::Result<_>>()?))
    }
}

impl Certificate {
    fn rule(&self) -> anyhow::Result<CertificateRule> {
        let Self { thumbprint, subject, dns, uri, sender, tenant, role } = self;
        let holder = match (thumbprint, subject, dns, uri) {
            (Some(thumbprint), None, None, None) => {
                Holder::Thumbprint(thumbprint.parse::<Thumbprint>()?)
            }
            (None, Some(subject), None, None) => Holder::Subject(subject.clone()),
            (None, None, Some(dns), None) => Holder::Dns(dns.clone()),
            (None, None, None, Some(uri)) => Holder::Uri(uri.clone()),
            _ => bail!("name one of thumbprint, subject, dns and uri"),
        };
        if *role == Role::Patient {
            bail!("a certificate names no patient: the role patient needs a token");
        }
        if sender.is_empty() || sender.len() > SENDER_LEN_MAX || sender.contains(char::is_control) {
            bail!("sender is 1 to {SENDER_LEN_MAX} characters");
        }
        Ok(CertificateRule { holder, sender: sender.clone(), tenant: tenant.parse()?, role: *role })
    }
}

const SENDER_LEN_MAX: usize = 128;

#[cfg(test)]
mod tests;
