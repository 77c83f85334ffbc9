//! The program's parts, so that tests and the dictionary trainer can use them.

mod arguments;
mod command;
mod exit;
pub mod generate;

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
        Command::Generate(arguments) => command::generate::run(&arguments),
    })
}
