//! What the target has no element for, into extensions of the object that is written.
use super::codes::SetAside;
use super::document::Kind as Json;
use super::extension::{cross_version, url_name, value_type};
use super::given::{Field, Paths};
use super::object::{Conversion, item};
use crate::definition::{Kind, Slot, Type};

impl Conversion<'_> {
    /// Carries a field of the source in extensions of the object that is written.
    pub(super) fn carry(&self, field: &Field, paths: Paths, ext: &mut Vec<u8>) {
        let start = |out: &mut Vec<u8>| {
            out.extend_from_slice(cross_version(self.from).as_bytes());
            for part in paths.from.iter().filter(|part| !part.is_empty()) {
                out.extend_from_slice(part.as_bytes());
                out.push(b'.');
            }
            out.extend_from_slice(url_name(field.element).as_bytes());
        };
        self.carry_field(field, &start, ext);
    }

    /// One extension for each item; `url` writes its name.
    fn carry_field(&self, field: &Field, url: &dyn Fn(&mut Vec<u8>), ext: &mut Vec<u8>) {
        if !field.element.many {
            return self.carry_value(field, url, ext);
        }
        let items = |at: Option<usize>| at.into_iter().flat_map(|at| self.document.items(at));
        if let Some(at) = field.value.filter(|_| field.element.is_primitive())
            && items(Some(at)).all(|item| self.document.kind(item) == Json::Null)
        {
            // The way back cannot know whether the list was there for the sake of what is beside.
            self.piece(at);
        }
        let (start, pieces) = (ext.len(), self.piece_count());
        let mut beside = items(field.beside);
        let mut values = items(field.value);
        loop {
            let one = Field { value: values.next(), beside: beside.next(), ..*field };
            if one.value.is_none() && one.beside.is_none() {
                break;
            }
            self.carry_value(&one, url, ext);
        }
        if field.beside.is_some() && self.piece_count() > pieces {
            // Values and what stands beside them go by their places.
            ext.truncate(start);
            self.forget_pieces(pieces);
            self.lose(field);
        }
    }

    fn carry_value(&self, field: &Field, url: &dyn Fn(&mut Vec<u8>), ext: &mut Vec<u8>) {
        let (start, pieces) = (ext.len(), self.piece_count());
        item(ext);
        ext.extend_from_slice(b"{\"url\":\"");
        url(ext);
        ext.push(b'"');
        let outer = self.set_aside.replace(SetAside::WrongThere);
        let carried = match (field.element.kind, field.value) {
            (Kind::Complex(definition), Some(at)) if definition.is_backbone() => {
                self.carry_backbone(at, definition, ext)
            }
            _ => self.carry_datatype(field, ext),
        };
        self.set_aside.set(outer);
        if carried {
            ext.push(b'}');
            return;
        }
        ext.truncate(start);
        self.forget_pieces(pieces);
        field.nodes().for_each(|at| self.piece(at));
    }

    fn carry_datatype(&self, field: &Field, ext: &mut Vec<u8>) -> bool {
        let (kind, mut carried) = (field.element.kind, false);
        let suffix = value_type(field.element);
        if let Some(at) = field.value.filter(|&at| self.document.kind(at) != Json::Null) {
            let start = ext.len();
            ext.extend_from_slice(b",\"value");
            ext.extend_from_slice(suffix.as_bytes());
            ext.extend_from_slice(b"\":");
            carried = self.value(at, kind, kind, ext);
            if !carried {
                ext.truncate(start);
                self.piece(at);
            }
        }
        if let Some(at) = field.beside.filter(|&at| self.document.kind(at) != Json::Null) {
            let start = ext.len();
            ext.extend_from_slice(b",\"_value");
            ext.extend_from_slice(suffix.as_bytes());
            ext.extend_from_slice(b"\":");
            if self.beside(at, ext) {
                carried = true;
            } else {
                ext.truncate(start);
                self.piece(at);
            }
        }
        carried
    }

    fn carry_backbone(&self, at: usize, definition: &'static Type, ext: &mut Vec<u8>) -> bool {
        if self.carry_primitives(at, definition, ext) {
            return true;
        }
        let given = self.gather(at, definition, definition, Paths::default());
        let start = ext.len();
        if let Some(id) = given.named("id").and_then(|id| id.value) {
            ext.extend_from_slice(b",\"id\":");
            self.document.write(id, ext);
        }
        ext.extend_from_slice(b",\"extension\":[");
        let inside = ext.len();
        for element in definition.elements(self.from) {
            let Some(field) = given.of(element) else { continue };
            match element.name {
                "id" => field.beside.into_iter().for_each(|at| self.piece(at)),
                "extension" | "modifierExtension" | "fhir_comments" => self.lose(field),
                _ => {
                    let url = |out: &mut Vec<u8>| {
                        out.extend_from_slice(url_name(element).as_bytes());
                    };
                    self.carry_field(field, &url, ext);
                }
            }
        }
        self.done(given);
        let carried = ext.len() > inside;
        ext.push(b']');
        if !carried {
            ext.truncate(start);
        }
        carried
    }

    /// An object of nothing but primitives of its own, each once, as a network is.
    fn carry_primitives(&self, at: usize, definition: &'static Type, ext: &mut Vec<u8>) -> bool {
        let is_primitive = |member: usize| {
            let element = definition.element(self.document.key(member), self.from);
            element.is_some_and(|e| e.slot != Slot::None && e.is_primitive() && !e.many)
                && self.document.kind(member) != Json::Null
        };
        if !self.document.children(at).all(is_primitive) {
            return false;
        }
        let start = ext.len();
        ext.extend_from_slice(b",\"extension\":[");
        let inside = ext.len();
        for element in definition.elements(self.from).filter(|e| e.slot != Slot::None) {
            let Some(member) = self.document.member(at, element.name) else { continue };
            item(ext);
            for part in ["{\"url\":\"", url_name(element), "\",\"value", value_type(element), "\":"]
            {
                ext.extend_from_slice(part.as_bytes());
            }
            if !self.value(member, element.kind, element.kind, ext) {
                ext.truncate(start);
                return false;
            }
            ext.push(b'}');
        }
        let carried = ext.len() > inside;
        ext.push(b']');
        if !carried {
            ext.truncate(start);
        }
        carried
    }
}
