//! The tables `[[tenants]]`: logs of their own, and what of the settings is each one's own.
use super::Settings;
use anyhow::bail;
use kiln_store::TenantId;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::path::PathBuf;

/// More of them are no settings file any more.
const TENANTS_MAX: usize = 10_000;

/// `[[tenants]]`: what is left out is as for the default tenant, but for the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tenant {
    /// It stands in paths, `/t/{name}`, and in the credentials of those who belong to it.
    #[serde(serialize_with = "write_name", deserialize_with = "read_name")]
    pub(crate) name: TenantId,
    /// The log's key, PKCS#8 PEM; left out: `keys/log.pem` in the tenant's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<PathBuf>,
    /// The witnesses: a file as of c2sp.org/tlog-policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<PathBuf>,
    /// Its pages' times; left out: those of `[pages]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) time_zone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) queue_units_max: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) queue_bytes_max: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rejects_bytes_max: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rejects_count_max: Option<u64>,
}

impl Settings {
    /// The settings as they are for this tenant.
    pub(crate) fn of(&self, tenant: &TenantId) -> Self {
        let mut own = self.clone();
        if tenant.as_str() == TenantId::DEFAULT {
            return own;
        }
        // One key signs one log.
        own.evidence.key = None;
        let Some(named) = self.tenants.iter().find(|named| named.name == *tenant) else {
            return own;
        };
        own.evidence.key.clone_from(&named.key);
        if let Some(policy) = &named.policy {
            own.evidence.policy = Some(policy.clone());
        }
        named.queue_units_max.inspect(|max| own.store.queue_units_max = *max);
        named.queue_bytes_max.inspect(|max| own.store.queue_bytes_max = *max);
        named.rejects_bytes_max.inspect(|max| own.rejects.bytes_max = *max);
        named.rejects_count_max.inspect(|max| own.rejects.count_max = *max);
        own
    }
}

/// Each name is there once, and none is the one that needs no table; the rules between settings
/// hold for each.
pub(super) fn check(settings: &Settings) -> anyhow::Result<()> {
    let tenants = &settings.tenants;
    if tenants.len() > TENANTS_MAX {
        bail!("[[tenants]] may be there {TENANTS_MAX} times");
    }
    let mut names: Vec<&TenantId> = tenants.iter().map(|tenant| &tenant.name).collect();
    names.sort_unstable();
    let mut pairs = names.iter().zip(names.iter().skip(1));
    if let Some((twice, _)) = pairs.find(|(one, next)| one == next) {
        bail!("[[tenants]] names {twice} twice");
    }
    if names.iter().any(|name| name.as_str() == TenantId::DEFAULT) {
        bail!("the tenant default is always there: its settings are those outside of [[tenants]]");
    }
    for Tenant { name, queue_units_max, queue_bytes_max, .. } in tenants {
        let few = queue_units_max.is_some_and(|max| max < 16);
        let small = queue_bytes_max.is_some_and(|max| max < 2 * settings.bundle.body_bytes_max);
        if few || small {
            bail!(
                "tenant {name}: queue_units_max must be above 15, queue_bytes_max not below twice \
                 bundle.body_bytes_max"
            );
        }
    }
    Ok(())
}

fn read_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TenantId, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

fn write_name<S: Serializer>(name: &TenantId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(name.as_str())
}
