//! The data folder, held for one command, in plain words where it cannot be.
use crate::{
    log_key,
    running::Running,
    settings::{Settings, evidence::Evidence},
};
use anyhow::{Context as _, bail};
use kiln_evidence::{Note, Signer};
use kiln_server::intake::Extractor;
use kiln_store::{
    Components, OpenError, OpenOptions, Store, TenantId,
    clock::{Clock, OsRandom, SystemClock},
    disk::{Disk, RealDisk},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// The folder, held until this is dropped, and the tenant whose part of it is meant.
#[derive(Clone, Debug)]
pub(crate) struct DataFolder {
    whole: Arc<kiln_store::DataFolder>,
    tenant: TenantId,
    stream: Stream,
}

/// Which of a tenant's logs is opened.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Stream {
    Log,
    /// The log of those who looked at the log.
    Audit,
}

/// Whether a folder that is not there is made.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    Make,
    Refuse,
}

/// How the store is opened.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Opening {
    /// Without a key: what a bench compares with.
    pub(crate) unsigned: bool,
    /// Goes on from an older copy of the log.
    pub(crate) adopt_restore: bool,
}

/// Who does what a command asks for.
pub(crate) enum Reached {
    /// The command, which holds the folder.
    Folder(DataFolder),
    /// The server that holds it.
    Server(Running),
}

impl Reached {
    /// Takes the folder for a tenant that a command names, or for the default one, or finds the
    /// server that has it.
    ///
    /// # Errors
    /// As of [`DataFolder::hold_for`]; another command has the folder.
    pub(crate) fn by(
        tenant: Option<&TenantId>,
        settings: &Settings,
        missing: Missing,
    ) -> anyhow::Result<Self> {
        let held = match DataFolder::hold_for(tenant, settings, missing) {
            Err(error) if error.is::<Held>() => error,
            folder => return Ok(Self::Folder(folder?)),
        };
        let running = Running::find(&settings.data, &tenant.cloned().unwrap_or_default())?;
        running.map(Self::Server).ok_or(held)
    }
}

/// Another process has the folder.
#[derive(Debug, thiserror::Error)]
#[error("a running Kiln holds the data folder {}: stop that server, or let that command end, or \
         name another folder with --data", .0.display())]
pub(crate) struct Held(PathBuf);

impl DataFolder {
    /// Takes the folder, or says who has it and what to do. The default tenant is meant.
    pub(crate) fn hold(root: &Path, missing: Missing) -> anyhow::Result<Self> {
        let told = || format!("the data folder {} cannot be used", root.display());
        if missing == Missing::Refuse && !root.join("tenants").try_exists().with_context(told)? {
            bail!("{} holds no Kiln data; --data names the folder", root.display());
        }
        match kiln_store::DataFolder::open(root) {
            Ok(whole) => Ok(Self {
                whole: Arc::new(whole),
                tenant: TenantId::default(),
                stream: Stream::Log,
            }),
            Err(OpenError::Held) => Err(held(root)),
            Err(error) => Err(error).with_context(told),
        }
    }

    /// Takes the folder for a tenant that a command names, or for the default one.
    ///
    /// # Errors
    /// As [`hold`](Self::hold); a tenant that no setting names and that has no data.
    pub(crate) fn hold_for(
        tenant: Option<&TenantId>,
        settings: &Settings,
        missing: Missing,
    ) -> anyhow::Result<Self> {
        let whole = Self::hold(&settings.data, missing)?;
        let Some(tenant) = tenant else { return Ok(whole) };
        let folder = whole.of(tenant);
        let is_there = folder.tenant().try_exists().context("the data folder cannot be read")?;
        let is_named = settings.tenants.iter().any(|named| named.name == *tenant);
        let may_be_made = is_named && missing == Missing::Make;
        if !is_there && !may_be_made {
            bail!(
                "{} holds no data of tenant {tenant}; [[tenants]] of the settings names tenants",
                settings.data.display()
            );
        }
        Ok(folder)
    }

    /// The same folder, for this tenant.
    pub(crate) fn of(&self, tenant: &TenantId) -> Self {
        Self { tenant: tenant.clone(), ..self.clone() }
    }

    /// The same tenant's, for the log of those who looked at its log.
    pub(crate) fn audit(&self) -> Self {
        Self { stream: Stream::Audit, ..self.clone() }
    }

    /// The tenant's folder.
    pub(crate) fn tenant(&self) -> PathBuf {
        self.whole.tenant_folder(&self.tenant)
    }

