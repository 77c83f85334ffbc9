//! Writes JSON as XML, its elements in the order of the definition.
use super::character::{push_escaped, push_value, unfit};
use super::hint::Hint;
use super::members::{Holder, Member, Object};
use super::name::encoded;
use super::namespace::{FHIR, XHTML};
use super::narrative::{Narrative, push_declared};
use super::token::{Kind, Tokens};
use super::{COMMENTS, is_extension};
use crate::definition::{self, Type, UNKNOWN_ELEMENT, resource};
use crate::{IssueType, OperationOutcome, Release};

/// Appends the XML of the resource that is JSON in `json`, which was accepted by [`crate::parse`]
/// or made here, with the XML declaration and without white space between elements.
///
/// # Errors
/// It is no JSON of a resource; then nothing is appended.
pub fn from_json(json: &[u8], release: Release, out: &mut Vec<u8>) -> Result<(), OperationOutcome> {
    let start = out.len();
    out.reserve(json.len() * 2);
    let written = Tokens::read(json).and_then(|tokens| {
        let mut writer = Writer { tokens: &tokens, release, out, members: Vec::new() };
        writer.out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        writer.is_resource(0).then(|| writer.resource(0, true))
    });
    written.ok_or_else(|| {
        out.truncate(start);
        OperationOutcome::error(IssueType::Structure, "this is no JSON of a resource")
    })
}

struct Writer<'t, 'a, 'o> {
    tokens: &'t Tokens<'a>,
    release: Release,
    out: &'o mut Vec<u8>,
    /// Members of the objects that are open, the innermost last.
    members: Vec<Member<'a>>,
}

