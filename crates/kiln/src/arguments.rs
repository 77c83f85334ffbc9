//! The command line. What each subcommand does stands in `command/`, one file each.
pub(crate) mod bench;
pub(crate) mod dictionary;
pub(crate) mod gateway;
pub(crate) mod key;
pub(crate) mod rejects;
pub(crate) mod verify;
pub(crate) mod witness;

use crate::settings::{origin::Said, trail::Shape};
use clap::{Args, Parser, Subcommand, ValueEnum};
use kiln_store::TenantId;
use serde::{Deserialize, Serialize};
use std::{net::SocketAddr, path::PathBuf};

/// Kiln keeps FHIR audit records: stores them durably, proves that nothing changed, finds them.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve FHIR over HTTP
    #[command(after_help = "Examples:\n  kiln serve --demo\n  \
                      kiln serve --data /var/lib/kiln --listen 127.0.0.1:8080")]
    Serve(Serve),
    /// Serve, and stand in front of a FHIR server: what is done there is recorded, or does not
    /// happen
    #[command(after_help = "Example:\n  kiln gateway --upstream http://127.0.0.1:8081/fhir")]
    Gateway(gateway::Gateway),
    /// Store the audit events of NDJSON files, each file once
    #[command(after_help = "Example:\n  kiln import 2024.ndjson.gz 2025.ndjson.zst\n  \
                            kiln import --to https://audit.example.org --bearer-file token 2024.ndjson")]
    Import(Import),
    /// Write stored audit events that match a search, as NDJSON to stdout
    #[command(
        after_help = "Examples:\n  kiln export 'patient=Patient/1' 'date=ge2024' > found.ndjson\n  \
                      kiln export --evidence patient-1.zip 'patient=Patient/1'"
    )]
    Export(Export),
    /// Write realistic audit events, the same for the same seed, as NDJSON to stdout
    #[command(after_help = "Example:\n  kiln generate --count 100000 --seed 1 > events.ndjson")]
    Generate(Generate),
    /// Measure Kiln on this machine; loopback only, in a temporary folder
    #[command(after_help = "Example:\n  kiln bench post --connections 64 --count 100000 --runs 5")]
    Bench(bench::Bench),
    /// Check every byte of the log, its hashes and its index
    #[command(after_help = "Example:\n  kiln fsck --data /var/lib/kiln")]
    Fsck(Fsck),
    /// Check as an outsider, without server or network: exit code 0 ok, 1 tampered, 2 not provable
    Verify(verify::Verify),
    /// Make, list and revoke API keys; show the log's verifier key, or change it
    #[command(after_help = "Examples:\n  kiln key add --role writer\n  kiln key list\n  \
                      kiln key show")]
    Key(key::Key),
    /// Cosign the checkpoints of another party's logs, so that they cannot be rewritten unseen
    #[command(after_help = "Example:\n  kiln witness --name witness.example/w1 --logs logs")]
    Witness(witness::Witness),
    /// Learn a dictionary, so that events take less room on disk
    Dictionary(dictionary::Dictionary),
    /// List what was refused, and why
    #[command(after_help = "Examples:\n  kiln rejects\n  kiln rejects show 17")]
    Rejects(rejects::Rejects),
    /// Print the settings in effect and where each comes from, as a settings file; check one
    #[command(after_help = "Examples:\n  kiln settings > kiln.toml\n  \
                      kiln settings check kiln.toml")]
    Settings(Settings),
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags of the command line")]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) data: Data,
    /// Where to listen; port 0 takes a free one and prints it [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) listen: Option<SocketAddr>,
    /// Go on from an older copy of the log that was put back, and state so in the log
    #[arg(long)]
    pub(crate) adopt_restore: bool,
    /// Where there is no API key yet, make one for an administrator and print it, once; it is good
    /// for 24 hours
    #[arg(long)]
    pub(crate) first_key: bool,
    /// Keep other FHIR resources, too: each change of one is stored with its audit events
    #[arg(long)]
    pub(crate) resources: bool,
    /// The shape of the events that Kiln makes of what is done to resources [default: balp]
    #[arg(long, value_enum)]
    pub(crate) trail: Option<Shape>,
    /// What `kiln bench --unsigned` compares with: a log that can never be signed
    #[arg(long, hide = true)]
    pub(crate) unsigned: bool,
    /// Look around: thirty days of a hospital that does not exist, in a temporary folder that goes
    /// when this ends
    #[arg(
        long,
        conflicts_with_all = ["data", "settings", "adopt_restore", "first_key", "unsigned"]
    )]
    pub(crate) demo: bool,
    /// How many events the demo has, for tests
    #[arg(long, hide = true, requires = "demo", default_value_t = 50_000)]
    pub(crate) demo_events: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Files with one audit event on each line, as JSON or as XML, or gzip or zstd of that; `-` is
    /// stdin. A file that was imported in part goes on behind its last stored event
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) data: Data,
    #[command(flatten)]
    pub(crate) whose: Whose,
    /// The FHIR release of the events [default: what each looks like]
    #[arg(long, value_enum)]
    pub(crate) release: Option<Release>,
    /// Import each file once more, for the Nth time; given again this goes on where it stopped
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub(crate) again: Option<u32>,
    /// Send to a server that runs, here or elsewhere: its URL, or that of its FHIR
    #[arg(long, value_name = "URL", conflicts_with_all = ["data", "settings", "unsigned"])]
    pub(crate) to: Option<String>,
    /// With --to: the file of a bearer token, which others than you cannot read
    #[arg(long, value_name = "FILE", requires = "to")]
    pub(crate) bearer_file: Option<PathBuf>,
    /// With --to: requests at a time; more than 1 are faster, and may overtake one another
    #[arg(long, value_name = "N", requires = "to")]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) connections: Option<u8>,
    /// Where refused lines go [default: a new file in DIR/tenants/TENANT/rejects, with --to here]
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
    /// Print the summary as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// What `kiln bench --unsigned` compares with: a log that can never be signed
    #[arg(long, hide = true)]
    pub(crate) unsigned: bool,
}

