//! What lies in the log's folder.
use super::{
    known::Known,
    tell::{Spot, Told},
    tiles,
};
use crate::{
    Components, LogIndex, OpenError, VerifyOptions,
    dictionary::{
        self,
        learned::{self, Learned},
    },
    journal::UNFINISHED,
    keys,
    sealer::parse_spilled_name,
    segment,
    shared::Folder,
    side,
    stop::Mark,
    tiles::mark,
};
use kiln_evidence::TreeSize;
use kiln_index::HashKey;
use std::{io, path::PathBuf};

/// A segment file.
#[derive(Debug)]
pub(super) struct LogFile {
    pub(super) first: LogIndex,
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) len: u64,
}

/// An index file.
#[derive(Debug)]
pub(super) struct Indexed {
    pub(super) first: LogIndex,
    /// `None`: it covers the segment that it stands beside.
    pub(super) end: Option<LogIndex>,
    pub(super) name: String,
    pub(super) path: PathBuf,
}

/// Everything but the bytes of the log.
pub(super) struct Found<'a> {
    pub(super) logs: Vec<LogFile>,
    pub(super) indexes: Vec<Indexed>,
    /// Index files of several segments.
    pub(super) merged: Vec<Indexed>,
    pub(super) tiles: tiles::Files<'a>,
    /// The mark of a clean stop.
    pub(super) mark: Option<Mark>,
    /// Whether there is such a mark, readable or not.
    pub(super) is_clean: bool,
    pub(super) key: Option<HashKey>,
    pub(super) known: Vec<Known>,
    /// The dictionaries that the store has learned.
    pub(super) learned: Vec<Learned>,
}

/// Lists and reads it.
pub(super) fn find<'a>(
    folder: &Folder,
    components: &'a Components,
    options: &VerifyOptions,
    told: &mut Told,
) -> io::Result<Found<'a>> {
    let (logs, mut indexes) = segments(folder, components, told)?;
    let (merged, spilled) = spilled(folder, components, told)?.into_iter().partition(|indexed| {
        let after = logs.partition_point(|log| log.first <= indexed.first);
        logs.get(after).is_some_and(|next| indexed.end.is_some_and(|end| end > next.first))
    });
    indexes.extend::<Vec<_>>(spilled);
    dictionaries(folder, components, told)?;
    let learned = learned(folder, components, told)?;
    let (mark, is_clean) = clean_mark(folder, components, told)?;
    let durable = durable(folder, components, told)?;
    let disk = &*components.disk;
    let tiles = tiles::Files::find(disk, folder.tiles(), durable, told)?;
    let mut known = super::known::parse(&options.known, told);
    known.extend(witnessed(folder, components, told)?);
    let key = term_key(folder, components, told)?;
    Ok(Found { logs, indexes, merged, tiles, mark, is_clean, key, known, learned })
}

fn segments(
    folder: &Folder,
    components: &Components,
    told: &mut Told,
) -> io::Result<(Vec<LogFile>, Vec<Indexed>)> {
    let (mut logs, mut indexes) = (Vec::new(), Vec::new());
    let dir = folder.segments();
    for file in components.disk.list(&dir)? {
        let (path, name) = (dir.join(&file), format!("segments/{file}"));
        if let Some(first) = segment::parse_name(&file, "log") {
            let len = components.disk.open_to_read(&path)?.len()?;
            logs.push(LogFile { first, name, path, len });
        } else if let Some(first) = segment::parse_name(&file, "index") {
            indexes.push(Indexed { first, end: None, name, path });
        } else {
            unknown(name, told);
        }
    }
    for indexed in &indexes {
        if !logs.iter().any(|log| log.first == indexed.first) {
            told.find(Spot::file(&indexed.name), "its segment file is not there");
        }
    }
    Ok((logs, indexes))
}

