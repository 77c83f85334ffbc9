//! Links of the server behind, made links of the one in front: spliced into the bytes as they
//! come, no tree is built.
use super::Form;

mod json;
mod xml;

/// One base URL to be written for another.
#[derive(Clone, Debug)]
pub struct Links {
    from: String,
    to: String,
}

impl Links {
    /// `from` is what the server behind calls itself, `to` what the one in front is called; with
    /// or without a `/` at the end.
    pub fn new(from: &str, to: &str) -> Self {
        let bare = |url: &str| url.trim_end_matches('/').to_owned();
        Self { from: bare(from), to: bare(to) }
    }

    /// A URL below `from` (of `Location`, `Content-Location`) as one below `to`; `None` where it is
    /// not below it and stays as it is.
    pub fn url(&self, url: &str) -> Option<String> {
        let rest = url.strip_prefix(&self.from).filter(|rest| is_rest(rest.bytes().next()))?;
        Some([&self.to, rest].concat())
    }

    /// Rewrites a body as it comes. Not for a resource that was asked for itself, which may be a
    /// Bundle that somebody signed.
    pub fn rewriter(&self, form: Form) -> Rewriter {
        Rewriter { links: self.clone(), scan: self.scan(form) }
    }

    fn scan(&self, form: Form) -> Scan {
        match form {
            _ if self.from.is_empty() || self.from == self.to => Scan::Other,
            Form::Json => Scan::Json(json::Scan::default()),
            Form::Xml => Scan::Xml(xml::Scan::default()),
            _ => Scan::Other,
        }
    }

    /// A whole body, rewritten.
    pub fn body(&self, form: Form, body: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(body.len() + 1024);
        let mut scan = self.scan(form);
        scan.push(self, body, &mut out);
        scan.finish(&mut out);
        out
    }
}

/// Whether what follows a base is a path below it, or nothing.
fn is_rest(next: Option<u8>) -> bool {
    matches!(next, None | Some(b'/' | b'?' | b'#'))
}

/// Rewrites `Bundle.link.url`, `Bundle.entry.fullUrl`, the locations of a Bundle's answers and the
/// files of a bulk export in a body that comes in parts; every other byte goes through. Of a
/// batch's answer the links of pages inside as well. Documents, messages and collections are
/// content, and stay as they are once their `type` was seen.
#[derive(Clone, Debug)]
pub struct Rewriter {
    links: Links,
    scan: Scan,
}

#[derive(Clone, Debug)]
enum Scan {
    Json(json::Scan),
    Xml(xml::Scan),
    Other,
}

impl Scan {
    fn push(&mut self, links: &Links, part: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Json(scan) => scan.push(links, part, out),
            Self::Xml(scan) => scan.push(links, part, out),
            Self::Other => out.extend_from_slice(part),
        }
    }

    fn finish(self, out: &mut Vec<u8>) {
        match self {
            Self::Json(scan) => scan.finish(out),
            Self::Xml(scan) => scan.finish(out),
            Self::Other => {}
        }
    }
}

impl Rewriter {
    /// Takes the next part and appends what can be told of it. Less than [`Rewriter::HELD_MAX`]
    /// bytes are held back.
    pub fn push(&mut self, part: &[u8], out: &mut Vec<u8>) {
        self.scan.push(&self.links, part, out);
    }

    /// Appends what was held back.
    pub fn finish(self, out: &mut Vec<u8>) {
        self.scan.finish(out);
    }

    /// A URL, or a tag of XML, that is longer goes through as it is.
    pub const HELD_MAX: usize = 16 << 10;
}

/// Names from the root to a value, of the first levels; deeper ones are counted.
#[derive(Clone, Debug, Default)]
struct Place {
    names: Vec<Vec<u8>>,
    deeper: usize,
}

/// Levels whose names are known: deeper than any link.
const LEVELS_MAX: usize = 6;

/// Bytes of a name that is known; what is longer is another.
const NAME_BYTES_MAX: usize = 16;

impl Place {
    fn enter(&mut self, name: &[u8]) {
        if self.names.len() == LEVELS_MAX {
            self.deeper += 1;
        } else {
            self.names.push(name[..name.len().min(NAME_BYTES_MAX)].to_vec());
        }
    }

    fn leave(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
        } else {
            self.names.pop();
        }
    }

    fn is(&self, path: &[&str]) -> bool {
        self.deeper == 0
            && self.names.len() == path.len()
            && self.names.iter().zip(path).all(|(name, known)| name == known.as_bytes())
    }
}

/// What a body is, as far as it has said.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
enum Body {
    /// It has not said.
    #[default]
    Unknown,
    /// An answer that the server made.
    Answer,
    /// The answer to a batch, with answers inside.
    Batch,
    /// Content, which stays as it is.
    Content,
}

impl Body {
    /// By `Bundle.type`.
    fn of(kind: &[u8]) -> Self {
        match kind {
            b"batch-response" | b"transaction-response" => Self::Batch,
            b"document" | b"message" | b"collection" | b"batch" | b"transaction" => Self::Content,
            _ => Self::Answer,
        }
    }

    /// Whether links are at this place of a Bundle.
    fn has_link(self, place: &Place) -> bool {
        let links: [&[&str]; 4] = [
            &["link", "url"],
            &["entry", "fullUrl"],
            &["entry", "link", "url"],
            &["entry", "response", "location"],
        ];
        self != Self::Content && links.iter().any(|path| place.is(path))
            || self == Self::Batch && place.is(&["entry", "resource", "link", "url"])
    }
}

#[cfg(test)]
mod tests;
