//! One document on its way, and the object of the target that one of the source is written to.
use super::codes::SetAside;
use super::document::Document;
use super::extension::{DERIVED, RESIDUE};
use super::given::{Field, Given};
use crate::Release;
use crate::definition::{Element, Kind, Slot, Type};
use std::cell::{Cell, RefCell};

/// One document on its way from one release to another.
pub(super) struct Conversion<'d> {
    pub(super) document: &'d Document<'d>,
    pub(super) from: Release,
    pub(super) to: Release,
    /// Whether the source has extensions that a conversion reads or writes.
    pub(super) has_ours: bool,
    /// Whether they are taken for a sender's own, and set aside.
    pub(super) sets_aside: bool,
    /// Nodes that have no place in the target.
    pieces: RefCell<Vec<u32>>,
    /// Memory of objects that were written.
    pub(super) spare: RefCell<Vec<Vec<Field>>>,
    doubted: Cell<bool>,
    /// Whether the source lacks what would be made up for it.
    absence: Cell<bool>,
    /// Which codings are set aside.
    pub(super) set_aside: Cell<SetAside>,
    /// Whether the source brings pieces of an event of the target's release: nothing is made up
    /// then, since all that it must have is there or among the pieces.
    pub(super) returns: bool,
}

/// What is written: an object, and the extensions of all objects that are still open.
#[derive(Default)]
pub(super) struct Sink {
    pub(super) out: Vec<u8>,
    pub(super) ext: Vec<u8>,
}

/// Starts a member: a comma where one is needed, its name, a colon.
#[inline]
pub(super) fn name(out: &mut Vec<u8>, name: &str) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

/// Starts an item: a comma where one is needed. Lists of extensions that are still collected stand
/// without their bracket.
#[inline]
pub(super) fn item(out: &mut Vec<u8>) {
    if !matches!(out.last(), None | Some(b'[' | b':')) {
        out.push(b',');
    }
}

/// Starts an extension among others, the first with the list.
fn open_list(out: &mut Vec<u8>, is_open: bool) {
    if is_open {
        out.push(b',');
    } else {
        name(out, "extension");
        out.push(b'[');
    }
}

/// Ends the list of extensions with those that were collected.
pub(super) fn close_extensions(out: &mut Vec<u8>, is_open: bool, collected: &[u8]) {
    if !collected.is_empty() {
        open_list(out, is_open);
        out.extend_from_slice(collected.strip_prefix(b",").unwrap_or(collected));
    }
    if is_open || !collected.is_empty() {
        out.push(b']');
    }
}

impl<'d> Conversion<'d> {
    pub(super) fn new(
        document: &'d Document<'d>,
        (from, to): (Release, Release),
        has_ours: bool,
        sets_aside: bool,
    ) -> Self {
        let returns = has_ours && !sets_aside && super::residue::find(document, to).is_some();
        Self {
            document,
            from,
            to,
            has_ours,
            sets_aside,
            pieces: RefCell::default(),
            spare: RefCell::default(),
            doubted: Cell::new(false),
            absence: Cell::new(false),
            set_aside: Cell::default(),
            returns,
        }
    }

    /// Notes what has no place in the target.
    pub(super) fn piece(&self, at: usize) {
        self.pieces.borrow_mut().push(at as u32);
    }

    pub(super) fn lose(&self, field: &Field) {
        field.nodes().for_each(|at| self.piece(at));
    }

    pub(super) fn piece_count(&self) -> usize {
        self.pieces.borrow().len()
    }

    /// Takes the last notes back: something larger is noted instead.
    pub(super) fn forget_pieces(&self, count: usize) {
        self.pieces.borrow_mut().truncate(count);
    }

    /// Notes that the source has less than a conversion back would make up.
    pub(super) fn note_absence(&self) {
        self.absence.set(true);
    }

    pub(super) fn has_absence(&self) -> bool {
        self.absence.get()
    }

    pub(super) fn take_pieces(&self) -> Vec<u32> {
        self.pieces.take()
    }

    /// Notes that no rule is sure here, so that the way back is tried.
    pub(super) fn doubt(&self) {
        self.doubted.set(true);
    }

    pub(super) fn is_doubted(&self) -> bool {
        self.doubted.get() || self.has_ours
    }