    /// Whose part of it is meant.
    pub(crate) fn id(&self) -> &TenantId {
        &self.tenant
    }

    /// The folder of the log that is opened.
    pub(crate) fn log(&self) -> PathBuf {
        match self.stream {
            Stream::Log => self.tenant(),
            Stream::Audit => self.tenant().join(AUDIT),
        }
    }

    /// The log's side file.
    fn side(&self, settings: &Evidence) -> PathBuf {
        let folder = settings.side.clone().unwrap_or_else(|| self.whole.path().join("side"));
        // No tenant's name has a dot.
        folder.join(match self.stream {
            Stream::Log => format!("{}.checkpoint", self.tenant),
            Stream::Audit => format!("{}.{AUDIT}.checkpoint", self.tenant),
        })
    }

    /// Where the tenant's key is.
    pub(crate) fn key(&self, settings: &Settings) -> PathBuf {
        let own = settings.of(&self.tenant).evidence.key;
        own.unwrap_or_else(|| log_key::default_path(&self.tenant()))
    }

    /// What the witnesses know of the tenant's log: one that was rolled back finds out before
    /// anything is written or signed, whichever command opens it.
    fn known(&self, settings: &Evidence) -> anyhow::Result<Vec<Note>> {
        // Nobody is asked to witness the other log.
        let witnessing = settings.witnessing()?.filter(|_| self.stream == Stream::Log);
        let Some(witnessing) = witnessing else { return Ok(Vec::new()) };
        let origins = kiln_store::origins(&self.tenant(), &RealDisk);
        let origins = origins.context("the log cannot be read")?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let known = runtime.block_on(kiln_server::known_by_witnesses(&witnessing, &origins));
        known.context("the witnesses of evidence.policy cannot be asked")
    }

    /// Opens the log.
    pub(crate) fn open(&self, settings: &Settings) -> anyhow::Result<Store> {
        self.open_as(settings, Opening::default())
    }

    /// As [`open`](Self::open), in another way.
    pub(crate) fn open_as(&self, settings: &Settings, opening: Opening) -> anyhow::Result<Store> {
        if opening.unsigned {
            return self.open_by(settings, components(), opening);
        }
        let signer = log_key::load_or_make(&self.key(settings), &self.tenant())?;
        self.open_signed(settings, signer, opening)
    }

    /// As [`open_as`](Self::open_as), with this key.
    pub(crate) fn open_signed(
        &self,
        settings: &Settings,
        signer: Arc<dyn Signer>,
        opening: Opening,
    ) -> anyhow::Result<Store> {
        self.open_by(settings, Components { signer: Some(signer), ..components() }, opening)
    }

    /// As [`open`](Self::open), on another disk and by another clock: for a log that is made up.
    pub(crate) fn open_on(
        &self,
        settings: &Settings,
        disk: Arc<dyn Disk>,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Store> {
        let signer = log_key::load_or_make(&self.key(settings), &self.tenant())?;
        let signer = Some(signer);
        let components = Components { disk, clock, signer, ..components() };
        self.open_by(settings, components, Opening::default())
    }

    fn open_by(
        &self,
        settings: &Settings,
        components: Components,
        opening: Opening,
    ) -> anyhow::Result<Store> {
        let log = self.log();
        let settings = &settings.of(&self.tenant);
        let evidence = &settings.evidence;
        let known = if opening.unsigned { Vec::new() } else { self.known(evidence)? };
        let options = OpenOptions {
            side: (!opening.unsigned).then(|| self.side(evidence)),
            known,
            adopt_restore: opening.adopt_restore,
        };
        let reserve_bytes = match self.stream {
            Stream::Log => 0,
            Stream::Audit => settings.audit.reserve_bytes,
        };
        let limits = kiln_store::Settings { reserve_bytes, ..settings.store.to_room() };
        match Store::open_with(&log, limits, components, options) {
            Ok(store) => Ok(store),
            Err(OpenError::Held) => Err(held(self.whole.path())),
            Err(error @ OpenError::Damaged(_)) => Err(error).with_context(|| {
                format!(
                    "nothing was changed; run `kiln fsck --data {}` and see docs/operations.md",
                    self.whole.path().display()
                )
            }),
            Err(error) => {
                Err(error).with_context(|| format!("the store in {} does not open", log.display()))
            }
        }
    }
}

/// The folder of the log of those who looked, in the tenant's.
pub(crate) const AUDIT: &str = "audit";

/// The real disk, clock and chance, and FHIR's extractor; no key.
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
    Held(root.to_owned()).into()
}
