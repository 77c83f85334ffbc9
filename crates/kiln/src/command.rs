//! What the subcommands do, one file each.

pub(crate) mod generate;