#[derive(Debug, Args, Serialize, Deserialize)]
pub(crate) struct Export {
    /// Search parameters; several must all match, commas mean "or"
    #[arg(value_name = "NAME=VALUE")]
    pub(crate) filters: Vec<String>,
    #[command(flatten)]
    #[serde(skip)]
    pub(crate) data: Data,
    #[command(flatten)]
    #[serde(skip)]
    pub(crate) whose: Whose,
    /// The FHIR release whose search parameters are used, and in which events are written
    #[arg(long, value_enum, default_value_t = Release::R4)]
    pub(crate) release: Release,
    /// JSON or XML, an event on each line
    #[arg(long, value_enum, default_value_t = Format::Json)]
    pub(crate) format: Format,
    /// Only events that were sent in this release [default: all]
    #[arg(long, value_enum)]
    pub(crate) sent_in: Option<Release>,
    /// The bytes as they were received, in their own release and form, without Kiln's id and meta
    #[arg(long, conflicts_with = "format")]
    pub(crate) original: bool,
    /// With proofs, as one file: a ZIP of plain files that `kiln verify bundle` checks
    #[arg(long, value_name = "FILE", conflicts_with_all = ["format", "original"])]
    pub(crate) evidence: Option<PathBuf>,
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
    #[arg(long, value_enum, default_value_t = Generated::R4)]
    pub(crate) release: Generated,
    /// When the year starts
    #[arg(long, value_name = "DATE", default_value = "2025-01-01")]
    pub(crate) start: jiff::civil::Date,
}

#[derive(Debug, Args)]
pub(crate) struct Fsck {
    #[command(flatten)]
    pub(crate) data: Data,
    #[command(flatten)]
    pub(crate) whose: Whose,
    /// Print the findings as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Settings {
    #[command(subcommand)]
    pub(crate) action: Option<SettingsAction>,
    #[command(flatten)]
    pub(crate) data: Data,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SettingsAction {
    /// Check a settings file, and the files that it names, as a start would
    #[command(after_help = "Example:\n  kiln settings check kiln.toml")]
    Check(CheckSettings),
}

#[derive(Debug, Args)]
pub(crate) struct CheckSettings {
    pub(crate) file: PathBuf,
}

/// Where the data and the settings are.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Data {
    /// The folder that keeps everything [default: kiln-data]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// A settings file; `kiln settings` prints one with every default
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
}

/// Whose log is meant.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Whose {
    /// The tenant whose log is meant [default: default]
    #[arg(long, value_name = "NAME")]
    pub(crate) tenant: Option<TenantId>,
}

impl Whose {
    /// The tenant's name.
    pub(crate) fn id(&self) -> TenantId {
        self.tenant.clone().unwrap_or_default()
    }
}

/// A FHIR release, as the command line names it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Release {
    /// 1.0.2
    Dstu2,
    /// 3.0.2
    Stu3,
    /// 4.0.1
    R4,
    /// 4.3.0
    R4b,
    /// 5.0.0, and the draft of it that is shaped like R4
    R5,
    /// 6.0.0-ballot2
    R6,
}

/// A release that events are generated in.
#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Generated {
    /// 4.0.1
    R4,
    /// 5.0.0
    R5,
}

/// The form of events, as the command line names it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub(crate) enum Format {
    /// application/fhir+json
    Json,
    /// application/fhir+xml
    Xml,
}

impl Data {
    /// The settings of the file, with what the command line says above them.
    pub(crate) fn settings(&self) -> anyhow::Result<crate::settings::Settings> {
        let mut settings = crate::settings::Settings::load(self.settings.as_deref())?;
        if let Some(data) = &self.data {
            settings.data.clone_from(data);
        }
        Ok(settings)
    }

    /// Where they come from.
    pub(crate) fn said(&self) -> anyhow::Result<Said> {
        Ok(Said::by(self.settings.as_deref())?.and("data", "--data", self.data.is_some()))
    }
}

impl From<Release> for kiln_fhir::Release {
    fn from(release: Release) -> Self {
        match release {
            Release::Dstu2 => Self::Dstu2,
            Release::Stu3 => Self::Stu3,
            Release::R4 => Self::R4,
            Release::R4b => Self::R4b,
            Release::R5 => Self::R5,
            Release::R6 => Self::R6,
        }
    }
}

impl From<Generated> for kiln_fhir::Release {
    fn from(release: Generated) -> Self {
        match release {
            Generated::R4 => Self::R4,
            Generated::R5 => Self::R5,
        }
    }
}

impl From<Format> for kiln_fhir::MediaType {
    fn from(format: Format) -> Self {
        match format {
            Format::Json => Self::Json,
            Format::Xml => Self::Xml,
        }
    }
}
