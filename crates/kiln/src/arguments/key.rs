//! `kiln key`.
use super::{Data, Whose};
use clap::{Args, Subcommand};
use kiln_identity::{Role, UnixSeconds};
use std::{path::PathBuf, str::FromStr};

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
    /// Hand the log over to a new key
    #[command(after_help = "Example:\n  kiln key rotate --data /var/lib/kiln")]
    Rotate(Rotate),
    /// Make an API key, which a sender shows as `Authorization: Bearer kiln_…`; it is shown once
    #[command(after_help = "Examples:\n  kiln key add --role writer --label his\n  \
                      kiln key add --role auditor --expires 90d --json")]
    Add(Add),
    /// List the API keys, without what is secret of them
    #[command(after_help = "Example:\n  kiln key list --data /var/lib/kiln")]
    List(List),
    /// End an API key; a running server takes it no more within a second
    #[command(after_help = "Example:\n  kiln key revoke 3k7sd2mbn5qrzx4a")]
    Revoke(Revoke),
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

#[derive(Debug, Args)]
pub(crate) struct Add {
    #[command(flatten)]
    pub(crate) data: Data,
    #[command(flatten)]
    pub(crate) whose: Whose,
    /// What its holder may do: writer, reader, auditor, operator, witness or admin
    #[arg(long)]
    pub(crate) role: Role,
    /// Until when: a date, an instant, or a time from now such as 90d or 12h [default: for ever]
    #[arg(long, value_name = "WHEN")]
    pub(crate) expires: Option<Expires>,
    /// What people call it
    #[arg(long, value_name = "TEXT")]
    pub(crate) label: Option<String>,
    /// Print a JSON object: {"key": "kiln_…"} and what it is good for
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) data: Data,
    /// Print one JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// The key's id, as `kiln key list` shows it
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) data: Data,
}

/// When a key expires.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expires {
    /// The beginning of a day in UTC, or an instant.
    At(UnixSeconds),
    /// So many seconds from now.
    In(u64),
}

impl Expires {
    /// The time, seen from `now`.
    pub(crate) fn after(self, now: UnixSeconds) -> UnixSeconds {
        match self {
            Self::At(at) => at,
            Self::In(seconds) => now.plus(seconds),
        }
    }
}

impl FromStr for Expires {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let told = from_now(text).map(Self::In).or_else(|| at(text).map(Self::At));
        told.ok_or(
            "write a date (2027-01-31), an instant (2027-01-31T12:00:00Z), or a time from now \
             (90d, 12h, 30m)",
        )
    }
}

fn from_now(text: &str) -> Option<u64> {
    let units = [('d', 86_400), ('h', 3_600), ('m', 60)];
    let of = |(letter, unit)| {
        let count: u32 = text.strip_suffix(letter)?.parse().ok()?;
        Some(u64::from(count) * unit)
    };
    units.into_iter().find_map(of)
}

fn at(text: &str) -> Option<UnixSeconds> {
    let begin = |day: jiff::civil::Date| day.to_zoned(jiff::tz::TimeZone::UTC).ok();
    let at = match text.parse::<jiff::Timestamp>() {
        Ok(at) => at,
        Err(_) => text.parse().ok().and_then(begin)?.timestamp(),
    };
    u64::try_from(at.as_second()).ok().map(UnixSeconds)
}

#[cfg(test)]
mod tests;
