//! What an open is told besides the settings: what is known of the log elsewhere.
use kiln_evidence::Note;
use std::path::PathBuf;

/// What is known of the log elsewhere. The default knows nothing and guards nothing.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// The side file: the newest checkpoint, kept outside the log's own folder, so that whoever
    /// puts back an older copy of the folder is told. It is replaced while the log goes on.
    pub side: Option<PathBuf>,
    /// The newest checkpoints that witnesses have of this log. Their cosignatures were verified.
    pub known: Vec<Note>,
    /// Goes on from a log that is older than what is known of it, and states so in the log; also
    /// where `side` is not there, so that nothing is known of it.
    pub adopt_restore: bool,
}
