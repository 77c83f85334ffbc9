//! What a running server does for the subcommands, over its socket: the same as they do themselves
//! where no server has the data folder.
mod import;

pub(crate) use import::{Appended, Unit};

use crate::{
    arguments,
    audit::{self, Used},
    command,
    settings::{Settings, origin::Said},
};
use anyhow::{Context as _, bail};
use kiln_server::{Errand, Errands, Tenant};
use std::{
    io::{BufWriter, Write},
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

/// Does errands by the settings that the server runs with.
pub(crate) struct Clerk {
    settings: Settings,
    /// The same as text.
    shown: String,
    /// How many bundles were begun.
    bundles: AtomicU64,
}

impl Clerk {
    pub(crate) fn new(settings: Settings, said: &Said) -> anyhow::Result<Self> {
        let shown = said.text(&settings)?;
        Ok(Self { settings, shown, bundles: AtomicU64::new(0) })
    }

    fn answer(&self, errand: &Errand, tenant: &Tenant, out: &mut dyn Write) -> anyhow::Result<()> {
        let settings = self.settings.of(tenant.id());
        match errand.name.as_str() {
            "settings" => Ok(out.write_all(self.shown.as_bytes())?),
            "export" => {
                let asked: arguments::Export = serde_json::from_slice(&errand.body)?;
                audit::record_running(tenant, errand.uid, &asked.used())?;
                let mut out = BufWriter::new(out);
                command::export::write_all(&asked, &settings, tenant.log(), &mut out)?;
                Ok(out.flush()?)
            }
            "evidence" => self.evidence(errand, &settings, tenant, out),
            "import-secret" => import::secret(tenant.log(), out),
            "import-keyed" => import::keyed(tenant.log(), &errand.body, out),
            "import-append" => import::append(tenant.log(), &settings, &errand.body, out),
            "key-rotate" => {
                audit::record_running(tenant, errand.uid, &Used::new("key-rotate", &[]))?;
                command::key::rotate_running(&settings, tenant, &errand.body, out)
            }
            audit::ERRAND => {
                let used: Used = serde_json::from_slice(&errand.body)?;
                audit::record_running(tenant, errand.uid, &used)
            }
            "rejects-purge" => {
                let rejects = tenant.shelf().context("nothing that is refused is kept")?;
                Ok(write!(out, "{}", rejects.purge()?)?)
            }
            other => {
                bail!("the running server knows no errand {other}: it is another version of Kiln")
            }
        }
    }

    fn evidence(
        &self,
        errand: &Errand,
        settings: &Settings,
        tenant: &Tenant,
        out: &mut dyn Write,
    ) -> anyhow::Result<()> {
        let asked: arguments::Export = serde_json::from_slice(&errand.body)?;
        audit::record_running(tenant, errand.uid, &asked.used())?;
        let file = asked.evidence.clone().context("the bundle has no name")?;
        let nth = self.bundles.fetch_add(1, Ordering::Relaxed);
        let made = Made(self.settings.data.join(format!("errand-{nth}.bundle")));
        let log = tenant.log();
        let told = command::export::evidence::write_bundle(&asked, settings, log, &made.0, &file)?;
        command::export::evidence::fetched::give(&told, &made.0, out)
    }
}

impl Errands for Clerk {
    fn run(&self, errand: &Errand, tenant: &Tenant, out: &mut dyn Write) -> Result<(), String> {
        self.answer(errand, tenant, out).map_err(|error| format!("{error:#}"))
    }
}

/// A bundle on its way, removed when it was sent.
struct Made(PathBuf);

impl Drop for Made {
    fn drop(&mut self) {
        use kiln_store::disk::{Disk as _, RealDisk};
        if let Err(error) = RealDisk.remove(&self.0) {
            tracing::debug!(%error, "there is no bundle to remove");
        }
    }
}
