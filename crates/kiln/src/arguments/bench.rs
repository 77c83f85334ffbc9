//! The command line of `kiln bench`.
use clap::{Args, Subcommand, value_parser};
use std::path::PathBuf;

/// No run is longer than this many events: a bench ends by itself.
const MANY: u64 = 100_000_000;

#[derive(Debug, Args)]
pub(crate) struct Bench {
    #[command(subcommand)]
    pub(crate) what: What,
}

#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// Durable single POSTs over keep-alive connections
    #[command(after_help = "Example:\n  kiln bench post --connections 64 --count 100000")]
    Post(Post),
    /// `kiln import` of a file of events
    #[command(after_help = "Example:\n  kiln bench import --count 1000000 --runs 5")]
    Import(Import),
    /// Searches while events come in
    #[command(after_help = "Example:\n  kiln bench search --count 1000000 --ingest 5000")]
    Search(Search),
    /// Searches and creates beside each other: what each waits for the other
    #[command(after_help = "Example:\n  kiln bench mixed --count 1000000 --seconds 10")]
    Mixed(Mixed),
    /// A large log by HTTP: memory, disk, a start after a crash, searches
    #[command(after_help = "Example:\n  kiln bench scale --count 10000000 --folder /var/tmp")]
    Scale(Scale),
    /// Each release and form beside R4 JSON: what its pages and its intake cost
    #[command(after_help = "Example:\n  kiln bench releases --count 20000 --runs 5")]
    Releases(Releases),
    /// An honest sender beside clients that mean no good
    #[command(after_help = "Example:\n  kiln bench abuse --seconds 5 --connections 64")]
    Abuse(Abuse),
    /// The gateway beside a bare proxy, before the same upstream: what it adds to reads and writes
    #[command(after_help = "Example:\n  kiln bench gateway --count 20000 --connections 64")]
    Gateway(Gateway),
    /// The bare cost of the same work: no HTTP, no index
    #[command(after_help = "Example:\n  kiln bench floor --count 200000")]
    Floor(Common),
}

/// What every bench takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Common {
    /// Events in one run
    #[arg(long, default_value_t = 100_000, value_parser = value_parser!(u64).range(1..=MANY))]
    pub(crate) count: u64,
    /// Seed of the generated events
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Other events instead: NDJSON, R4 (or plain, where they are sent plainly)
    #[arg(long = "in", value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
    /// Runs; the median is told
    #[arg(long, default_value_t = 1, value_parser = value_parser!(u32).range(1..=99))]
    pub(crate) runs: u32,
    /// Where to make the temporary folder: a real disk, not tmpfs [default: the current folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Abuse {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 5, value_parser = value_parser!(u32).range(1..=600))]
    pub(crate) seconds: u32,
    /// Connections of those who mean no good
    #[arg(long, default_value_t = 64, value_parser = value_parser!(u32).range(1..=512))]
    pub(crate) connections: u32,
}

#[derive(Debug, Args)]
pub(crate) struct Gateway {
    /// `--count` is of requests of each kind
    #[command(flatten)]
    pub(crate) common: Common,
    /// Connections that each wait for their answer
    #[arg(long, default_value_t = 64, value_parser = value_parser!(u32).range(1..=512))]
    pub(crate) connections: u32,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Into a log that is not signed, to compare
    #[arg(long)]
    pub(crate) unsigned: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Post {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Connections that each wait for their answer
    #[arg(long, default_value_t = 64, value_parser = value_parser!(u32).range(1..=1024))]
    pub(crate) connections: u32,
    /// Send the events plainly, to `/api/audit-events`
    #[arg(long)]
    pub(crate) plain: bool,
    /// To a server whose log is not signed, to compare
    #[arg(long)]
    pub(crate) unsigned: bool,
    /// Beside it the same to servers that ask for a token and for an API key
    #[arg(long)]
    pub(crate) identity: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Releases {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Connections of the posts, which each wait for their answer
    #[arg(long, default_value_t = 64, value_parser = value_parser!(u32).range(1..=1024))]
    pub(crate) connections: u32,
}

#[derive(Debug, Args)]
pub(crate) struct Search {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Events that come in per second meanwhile
    #[arg(long, default_value_t = 5000, value_parser = value_parser!(u64).range(..=MANY))]
    pub(crate) ingest: u64,
    /// Record nobody's searches, to compare
    #[arg(long)]
    pub(crate) unaudited: bool,
    /// How often each query is asked
    #[arg(long, default_value_t = 1000, value_parser = value_parser!(u32).range(1..=100_000))]
    pub(crate) queries: u32,
}

#[derive(Debug, Args)]
pub(crate) struct Mixed {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Seconds of each of the four measurements
    #[arg(long, default_value_t = 5, value_parser = value_parser!(u32).range(1..=600))]
    pub(crate) seconds: u32,
    /// Connections that create without a pause while searches are measured
    #[arg(long, default_value_t = 64, value_parser = value_parser!(u32).range(1..=1024))]
    pub(crate) posting: u32,
    /// Connections that search without a pause while creates are measured
    #[arg(long, default_value_t = 8, value_parser = value_parser!(u32).range(1..=1024))]
    pub(crate) searching: u32,
}

#[derive(Debug, Args)]
pub(crate) struct Scale {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Connections that each wait for their answer while events come in
    #[arg(long, default_value_t = 64, value_parser = value_parser!(u32).range(1..=1024))]
    pub(crate) connections: u32,
    /// Connections that search at once, after one that searches alone
    #[arg(long, default_value_t = 8, value_parser = value_parser!(u32).range(1..=1024))]
    pub(crate) searching: u32,
    /// Seconds of each measurement of a search
    #[arg(long, default_value_t = 3, value_parser = value_parser!(u32).range(1..=600))]
    pub(crate) seconds: u32,
}
