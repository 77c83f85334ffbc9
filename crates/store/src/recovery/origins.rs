//! The names that a log may have elsewhere, before it is opened.
use super::known::RESTORES_AHEAD_MAX;
use crate::{
    OpenError, checkpoint,
    disk::Disk,
    segment::{self, Header, HeaderError},
    shared::Folder,
};
use kiln_evidence::KeyName;
use std::path::Path;

/// The origins under which witnesses may know the log in this folder: its own, those that it had,
/// and those that it may have had before an older copy was put back. None where there is no log.
///
/// # Errors
/// The newest segment file has no header that this build reads.
pub fn origins(folder: &Path, disk: &dyn Disk) -> Result<Vec<KeyName>, OpenError> {
    let Some(header) = newest(folder, disk)? else { return Ok(Vec::new()) };
    let restores = 0..=header.restores.saturating_add(RESTORES_AHEAD_MAX);
    Ok(restores.rev().map(|restores| checkpoint::origin(header.log, restores)).collect())
}

/// The origin that the log in this folder signs under; `None` where there is no log.
///
/// # Errors
/// The newest segment file has no header that this build reads.
pub fn origin(folder: &Path, disk: &dyn Disk) -> Result<Option<KeyName>, OpenError> {
    Ok(newest(folder, disk)?.map(|header| header.origin()))
}

/// The header of the newest segment file.
fn newest(folder: &Path, disk: &dyn Disk) -> Result<Option<Header>, OpenError> {
    let dir = Folder::new(folder).segments();
    let names = disk.list(&dir)?;
    let last = names.iter().rev().find(|name| segment::parse_name(name, "log").is_some());
    let Some(name) = last else { return Ok(None) };
    let bytes = segment::read_header(&*disk.open(&dir.join(name))?)?;
    let (header, _) = Header::parse(&bytes).map_err(|error| match error {
        HeaderError::Version(version) => OpenError::Version(version),
        HeaderError::Malformed(m) => OpenError::Damaged(format!("{name}: expected {}", m.0)),
    })?;
    Ok(Some(header))
}
