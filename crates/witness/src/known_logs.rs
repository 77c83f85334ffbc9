//! The logs that a witness cosigns for.
use kiln_evidence::{KeyName, Policy, PolicyTextError, VerifierKey};
use std::{collections::BTreeMap, str::FromStr};
use thiserror::Error;

/// The keys that are trusted for each origin. A log that changes its key has two lines for a while.
#[derive(Clone, Debug, Default)]
pub struct KnownLogs {
    of: BTreeMap<String, Vec<VerifierKey>>,
}

/// Why a list of logs cannot be used.
#[derive(Debug, Error)]
pub enum KnownLogsError {
    /// A line cannot be read.
    #[error(transparent)]
    Line(#[from] PolicyTextError),
    /// There is none.
    #[error("no log is named: a line is `log VKEY [URL]`")]
    Empty,
}

impl KnownLogs {
    /// The keys of a log; none of one that is unknown.
    pub(crate) fn keys(&self, origin: &KeyName) -> &[VerifierKey] {
        self.of.get(origin.as_str()).map_or(&[], Vec::as_slice)
    }
}

/// Reads the lines of a policy (<https://c2sp.org/tlog-policy>) that name logs; there is no quorum.
impl FromStr for KnownLogs {
    type Err = KnownLogsError;

    fn from_str(text: &str) -> Result<Self, KnownLogsError> {
        let policy = Policy::parse(&[text, "\nquorum none\n"].concat())?;
        let mut of: BTreeMap<String, Vec<VerifierKey>> = BTreeMap::new();
        for log in policy.logs() {
            of.entry(log.key.name().as_str().to_owned()).or_default().push(log.key.clone());
        }
        if of.is_empty() { Err(KnownLogsError::Empty) } else { Ok(Self { of }) }
    }
}

#[cfg(test)]
mod tests;
