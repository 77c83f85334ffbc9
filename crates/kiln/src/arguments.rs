//! The command line. What each subcommand does stands in `command/`, one file each.
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Kiln keeps FHIR audit records: it stores them durably, proves that nothing changed, and finds them.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write realistic AuditEvents, the same for the same seed, as NDJSON to stdout
    #[command(after_help = "Example:\n  kiln generate --count 100000 --seed 1 > events.ndjson")]
    Generate(Generate),
}

#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// How many events to spread over one year
    #[arg(long, default_value_t = 1000)]
    pub(crate) count: u64,
    /// The same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// The FHIR release of the events
    #[arg(long, value_enum, default_value_t = Release::R4)]
    pub(crate) release: Release,
    /// When the year starts
    #[arg(long, value_name = "DATE", default_value = "2025-01-01")]
    pub(crate) start: jiff::civil::Date,
}

/// Where the data is.
#[derive(Debug, Args)]
pub(crate) struct Data {
    /// The folder that keeps everything
    #[arg(long, value_name = "DIR", default_value = "kiln-data")]
    pub(crate) data: PathBuf,
}

/// A FHIR release, as the command line names it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Release {
    /// 4.0.1
    R4,
    /// 5.0.0
    R5,
}

impl From<Release> for kiln_fhir::Release {
    fn from(release: Release) -> Self {
        match release {
            Release::R4 => Self::R4,
            Release::R5 => Self::R5,
        }
    }
}
