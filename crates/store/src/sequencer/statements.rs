//! What the log states of itself while it begins, ends and changes its key.
use super::Sequencer;
use crate::{
    AppendError, OpenError, Statement, checkpoint::Signing, journal::PutError, queue::Waiting,
    recovery::Adoption, statement,
};
use std::{io, sync::Arc};

impl Sequencer {
    /// Begins to write: states what has to be stated, and starts a segment where one is due.
    ///
    /// A full disk keeps no log from being read: then the start is stated with the next group.
    pub(crate) fn begin(
        &mut self,
        adoption: Option<&Adoption>,
        is_astray: bool,
    ) -> Result<(), OpenError> {
        let size = self.shared.snapshot().size();
        if let Some(adoption) = adoption {
            self.end.restores = adoption.restores;
            self.rename_key().map_err(io::Error::other)?;
        }
        if adoption.is_some() || is_astray {
            self.roll(size).map_err(io_error)?;
        }
        let Some(signing) = &self.signing else { return Ok(()) };
        let (origin, key) = (signing.key().name().to_string(), signing.key().to_string());
        if size.0 == 0 {
            let key = key.clone();
            self.due.push(Statement::Genesis { origin, key, version: statement::version() });
        }
        self.due.extend(adoption.map(|adoption| adoption.statement(key)));
        let can_wait = self.due.is_empty();
        self.due.push(Statement::Start { version: statement::version() });
        match self.state_due() {
            Err(error) if can_wait && is_passing(&error) => {
                tracing::warn!(%error, "the start is not stated yet");
                Ok(())
            }
            stated => stated.map_err(|error| OpenError::Io(io::Error::other(error))),
        }
    }

    /// States that this is a clean stop, where there is room to.
    pub(crate) fn end(&mut self) -> Result<(), AppendError> {
        if self.signing.is_none() {
            return Ok(());
        }
        self.due.push(Statement::Stop);
        match self.state_due() {
            Err(error) if is_passing(&error) => {
                tracing::warn!(%error, "the stop is not stated");
                Ok(())
            }
            stated => stated,
        }
    }

    /// The key that a pool brings: then the pool holds the statement of it and nothing else.
    pub(super) fn next_key(&self, pool: &mut [Waiting]) -> Option<Signing> {
        let [Waiting { unit, key: Some(signer), .. }] = pool else { return None };
        let now = self.signing.as_ref()?.key();
        // The store has made a key of it before it came here.
        let next = Signing::new(Arc::clone(signer), now.name().clone()).ok()?;
        *unit = Statement::KeyChange { old: now.to_string(), new: next.key().to_string() }.unit();
        Some(next)
    }

    /// The key goes on under the name that the log has from here on.
    fn rename_key(&mut self) -> Result<(), &'static str> {
        if let Some(signing) = &self.signing {
            let origin = self.end.restores.origin(self.end.log);
            let renamed = signing.under(origin).map_err(|malformed| malformed.0)?;
            self.signing = Some(renamed);
        }
        Ok(())
    }

    fn state_due(&mut self) -> Result<(), AppendError> {
        self.put(Vec::new(), None).1
    }
}

/// Whether a statement that was not stored may wait: nothing else was stored either.
fn is_passing(error: &AppendError) -> bool {
    matches!(error, AppendError::Full | AppendError::SignFailed)
}

fn io_error(error: PutError) -> OpenError {
    OpenError::Io(match error {
        PutError::Full => io::ErrorKind::StorageFull.into(),
        PutError::Unsigned(error) => io::Error::other(error),
        PutError::Failed(error) => error,
    })
}

#[cfg(test)]
mod tests;
