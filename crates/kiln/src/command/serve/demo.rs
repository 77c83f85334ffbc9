//! `kiln serve --demo`: a folder of its own, filled before anybody is served, and gone afterwards.
use super::told_to_stop;
use crate::{
    data::DataFolder,
    demo::{Plan, fill},
    settings::Settings,
};
use anyhow::Context as _;
use kiln_store::clock::{Clock as _, SystemClock};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Every demo tells the same story.
const SEED: u64 = 1;

/// The settings, and the folder that they name, which goes when it is dropped.
pub(super) fn settings(listen: Option<SocketAddr>) -> anyhow::Result<(Settings, TempDir)> {
    let folder = tempfile::Builder::new().prefix("kiln-demo-").tempdir();
    let folder = folder.context("a temporary folder for the demo cannot be made")?;
    let defaults = Settings { data: folder.path().to_owned(), demo: true, ..Settings::default() };
    let settings = Settings { listen: listen.unwrap_or(defaults.listen), ..defaults };
    Ok((settings, folder))
}

/// Makes the thirty days up to now. Whoever ends it meanwhile leaves nothing behind.
pub(super) fn make_up(
    runtime: &Runtime,
    folder: &DataFolder,
    settings: &Settings,
    count: u64,
) -> anyhow::Result<()> {
    let is_told = Arc::new(AtomicBool::new(false));
    let waiting = {
        let _inside = runtime.enter();
        let (stop, is_told) = (told_to_stop()?, Arc::clone(&is_told));
        runtime.spawn(async move {
            stop.await;
            is_told.store(true, Ordering::Relaxed);
        })
    };
    let plan = Plan { count, seed: SEED, now_ms: SystemClock.now().0 };
    let filled = fill::fill(folder, settings, &plan, &is_told);
    waiting.abort();
    filled.context("the demo cannot be made")
}

/// What a newcomer is told.
pub(super) fn greeting(address: SocketAddr) -> String {
    let url = format!("http://{address}");
    [
        &*format!("listening on {url}"),
        "DEMO: thirty days of a hospital that does not exist, in a temporary folder that goes when",
        "this ends (Ctrl-C). Open to programs on this machine only. Five things to look at:",
        &*format!("1. who opened Mara Lindqvist's record? type `patient 204418` at {url}/"),
        "   and look at what Kevin Brandt does at night",
        &*format!(
            "2. was it an emergency? {url}/review has broken glass that nobody has looked at"
        ),
        "3. who exported, and who was refused? type `export` in the search line",
        &*format!(
            "4. what is missing? {url}/operations: a sender is silent, another's clock is wrong"
        ),
        "5. is this proof good? open any event and check it; then see",
        &*format!("   {url}/evidence"),
        "",
    ]
    .join("\n")
}
