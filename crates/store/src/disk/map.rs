//! Maps sealed files: the one place in Kiln that needs `unsafe`.
use std::{fs::File, io};

/// A sealed file's bytes, mapped.
#[derive(Debug)]
pub struct Mapping(memmap2::Mmap);

impl Mapping {
    /// Maps the whole file, which must never change or shrink again.
    pub(super) fn sealed(file: &File) -> io::Result<Self> {
        #[expect(
            unsafe_code,
            reason = "sealed files are written under another name, renamed, and never changed"
        )]
        // SAFETY: the mapping is undefined if the file changes beneath it. Files are mapped only
        // after their rename; this process, which alone holds the folder (flock), never writes to
        // them again, and removing a name leaves the mapped bytes as they are.
        let mapped = unsafe { memmap2::Mmap::map(file) }?;
        Ok(Self(mapped))
    }
}

impl AsRef<[u8]> for Mapping {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
