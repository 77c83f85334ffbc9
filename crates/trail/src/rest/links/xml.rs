//! Links in XML.
use super::{Body, Links, Place, Rewriter, is_rest};

/// Where in a document a byte stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Scan {
    body: Body,
    place: Place,
    /// Elements that are open.
    depth: usize,
    state: State,
    /// The tag that is under way, from its `<`.
    held: Vec<u8>,
}

#[derive(Copy, Clone, Debug, Default)]
enum State {
    #[default]
    Text,
    /// In a tag, and in which quotes there.
    Tag(Option<u8>),
    /// In what ends so, of which that many bytes were seen.
    Until(&'static [u8], usize),
}

impl Scan {
    pub(super) fn push(&mut self, links: &Links, part: &[u8], out: &mut Vec<u8>) {
        let mut from = 0;
        for (at, &byte) in part.iter().enumerate() {
            match self.state {
                State::Text if byte == b'<' => {
                    out.extend_from_slice(&part[from..at]);
                    self.held.push(byte);
                    from = at + 1;
                    self.state = State::Tag(None);
                }
                State::Text => {}
                State::Until(end, seen) => self.state = until(end, seen, byte),
                State::Tag(quote) => {
                    self.held.push(byte);
                    from = at + 1;
                    self.state = State::Tag(match (quote, byte) {
                        (None, b'"' | b'\'') => Some(byte),
                        (Some(open), _) if open == byte => None,
                        _ => quote,
                    });
                    self.tag(links, quote.is_none() && byte == b'>', out);
                }
            }
        }
        out.extend_from_slice(&part[from..]);
    }

    pub(super) fn finish(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.held);
    }

    /// Looks at a tag that has grown by a byte, which may be its last.
    fn tag(&mut self, links: &Links, is_end: bool, out: &mut Vec<u8>) {
        let special: Option<&'static [u8]> = match self.held.as_slice() {
            b"<!--" => Some(b"-->"),
            b"<![CDATA[" => Some(b"]]>"),
            b"<?" => Some(b"?>"),
            // A tag without an end is none; what follows goes through as it is.
            held if held.len() == Rewriter::HELD_MAX => Some(b"\0\0\0"),
            _ => None,
        };
        if let Some(end) = special {
            out.append(&mut self.held);
            self.state = State::Until(end, 0);
        } else if is_end {
            let held = std::mem::take(&mut self.held);
            self.whole(links, &held, out);
            self.state = State::Text;
        }
    }

    /// A whole tag.
    fn whole(&mut self, links: &Links, tag: &[u8], out: &mut Vec<u8>) {
        if tag.starts_with(b"</") {
            self.leave();
        } else if !tag.starts_with(b"<!") {
            self.enter(name(tag));
            if let Some((before, value)) = self.value(tag) {
                let rest = value.strip_prefix(links.from.as_bytes());
                if let Some(rest) = rest.filter(|rest| is_rest(rest.first().copied())) {
                    out.extend_from_slice(before);
                    push_escaped(out, &links.to);
                    out.extend_from_slice(rest);
                    out.extend_from_slice(&tag[before.len() + value.len()..]);
                    self.leave_empty(tag);
                    return;
                }
            }
            self.leave_empty(tag);
        }
        out.extend_from_slice(tag);
    }

    /// What stands before the value of a link, and the value; of `Bundle.type` it is noted.
    fn value<'t>(&mut self, tag: &'t [u8]) -> Option<(&'t [u8], &'t [u8])> {
        if self.place.is(&["type"]) && self.body != Body::Content {
            self.body = Body::of(attribute(tag)?.1);
        }
        // What the entries hold is one level deeper in XML: the element that names its type.
        let is_link = self.body.has_link(&self.place)
            || self.body == Body::Batch
                && self.place.is(&["entry", "resource", "Bundle", "link", "url"]);
        if is_link { attribute(tag) } else { None }
    }

    fn enter(&mut self, name: &[u8]) {
        if self.depth == 0 {
            self.body = if name == b"Bundle" { self.body } else { Body::Content };
        } else {
            self.place.enter(name);
        }
        self.depth += 1;
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth > 0 {
            self.place.leave();
        }
    }

    fn leave_empty(&mut self, tag: &[u8]) {
        if tag.ends_with(b"/>") {
            self.leave();
        }
    }
}

fn until(end: &'static [u8], seen: usize, byte: u8) -> State {
    if byte == end[seen] {
        return if seen + 1 == end.len() { State::Text } else { State::Until(end, seen + 1) };
    }
    // `--->` and `]]]>` end as well: one more of the first byte leaves as many seen.
    let is_again = byte == end[0];
    State::Until(end, if is_again { seen.max(1) } else { 0 })
}

/// The name of a tag's element, without its prefix.
fn name(tag: &[u8]) -> &[u8] {
    let is_name = |byte: &u8| !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>');
    let length = tag[1..].iter().take_while(|byte| is_name(byte)).count();
    let name = &tag[1..=length];
    name.iter().position(|byte| *byte == b':').map_or(name, |colon| &name[colon + 1..])
}

/// What stands before the content of the attribute `value`, and the content.
fn attribute(tag: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = 0;
    loop {
        let open = at + tag[at..].iter().position(|byte| matches!(byte, b'"' | b'\''))?;
        let length = tag[open + 1..].iter().position(|byte| *byte == tag[open])?;
        let before = tag[at..open].trim_ascii_end().strip_suffix(b"=")?.trim_ascii();
        let is_value = before == b"value"
            || before
                .strip_suffix(b"value")
                .is_some_and(|before| before.last().is_some_and(u8::is_ascii_whitespace));
        if is_value {
            return Some((&tag[..=open], &tag[open + 1..open + 1 + length]));
        }
        at = open + length + 2;
    }
}

fn push_escaped(out: &mut Vec<u8>, url: &str) {
    for byte in url.bytes() {
        match byte {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'"' => out.extend_from_slice(b"&quot;"),
            b'\'' => out.extend_from_slice(b"&#39;"),
            _ => out.push(byte),
        }
    }
}
