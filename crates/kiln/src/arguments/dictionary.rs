//! `kiln dictionary`.
use super::Data;
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct Dictionary {
    #[command(subcommand)]
    pub(crate) action: Action,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    /// Learn what the stored events have in common, without their values, and write with it
    #[command(after_help = "Example:\n  kiln dictionary train --data /var/lib/kiln")]
    Train(Train),
}

#[derive(Debug, Args)]
pub(crate) struct Train {
    #[command(flatten)]
    pub(crate) data: Data,
}
