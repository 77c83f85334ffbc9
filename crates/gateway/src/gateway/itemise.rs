//! Tells the resources of an answer that goes by in pieces: those of `Bundle.entry`, or the lines
//! of NDJSON. Nothing is held but the one that is under way.
use kiln_trail::rest::{Form, Limits, Resource};

/// Reads a body as it passes.
pub(super) struct Itemiser {
    shape: Shape,
    bases: [String; 2],
    limits: Limits,
    /// Bytes of one resource; a longer one is not told apart.
    bytes_max: usize,
    held: Vec<u8>,
    found: Vec<Resource>,
    is_whole: bool,
}

enum Shape {
    Bundle(Scan),
    Lines,
    /// Nothing is told of what it holds.
    Other,
}

/// Where in a JSON document a byte stands.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a place of its own")]
struct Scan {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
    /// The last string at depth 1, which is a member's name once a colon follows.
    name: Vec<u8>,
    is_entry: bool,
    /// Whether an element of `entry` is under way.
    is_inside: bool,
}

/// A name of `Bundle` is no longer.
const NAME_BYTES_MAX: usize = 32;

impl Itemiser {
    pub(super) fn new(
        content_type: Option<&str>,
        form: Option<Form>,
        bases: [String; 2],
        limits: Limits,
        bytes_max: usize,
    ) -> Self {
        let is_lines = content_type.is_some_and(|it| it.contains("ndjson"));
        let shape = match form {
            _ if is_lines => Shape::Lines,
            Some(Form::Json) => Shape::Bundle(Scan::default()),
            _ => Shape::Other,
        };
        let is_whole = !matches!(shape, Shape::Other);
        Self { shape, bases, limits, bytes_max, held: Vec::new(), found: Vec::new(), is_whole }
    }

    /// Takes the next piece.
    pub(super) fn push(&mut self, piece: &[u8]) {
        match &mut self.shape {
            Shape::Other => {}
            Shape::Lines => {
                for byte in piece {
                    if *byte == b'\n' { self.line() } else { self.hold(*byte) }
                }
            }
            Shape::Bundle(_) => {
                for byte in piece {
                    self.step(*byte);
                }
            }
        }
    }

    /// The last line of NDJSON may have no end.
    pub(super) fn finish(&mut self) {
        if matches!(self.shape, Shape::Lines) {
            self.line();
        }
    }

    /// Takes what was found since.
    pub(super) fn take(&mut self) -> Vec<Resource> {
        std::mem::take(&mut self.found)
    }

    /// How many were found since.
    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether all that went by was told.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    fn step(&mut self, byte: u8) {
        let Shape::Bundle(scan) = &mut self.shape else { return };
        let was_inside = scan.is_inside;
        let has_ended = scan.step(byte);
        if was_inside || scan.is_inside {
            self.hold(byte);
        }
        if has_ended {
            self.entry();
        }
    }

    fn hold(&mut self, byte: u8) {
        // One more byte than may be says that it is too long.
        if self.held.len() <= self.bytes_max {
            self.held.push(byte);
        }
    }

    /// An element of `entry`: its resource is one of a Bundle of its own.
    fn entry(&mut self) {
        let held = std::mem::take(&mut self.held);
        let entry: Result<Entry<'_>, _> = serde_json::from_slice(&held);
        match entry {
            _ if held.len() > self.bytes_max => self.is_whole = false,
            Ok(Entry { resource: Some(resource) }) => self.read(resource.get().as_bytes()),
            Ok(Entry { resource: None }) => {}
            Err(_no_json) => self.is_whole = false,
        }
    }

    fn line(&mut self) {
        let held = std::mem::take(&mut self.held);
        if held.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        if held.len() > self.bytes_max { self.is_whole = false } else { self.read(&held) }
    }

    fn read(&mut self, resource: &[u8]) {
        let [upstream, own] = &self.bases;
        match Resource::read(resource, Form::Json, &[upstream, own], &self.limits) {
            Ok(resource) => self.found.push(resource),
            Err(_refused) => self.is_whole = false,
        }
    }
}

#[derive(serde::Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    resource: Option<&'a serde_json::value::RawValue>,
}

impl Scan {
    /// Takes a byte; `true` when it ends an element of `entry`.
    fn step(&mut self, byte: u8) -> bool {
        if self.in_string {
            self.text(byte);
            return false;
        }
        match byte {
            b'"' => {
                self.in_string = true;
                if self.depth == 1 {
                    self.name.clear();
                }
            }
            b':' if self.depth == 1 => self.is_entry = self.name == b"entry",
            b'{' | b'[' => {
                self.depth += 1;
                // The document is at depth 1, its array at 2, the array's element at 3.
                self.is_inside |= self.is_entry && self.depth == 3 && byte == b'{';
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 2 {
                    return std::mem::take(&mut self.is_inside);
                }
                if self.depth == 1 {
                    self.is_entry = false;
                }
            }
            _ => {}
        }
        false
    }

    fn text(&mut self, byte: u8) {
        match byte {
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' => self.is_escaped = true,
            b'"' => {
                self.in_string = false;
                return;
            }
            _ => {}
        }
        if self.depth == 1 && self.name.len() < NAME_BYTES_MAX {
            self.name.push(byte);
        }
    }
}

#[cfg(test)]
mod tests;
