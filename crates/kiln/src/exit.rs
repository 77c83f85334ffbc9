//! How the program ends: 0 fine, 1 something wrong was found, 2 it could not be told, 3 usage,
//! settings, disk or network.
use std::process::ExitCode;

/// What a subcommand found.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// All is well.
    Fine,
    /// Rejects, damage, a failed check.
    Wrong,
    /// It could not be told.
    Unknown,
}

/// The exit code of a subcommand; an error is written to stderr in plain words.
pub(crate) fn of(result: anyhow::Result<Verdict>) -> ExitCode {
    match result {
        Ok(Verdict::Fine) => ExitCode::SUCCESS,
        Ok(Verdict::Wrong) => ExitCode::from(1),
        Ok(Verdict::Unknown) => ExitCode::from(2),
        // Whoever reads our output has seen enough: `kiln generate | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kiln: {error:#}");
            ExitCode::from(3)
        }
    }
}

/// The exit code of a command line that is help or none; clap writes what is to be said.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    // Nobody is left to be told when stderr is gone.
    drop(error.print());
    if error.use_stderr() { ExitCode::from(3) } else { ExitCode::SUCCESS }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
