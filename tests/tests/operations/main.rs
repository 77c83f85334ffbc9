//! `docs/operations.md`, `docs/evidence.md` and `docs/FORMATS.md`, tried with the real binary.
#[cfg(test)]
mod bundles;
#[cfg(test)]
mod canaries;
#[cfg(test)]
mod checkpoints;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod copy;
#[cfg(test)]
mod dictionary;
#[cfg(test)]
mod disk_full;
#[cfg(test)]
mod events;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod forks;
#[cfg(test)]
mod gateway_faults;
#[cfg(test)]
mod import;
#[cfg(test)]
mod import_killed;
#[cfg(test)]
mod import_to;
#[cfg(test)]
mod kept;
#[cfg(test)]
mod key;
#[cfg(test)]
mod ownership;
#[cfg(test)]
mod program;
#[cfg(test)]
mod receipts;
#[cfg(test)]
mod rejects;
#[cfg(test)]
mod replays;
#[cfg(test)]
mod resources_killed;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod rollback;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod tenants;
#[cfg(test)]
mod verified;
