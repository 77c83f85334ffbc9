//! `kiln verify`.
use super::Whose;
use clap::{Args, Subcommand};
use kiln_evidence::VerifierKey;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Verify {
    #[command(subcommand)]
    pub(crate) what: What,
}

#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// One event, as `$original` gives it, with its receipt, as `$proof` gives it
    #[command(after_help = "Example:\n  kiln verify event event.json event.tlog-proof --policy \
                      trust.policy")]
    Event(Event),
    /// That a log only grew between two checkpoints
    #[command(after_help = "Example:\n  kiln verify consistency old.checkpoint new.checkpoint \
                            /mnt/copy/tenants/default/tiles --policy trust.policy")]
    Consistency(Consistency),
    /// A whole data folder, or a copy of it: every byte, hash and signature, and the index
    #[command(
        after_help = "Examples:\n  kiln verify store /mnt/copy --policy trust.policy\n  kiln \
                            verify store /var/lib/kiln --known old.checkpoint"
    )]
    Store(Store),
    /// Every record of an evidence bundle, as `kiln export --evidence` writes it
    #[command(after_help = "Example:\n  kiln verify bundle patient-1.zip --policy trust.policy")]
    Bundle(Bundle),
}

#[derive(Debug, Args)]
pub(crate) struct Event {
    /// The event's exact bytes
    pub(crate) file: PathBuf,
    /// Its receipt
    pub(crate) proof: PathBuf,
    #[command(flatten)]
    pub(crate) trust: Trust,
    /// Print the verdict as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Consistency {
    /// The earlier checkpoint
    pub(crate) old: PathBuf,
    /// The later checkpoint
    pub(crate) new: PathBuf,
    /// A folder with the log's tiles, or a file with the hashes of a consistency proof, base64, one
    /// a line
    #[arg(value_name = "DIR|PROOF")]
    pub(crate) proof: PathBuf,
    #[command(flatten)]
    pub(crate) trust: Trust,
    /// Print the verdict as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Bundle {
    /// The bundle
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) trust: Trust,
    /// Print the findings as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Store {
    /// The data folder, or a copy of it; nothing is written
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    #[command(flatten)]
    pub(crate) whose: Whose,
    /// Whom to trust: a file as of c2sp.org/tlog-policy
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    pub(crate) policy: Option<PathBuf>,
    /// The log's verifier key, from somewhere else than the store
    #[arg(long, value_name = "VKEY")]
    pub(crate) key: Option<VerifierKey>,
    /// A checkpoint or receipt from elsewhere that the log must agree with; may be given again
    #[arg(long, value_name = "FILE")]
    pub(crate) known: Vec<PathBuf>,
    /// Print the findings as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where trust comes from: nothing that is checked says whom to believe.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Trust {
    /// Whom to trust: a file as of c2sp.org/tlog-policy
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// The log's verifier key alone: no witness is asked for
    #[arg(long, value_name = "VKEY")]
    pub(crate) key: Option<VerifierKey>,
}
