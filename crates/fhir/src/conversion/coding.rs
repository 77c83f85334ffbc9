//! One Coding, with the URL that the target uses for its code system.
use super::codes::{CodingParts, Wrong};
use super::datatype::Except;
use super::object::{Conversion, name};
use super::systems::{self, System, Url};
use crate::definition::CODING;

impl Conversion<'_> {
    /// One Coding with the URL that the target uses.
    pub(super) fn coding(&self, at: usize, known: &[System], out: &mut Vec<u8>) -> Written {
        let parts = self.coding_parts(at);
        let url = self.url_of(&parts, known);
        match &url {
            Url::Same if parts.is_plain => {
                self.document.write(at, out);
                return Written::Exact;
            }
            Url::Moved(url) if parts.is_plain => {
                self.with_system(at, url, out);
                return Written::Exact;
            }
            _ => {}
        }
        let (without, with): (&[_], _) = match &url {
            Url::Moved(url) => (&[], Some(("system", url.as_str()))),
            Url::Same | Url::Unsure => (&[], None),
            // Without a system the code is not looked up in it.
            Url::Wrong => (&["system"], None),
        };
        if !self.object(at, &CODING, Except { without, with }, out) {
            return Written::Nothing;
        }
        Written::Exact.and(!matches!(url, Url::Unsure | Url::Wrong))
    }

    /// A Coding as it is, but for its URL.
    fn with_system(&self, at: usize, url: &str, out: &mut Vec<u8>) {
        out.push(b'{');
        for member in self.document.children(at) {
            let key = self.document.key(member);
            name(out, key);
            if key == "system" {
                crate::json::push_string(out, url);
            } else {
                self.document.write(member, out);
            }
        }
        out.push(b'}');
    }

    /// The URL that the target uses for a Coding.
    pub(super) fn url(&self, coding: usize, known: &[System]) -> Url {
        self.url_of(&self.coding_parts(coding), known)
    }

    pub(super) fn url_of(&self, parts: &CodingParts, known: &[System]) -> Url {
        match self.wrong(parts) {
            Wrong::There => return Url::Wrong,
            // The sender's own mistake; on the way back it would be taken for ours.
            Wrong::Here => return Url::Unsure,
            Wrong::Nowhere => {}
        }
        if !systems::moved(self.from, self.to) {
            return Url::Same;
        }
        let Some(url) = parts.system.and_then(|at| self.document.text(at)) else {
            return Url::Same;
        };
        let code = parts.code.and_then(|at| self.document.text(at));
        systems::url(known, &url, &code.unwrap_or_default(), self.from, self.to)
    }

    pub(super) fn says_something(&self, coding: usize) -> bool {
        let members = ["system", "version", "code", "display"];
        members.iter().any(|name| self.document.member(coding, name).is_some())
    }

    /// A Coding's members into an object that is open, without ids and extensions.
    pub(super) fn bare_coding(&self, at: usize, known: &[System], out: &mut Vec<u8>) {
        if let Some(system) = self.document.member(at, "system") {
            match self.url(at, known) {
                Url::Moved(url) => {
                    name(out, "system");
                    crate::json::push_string(out, &url);
                }
                Url::Same | Url::Unsure => self.bare(Some(system), "system", out),
                Url::Wrong => {}
            }
        }
        for member in ["version", "code", "display"] {
            self.bare(self.document.member(at, member), member, out);
        }
    }

    /// A member into an object that is open.
    pub(super) fn bare(&self, at: Option<usize>, as_name: &str, out: &mut Vec<u8>) {
        if let Some(at) = at {
            name(out, as_name);
            self.document.write(at, out);
        }
    }
}

/// How much of a value could be written.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Exact,
    /// The way back makes something else of it.
    Part,
    Nothing,
}

impl Written {
    pub(super) fn and(self, fits: bool) -> Self {
        match self {
            Self::Exact if !fits => Self::Part,
            _ => self,
        }
    }
}
