//! The sections `[pages]`, `[sign_in]` and `[cors]`: pages, ours and others', and who uses them.
use super::{Settings, tenants::Tenant};
use crate::secret;
use anyhow::{Context as _, bail};
use jiff::tz::TimeZone;
use kiln_pages::Language;
use kiln_server::{Cors, SignInSettings, Staff};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, time::Duration};

/// `[pages]`: how the pages speak.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Pages {
    /// Whether there are any.
    pub(crate) enabled: bool,
    pub(crate) language: Spoken,
    /// Whose rules the reports follow where the settings below say nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) preset: Option<Preset>,
    /// `Europe/Vienna`: a name of the IANA time zone database; left out: the preset's, or UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time_zone: Option<String>,
    /// How long the address of a view leads anywhere.
    pub(crate) view_hours: u64,
    /// How a patient's reports name staff.
    pub(crate) staff: StaffBy,
    /// Whether they say who looked at the patient's log, too; left out: as the preset has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) who_looked: Option<bool>,
}

/// `pages.language`
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Spoken {
    /// What the browser asks for, of those that there are.
    #[default]
    Auto,
    En,
    De,
}

/// `pages.preset`: a country, by its code (ISO 3166).
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Preset {
    At,
    Ch,
    Cz,
    De,
    Us,
}

/// `pages.staff`
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StaffBy {
    #[default]
    Name,
    Role,
    Organisation,
}

impl Default for Pages {
    fn default() -> Self {
        Self {
            enabled: true,
            language: Spoken::default(),
            preset: None,
            time_zone: None,
            view_hours: 24,
            staff: StaffBy::default(),
            who_looked: None,
        }
    }
}

impl Preset {
    /// Nobody's zone is that of all of the United States.
    fn time_zone(self) -> Option<&'static str> {
        match self {
            Self::At => Some("Europe/Vienna"),
            Self::Ch => Some("Europe/Zurich"),
            Self::Cz => Some("Europe/Prague"),
            Self::De => Some("Europe/Berlin"),
            Self::Us => None,
        }
    }

    /// Where patients are told who looked at their log, too.
    fn who_looked(self) -> bool {
        matches!(self, Self::Ch | Self::Cz)
    }
}

impl Pages {
    /// What the server is given.
    ///
    /// # Errors
    /// A time zone that nobody knows.
    pub(crate) fn to_room(&self, tenants: &[Tenant]) -> anyhow::Result<kiln_server::Pages> {
        if self.view_hours == 0 {
            bail!("pages.view_hours must be above 0");
        }
        let of_preset = || self.preset.and_then(Preset::time_zone);
        let own = self.time_zone.as_deref().or_else(of_preset);
        let zones = tenants.iter().filter_map(|it| Some((&it.name, it.time_zone.as_deref()?)));
        let zones = zones.map(|(name, zone)| Ok((name.clone(), self::zone(zone)?)));
        Ok(kiln_server::Pages {
            enabled: self.enabled,
            language: match self.language {
                Spoken::Auto => None,
                Spoken::En => Some(Language::En),
                Spoken::De => Some(Language::De),
            },
            zone: own.map_or(Ok(TimeZone::UTC), zone)?,
            zones: zones.collect::<anyhow::Result<_>>()?,
            view_lifetime: Duration::from_hours(self.view_hours),
            demo: false,
            staff: match self.staff {
                StaffBy::Name => Staff::Name,
                StaffBy::Role => Staff::Role,
                StaffBy::Organisation => Staff::Organisation,
            },
            who_looked: self.who_looked.or(self.preset.map(Preset::who_looked)).unwrap_or(false),
        })
    }
}

fn zone(name: &str) -> anyhow::Result<TimeZone> {
    let told = || format!("{name:?} is no time zone: write it as Europe/Vienna");
    TimeZone::get(name).with_context(told)
}

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
