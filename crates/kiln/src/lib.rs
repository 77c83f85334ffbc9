//! The program's parts, so that tests and the dictionary trainer can use them.

mod api_keys;
mod arguments;
mod audit;
mod bench;
mod command;
mod data;
pub mod demo;
mod errands;
mod evidence_bundle;
mod exit;
pub mod generate;
mod log_key;
mod logs;
mod picture;
mod running;
mod secret;
mod settings;
mod stopwatch;
mod tenants;

use arguments::{Arguments, Command};
use clap::Parser as _;
use std::process::ExitCode;

/// Does what the command line says.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return exit::usage(&error),
    };
    exit::of(match arguments.command {
        Command::Serve(arguments) => command::serve::run(&arguments),
        Command::Gateway(arguments) => command::gateway::run(&arguments),
        Command::Import(arguments) => command::import::run(&arguments),
        Command::Export(arguments) => exit::stream(command::export::run(&arguments)),
        Command::Generate(arguments) => exit::stream(command::generate::run(&arguments)),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Fsck(arguments) => command::fsck::run(&arguments),
        Command::Verify(arguments) => command::verify::run(&arguments),
        Command::Key(arguments) => command::key::run(&arguments),
        Command::Witness(arguments) => command::witness::run(&arguments),
        Command::Dictionary(arguments) => command::dictionary::run(&arguments),
        Command::Rejects(arguments) => command::rejects::run(&arguments),
        Command::Settings(arguments) => exit::stream(command::settings::run(&arguments)),
    })
}
