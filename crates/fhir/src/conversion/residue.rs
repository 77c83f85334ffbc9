//! What neither an element nor an official extension holds: it travels in one extension on the
//! root, as JSON that says where each piece stood, and goes back to its place.
use super::document::{Document, Kind as Json, Step};
use super::extension::RESIDUE;
use super::object::{Conversion, item};
use crate::Release;
use crate::json::push_string;

/// What the extension holds. Without any piece it says that nothing is to be made up on the way
/// back.
#[derive(Copy, Clone)]
pub(super) enum Residue<'r> {
    /// Pieces of the event, by their nodes.
    Pieces,
    /// The event as it was, without white space.
    Whole(&'r Document<'r>),
}

impl Conversion<'_> {
    /// Collects the extension that holds what was set aside, where anything was.
    pub(super) fn residue(&self, residue: Residue<'_>, ext: &mut Vec<u8>) {
        if matches!(residue, Residue::Pieces) && self.piece_count() == 0 && !self.has_absence() {
            return;
        }
        let mut text = format!("{{\"release\":\"{}\",", self.from.version()).into_bytes();
        match residue {
            Residue::Whole(document) => {
                text.extend_from_slice(b"\"whole\":");
                document.write(0, &mut text);
                text.push(b'}');
            }
            Residue::Pieces => {
                if !self.write_pieces(&mut text) {
                    return;
                }
            }
        }
        let Ok(text) = std::str::from_utf8(&text) else { return };
        item(ext);
        ext.extend_from_slice(b"{\"url\":\"");
        ext.extend_from_slice(RESIDUE.as_bytes());
        ext.extend_from_slice(b"\",\"valueString\":");
        push_string(ext, text);
        ext.push(b'}');
    }

    /// In the order of their places, whatever the order of the source's members.
    fn write_pieces(&self, text: &mut Vec<u8>) -> bool {
        let mut nodes = self.take_pieces();
        nodes.sort_unstable();
        let mut outer = 0;
        nodes.retain(|&node| {
            let is_new = node >= outer;
            outer = outer.max(self.document.after(node as usize) as u32);
            is_new
        });
        let mut pieces: Vec<_> =
            nodes.iter().map(|&node| (self.document.path(node as usize), node as usize)).collect();
        pieces.sort();
        text.extend_from_slice(b"\"pieces\":[");
        for (path, node) in &pieces {
            item(text);
            text.push(b'[');
            write_path(path, text);
            text.push(b',');
            self.document.write(*node, text);
            text.push(b']');
        }
        text.extend_from_slice(b"]}");
        !pieces.is_empty() || self.has_absence()
    }

    /// Whether an extension holds pieces of an event of the release that is written.
    pub(super) fn is_own_residue(&self, at: usize) -> bool {
        residue_of(self.document, at, self.to).is_some()
    }
}

