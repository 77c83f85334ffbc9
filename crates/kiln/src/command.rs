//! What the subcommands do, one file each.

mod bar;
pub(crate) mod dictionary;
pub(crate) mod export;
pub(crate) mod fsck;
pub(crate) mod gateway;
pub(crate) mod generate;
pub(crate) mod import;
pub(crate) mod key;
pub(crate) mod rejects;
pub(crate) mod serve;
pub(crate) mod settings;
pub(crate) mod verify;
pub(crate) mod witness;
