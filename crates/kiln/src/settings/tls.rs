//! The sections `[tls]` and `[metrics]`.
use crate::secret;
use anyhow::{Context as _, bail};
use kiln_server::{ClientCertificates, TlsMaterial};
use serde::{Deserialize, Serialize};
use std::{
    fs::OpenOptions,
    io::Read as _,
    net::SocketAddr,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

/// Hundreds of authorities fit.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// `[tls]`: the server's certificate, and what clients are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Tls {
    /// The server's certificate and those that lead to its authority, PEM; left out: no TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) certificate_file: Option<PathBuf>,
    /// Its key, PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key_file: Option<PathBuf>,
    /// Whether clients show certificates.
    pub(crate) client_certificates: Asked,
    /// Authorities whose certificates are taken from clients, PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_ca_file: Option<PathBuf>,
    /// Certificates that are taken from clients by themselves, PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_trusted_file: Option<PathBuf>,
    /// Whether a proxy before Kiln ends TLS: then Kiln may listen without it where others reach
    /// it.
    pub(crate) behind_proxy: bool,
}

/// Whether clients show certificates.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Asked {
    /// They are not asked for any.
    #[default]
    None,
    /// They may.
    Optional,
    /// They must.
    Required,
}

/// `[metrics]`: a listener for `/metrics` alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Metrics {
    /// Where; left out: `/metrics` is on the main listener only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) listen: Option<SocketAddr>,
}

/// Which files there were when they were read: another one, or other bytes, make another mark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark(Vec<Option<(u64, i64, i64, u64)>>);

impl Tls {
    /// Whether the server speaks TLS itself.
    pub(crate) fn is_on(&self) -> bool {
        self.certificate_file.is_some()
    }

    /// The rules between its settings.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        if self.certificate_file.is_some() != self.key_file.is_some() {
            bail!("tls.certificate_file and tls.key_file go together");
        }
        if self.client_certificates != Asked::None && !self.is_on() {
            bail!(
                "tls.client_certificates needs tls.certificate_file: without TLS nobody shows any"
            );
        }
        if self.behind_proxy && self.is_on() {
            bail!("tls.behind_proxy says that TLS ends before Kiln: without tls.certificate_file");
        }
        Ok(())
    }

    /// What the files hold; `None` where there is no TLS. `thumbprints`: certificates of clients
    /// that are trusted by themselves, beside those of `tls.client_trusted_file`.
    ///
    /// # Errors
    /// A file cannot be read, or the key is open to others than its owner.
    pub(crate) fn material(&self, thumbprints: &[[u8; 32]]) -> anyhow::Result<Option<TlsMaterial>> {
        let (Some(certificate), Some(key)) = (&self.certificate_file, &self.key_file) else {
            return Ok(None);
        };
        let any = |file: &Option<PathBuf>| file.as_deref().map_or(Ok(Vec::new()), read);
        Ok(Some(TlsMaterial {
            certificates: read(certificate)?,
            key: secret::read(key).context("tls.key_file")?.to_vec(),
            clients: match self.client_certificates {
                Asked::None => ClientCertificates::None,
                Asked::Optional => ClientCertificates::Optional,
                Asked::Required => ClientCertificates::Required,
            },
            client_authorities: any(&self.client_ca_file)?,
            client_trusted: any(&self.client_trusted_file)?,
            client_thumbprints: thumbprints.to_vec(),
        }))
    }

    /// Which files there are now.
    pub(crate) fn mark(&self) -> Mark {
        let Self { certificate_file, key_file, client_ca_file, client_trusted_file, .. } = self;
        let files = [certificate_file, key_file, client_ca_file, client_trusted_file];
        Mark(files.into_iter().flatten().map(|file| mark(file)).collect())
    }
}

fn mark(file: &Path) -> Option<(u64, i64, i64, u64)> {
    let file = std::fs::metadata(secret::place_of(file).ok()?).ok()?;
    Some((file.ino(), file.mtime(), file.mtime_nsec(), file.len()))
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let told = || format!("{} cannot be read", path.display());
    let file = OpenOptions::new().read(true).open(secret::place_of(path)?).with_context(told)?;
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX).read_to_end(&mut bytes).with_context(told)?;
    Ok(bytes)
}
