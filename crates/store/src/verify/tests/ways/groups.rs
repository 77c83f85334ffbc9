//! What stands around the records: headers, trailers, signatures, files of the log.
use super::{
    super::{
        memory::Files,
        model::{groups, log_path, seal, seal_header},
        scene::{FOREIGN, Scene},
        stores::LOG,
    },
    Dice,
};
use crate::{restores::Restores, segment::Header};
use std::{ops::Range, path::PathBuf};

type FilesWay = (&'static str, fn(&mut Files, &Scene, &mut Dice, bool) -> bool);

/// Where something stands before a group's end.
const SIGNATURE: usize = 56 + 64;
const SIZE: usize = 56;
const ROOT: usize = 48;

/// With the key, signatures are made right again.
pub(super) const WAYS: &[FilesWay] = &[
    ("replace a group's root", |f, s, d, key| {
        patch(f, s, d, key, |group, d| group[group.len() - ROOT + d.below(32)] ^= 1)
    }),
    ("replace the root before a group", |f, s, d, key| {
        patch(f, s, d, key, |group, d| group[64 + d.below(32)] ^= 1)
    }),
    ("change a tree size", |f, s, d, key| {
        patch(f, s, d, key, |group, _| group[group.len() - SIZE] ^= 1)
    }),
    ("change a group's number", |f, s, d, key| patch(f, s, d, key, |group, _| group[16] ^= 1)),
    ("change a group's writer", |f, s, d, key| patch(f, s, d, key, |group, _| group[24] ^= 1)),
    ("change a group's place", |f, s, d, key| patch(f, s, d, key, |group, _| group[32] ^= 1)),
    ("change a group's count", |f, s, d, key| patch(f, s, d, key, |group, _| group[12] ^= 1)),
    ("change a group's log", |f, s, d, key| {
        patch(f, s, d, key, |group, d| group[48 + d.below(16)] ^= 1)
    }),
];

/// Here the key makes no difference.
pub(super) const UNSIGNED_WAYS: &[FilesWay] = &[
    ("change a signature", |f, s, d, _| {
        patch(f, s, d, false, |group, d| group[group.len() - SIGNATURE + d.below(64)] ^= 1)
    }),
    ("change a key id", |f, s, d, _| {
        patch(f, s, d, false, |group, _| group[group.len() - SIGNATURE - 4] ^= 1)
    }),
    ("take a signature from another group", |f, s, d, _| {
        let [(from, one), (to, other)] = [some(f, d), some(f, d)];
        let bytes = f[&from][one.end - SIGNATURE..one.end - SIZE].to_vec();
        let file = f.get_mut(&to).unwrap();
        file[other.end - SIGNATURE..other.end - SIZE].copy_from_slice(&bytes);
        seal(&mut file[other.clone()], None);
        *file != s.files[&to]
    }),
    ("sign a group with another key", |f, _, d, _| {
        let (path, at) = some(f, d);
        let file = f.get_mut(&path).unwrap();
        let origin = Header::parse(file).unwrap().0.origin();
        seal(&mut file[at], Some((&[FOREIGN], &origin)));
        true
    }),
    ("take a signature away", |f, _, d, _| {
        let (path, at) = some(f, d);
        let file = f.get_mut(&path).unwrap();
        let at = at.end - SIGNATURE - 4..at.end;
        let start = groups(file).into_iter().find(|group| group.end == at.end).unwrap().start;
        if file[at.end - 16] != 68 {
            return false;
        }
        file.drain(at.start..at.end - SIZE);
        let group = &mut file[start..at.end - 68];
        let len = group.len();
        group[40..48].copy_from_slice(&(len as u64).to_le_bytes());
        group[len - 16] = 0;
        seal(group, None);
        true
    }),
    ("cut a group out of a segment", |f, _, d, _| {
        let (path, at) = some(f, d);
        f.get_mut(&path).unwrap().drain(at);
        true
    }),
    ("write a group twice", |f, _, d, _| {
        let (path, at) = some(f, d);
        let file = f.get_mut(&path).unwrap();
        let again = file[at.clone()].to_vec();
        file.splice(at.end..at.end, again);
        true
    }),
    ("swap two groups", |f, _, d, _| {
        let (path, at) = some(f, d);
        let file = f.get_mut(&path).unwrap();
        let Some(next) = groups(file).into_iter().find(|group| group.start == at.end) else {
            return false;
        };
        let len = next.len();
        file[at.start..next.end].rotate_right(len);
        true
    }),
    ("drop a segment file", |f, _, d, _| {
        let path = segment(f, d);
        f.remove(&path);
        f.remove(&path.with_extension("index"));
        true
    }),
    ("drop the last segment file and the mark", |f, _, _, _| {
        let path = segments(f).pop().unwrap();
        f.remove(&path);
        f.remove(&PathBuf::from(LOG).join("clean"));
        true
    }),
    ("swap two segment files", |f, _, d, _| {
        let (a, b) = (segment(f, d), segment(f, d));
        let (one, other) = (f[&a].clone(), f[&b].clone());
        f.insert(a.clone(), other);
        f.insert(b.clone(), one);
        a != b
    }),
    ("copy a segment file under another name", |f, _, d, _| {
        let bytes = f[&segment(f, d)].clone();
        f.insert(log_path(crate::LogIndex(1000 + d.below(1000) as u64)), bytes);
        true
    }),
    ("take a segment of another tenant", |f, s, d, _| {
        let path = segment(f, d);
        let Some(other) = s.other.get(&path) else { return false };
        f.insert(path, other.clone());
        true
    }),
    ("change a segment's edge", |f, _, d, _| {
        head(f, d, |bytes, d| {
            let hashes = usize::from(bytes[10]);
            if hashes > 0 {
                bytes[72 + d.below(32 * hashes)] ^= 1;
            }
        })
    }),
    ("change the id before a segment", |f, _, d, _| {
        head(f, d, |bytes, d| bytes[56 + d.below(16)] ^= 1)
    }),
    ("change a segment's first group", |f, _, d, _| head(f, d, |bytes, _| bytes[40] ^= 1)),
    ("change a segment's restores", |f, _, d, _| head(f, d, |bytes, _| bytes[12] ^= 1)),
    ("change a segment's writer", |f, _, d, _| head(f, d, |bytes, _| bytes[48] ^= 4)),
    ("change a segment's log", |f, _, d, _| head(f, d, |bytes, _| bytes[16] ^= 1)),
    ("write behind a segment", |f, _, d, _| {
        let path = segment(f, d);
        let file = f.get_mut(&path).unwrap();
        file.extend(vec![0; d.below(600)]);
        file.push(1);
        true
    }),
    ("lengthen a segment with zeros", |f, _, d, _| {
        let path = segment(f, d);
        f.get_mut(&path).unwrap().extend(vec![0; 1 + d.below(600)]);
        true
    }),
    ("cut bytes off a segment", |f, _, d, _| {
        let path = segment(f, d);
        let file = f.get_mut(&path).unwrap();
        let cut = 1 + d.below(file.len() - 1);
        file.truncate(file.len() - cut);
        true
    }),
];

pub(super) fn segments(f: &Files) -> Vec<PathBuf> {
    f.keys().filter(|path| path.extension().is_some_and(|e| e == "log")).cloned().collect()
}

fn segment(f: &Files, d: &mut Dice) -> PathBuf {
    d.of(&segments(f)).clone()
}

/// Some group: in which file, and where.
fn some(f: &Files, d: &mut Dice) -> (PathBuf, Range<usize>) {
    let path = segment(f, d);
    let at = d.of(&groups(&f[&path])).clone();
    (path, at)
}

/// Changes a group and makes its checksums right, and with the key its signatures.
fn patch(
    f: &mut Files,
    scene: &Scene,
    d: &mut Dice,
    key: bool,
    change: fn(&mut [u8], &mut Dice),
) -> bool {
    let (path, at) = some(f, d);
    let file = f.get_mut(&path).unwrap();
    let origin = Restores::default().origin(scene.model.log);
    let nth = groups(file).iter().position(|group| *group == at).unwrap();
    let stretch = segments(&scene.files).iter().position(|p| *p == path).unwrap();
    let seeds = &scene.model.stretches[stretch].batches[nth].seeds;
    let group = &mut file[at];
    change(group, d);
    seal(group, key.then_some((&seeds[..], &origin)));
    true
}

/// Changes a segment's header and makes its checksum right.
fn head(f: &mut Files, d: &mut Dice, change: fn(&mut [u8], &mut Dice)) -> bool {
    let path = segment(f, d);
    let file = f.get_mut(&path).unwrap();
    let before = file.clone();
    change(file, d);
    seal_header(file);
    before != *file
}
