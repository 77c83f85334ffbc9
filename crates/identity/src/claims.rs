//! What the claims of a token say, whether it was signed or asked about.
use crate::issuer::Purpose;
use crate::smart::{self, Grant, ResourceGrants};
use crate::token::{TokenError, Verified};
use crate::{Agent, IssuerRules, Means, PatientContext, Principal, Role, Tenancy};
use crate::{TenantId, Thumbprint, UnixSeconds};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
mod words;

/// The claims of a token of this issuer.
#[derive(Copy, Clone)]
pub(crate) struct Content<'a> {
    pub(crate) claims: &'a Map<String, Value>,
    pub(crate) rules: &'a IssuerRules,
}

/// Characters of a claim that is written down: those of `OpenID` Connect's `sub`.
const NAME_LEN_MAX: usize = 255;

impl Content<'_> {
    /// RFC 7519 §4.1.3: one of the audiences is ours.
    pub(crate) fn require_audience(self) -> Result<(), TokenError> {
        let is_ours = |audience: &Value| {
            audience.as_str().is_some_and(|one| self.rules.audiences().iter().any(|our| our == one))
        };
        let ours = match self.claims.get("aud") {
            Some(Value::Array(audiences)) => audiences.iter().any(is_ours),
            Some(audience) => is_ours(audience),
            None => false,
        };
        ours.then_some(()).ok_or(TokenError::Audience)
    }

    /// Times, binding and kind, and who it is.
    pub(crate) fn verified(
        self,
        now: UnixSeconds,
        certificate: Option<&Thumbprint>,
    ) -> Result<Verified, TokenError> {
        let expires = self.require_time(now)?;
        self.require_binding(certificate)?;
        self.require_purpose()?;
        Ok(Verified { principal: self.principal()?, expires })
    }

    /// RFC 7519 §4.1.4 to §4.1.6; until when the token holds.
    fn require_time(self, now: UnixSeconds) -> Result<UnixSeconds, TokenError> {
        let expires = self.time("exp")?.ok_or(TokenError::Time)?.plus(self.rules.skew());
        if expires <= now {
            return Err(TokenError::Expired);
        }
        for name in ["nbf", "iat"] {
            if self.time(name)?.is_some_and(|time| time > now.plus(self.rules.skew())) {
                return Err(TokenError::NotYet);
            }
        }
        Ok(expires)
    }

    fn time(self, name: &str) -> Result<Option<UnixSeconds>, TokenError> {
        /// The year 9999: later ones are milliseconds, or a mistake.
        const END: f64 = 253_402_300_800.0;
        let Some(value) = self.claims.get(name) else { return Ok(None) };
        let seconds = value.as_f64().filter(|seconds| (0.0..END).contains(seconds));
        seconds.map(|seconds| Some(UnixSeconds(seconds as u64))).ok_or(TokenError::Time)
    }

    /// RFC 8705 §3.1, RFC 7800 §3.1: a token that is bound is taken only from whoever holds what it
    /// is bound to, and what it is bound to must be understood.
    fn require_binding(self, certificate: Option<&Thumbprint>) -> Result<(), TokenError> {
        let Some(confirmation) = self.claims.get("cnf") else { return Ok(()) };
        let members = confirmation.as_object().filter(|members| members.len() == 1);
        let bound = members.and_then(|members| members.get("x5t#S256")).and_then(Value::as_str);
        let bound = bound.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        match (bound, certificate) {
            (Some(bound), Some(shown)) if bound == shown.0 => Ok(()),
            _ => Err(TokenError::Binding),
        }
    }

    fn require_purpose(self) -> Result<(), TokenError> {
        let has = |member: &&str| self.claims.contains_key(*member);
        match self.rules.purpose {
            // OpenID Connect Core §3.1.3.6, §3.3.2.11: only an ID token has these.
            Purpose::Access if ["at_hash", "c_hash"].iter().any(has) => Err(TokenError::Type),
            // §3.1.3.7, 4 and 5: a token for others too names the one that asked for it.
            Purpose::SignIn => self.require_party(),
            Purpose::Access => Ok(()),
        }
    }

    fn require_party(self) -> Result<(), TokenError> {
        let others = self.claims.get("aud").and_then(Value::as_array);
        let is_alone = others.is_none_or(|audiences| audiences.len() == 1);
        let is_ours =
            |party: &Value| self.rules.audiences().iter().any(|our| party == our.as_str());
        match self.claims.get("azp") {
            None if is_alone => Ok(()),
            Some(party) if is_ours(party) => Ok(()),
            _ => Err(TokenError::Audience),
        }
    }

    fn principal(self) -> Result<Principal, TokenError> {
        let agent = self.agent()?;
        let name = agent.subject.as_ref().or(agent.client.as_ref()).ok_or(TokenError::Subject)?;
        let who = format!("token:{}:{name}", self.rules.name());
        let is_patient = agent.fhir_user.as_deref().is_some_and(words::is_patient);
        let scopes = self.words(&self.rules.claims.scope)?.join(" ");
        let (roles, patient) = (self.roles(), self.patient()?);
        let resources = ResourceGrants::of(&scopes, &roles, patient.clone(), is_patient);
        let Grant { scopes, reach } = smart::grant(&scopes, &roles, patient, is_patient);
        Ok(Principal {
            tenant: self.tenant()?,
            who: who.into(),
            means: Means::Token,
            scopes,
            reach,
            resources,
            agent,
        })
    }

    fn agent(self) -> Result<Agent, TokenError> {
        let client = match self.name("client_id")? {
            Some(client) => Some(client),
            None => self.name("azp")?,
        };
        Ok(Agent {
            fhir_user: self.name("fhirUser")?,
            issuer: Some(self.rules.issuer().to_owned()),
            subject: self.name("sub")?,
            name: words::person(self.claims),
            client,
            token_id: self.name("jti")?,
            purposes: words::purposes(self.claims),
        })
    }

    fn tenant(self) -> Result<TenantId, TokenError> {
        match &self.rules.tenancy {
            Tenancy::One(tenant) => Ok(tenant.clone()),
            Tenancy::Claim(claim) => {
                let tenant = self.claims.get(claim).and_then(Value::as_str);
                tenant.and_then(|tenant| tenant.parse().ok()).ok_or(TokenError::Tenant)
            }
        }
    }

    fn roles(self) -> Vec<Role> {
        let Some(rules) = &self.rules.roles else { return Vec::new() };
        let value = words::at(self.claims, &rules.claim);
        let words: Vec<&str> = match value {
            Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(word)) => vec![word],
            _ => Vec::new(),
        };
        words.into_iter().filter_map(|word| rules.roles.get(word)).copied().collect()
    }

    /// The patient in context. What is no id must not look like no context, nor like another's.
    fn patient(self) -> Result<Option<PatientContext>, TokenError> {
        let Some(id) = self.name(&self.rules.claims.patient)? else { return Ok(None) };
        let id = id.strip_prefix("Patient/").unwrap_or(&id);
        words::is_id(id)
            .then(|| Some(PatientContext { id: id.to_owned() }))
            .ok_or(TokenError::Claim)
    }

    /// A text that names somebody or something; `None` where it is absent.
    fn name(self, claim: &str) -> Result<Option<String>, TokenError> {
        match self.claims.get(claim) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if words::is_name(text, NAME_LEN_MAX) => {
                Ok(Some(text.clone()))
            }
            Some(_) => Err(TokenError::Claim),
        }
    }

    /// A text with blanks, or an array of texts; none where it is absent.
    fn words(&self, claim: &str) -> Result<Vec<&str>, TokenError> {
        match self.claims.get(claim) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![text]),
            Some(Value::Array(words)) => {
                let words = words.iter().map(|word| word.as_str().ok_or(TokenError::Claim));
                words.collect()
            }
            Some(_) => Err(TokenError::Claim),
        }
    }
}
