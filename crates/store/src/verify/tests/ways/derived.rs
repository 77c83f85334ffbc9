//! What is derived from the log, older copies of all of it, and what is not known to it.
use super::{
    super::{
        derived,
        memory::{Files, Memory},
        scene::Scene,
        stores::LOG,
    },
    Dice,
};
use crate::{
    Components, Extract, LogIndex, Millis, RecordKind,
    shared::Folder,
    stop::Mark,
    testing::{Words, components},
    tiles::mark,
};
use kiln_evidence::TreeSize;
use kiln_index::Terms;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

type FilesWay = (&'static str, fn(&mut Files, &Scene, &mut Dice, bool) -> bool);

/// Copies of what was signed.
pub(super) const WAYS: &[FilesWay] = &[
    ("put an older copy back", |f, s, _, _| put_back(f, &s.older[0])),
    ("put an older copy of a running log back", |f, s, _, _| put_back(f, &s.older[1])),
    ("put an older copy back without its mark and tiles", |f, s, d, _| {
        put_back(f, &s.older[d.below(2)]);
        f.retain(|path, _| !path.starts_with(below("tiles")) && *path != below("clean"));
        true
    }),
    ("put the log of another tenant here", |f, s, _, _| put_back(f, &s.other)),
];

/// Nothing of this is signed.
pub(super) const UNSIGNED_WAYS: &[FilesWay] = &[
    ("hide a record from its index", |f, s, d, _| {
        let hidden = d.below(s.model.places().len());
        let extract = Arc::new(Hiding(format!("n{hidden}")));
        let log = s.model.write(true);
        let before = f.clone();
        derived::indexes(f, &log, &Components { extract, ..components() });
        *f != before
    }),
    ("take an index of another tenant", |f, s, d, _| {
        let path = of(f, d, "index");
        s.other.get(&path).is_some_and(|other| f.insert(path, other.clone()).is_some())
    }),
    ("swap two indexes", |f, _, d, _| swap(f, d, "index")),
    ("cut bytes off an index", |f, _, d, _| {
        let path = of(f, d, "index");
        let file = f.get_mut(&path).unwrap();
        let keep = d.below(file.len());
        file.truncate(keep);
        true
    }),
    ("change a byte of an index", |f, _, d, _| flip(f, d, "index")),
    ("cover more records by an index", |f, _, d, _| {
        let path = of(f, d, "index");
        let bytes = f[&path].clone();
        f.insert(below(&format!("index/{:016x}-{:016x}.index", 290, 400)), bytes);
        true
    }),
    ("change a byte of a tile", |f, _, d, _| flip(f, d, "tiles/tile")),
    ("swap two tiles", |f, _, d, _| swap(f, d, "tiles/tile")),
    ("take a tile of another tenant", |f, s, d, _| {
        let path = of(f, d, "tiles/tile");
        s.other.get(&path).is_some_and(|other| f.insert(path, other.clone()).is_some())
    }),
    ("cut bytes off a tile", |f, _, d, _| {
        let path = of(f, d, "tiles/tile");
        let file = f.get_mut(&path).unwrap();
        let keep = d.below(file.len());
        file.truncate(keep);
        true
    }),
    ("write a tile that the log has not", |f, _, d, _| {
        let path = format!("tiles/tile/0/{:03}", 2 + d.below(900));
        f.insert(below(&path), vec![7; 8192]);
        true
    }),
    ("write an unknown file among the tiles", |f, _, d, _| {
        f.insert(below(&format!("tiles/tile/0/x{}", d.below(1000))), vec![7]);
        true
    }),
    ("write an unknown file among the segments", |f, _, d, _| {
        f.insert(below(&format!("segments/{}.txt", d.below(1000))), vec![7]);
        true
    }),
    ("change the checkpoint file", |f, _, d, _| flip(f, d, "tiles/checkpoint")),
    ("replace the checkpoint file by that of another tenant", |f, s, _, _| {
        let path = below("tiles/checkpoint");
        let other = s.other[&path].clone();
        f.insert(path, other).is_some()
    }),
    ("empty the checkpoint file", |f, _, _, _| {
        f.insert(below("tiles/checkpoint"), Vec::new());
        true
    }),
    ("change a dictionary", |f, _, d, _| flip(f, d, "dictionaries")),
    ("change a byte of the mark of a clean stop", |f, _, d, _| flip(f, d, "clean")),
    ("mark another end as clean", |f, s, d, _| {
        let disk = Memory::of(f);
        let folder = Folder::new(Path::new(LOG));
        let mark = Mark::read(&disk, &folder).unwrap().unwrap();
        let mark = match d.below(4) {
            0 => Mark { size: LogIndex(mark.size.0 - 1), ..mark },
            1 => Mark { segment_len: mark.segment_len + 1, ..mark },
            2 => Mark { segment: LogIndex(0), ..mark },
            _ => Mark { root: s.model.write(true).tree.edge()[0], ..mark },
        };
        mark.write(&disk, &folder).unwrap();
        *f = disk.files();
        true
    }),
    ("change the watermark of the tiles", |f, _, d, _| flip(f, d, "tiled")),
    ("hide torn tiles behind another watermark", |f, _, d, _| {
        let disk = Memory::of(f);
        mark::write(&disk, &below("tiled"), TreeSize(d.below(200) as u64)).unwrap();
        *f = disk.files();
        let path = of(f, d, "tiles/tile");
        f.get_mut(&path).unwrap()[0] ^= 1;
        true
    }),
    ("change the key of the indexes", |f, _, _, _| {
        f.get_mut(&below("keys/term-hash")).unwrap()[0] ^= 1;
        true
    }),
];

/// Finds nothing by one word.
struct Hiding(String);

impl Extract for Hiding {
    fn version(&self) -> u32 {
        1
    }

    fn extract(&self, kind: RecordKind, r: u8, m: u8, body: &[u8], terms: &mut Terms) -> Millis {
        let text = String::from_utf8_lossy(body).into_owned();
        let hidden = text.split(' ').filter(|word| *word != self.0).collect::<Vec<_>>().join(" ");
        Words(1).extract(kind, r, m, hidden.as_bytes(), terms);
        Millis(body.len() as i64)
    }
}

fn below(path: &str) -> PathBuf {
    Path::new(LOG).join(path)
}

fn put_back(f: &mut Files, older: &Files) -> bool {
    *f = older.clone();
    true
}

/// Some file that has this in its path.
fn of(f: &Files, d: &mut Dice, part: &str) -> PathBuf {
    let is_it = |path: &&PathBuf| {
        path.starts_with(below(part)) || path.extension().is_some_and(|extension| extension == part)
    };
    d.of(&f.keys().filter(is_it).cloned().collect::<Vec<_>>()).clone()
}

fn flip(f: &mut Files, d: &mut Dice, part: &str) -> bool {
    let path = of(f, d, part);
    let file = f.get_mut(&path).unwrap();
    let at = d.below(file.len());
    file[at] ^= 1 << d.below(8);
    true
}

fn swap(f: &mut Files, d: &mut Dice, part: &str) -> bool {
    let (a, b) = (of(f, d, part), of(f, d, part));
    let (one, other) = (f[&a].clone(), f[&b].clone());
    let is_other = one != other;
    f.insert(a, other);
    f.insert(b, one);
    is_other
}
