//! Simulated disk, clock and workload: one seed is one run.
//!
//! What the store may rely on is written in `kiln_store::disk`; [`SimDisk`] keeps that promise and
//! not a byte more. It has a durable and a volatile half: a power cut leaves of the volatile half
//! whatever the seed says.
#![forbid(unsafe_code)]

mod body;
mod clock;
mod dice;
mod disk;
mod oracle;
mod simulation;
mod workload;

pub use body::LineExtract;
pub use clock::{SimClock, SimRandom};
pub use dice::Dice;
pub use disk::{Counters, Fault, SimDisk, State, Tamper};
pub use simulation::{DamageReport, Report, damage, rollback, run, sweep};
