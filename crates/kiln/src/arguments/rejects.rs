//! `kiln rejects`.
use super::{Data, Release};
use clap::{Args, Subcommand};
use kiln_store::TenantId;

#[derive(Debug, Args)]
pub(crate) struct Rejects {
    #[command(subcommand)]
    pub(crate) action: Option<Action>,
    #[command(flatten)]
    pub(crate) data: Data,
    /// The tenant whose shelf is meant [default: default]
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) tenant: Option<TenantId>,
    /// Print one JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    /// Print one: who sent it, why it was refused, its bytes
    Show(Show),
    /// Write refused events as NDJSON to stdout, to be mended and imported
    #[command(after_help = "Example:\n  kiln rejects export --release r4 > refused.ndjson")]
    Export(Export),
    /// Empty the shelf
    Purge(Purge),
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The number that `kiln rejects` lists
    pub(crate) number: u64,
    /// Write the received bytes, and nothing else
    #[arg(long)]
    pub(crate) body: bool,
    #[command(flatten)]
    pub(crate) data: Data,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Only what was sent as this FHIR release
    #[arg(long, value_enum)]
    pub(crate) release: Option<Release>,
    #[command(flatten)]
    pub(crate) data: Data,
}

#[derive(Debug, Args)]
pub(crate) struct Purge {
    #[command(flatten)]
    pub(crate) data: Data,
}

impl Rejects {
    /// Where the data are: `kiln rejects --data DIR show 1` says it as `kiln rejects show 1
    /// --data DIR` does.
    pub(crate) fn data(&self) -> Data {
        let own = match &self.action {
            None => return self.data.clone(),
            Some(Action::Show(show)) => &show.data,
            Some(Action::Export(export)) => &export.data,
            Some(Action::Purge(purge)) => &purge.data,
        };
        Data {
            data: own.data.clone().or_else(|| self.data.data.clone()),
            settings: own.settings.clone().or_else(|| self.data.settings.clone()),
        }
    }
}
