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
        Err(error) => {
            eprintln!("kiln: {error:#}");
            ExitCode::from(3)
        }
    }
}

/// For what writes a plain stream of data and comes to no verdict: whoever reads it has seen
/// enough, as in `kiln generate | head`. Of all else, who did not get to read what was found must
/// not take the exit code for it.
pub(crate) fn stream(written: anyhow::Result<Verdict>) -> anyhow::Result<Verdict> {
    match written {
        Err(error) if is_broken_pipe(&error) => Ok(Verdict::Fine),
        written => written,
    }
}

/// The exit code of a command line that is help or none; clap writes what is to be said.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    // Nobody is left to be told when stderr is gone.
    drop(error.print());
    if error.use_stderr() { ExitCode::from(3) } else { ExitCode::SUCCESS }
}

/// Whether nobody reads what was written.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