fn write_path(path: &[Step<'_>], text: &mut Vec<u8>) {
    text.push(b'[');
    for step in path {
        item(text);
        match step {
            Step::Member(name) => {
                text.push(b'"');
                text.extend_from_slice(name.as_bytes());
                text.push(b'"');
            }
            Step::Item(position) => text.extend_from_slice(position.to_string().as_bytes()),
        }
    }
    text.push(b']');
}

/// The text of a residue of this release.
fn residue_of(document: &Document<'_>, at: usize, release: Release) -> Option<String> {
    let text = document.member_text(at, "valueString")?;
    let inner = Document::read(text.as_bytes())?;
    let is_own = inner.member_text(0, "release").as_deref() == Some(release.version());
    is_own.then(|| text.into_owned())
}

/// What an event brought of this release's own.
pub(super) fn find(document: &Document<'_>, release: Release) -> Option<String> {
    let extensions = document.member(0, "extension")?;
    let is_residue = |&at: &usize| {
        let url = document.member(at, "url");
        url.is_some_and(|url| document.is_text(url, RESIDUE))
    };
    let mut all = document.children(extensions).filter(is_residue);
    all.find_map(|at| residue_of(document, at, release))
}

/// Puts the pieces of a residue back; the event as it was where the residue holds all of it.
pub(super) fn put_back(residue: &str, json: &mut Vec<u8>, start: usize) {
    let Some(residue) = Document::read(residue.as_bytes()) else { return };
    if let Some(whole) = residue.member(0, "whole") {
        json.truncate(start);
        return residue.write(whole, json);
    }
    let Some(pieces) = residue.member(0, "pieces") else { return };
    let pieces: Vec<_> =
        residue.children(pieces).filter_map(|piece| Piece::read(&residue, piece)).collect();
    let written = json.split_off(start);
    match Document::read(&written) {
        Some(document) => Graft { document: &document, residue: &residue }.write(
            Some(0),
            &pieces.iter().collect::<Vec<_>>(),
            0,
            json,
        ),
        None => json.extend_from_slice(&written),
    }
}

/// Deeper places are refused: no element is.
const DEPTH_MAX: usize = 128;

/// A value, and where it belongs.
struct Piece<'r> {
    path: Vec<Place<'r>>,
    value: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place<'r> {
    Member(std::borrow::Cow<'r, str>),
    Item(usize),
}

impl<'r> Piece<'r> {
    /// The name that leads on from here.
    fn member(&self, depth: usize) -> Option<&str> {
        match self.path.get(depth) {
            Some(Place::Member(name)) => Some(name),
            _ => None,
        }
    }

    /// The position that leads on from here.
    fn item(&self, depth: usize) -> Option<usize> {
        match self.path.get(depth) {
            Some(Place::Item(position)) => Some(*position),
            _ => None,
        }
    }

    fn read(residue: &Document<'r>, at: usize) -> Option<Self> {
        let mut parts = residue.children(at);
        let (path, value) = (parts.next()?, parts.next()?);
        let place = |at: usize| match residue.kind(at) {
            Json::Text => residue.text(at).map(Place::Member),
            _ => std::str::from_utf8(residue.raw(at)).ok()?.parse().ok().map(Place::Item),
        };
        let path: Option<Vec<_>> = residue.children(path).map(place).collect();
        let path = path.filter(|path| (1..DEPTH_MAX).contains(&path.len()))?;
        Some(Self { path, value })
    }
}

struct Graft<'g, 'r> {
    document: &'g Document<'g>,
    residue: &'g Document<'r>,
}

impl<'r> Graft<'_, 'r> {
    /// Writes a node with the pieces that belong into it; `depth` steps of their paths led here.
    fn write(&self, at: Option<usize>, pieces: &[&Piece<'r>], depth: usize, out: &mut Vec<u8>) {
        let Some(first) = pieces.first() else {
            return match at {
                Some(at) => self.document.write(at, out),
                None => out.extend_from_slice(b"null"),
            };
        };
        match first.path.get(depth) {
            None => self.residue.write(first.value, out),
            Some(Place::Member(_)) => self.object(at, pieces, depth, out),
            Some(Place::Item(_)) => self.array(at, pieces, depth, out),
        }
    }

    fn object(&self, at: Option<usize>, pieces: &[&Piece<'r>], depth: usize, out: &mut Vec<u8>) {
        let below = |key: &str| -> Vec<&Piece<'r>> {
            let is_it = |piece: &&Piece<'r>| piece.member(depth) == Some(key);
            pieces.iter().copied().filter(is_it).collect()
        };
        let mut written: Vec<&str> = Vec::new();
        let member = |key: &str, at: Option<usize>, out: &mut Vec<u8>| {
            if out.last() != Some(&b'{') {
                out.push(b',');
            }
            push_string(out, key);
            out.push(b':');
            self.write(at, &below(key), depth + 1, out);
        };
        out.push(b'{');
        for child in at.into_iter().flat_map(|at| self.document.children(at)) {
            let key = self.document.key(child);
            written.push(key);
            member(key, Some(child), out);
        }
        for piece in pieces {
            let Some(key) = piece.member(depth) else { continue };
            if !written.contains(&key) {
                written.push(key);
                member(key, None, out);
            }
        }
        out.push(b'}');
    }

    /// A piece that is an item stands between the others at its position.
    fn array(&self, at: Option<usize>, pieces: &[&Piece<'r>], depth: usize, out: &mut Vec<u8>) {
        let at = at.filter(|&at| self.document.kind(at) == Json::Array);
        let mut own = at.into_iter().flat_map(|at| self.document.children(at));
        let mut rest: &[&Piece<'r>] = pieces;
        let mut position = 0;
        out.push(b'[');
        loop {
            let is_here = |piece: &&&Piece<'r>| piece.item(depth).is_some_and(|at| at <= position);
            let here = rest.iter().take_while(is_here).count();
            let (here, after) = rest.split_at(here);
            let is_item = here.first().is_some_and(|piece| piece.path.len() == depth + 1);
            let node = if is_item { None } else { own.next() };
            if node.is_none() && here.is_empty() && after.is_empty() {
                break;
            }
            // Pieces for places beyond the end come right after it.
            if node.is_none() && here.is_empty() {
                let Some(next) = after[0].item(depth) else { break };
                position = next;
                continue;
            }
            item(out);
            if is_item {
                self.write(None, &here[..1], depth + 1, out);
                rest = &rest[1..];
            } else {
                self.write(node, here, depth + 1, out);
                rest = after;
            }
            position = position.saturating_add(1);
        }
        out.push(b']');
    }
}
