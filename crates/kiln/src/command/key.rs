//! `kiln key`: the log's key, shown and changed, and the API keys.
mod api;

use super::serve::close;
use crate::{
    arguments::key::{Action, Key, Rotate, Show},
    audit::{self, Used},
    data::{DataFolder, Missing, Opening, Reached},
    exit::{self, Verdict},
    log_key,
    settings::Settings,
};
use anyhow::{Context as _, bail};
use kiln_evidence::{Algorithm, Ed25519Signer, Signer, VerifierKey};
use kiln_server::Tenant;
use kiln_store::{
    OpenError, Store,
    disk::{Disk as _, RealDisk},
};
use serde::{Deserialize, Serialize};
use std::{
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

pub(crate) fn run(arguments: &Key) -> anyhow::Result<Verdict> {
    match &arguments.action {
        Action::Show(show) => self::show(show),
        Action::Rotate(rotate) => self::rotate(rotate),
        Action::Add(add) => api::add(add),
        Action::List(list) => exit::stream(api::list(list)),
        Action::Revoke(revoke) => api::revoke(revoke),
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
    let given = arguments.new.as_deref().map(given).transpose()?;
    let told: Rotated =
        match Reached::by(arguments.whose.tenant.as_ref(), &settings, Missing::Refuse)? {
            Reached::Server(server) => {
                let pem = given.map(|signer| signer.to_pkcs8_pem().as_bytes().to_vec());
                serde_json::from_slice(&server.ask("key-rotate", pem.unwrap_or_default())?)?
            }
            Reached::Folder(folder) => {
                let path = folder.key(&settings);
                let next = path.with_extension("next.pem");
                audit::record_in(&folder, &settings, &Used::new("key-rotate", &[]))
                    .or_else(|error| if is_stated(&error) { Ok(()) } else { Err(error) })?;
                let new = new_key(given, &next)?;
                let store = Arc::new(change(&folder, &settings, &new)?);
                close(Arc::new(change(&folder.audit(), &settings, &new)?))?;
                let old = put_in_place(&path, &next)?;
                let key = store.log_key().context("the log is not signed")?;
                close(store)?;
                Rotated { key: key.to_string(), old }
            }
        };
    writeln!(std::io::stdout(), "{}", told.key)?;
    eprintln!("kiln: nothing is signed with {} any more: destroy it", told.old.display());
    Ok(Verdict::Fine)
}

/// What has become of the log's key.
#[derive(Debug, Serialize, Deserialize)]
struct Rotated {
    key: String,
    /// The file of the old one.
    old: PathBuf,
}

/// The same in a running server: `pem` is the new key, where one was given.
pub(crate) fn rotate_running(
    settings: &Settings,
    tenant: &Tenant,
    pem: &[u8],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let folder = settings.data.join("tenants").join(tenant.id().as_str());
    let path = settings.evidence.key.clone().unwrap_or_else(|| log_key::default_path(&folder));
    let next = path.with_extension("next.pem");
    let given = match pem {
        [] => None,
        pem => Some(Ed25519Signer::from_pkcs8_pem(str::from_utf8(pem)?)?),
    };
    let new = new_key(given, &next)?;
    hand_over(tenant.log(), &new)?;
    tenant.audit().map_or(Ok(()), |audit| hand_over(audit, &new))?;
    let old = put_in_place(&path, &next)?;
    let key = tenant.log().log_key().context("the log is not signed")?;
    Ok(serde_json::to_writer(out, &Rotated { key: key.to_string(), old })?)
}

/// The log, with the new key in force. A change that a crash broke off is stated in the log
/// already.
fn change(
    folder: &DataFolder,
    settings: &Settings,
    new: &Arc<dyn Signer>,
) -> anyhow::Result<Store> {
    let opened = folder.open(settings);
    match opened {
        Err(error) if is_stated(&error) => {
            let again = folder.open_signed(settings, Arc::clone(new), Opening::default());
            again.map_err(|_also| error)
        }
        opened => {
            let store = opened?;
            hand_over(&store, new)?;
            Ok(store)
        }
    }
}

/// Whether the log says so already: a crash came before the file had its place.
fn is_stated(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref::<OpenError>(), Some(OpenError::OtherKey { .. }))
}

fn hand_over(store: &Store, new: &Arc<dyn Signer>) -> anyhow::Result<()> {
    let waiter = store.rotate_key(Arc::clone(new)).context("the key was not changed")?;
    waiter.blocking_recv().context("the log has stopped")?.context("it was not changed")?;
    Ok(())
}

/// The key that the command line names.
fn given(path: &Path) -> anyhow::Result<Ed25519Signer> {
    let signer = log_key::load(path).with_context(|| path.display().to_string())?;
    signer.with_context(|| format!("{} is not there", path.display()))
}

/// The key that comes, in a file of its own before the log says so: nobody may lose it then.
fn new_key(given: Option<Ed25519Signer>, next: &Path) -> anyhow::Result<Arc<dyn Signer>> {
    let told = || format!("the new key {}", next.display());
    if let Some(begun) = log_key::load(next).with_context(told)? {
        return Ok(Arc::new(begun));
    }
    let Some(given) = given else { return Ok(Arc::new(log_key::make(next).with_context(told)?)) };
    log_key::keep(&given, next).with_context(told)?;
    Ok(Arc::new(given))
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
