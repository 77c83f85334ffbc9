//! The sections `[sign_in]` and `[cors]`: who uses pages, ours and others'.
use super::Settings;
use crate::secret;
use anyhow::{Context as _, bail};
use kiln_server::{Cors, SignInSettings};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, time::Duration};

/// `[sign_in]`: people sign in at one of the issuers (`OpenID` Connect), and the pages know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// The name of one of `[[identity.issuers]]`, with `authorize_url` and `token_url`.
    pub(crate) issuer: String,
    /// Kiln's name at the issuer, which sends browsers to `{server.base_url}/sign-in/callback`.
    pub(crate) client_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// What is asked for besides `openid`.
    #[serde(default = "default_scopes")]
    pub(crate) scopes: Vec<String>,
    /// Without a request for so long a session ends …
    #[serde(default = "default_idle")]
    pub(crate) idle_minutes: u64,
    /// … and after so long in any case.
    #[serde(default = "default_session")]
    pub(crate) session_hours: u64,
    #[serde(default = "default_sessions_max")]
    pub(crate) sessions_max: usize,
}

fn default_scopes() -> Vec<String> {
    ["profile", "fhirUser"].map(str::to_owned).to_vec()
}

fn default_idle() -> u64 {
    30
}

fn default_session() -> u64 {
    10
}

fn default_sessions_max() -> usize {
    10_000
}

/// `[cors]`: pages of other origins that may ask with a token of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Origins {
    /// `https://app.example`, as browsers write it.
    pub(crate) origins: Vec<String>,
}

impl Origins {
    /// What the server is given.
    ///
    /// # Errors
    /// What is no origin.
    pub(crate) fn to_room(&self) -> anyhow::Result<Cors> {
        Cors::of(&self.origins).context("cors.origins")
    }
}

impl SignIn {
    /// The rules between it and the other settings.
    pub(super) fn check(&self, settings: &Settings) -> anyhow::Result<()> {
        self.addresses(settings)?;
        if settings.server.base_url.is_none() {
            bail!("sign_in needs server.base_url: the issuer sends browsers back to it");
        }
        if self.idle_minutes == 0 || self.session_hours == 0 || self.sessions_max == 0 {
            bail!("sign_in: idle_minutes, session_hours and sessions_max must be above 0");
        }
        Ok(())
    }

    /// What the server is given.
    ///
    /// # Errors
    /// The secret cannot be read, or others can read it.
    pub(crate) fn to_room(&self, settings: &Settings) -> anyhow::Result<SignInSettings> {
        let (authorize_url, token_url, timeout_seconds) = self.addresses(settings)?;
        let secret = self.client_secret_file.as_deref().map(secret::read_line).transpose();
        let secret = secret.context("sign_in.client_secret_file")?;
        Ok(SignInSettings {
            issuer: self.issuer.clone(),
            authorize_url,
            token_url,
            client_id: self.client_id.clone(),
            client_secret: secret.map(|secret| secret.to_string()),
            scopes: self.scopes.clone(),
            base_url: settings.server.base_url.clone().unwrap_or_default(),
            idle: Duration::from_mins(self.idle_minutes),
            whole: Duration::from_hours(self.session_hours),
            sessions_max: self.sessions_max,
            timeout: Duration::from_secs(timeout_seconds),
        })
    }

    fn addresses(&self, settings: &Settings) -> anyhow::Result<(String, String, u64)> {
        let issuer = settings.identity.issuers.iter().find(|issuer| issuer.name == self.issuer);
        let issuer = issuer.context("sign_in.issuer is the name of one of identity.issuers")?;
        if issuer.introspection_url.is_some() {
            bail!("sign_in.issuer must be one whose keys are known: an ID token is signed");
        }
        if issuer.audience.names(&self.client_id) {
            bail!(
                "sign_in.client_id is an audience of its issuer: its ID tokens, which browsers and \
                 logs see, would be taken as access tokens"
            );
        }
        let (authorize, token) = (issuer.authorize_url.clone(), issuer.token_url.clone());
        let both = authorize.zip(token);
        let (authorize, token) =
            both.context("sign_in needs its issuer's authorize_url and token_url")?;
        Ok((authorize, token, issuer.timeout_seconds))
    }
}

#[cfg(test)]
mod tests;