impl Writer<'_, '_, '_> {
    fn is_resource(&self, at: usize) -> bool {
        self.tokens.kind(at) == Kind::Object
            && self.tokens.member(at, "resourceType").is_some_and(|name| {
                self.tokens.kind(name) == Kind::Text && !self.tokens.text(name).is_empty()
            })
    }

    /// Whether an element that is an object holds a resource. Where no table says so, its reader
    /// tells it by the capital letter. Beside a primitive (`_name`) there is none.
    fn holds_resource(&self, element: &Element<'_>, at: usize) -> bool {
        let is_capital = || {
            let name = self.tokens.member(at, "resourceType").map(|name| self.tokens.text(name));
            name.is_some_and(|name| name.starts_with(|first: char| first.is_ascii_uppercase()))
        };
        element.may_hold_resource()
            && self.is_resource(at)
            && (element.known.is_some() || is_capital() && !element.name.starts_with('_'))
    }

    fn resource(&mut self, at: usize, is_root: bool) {
        let member = self.tokens.member(at, "resourceType");
        let name = member.map(|name| self.tokens.text(name)).unwrap_or_default();
        let tag = encoded(&name, false);
        self.out.push(b'<');
        self.out.extend_from_slice(tag.as_bytes());
        if is_root {
            self.out.extend_from_slice(b" xmlns=");
            push_value(self.out, FHIR);
        }
        self.content(at, Holder::Resource, resource(&name, self.release), &tag);
    }

    /// The elements inside an object, then the end of its tag, which is open.
    fn content(&mut self, at: usize, holder: Holder, definition: &'static Type, tag: &str) {
        let start = self.members.len();
        let (tokens, release) = (self.tokens, self.release);
        Object { tokens, at, holder, definition, release }.collect(&mut self.members);
        if self.members.len() == start {
            return self.out.extend_from_slice(b"/>");
        }
        self.out.push(b'>');
        for position in start..self.members.len() {
            self.member(position);
        }
        self.members.truncate(start);
        self.out.extend_from_slice(b"</");
        self.out.extend_from_slice(tag.as_bytes());
        self.out.push(b'>');
    }

    fn member(&mut self, position: usize) {
        let (tokens, member) = (self.tokens, &mut self.members[position]);
        let name = std::mem::take(&mut member.name);
        let Member { awkward, known, value, beside, .. } = *member;
        if name == COMMENTS && self.release == Release::Dstu2 {
            return self.comments(value);
        }
        let element = Element { name: &name, awkward, known };
        let is_array = |at: &usize| tokens.kind(*at) == Kind::Array;
        if !value.or(beside).is_some_and(|at| is_array(&at)) {
            return self.element(&element, value, beside);
        }
        if known.is_none() && tokens.children(value.or(beside).unwrap_or(0)).count() == 1 {
            self.hint(Hint::Array);
        }
        let mut values = value.into_iter().flat_map(|at| tokens.children(at));
        let mut others = beside.into_iter().flat_map(|at| tokens.children(at));
        loop {
            match (values.next(), others.next()) {
                (None, None) => break,
                (value, beside) => self.element(&element, value, beside),
            }
        }
    }

    fn element(&mut self, element: &Element<'_>, value: Option<usize>, beside: Option<usize>) {
        let beside = beside.filter(|&at| self.tokens.kind(at) == Kind::Object);
        match value.map(|at| (at, self.tokens.kind(at))) {
            // Arrays inside arrays are no FHIR: their items are items here.
            Some((at, Kind::Array)) => {
                let items = self.tokens.children(at);
                return items.for_each(|item| self.element(element, Some(item), None));
            }
            Some((at, Kind::Text)) if element.is_div() && self.div(element, at) => return,
            _ => {}
        }
        if let Some(hint) = self.hint_of(element, value, beside) {
            self.hint(hint);
        }
        let tag = encoded(element.name, element.awkward);
        self.out.push(b'<');
        self.out.extend_from_slice(tag.as_bytes());
        match value.map(|at| (at, self.tokens.kind(at))) {
            Some((at, Kind::Object)) => self.object(element, at, &tag),
            Some((at, Kind::Text | Kind::Bare)) => self.primitive(Some(at), beside, &tag),
            _ => self.primitive(None, beside, &tag),
        }
    }

    fn hint(&mut self, hint: Hint) {
        self.out.extend_from_slice(hint.comment().as_bytes());
    }

    /// What a reader has to know of an element in no table.
    fn hint_of(
        &self,
        element: &Element<'_>,
        value: Option<usize>,
        beside: Option<usize>,
    ) -> Option<Hint> {
        if element.known.is_some() {
            return None;
        }
        let at = value?;
        let text = self.tokens.text(at);
        let is_boolean = matches!(&*text, "true" | "false");
        match self.tokens.kind(at) {
            Kind::Bare if !is_boolean => Some(Hint::Number),
            Kind::Text if is_boolean => Some(Hint::String),
            Kind::Null if beside.is_none() => Some(Hint::Null),
            Kind::Object if !self.holds_resource(element, at) => {
                let mut names = self.tokens.children(at).map(|child| self.tokens.key(child));
                let first = names.next()?;
                let seems =
                    first == "extension" || first.starts_with(|c: char| c.is_ascii_uppercase());
                (seems && names.next().is_none()).then_some(Hint::Object)
            }
            _ => None,
        }
    }

    fn primitive(&mut self, value: Option<usize>, beside: Option<usize>, tag: &str) {
        if let Some(beside) = beside {
            self.attribute(beside, "id");
        }
        if let Some(value) = value {
            self.out.extend_from_slice(b" value=");
            push_value(self.out, &self.tokens.text(value));
        }
        match beside {
            Some(beside) => self.content(beside, Holder::Element, &UNKNOWN_ELEMENT, tag),
            None => self.out.extend_from_slice(b"/>"),
        }
    }

    fn object(&mut self, element: &Element<'_>, at: usize, tag: &str) {
        if self.holds_resource(element, at) {
            self.out.push(b'>');
            self.resource(at, false);
            self.out.extend_from_slice(b"</");
            self.out.extend_from_slice(tag.as_bytes());
            return self.out.push(b'>');
        }
        self.attribute(at, "id");
        let holder = if is_extension(element.name) { Holder::Extension } else { Holder::Element };
        if holder == Holder::Extension {
            self.attribute(at, "url");
        }
        self.content(at, holder, element.inside(), tag);
    }

    /// A member that is an attribute in XML.
    fn attribute(&mut self, at: usize, name: &str) {
        let member = self.tokens.member(at, name);
        let text = member.filter(|&at| self.tokens.kind(at) == Kind::Text);
        if let Some(text) = text {
            self.out.push(b' ');
            self.out.extend_from_slice(name.as_bytes());
            self.out.push(b'=');
            push_value(self.out, &self.tokens.text(text));
        }
    }

    /// A narrative as it stands; what is none as its text, where only a narrative may be.
    fn div(&mut self, element: &Element<'_>, at: usize) -> bool {
        let text = self.tokens.text(at);
        match Narrative::of(&text) {
            Narrative::Whole => self.out.extend_from_slice(text.as_bytes()),
            Narrative::Undeclared(start) => push_declared(self.out, &text, start),
            Narrative::No if element.known.is_none() => return false,
            Narrative::No => {
                self.hint(Hint::Text);
                self.out.extend_from_slice(b"<div xmlns=");
                push_value(self.out, XHTML);
                self.out.push(b'>');
                push_escaped(self.out, &text);
                self.out.extend_from_slice(b"</div>");
            }
        }
        true
    }

    /// Comments of DSTU2's JSON.
    fn comments(&mut self, value: Option<usize>) {
        let tokens = self.tokens;
        for item in value.into_iter().flat_map(|at| tokens.children(at)) {
            let text = tokens.text(item);
            // XML has no way to write these (<https://www.w3.org/TR/xml/#sec-comments>).
            if text.contains("--") || text.ends_with('-') || unfit(&text).is_some() {
                continue;
            }
            self.out.extend_from_slice(b"<!--");
            self.out.extend_from_slice(text.as_bytes());
            self.out.extend_from_slice(b"-->");
        }
    }
}

/// What is written: its JSON name, and its type where it is known.
struct Element<'n> {
    name: &'n str,
    awkward: bool,
    known: Option<&'static definition::Element>,
}

impl Element<'_> {
    fn is_div(&self) -> bool {
        self.name == "div" && !self.awkward
    }

    fn may_hold_resource(&self) -> bool {
        match self.known {
            Some(element) => matches!(element.kind, definition::Kind::Resource),
            None => true,
        }
    }

    fn inside(&self) -> &'static Type {
        match self.known.map(|element| element.kind) {
            Some(definition::Kind::Complex(inner)) => inner,
            _ => &UNKNOWN_ELEMENT,
        }
    }
}
