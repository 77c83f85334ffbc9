//! `docs/operations.md` and `docs/FORMATS.md`, tried with the real binary.
#[cfg(test)]
mod clock;
#[cfg(test)]
mod copy;
#[cfg(test)]
mod disk_full;
#[cfg(test)]
mod events;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod kept;
#[cfg(test)]
mod ownership;
#[cfg(test)]
mod program;
#[cfg(test)]
mod rejects;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod settings;
