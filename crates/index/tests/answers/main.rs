//! The index from outside: that it answers as the oracle, merges as it builds, and survives damage.
#![expect(clippy::unwrap_used, reason = "functions that tests share are no tests to clippy")]

mod chunks;
mod damaged;
mod merged;
mod oracle;
mod world;
