//! `kiln key`: the log's key, shown and changed.
use super::serve::close;
use crate::{
    arguments::key::{Action, Key, Rotate, Show},
    data::{DataFolder, Missing, Opening},
    exit::Verdict,
    log_key,
    settings::Settings,
};
use anyhow::{Context as _, bail};
use kiln_evidence::{Algorithm, Signer, VerifierKey};
use kiln_store::{
    OpenError, Store,
    disk::{Disk as _, RealDisk},
};
use std::{
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

pub(crate) fn run(arguments: &Key) -> anyhow::Result<Verdict> {
    match &arguments.action {
        Action::Show(show) => self::show(show),
        Action::Rotate(rotate) => self::rotate(rotate),
    }
}

/// Needs no lock: it reads beside a running server.
fn show(arguments: &Show) -> anyhow::Result<Verdict> {
    let settings = arguments.data.settings()?;
    let id = arguments.whose.id();
    let tenant = settings.data.join("tenants").join(id.as_str());
    let own = settings.of(&id).evidence.key;
    let path = own.unwrap_or_else(|| log_key::default_path(&tenant));
    let origin = kiln_store::origin(&tenant, &RealDisk)
        .with_context(|| format!("{} holds no log that can be read", tenant.display()))?;
    let signer = log_key::load(&path).with_context(|| format!("the key {}", path.display()))?;
    let (Some(origin), Some(signer)) = (origin, signer) else {
        bail!("{} holds no log with a key yet: a first `kiln serve` makes both", tenant.display());
    };
    let key = VerifierKey::new(origin, Algorithm::Ed25519, signer.public_key())?;
    writeln!(std::io::stdout(), "{key}")?;
    Ok(Verdict::Fine)
}

/// States the new key in the log under both, and puts its file in the old one's place. The old
/// file stays beside it until its owner destroys it: nothing is signed with it any more.
fn rotate(arguments: &Rotate) -> anyhow::Result<Verdict> {
    let settings = arguments.data.settings()?;
    let folder = DataFolder::hold_for(arguments.whose.tenant.as_ref(), &settings, Missing::Refuse)?;
    let path = folder.key(&settings);
    let next = path.with_extension("next.pem");
    let new = new_key(arguments.new.as_deref(), &next)?;
    let store = Arc::new(change(&folder, &settings, &new)?);
    let old = put_in_place(&path, &next)?;
    let key = store.log_key().context("the log is not signed")?;
    close(store)?;
    writeln!(std::io::stdout(), "{key}")?;
    eprintln!("kiln: nothing is signed with {} any more: destroy it", old.display());
    Ok(Verdict::Fine)
}

/// The log, with the new key in force. A change that a crash broke off is stated in the log
/// already.
fn change(
    folder: &DataFolder,
    settings: &Settings,
    new: &Arc<dyn Signer>,
) -> anyhow::Result<Store> {
    let opened = folder.open(settings);
    let is_stated = |error: &anyhow::Error| {
        matches!(error.downcast_ref::<OpenError>(), Some(OpenError::OtherKey { .. }))
    };
    match opened {
        Err(error) if is_stated(&error) => {
            let again = folder.open_signed(settings, Arc::clone(new), Opening::default());
            again.map_err(|_also| error)
        }
        opened => {
            let store = opened?;
            let waiter = store.rotate_key(Arc::clone(new)).context("the key was not changed")?;
            waiter.blocking_recv().context("the log has stopped")?.context("it was not changed")?;
            Ok(store)
        }
    }
}

/// The key that comes, in a file of its own before the log says so: nobody may lose it then.
fn new_key(given: Option<&Path>, next: &Path) -> anyhow::Result<Arc<dyn Signer>> {
    let told = || format!("the new key {}", next.display());
    if let Some(begun) = log_key::load(next).with_context(told)? {
        return Ok(Arc::new(begun));
    }
    let Some(given) = given else { return Ok(Arc::new(log_key::make(next).with_context(told)?)) };
    let signer = log_key::load(given).with_context(|| given.display().to_string())?;
    let signer = signer.with_context(|| format!("{} is not there", given.display()))?;
    log_key::keep(&signer, next).with_context(told)?;
    Ok(Arc::new(signer))
}

/// Gives the new key the old one's name; returns the old one's new name. At each instant the name
/// is one of a key.
fn put_in_place(path: &Path, next: &Path) -> anyhow::Result<PathBuf> {
    let old = path.with_extension("old.pem");
    let dir = path.parent().context("the key has no folder")?;
    if old.try_exists()? {
        RealDisk.remove(&old).with_context(|| old.display().to_string())?;
    }
    std::fs::hard_link(path, &old).with_context(|| old.display().to_string())?;
    RealDisk.rename(next, path).with_context(|| next.display().to_string())?;
    RealDisk.sync_dir(dir)?;
    Ok(old)
}
