//! Links in JSON.
use super::{Body, Links, NAME_BYTES_MAX, Place, Rewriter, is_rest};
use kiln_fhir::json;

/// Where in a document a byte stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Scan {
    body: Body,
    place: Place,
    /// Of each container that is open, whether it is an array; the outermost first.
    arrays: Vec<bool>,
    /// Containers inside those, which are not told apart.
    deeper: usize,
    /// Whether a string that starts now is a value.
    is_value: bool,
    string: Option<Text>,
    /// The string that is under way, with its first quote, where it is held.
    held: Vec<u8>,
}

/// A string that is under way.
#[derive(Copy, Clone, Debug)]
struct Text {
    kind: Kind,
    is_escaped: bool,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Kind {
    Name,
    Link,
    /// `resourceType`
    ResourceType,
    /// `Bundle.type`
    BundleType,
    Other,
}

/// Containers that are told apart; a link is not as deep.
const ARRAYS_MAX: usize = 12;

impl Scan {
    pub(super) fn push(&mut self, links: &Links, part: &[u8], out: &mut Vec<u8>) {
        if self.body == Body::Content {
            return out.extend_from_slice(part);
        }
        let mut from = 0;
        for (at, &byte) in part.iter().enumerate() {
            let Some(text) = &mut self.string else {
                if byte == b'"' {
                    let kind = self.kind();
                    if kind != Kind::Other {
                        out.extend_from_slice(&part[from..at]);
                        self.held.push(byte);
                        from = at + 1;
                    }
                    self.string = Some(Text { kind, is_escaped: false });
                } else {
                    self.mark(byte);
                }
                continue;
            };
            let (kind, is_end) = (text.kind, byte == b'"' && !text.is_escaped);
            text.is_escaped = byte == b'\\' && !text.is_escaped;
            if kind == Kind::Other {
                if is_end {
                    self.string = None;
                }
                continue;
            }
            self.held.push(byte);
            from = at + 1;
            if is_end {
                self.end(links, kind, out);
                // No link of it is written anew, so nothing more is looked at.
                if self.body == Body::Content {
                    break;
                }
            } else if self.held.len() == Rewriter::HELD_MAX {
                self.give_up(kind, out);
            }
        }
        out.extend_from_slice(&part[from..]);
    }

    pub(super) fn finish(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.held);
    }

    /// Of a string that starts here.
    fn kind(&self) -> Kind {
        let is_shallow = self.deeper == 0;
        if !is_shallow || self.body == Body::Content {
            return Kind::Other;
        }
        if !self.is_value && self.arrays.last() == Some(&false) {
            return Kind::Name;
        }
        match &self.place {
            place if place.is(&["resourceType"]) => Kind::ResourceType,
            place if place.is(&["type"]) => Kind::BundleType,
            place if self.body.has_link(place) || is_of_export(place) => Kind::Link,
            _ => Kind::Other,
        }
    }

    /// A byte outside of strings.
    fn mark(&mut self, byte: u8) {
        match byte {
            b'{' | b'[' if self.arrays.len() == ARRAYS_MAX => self.deeper += 1,
            b'{' | b'[' => {
                self.arrays.push(byte == b'[');
                self.is_value = byte == b'[';
            }
            b'}' | b']' if self.deeper > 0 => self.deeper -= 1,
            b'}' | b']' => {
                if self.arrays.pop() == Some(false) && self.is_value {
                    self.place.leave();
                }
                // What ends was a value itself.
                self.is_value = true;
            }
            b':' if self.deeper == 0 => self.is_value = true,
            b',' if self.deeper == 0 && self.arrays.last() == Some(&false) => {
                self.place.leave();
                self.is_value = false;
            }
            _ => {}
        }
    }

    /// A string that was held ends.
    fn end(&mut self, links: &Links, kind: Kind, out: &mut Vec<u8>) {
        let text = &self.held[1..self.held.len() - 1];
        match kind {
            Kind::Name => self.place.enter(text),
            Kind::ResourceType if text != b"Bundle" => self.body = Body::Content,
            Kind::BundleType => self.body = Body::of(text),
            _ => {}
        }
        match rest_below(text, links.from.as_bytes()).filter(|_| kind == Kind::Link) {
            Some(rest) => {
                json::push_string(out, &links.to);
                // Its last quote comes with the rest.
                out.pop();
                out.extend_from_slice(rest);
                out.push(b'"');
            }
            None => out.extend_from_slice(&self.held),
        }
        self.held.clear();
        self.string = None;
    }

    /// A string is too long to be held.
    fn give_up(&mut self, kind: Kind, out: &mut Vec<u8>) {
        if kind == Kind::Name {
            // Its end is not looked for; no name of FHIR is as long.
            let name = &self.held[1..=NAME_BYTES_MAX];
            self.place.enter(name);
        }
        out.append(&mut self.held);
        if let Some(text) = &mut self.string {
            text.kind = Kind::Other;
        }
    }
}

/// What a bulk export's manifest points to
/// (<https://hl7.org/fhir/uv/bulkdata/export.html#response---complete-status>).
fn is_of_export(place: &Place) -> bool {
    let links: [&[&str]; 4] =
        [&["output", "url"], &["error", "url"], &["deleted", "url"], &["request"]];
    links.iter().any(|path| place.is(path))
}

/// What of a string, its escapes as they stand, follows `base`.
fn rest_below<'t>(text: &'t [u8], base: &[u8]) -> Option<&'t [u8]> {
    let mut rest = text;
    for &wanted in base {
        let (byte, after) = unit(rest)?;
        if byte != wanted {
            return None;
        }
        rest = after;
    }
    is_rest(unit(rest).map(|(byte, _)| byte)).then_some(rest)
}

/// The first character of a string, if it is ASCII, and what follows it.
fn unit(text: &[u8]) -> Option<(u8, &[u8])> {
    match text {
        [b'\\', b'u', rest @ ..] => {
            let (digits, rest) = rest.split_at_checked(4)?;
            let number = u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?;
            Some((number, rest))
        }
        [b'\\', escaped, rest @ ..] => Some((*escaped, rest)),
        [byte, rest @ ..] => Some((*byte, rest)),
        [] => None,
    }
}
