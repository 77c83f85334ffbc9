//! What was refused: one JSON object for each line, with its number, the reason and the line.
use super::Reject;
use anyhow::Context as _;
use serde::Serialize;
use std::{
    fs::{DirBuilder, File, OpenOptions},
    io::{BufWriter, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

/// More are counted, not written: an input of another format would be copied whole.
const WRITTEN_MAX: u64 = 100_000;

/// The file, made when the first line is refused.
pub(super) struct Rejects {
    path: PathBuf,
    file: Option<BufWriter<File>>,
    count: u64,
}

#[derive(Serialize)]
struct Entry<'a> {
    file: &'a Path,
    line: u64,
    reason: &'a str,
    /// The line, where it was text of an acceptable length.
    text: Option<&'a str>,
}

impl Rejects {
    pub(super) fn to(path: PathBuf) -> Self {
        Self { path, file: None, count: 0 }
    }

    pub(super) fn write(&mut self, file: &Path, reject: &Reject) -> anyhow::Result<()> {
        self.count += 1;
        if self.count > WRITTEN_MAX {
            return Ok(());
        }
        let text = reject.text.as_deref().and_then(|text| std::str::from_utf8(text).ok());
        let entry = Entry { file, line: reject.line, reason: &reject.reason, text };
        let told = format!("{} cannot be written", self.path.display());
        self.open()
            .and_then(|out| {
                serde_json::to_writer(&mut *out, &entry)?;
                Ok(out.write_all(b"\n")?)
            })
            .context(told)
    }

    /// Puts on the disk what was written, before anything behind it is stored: an import that goes
    /// on later does not look at these lines again.
    pub(super) fn keep(&mut self) -> anyhow::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let told = || format!("{} cannot be written", self.path.display());
        file.flush().and_then(|()| file.get_ref().sync_data()).with_context(told)
    }

    /// How many lines were refused.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Where they are, if there are any.
    pub(super) fn finish(self) -> anyhow::Result<Option<PathBuf>> {
        let Some(file) = self.file else { return Ok(None) };
        let told = || format!("{} cannot be written", self.path.display());
        file.into_inner()
            .map_err(std::io::IntoInnerError::into_error)
            .and_then(|file| file.sync_all())
            .with_context(told)?;
        Ok(Some(self.path))
    }

    fn open(&mut self) -> anyhow::Result<&mut BufWriter<File>> {
        if self.file.is_none() {
            if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty())
            {
                DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            }
            // What was refused may tell of patients: for this user only, never over another file.
            let mut options = OpenOptions::new();
            let file = options.write(true).create_new(true).mode(0o600).open(&self.path)?;
            self.file = Some(BufWriter::new(file));
        }
        self.file.as_mut().context("the file was opened above")
    }
}

/// A new name in this folder.
pub(super) fn path_in(folder: &Path) -> PathBuf {
    let now = kiln_store::clock::Clock::now(&kiln_store::clock::SystemClock);
    folder.join(format!("import-{}.ndjson", now.0))
}
