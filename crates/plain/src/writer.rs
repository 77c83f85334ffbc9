//! Writes compact JSON straight to bytes.
use kiln_fhir::json::push_string;

/// One document at the end of some bytes.
pub(crate) struct Writer<'o> {
    out: &'o mut Vec<u8>,
    nodes: usize,
}

impl<'o> Writer<'o> {
    /// Appends an object; returns how many values and keys it has in all.
    pub(crate) fn object(out: &'o mut Vec<u8>, write: impl FnOnce(&mut Self)) -> usize {
        out.push(b'{');
        let mut writer = Self { out, nodes: 1 };
        write(&mut writer);
        writer.out.push(b'}');
        writer.nodes
    }

    /// The name of the value that follows.
    pub(crate) fn key(&mut self, name: &'static str) {
        self.separate();
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.nodes += 1;
    }

    /// A string.
    pub(crate) fn text(&mut self, text: &str) {
        self.separate();
        push_string(self.out, text);
        self.nodes += 1;
    }

    /// `true` or `false`
    pub(crate) fn boolean(&mut self, value: bool) {
        self.separate();
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        self.nodes += 1;
    }

    /// A member that is a string.
    pub(crate) fn member(&mut self, name: &'static str, text: &str) {
        self.key(name);
        self.text(text);
    }

    /// A member that is an array; left out where nothing is written into it.
    pub(crate) fn array(&mut self, name: &'static str, write: impl FnOnce(&mut Self)) {
        let (start, nodes) = (self.out.len(), self.nodes);
        self.key(name);
        self.out.push(b'[');
        let inside = self.out.len();
        write(self);
        if self.out.len() == inside {
            self.out.truncate(start);
            self.nodes = nodes;
        } else {
            self.out.push(b']');
            self.nodes += 1;
        }
    }

    /// A member that is an object.
    pub(crate) fn within(&mut self, name: &'static str, write: impl FnOnce(&mut Self)) {
        self.key(name);
        self.item(write);
    }

    /// An item that is an object.
    pub(crate) fn item(&mut self, write: impl FnOnce(&mut Self)) {
        self.separate();
        self.out.push(b'{');
        write(self);
        self.out.push(b'}');
        self.nodes += 1;
    }

    /// A comma, unless this is the first in its container or the value of a name.
    fn separate(&mut self) {
        if !matches!(self.out.last(), Some(b'{' | b'[' | b':') | None) {
            self.out.push(b',');
        }
    }
}
