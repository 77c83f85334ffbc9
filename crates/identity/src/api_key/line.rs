//! A key in the keys' file (`docs/FORMATS.md`).
use super::{ApiKey, KeyId};
use crate::fingerprint::{hex, hex_decode};
use crate::{Role, UnixSeconds};
use serde::{Deserialize, Serialize};

/// The members of a line, in their order. Unknown ones are refused: what a newer Kiln wrote there
/// may narrow what the key may do.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    id: String,
    sha256: String,
    role: Role,
    tenant: String,
    created: UnixSeconds,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<UnixSeconds>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revoked: Option<UnixSeconds>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    label: String,
}

impl Line {
    pub(super) fn of(key: &ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            sha256: hex(&key.sha256),
            role: key.role,
            tenant: key.tenant.to_string(),
            created: key.created,
            expires: key.expires,
            revoked: key.revoked,
            label: key.label.clone(),
        }
    }

    pub(super) fn to_text(&self) -> String {
        let line = serde_json::to_string(self).expect("texts and numbers are JSON");
        line + "\n"
    }

    pub(super) fn parse(text: &str) -> Option<ApiKey> {
        let line: Self = serde_json::from_str(text).ok()?;
        Some(ApiKey {
            id: KeyId::parse(&line.id).ok()?,
            sha256: hex_decode(&line.sha256)?,
            role: line.role,
            tenant: line.tenant.parse().ok()?,
            created: line.created,
            expires: line.expires,
            revoked: line.revoked,
            label: line.label,
        })
    }
}
