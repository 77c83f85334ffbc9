//! What subcommands do with a log is recorded in the log of those who looked, before anything of it
//! is shown: by the running server, or where there is none, by the command itself.
use crate::{
    data::{DataFolder, Missing, Reached},
    settings::Settings,
};
use anyhow::{Context as _, anyhow, bail};
use kiln_identity::{Agent, Means, Principal, Scopes, TenantId};
use kiln_server::{CommandUse, Tenant, command_record};
use kiln_store::{
    Store,
    clock::{Clock as _, SystemClock},
    disk::RealDisk,
};
use serde::{Deserialize, Serialize};

/// What is recorded of commands.
pub(crate) const COMMANDS: [&str; 6] =
    ["export", "evidence", "key-add", "key-list", "key-revoke", "key-rotate"];

/// The errand that has a running server record one.
pub(crate) const ERRAND: &str = "record";

/// What a command does.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Used {
    /// One of [`COMMANDS`].
    pub(crate) command: String,
    /// What it was told, without secrets.
    pub(crate) arguments: String,
}

impl Used {
    /// A command, and what it was told.
    pub(crate) fn new(command: &str, arguments: &[String]) -> Self {
        Self { command: command.to_owned(), arguments: arguments.join(" ") }
    }
}

/// Records it for the default tenant, whoever has the data folder.
///
/// # Errors
/// It is not recorded: the command is not to be done.
pub(crate) fn record(settings: &Settings, used: &Used) -> anyhow::Result<()> {
    match Reached::by(None, settings, Missing::Make)? {
        Reached::Server(server) => {
            server.ask(ERRAND, serde_json::to_vec(used)?)?;
            Ok(())
        }
        Reached::Folder(folder) => record_in(&folder, settings, used),
    }
}

/// Records it in a folder that this command holds.
///
/// # Errors
/// As of [`record`].
pub(crate) fn record_in(
    folder: &DataFolder,
    settings: &Settings,
    used: &Used,
) -> anyhow::Result<()> {
    let origin = kiln_store::origin(&folder.tenant(), &RealDisk)?;
    let log = origin.map_or_else(|| "unsigned".to_owned(), |origin| origin.as_str().to_owned());
    let store = folder.audit().open(settings)?;
    append(&store, folder.id(), &log, rustix::process::getuid().as_raw(), used)?;
    store.close().context("the log of who looked did not close cleanly")
}

/// Records it in a running server, of the user who sent the errand.
///
/// # Errors
/// As of [`record`].
pub(crate) fn record_running(tenant: &Tenant, uid: u32, used: &Used) -> anyhow::Result<()> {
    let Some(store) = tenant.audit() else { return Ok(()) };
    let key = tenant.log().log_key();
    let log = key.as_ref().map_or("unsigned", |key| key.name().as_str());
    append(store, tenant.id(), log, uid, used)
}

fn append(
    store: &Store,
    tenant: &TenantId,
    log: &str,
    uid: u32,
    used: &Used,
) -> anyhow::Result<()> {
    let command = COMMANDS.into_iter().find(|command| *command == used.command);
    let Some(command) = command else { bail!("no command is called {}", used.command) };
    let principal = user(uid, tenant);
    let arguments = &used.arguments;
    let at = SystemClock.now();
    let used = CommandUse { command, principal: &principal, tenant, arguments, log, at };
    let unit = command_record(&used).map_err(|outcome| anyhow!("{outcome:?}"))?;
    let told = || "it cannot be recorded who does this, so it is not done";
    let waiter = store.append(unit).with_context(told)?;
    waiter.blocking_recv().context("the log of who looked has stopped")?.with_context(told)?;
    Ok(())
}

/// A user of this machine, named as on the server's socket.
fn user(uid: u32, tenant: &TenantId) -> Principal {
    Principal {
        tenant: tenant.clone(),
        who: format!("socket:{uid}").into(),
        means: Means::Socket,
        scopes: Scopes::ALL,
        agent: Agent { subject: Some(uid.to_string()), ..Agent::default() },
        ..Principal::open()
    }
}
