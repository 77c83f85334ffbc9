//! The names that a log has and had, before it is opened.
use crate::{
    OpenError,
    disk::Disk,
    segment::{self, Header, HeaderError},
    shared::Folder,
};
use kiln_evidence::KeyName;
use std::path::Path;

/// The origins under which witnesses may know the log in this folder: its own, and those that it
/// had before an older copy was put back, newest first. None where there is no log.
///
/// # Errors
/// A segment file has no header that this build reads.
pub fn origins(folder: &Path, disk: &dyn Disk) -> Result<Vec<KeyName>, OpenError> {
    let mut origins = Vec::new();
    for name in names(folder, disk)?.iter().rev() {
        origins.push(header(folder, disk, name)?.origin());
        origins.dedup();
    }
    Ok(origins)
}

/// The origin that the log in this folder signs under; `None` where there is no log.
///
/// # Errors
/// The newest segment file has no header that this build reads.
pub fn origin(folder: &Path, disk: &dyn Disk) -> Result<Option<KeyName>, OpenError> {
    let newest = names(folder, disk)?.pop();
    newest.map(|name| Ok(header(folder, disk, &name)?.origin())).transpose()
}

/// The names of the segment files, in order.
fn names(folder: &Path, disk: &dyn Disk) -> Result<Vec<String>, OpenError> {
    let mut names = disk.list(&Folder::new(folder).segments())?;
    names.retain(|name| segment::parse_name(name, "log").is_some());
    Ok(names)
}

fn header(folder: &Path, disk: &dyn Disk, name: &str) -> Result<Header, OpenError> {
    let path = Folder::new(folder).segments().join(name);
    let bytes = segment::read_header(&*disk.open(&path)?)?;
    let (header, _) = Header::parse(&bytes).map_err(|error| match error {
        HeaderError::Version(version) => OpenError::Version(version),
        HeaderError::Malformed(m) => OpenError::Damaged(format!("{name}: expected {}", m.0)),
    })?;
    Ok(header)
}