fn spilled(folder: &Folder, components: &Components, told: &mut Told) -> io::Result<Vec<Indexed>> {
    let mut indexes = Vec::new();
    let dir = folder.index();
    for file in components.disk.list(&dir)? {
        let (path, name) = (dir.join(&file), format!("index/{file}"));
        match parse_spilled_name(&file) {
            Some((first, end)) => indexes.push(Indexed { first, end: Some(end), name, path }),
            None => unknown(name, told),
        }
    }
    Ok(indexes)
}

fn unknown(name: String, told: &mut Told) {
    if name.ends_with(UNFINISHED) {
        told.doubt(format!("{name} was never finished: the next start removes it"));
    } else {
        told.find(Spot::file(name), "no file of a log has this name");
    }
}

/// Both copies of what the store has learned are what was learned.
fn learned(folder: &Folder, components: &Components, told: &mut Told) -> io::Result<Vec<Learned>> {
    let learned = learned::find(folder, &*components.disk)?;
    for Learned { id, bytes, absent, wrong } in &learned {
        for place in absent {
            told.miss(format!("{} is not there: the next start puts it there", place.name));
        }
        for place in wrong {
            let name = place.name.clone();
            told.find(Spot::file(name), "it is not the dictionary of that number");
        }
        if let Err(why) = bytes {
            told.find(Spot::default(), learned::lost(*id, why));
        }
    }
    Ok(learned)
}

/// The copies of the dictionaries are what is compiled in.
fn dictionaries(folder: &Folder, components: &Components, told: &mut Told) -> io::Result<()> {
    let dir = folder.dictionaries();
    let kept = components.disk.list(&dir)?;
    for (file, right) in dictionary::copies() {
        let name = format!("dictionaries/{file}");
        if !kept.contains(&file) {
            told.miss(format!("{name} is not there: the next start puts it there"));
        } else if tiles::read(&*components.disk, &dir.join(&file), right.len() + 1)? != right {
            told.find(Spot::file(name), "it is not the dictionary of that number");
        }
    }
    Ok(())
}

fn clean_mark(
    folder: &Folder,
    components: &Components,
    told: &mut Told,
) -> io::Result<(Option<Mark>, bool)> {
    match Mark::read(&*components.disk, folder) {
        Ok(mark) => Ok((mark, mark.is_some())),
        Err(error) if is_wrong(&error) => {
            told.find(Spot::file("clean"), error.to_string());
            Ok((None, true))
        }
        Err(error) => Err(error),
    }
}

/// Up to where the tiles were durable.
fn durable(folder: &Folder, components: &Components, told: &mut Told) -> io::Result<TreeSize> {
    let path = folder.tiled();
    let size = mark::read(&*components.disk, &path)?;
    if size.is_none() && components.disk.list(folder.root())?.iter().any(|name| name == "tiled") {
        told.find(Spot::file("tiled"), "it is no watermark of tiles");
    }
    Ok(size.unwrap_or_default())
}

/// What witnesses cosigned when Kiln asked them last.
fn witnessed(
    folder: &Folder,
    components: &Components,
    told: &mut Told,
) -> io::Result<Option<Known>> {
    match side::read(&*components.disk, &folder.witnessed()) {
        Ok(note) => Ok(note.and_then(|note| Known::parse("witnessed", &note, told))),
        Err(OpenError::Io(error)) if !is_wrong(&error) => Err(error),
        Err(_) => {
            told.find(Spot::file("witnessed"), "it is no signed checkpoint");
            Ok(None)
        }
    }
}

fn term_key(
    folder: &Folder,
    components: &Components,
    told: &mut Told,
) -> io::Result<Option<HashKey>> {
    match keys::read(folder, components, keys::TERM_HASH) {
        Ok(Some(key)) => Ok(Some(keys::term_hash(&key))),
        Err(error) if !is_wrong(&error) => Err(error),
        _ => {
            told.doubt("keys/term-hash is missing or damaged: index files cannot be compared");
            Ok(None)
        }
    }
}

/// What could be read and is wrong, and not the disk's.
fn is_wrong(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
}
