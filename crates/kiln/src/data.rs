//! The data folder, held for one command, in plain words where it cannot be.
use crate::settings::Settings;
use anyhow::{Context as _, bail};
use kiln_server::intake::Extractor;
use kiln_store::{
    Components, OpenError, Store, TenantId,
    clock::{OsRandom, SystemClock},
    disk::RealDisk,
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// The folder, held until this is dropped.
#[derive(Debug)]
pub(crate) struct DataFolder(kiln_store::DataFolder);

/// Whether a folder that is not there is made.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    Make,
    Refuse,
}

impl DataFolder {
    /// Takes the folder, or says who has it and what to do.
    pub(crate) fn hold(root: &Path, missing: Missing) -> anyhow::Result<Self> {
        let told = || format!("the data folder {} cannot be used", root.display());
        if missing == Missing::Refuse && !root.join("tenants").try_exists().with_context(told)? {
            bail!("{} holds no Kiln data; --data names the folder", root.display());
        }
        match kiln_store::DataFolder::open(root) {
            Ok(folder) => Ok(Self(folder)),
            Err(OpenError::Held) => Err(held(root)),
            Err(error) => Err(error).with_context(told),
        }
    }

    /// The default tenant's folder.
    pub(crate) fn tenant(&self) -> PathBuf {
        self.0.tenant_folder(&TenantId::default())
    }

    /// Opens the default tenant's store.
    pub(crate) fn open(&self, settings: &Settings) -> anyhow::Result<Store> {
        let tenant = self.tenant();
        match Store::open(&tenant, settings.store.to_room(), components()) {
            Ok(store) => Ok(store),
            Err(OpenError::Held) => Err(held(self.0.path())),
            Err(error @ OpenError::Damaged(_)) => Err(error).with_context(|| {
                format!(
                    "nothing was changed; run `kiln fsck --data {}` and see docs/operations.md",
                    self.0.path().display()
                )
            }),
            Err(error) => Err(error)
                .with_context(|| format!("the store in {} does not open", tenant.display())),
        }
    }
}

/// The real disk, clock and chance, and FHIR's extractor.
pub(crate) fn components() -> Components {
    Components {
        disk: Arc::new(RealDisk),
        clock: Arc::new(SystemClock),
        random: Arc::new(OsRandom),
        extract: Arc::new(Extractor),
        signer: None,
    }
}

fn held(root: &Path) -> anyhow::Error {
    anyhow::anyhow!(
        "a running Kiln holds the data folder {}: stop that server (or send to it over HTTP), \
         or name another folder with --data",
        root.display()
    )
}
