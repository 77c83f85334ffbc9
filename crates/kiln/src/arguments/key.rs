//! `kiln key`.
use super::{Data, Whose};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Key {
    #[command(subcommand)]
    pub(crate) action: Action,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    /// Print the log's verifier key, the line that policies and witnesses are given
    #[command(after_help = "Example:\n  kiln key show --data /var/lib/kiln")]
    Show(Show),
    /// Hand the log over to a new key; the server must be stopped
    #[command(after_help = "Example:\n  kiln key rotate --data /var/lib/kiln")]
    Rotate(Rotate),
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    pub(crate) data: Data,
    #[command(flatten)]
    pub(crate) whose: Whose,
}

#[derive(Debug, Args)]
pub(crate) struct Rotate {
    #[command(flatten)]
    pub(crate) data: Data,
    #[command(flatten)]
    pub(crate) whose: Whose,
    /// The new key, PKCS#8 PEM [default: one is made]
    #[arg(long, value_name = "FILE")]
    pub(crate) new: Option<PathBuf>,
}
