//! Writes a bundle under another name, and gives it its own when it is whole and durable.
use super::{CHECKPOINT, Item, LOG_KEY, MANIFEST, Manifest, Part, README};
use anyhow::Context as _;
use kiln_fhir::MediaType;
use kiln_store::disk::{Disk as _, RealDisk};
use std::{
    fs::{File, OpenOptions},
    io::{BufWriter, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const BUFFER_BYTES: usize = 256 << 10;

/// A bundle on its way.
pub(crate) struct Writer {
    zip: ZipWriter<BufWriter<File>>,
    unfinished: Unfinished,
    path: PathBuf,
}

impl Writer {
    /// Begins `FILE.new`, in place of one that a crash has left.
    pub(crate) fn create(path: &Path) -> anyhow::Result<Self> {
        let mut name = path.as_os_str().to_owned();
        name.push(".new");
        let unfinished = PathBuf::from(name);
        // What is in it concerns patients: nobody else reads it unless its owner says so.
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&unfinished)
            .with_context(|| format!("{} cannot be written", unfinished.display()))?;
        let zip = ZipWriter::new(BufWriter::with_capacity(BUFFER_BYTES, file));
        let unfinished = Unfinished { path: unfinished, is_done: false };
        Ok(Self { zip, unfinished, path: path.to_owned() })
    }

    /// The files that a person opens first.
    pub(crate) fn begin(&mut self, readme: &str, key: &str, note: &str) -> anyhow::Result<()> {
        self.add(README, readme.as_bytes())?;
        self.add(LOG_KEY, format!("{key}\n").as_bytes())?;
        self.add(CHECKPOINT, note.as_bytes())
    }

    /// One record with its proof; returns what the manifest says of it.
    pub(crate) fn record(
        &mut self,
        part: Part,
        media: MediaType,
        record: &kiln_store::Record,
        proof: &str,
    ) -> anyhow::Result<Item> {
        let index = record.log_index.0;
        let item = Item {
            index,
            id: record.envelope.id.0.hyphenated().to_string(),
            received: kiln_fhir::Instant { millis: record.envelope.received.0 }.to_text(),
            file: part.file(index, media),
            proof: part.proof(index),
        };
        self.add(&item.file, &record.body)?;
        self.add(&item.proof, proof.as_bytes())?;
        Ok(item)
    }

    /// The manifest, and the file's own name once all of it is durable.
    pub(crate) fn finish(mut self, manifest: &Manifest) -> anyhow::Result<()> {
        self.add(MANIFEST, &serde_json::to_vec_pretty(manifest)?)?;
        let Self { zip, mut unfinished, path } = self;
        let told = || format!("{} cannot be written", path.display());
        let file = zip.finish().with_context(told)?;
        let file = file.into_inner().map_err(std::io::IntoInnerError::into_error);
        file.and_then(|file| file.sync_all()).with_context(told)?;
        RealDisk.rename(&unfinished.path, &path).with_context(told)?;
        unfinished.is_done = true;
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
        RealDisk.sync_dir(dir.unwrap_or(Path::new("."))).with_context(told)
    }

    fn add(&mut self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        // No times: the same records make the same files.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .unix_permissions(0o644);
        let told = || format!("{} cannot be written", self.unfinished.path.display());
        self.zip.start_file(name, options).with_context(told)?;
        self.zip.write_all(bytes).with_context(told)
    }
}

/// Removed unless it was finished.
struct Unfinished {
    path: PathBuf,
    is_done: bool,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        if let Err(error) = RealDisk.remove(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "an unfinished bundle stays");
        }
    }
}