    /// The element of the target with this meaning.
    pub(super) fn target(&self, target: &'static Type, slot: Slot) -> Option<&'static Element> {
        target.in_slot(slot, self.to)
    }

    /// Writes what means the same in both releases under the target's name; false where the target
    /// has no element of that type.
    pub(super) fn same(&self, field: &Field, target: &'static Type, out: &mut Vec<u8>) -> bool {
        let is_it = |element: &&Element| self.same_shape(field.element, element);
        let mut all = target.of_slot(field.element.slot, self.to);
        let Some(element) = all.find(is_it) else { return false };
        self.copy(field, element.name, element.kind, out);
        true
    }

    pub(super) fn same_shape(&self, one: &Element, other: &Element) -> bool {
        let same_kind = match (one.kind, other.kind) {
            (Kind::Complex(one), Kind::Complex(other)) => std::ptr::eq(one, other),
            (Kind::Primitive(one), Kind::Primitive(other)) => one == other,
            (Kind::Code(_), Kind::Code(_)) => true,
            (Kind::Opaque, Kind::Opaque) => self.same_datatypes(),
            _ => false,
        };
        same_kind && one.many == other.many
    }

    /// Datatypes that no table describes are the same in releases that are close.
    pub(super) fn same_datatypes(&self) -> bool {
        let family = |release| match release {
            Release::Dstu2 => 0,
            Release::Stu3 => 1,
            Release::R4 | Release::R4b => 2,
            Release::R5Draft => 3,
            Release::R5 | Release::R6 => 4,
        };
        family(self.from) == family(self.to)
    }

    /// Writes a slot that differs in name only, or is carried where the target has none.
    pub(super) fn plain(&self, given: &Given, target: &'static Type, slot: Slot, sink: &mut Sink) {
        for (element, _) in &given.carried {
            if element.slot == slot {
                self.uncarry(given, element, &mut sink.out);
                return;
            }
        }
        let Some(field) = given.slot(slot) else { return };
        if !self.same(field, target, &mut sink.out) {
            self.carry(field, given.paths, &mut sink.ext);
        }
    }

    /// What every object of its kind has: ids, the narrative, modifier extensions. What the server
    /// sets on a resource was written before.
    pub(super) fn common(&self, given: &Given, target: &'static Type, out: &mut Vec<u8>) {
        for field in &given.fields {
            let is_common = field.element.slot == Slot::None;
            if is_common && !matches!(field.element.name, "resourceType" | "extension") {
                self.common_field(field, target, out);
            }
        }
    }

    pub(super) fn common_field(&self, field: &Field, target: &'static Type, out: &mut Vec<u8>) {
        match target.element(field.element.name, self.to) {
            Some(element) if self.same_shape(field.element, element) => {
                self.copy(field, element.name, element.kind, out);
            }
            _ => self.lose(field),
        }
    }

    /// Ends an object with its own extensions and those that were collected since `mark`; false
    /// where it has no members.
    pub(super) fn close(&self, given: Given, mark: usize, sink: &mut Sink) -> bool {
        let Sink { out, ext } = sink;
        let written = self.own_extensions(&given, out);
        self.done(given);
        close_extensions(out, written, &ext[mark..]);
        ext.truncate(mark);
        let has_members = out.last() != Some(&b'{');
        out.push(b'}');
        has_members
    }

    /// Writes the extensions of the source's object that stay extensions; whether the list is open.
    pub(super) fn own_extensions(&self, given: &Given, out: &mut Vec<u8>) -> bool {
        let mut written = false;
        for at in given.extensions.into_iter().flat_map(|at| self.document.children(at)) {
            if !self.is_kept(given, at) {
                continue;
            }
            let start = out.len();
            open_list(out, written);
            if self.extension(at, out) {
                written = true;
            } else {
                out.truncate(start);
                self.piece(at);
            }
        }
        written
    }

    /// Whether an extension of an object stays one.
    fn is_kept(&self, given: &Given, at: usize) -> bool {
        if !self.has_ours || self.sets_aside {
            return true;
        }
        let is_consumed = given.carried.iter().any(|&(_, carried)| carried == at);
        let url = self.document.member(at, "url");
        let is = |name: &str| url.is_some_and(|url| self.document.is_text(url, name));
        !(is_consumed || is(DERIVED) || is(RESIDUE) && self.is_own_residue(at))
    }
}
