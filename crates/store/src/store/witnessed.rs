//! `<tenant>/witnessed`: the newest checkpoint that witnesses have cosigned, a signed note. It is
//! derived: without it, they are asked again.
use super::Store;
use crate::{journal, side};
use kiln_evidence::Note;
use std::io;

impl Store {
    /// Keeps the newest checkpoint that witnesses have cosigned, in place of an older one.
    pub fn keep_witnessed(&self, note: &Note) -> io::Result<()> {
        let path = self.shared.folder.witnessed();
        let disk = &*self.shared.components.disk;
        journal::write_durable(disk, &path, note.to_string().as_bytes())
    }

    /// The one that was kept last; `None` where none was, or it is damaged.
    pub fn witnessed(&self) -> io::Result<Option<Note>> {
        match side::read(&*self.shared.components.disk, &self.shared.folder.witnessed()) {
            Ok(note) => Ok(note),
            Err(crate::OpenError::Io(error)) => Err(error),
            Err(error) => {
                tracing::warn!(%error, "the witnessed checkpoint that was kept cannot be read");
                Ok(None)
            }
        }
    }
}
