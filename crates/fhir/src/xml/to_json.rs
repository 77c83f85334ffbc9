//! Writes what was read of XML as JSON (<https://hl7.org/fhir/R4/json.html>).
use super::character::SPACES;
use super::document::Document;
use super::hint::{Hint, Hints};
use super::name::decoded;
use super::read::read;
use super::sink::Sink;
use super::{COMMENTS, is_extension};
use crate::definition::{Element, Kind, Primitive, Type, UNKNOWN_ELEMENT, resource};
use crate::json::{Builder, Tape, shown};
use crate::{Issue, IssueType, Limits, OperationOutcome, Release, Str};
use std::borrow::Cow;

/// JSON of the resource that is XML in `body`, of the same release; its members are in the order of
/// the elements. Whether it says what the release wants is for [`crate::parse`] to see.
///
/// # Errors
/// The first thing wrong with it as XML of FHIR, naming the element: not UTF-8, not well-formed, a
/// DOCTYPE, an unknown reference, another namespace, text between elements, attributes that FHIR
/// does not have, a limit.
pub fn to_json(
    body: &[u8],
    release: Release,
    limits: &Limits,
) -> Result<Vec<u8>, OperationOutcome> {
    Ok(json_of(&read(body, release, limits)?, release)?)
}

/// The document as text of JSON.
pub(super) fn json_of(document: &Document<'_>, release: Release) -> Result<Vec<u8>, Issue> {
    let out = Vec::with_capacity(document.bytes);
    let mut writer = Writer { document, release, out };
    writer.resource(0)?;
    Ok(writer.out)
}

/// The document as the tape that its JSON would be read into, within the limits of that.
pub(super) fn tape_of<'a>(
    document: &Document<'a>,
    release: Release,
    limits: &Limits,
) -> Result<Tape<'a>, Issue> {
    let out = Builder::new(document.nodes.len() * 2, limits);
    let mut writer = Writer { document, release, out };
    writer.resource(0)?;
    writer.out.finish(shown(&decoded(document.node(0).name)), document.odd_names)
}

struct Writer<'d, 'a, S> {
    document: &'d Document<'a>,
    release: Release,
    out: S,
}

const RESOURCE_TYPE: Cow<'static, str> = Cow::Borrowed("resourceType");
const ID: Cow<'static, str> = Cow::Borrowed("id");
const URL: Cow<'static, str> = Cow::Borrowed("url");

/// How a primitive's value stands in JSON.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Bare {
    /// In quotes.
    No,
    /// `true` and `false` without quotes.
    Boolean,
    /// Numbers without quotes.
    Number,
}

impl Bare {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Primitive(Primitive::Boolean) => Self::Boolean,
            Kind::Primitive(
                Primitive::Decimal
                | Primitive::Integer
                | Primitive::PositiveInt
                | Primitive::UnsignedInt,
            ) => Self::Number,
            _ => Self::No,
        }
    }

    /// Of an element in no table.
    fn hinted(hints: Hints) -> Self {
        if hints.has(Hint::Number) {
            Self::Number
        } else if hints.has(Hint::String) {
            Self::No
        } else {
            Self::Boolean
        }
    }
}

impl<'a, S: Sink<'a>> Writer<'_, 'a, S> {
    fn resource(&mut self, at: u32) -> Result<(), Issue> {
        let node = self.document.node(at);
        if node.value.is_some() || self.document.attributes(at).is_some() {
            return Err(self.refuse(at, "a resource has no attributes: its id is an element"));
        }
        let name = decoded(node.name);
        self.out.open_object();
        self.out.key(&RESOURCE_TYPE, false);
        self.out.text(&name);
        self.members(at, resource(&name, self.release), true)?;
        self.out.close_object();
        Ok(())
    }

    /// An element that is an object: its attributes, then its elements.
    fn object(&mut self, at: u32, definition: &'static Type) -> Result<(), Issue> {
        let node = self.document.node(at);
        if node.value.is_some() {
            return Err(self.refuse(at, "holds elements, not a value"));
        }
        self.parts(at, definition)
    }

    /// An object without regard to a value, which stands elsewhere.
    fn parts(&mut self, at: u32, definition: &'static Type) -> Result<(), Issue> {
        self.out.open_object();
        if let Some(attributes) = self.document.attributes(at) {
            for (key, text) in [(&ID, &attributes.id), (&URL, &attributes.url)] {
                if let Some(text) = text {
                    self.out.key(key, false);
                    self.out.text(text);
                }
            }
        }
        self.members(at, definition, false)?;
        self.out.close_object();
        Ok(())
    }

    fn members(
        &mut self,
        at: u32,
        definition: &'static Type,
        is_resource: bool,
    ) -> Result<(), Issue> {
        let (document, mut hint) = (self.document, 0);
        for first in document.groups(at) {
            let name = match document.node(first).name {
                name if document.odd_names => decoded(name),
                name => Cow::Borrowed(name),
            };
            self.check_place(first, &name, is_resource)?;
            // An encoded name is one that the tables do not mean.
            let is_plain = matches!(name, Cow::Borrowed(_));
            let known = definition.place(&name, hint, self.release).filter(|_| is_plain);
            if let Some((place, element)) = known {
                hint = place + 1;
                // The table's own text: whoever looks it up there again finds it at once.
                self.known(first, &Cow::Borrowed(element.name), element)?;
            } else {
                self.unknown(first, &name)?;
            }
        }
        Ok(())
    }

    /// Refuses elements where XML has attributes; written as `_x0069_d` they are others.
    fn check_place(&self, at: u32, name: &str, is_resource: bool) -> Result<(), Issue> {
        let node = self.document.node(at);
        let message = match node.name {
            _ if is_resource && name == "resourceType" => "the name of the element tells the type",
            "id" if !is_resource => "the id of an element is an attribute",
            "url" if is_extension(self.document.around(at)) => {
                "the url of an extension is an attribute"
            }
            _ => return Ok(()),
        };
        Err(self.refuse(at, message))
    }

    fn known(
        &mut self,
        first: u32,
        name: &Str<'a>,
        element: &'static Element,
    ) -> Result<(), Issue> {
        let many = element.many;
        match element.kind {
            Kind::Primitive(_) | Kind::Code(_) if !many && self.document.is_plain(first) => {
                self.out.key(name, false);
                self.value(first, Bare::of(element.kind));
                Ok(())
            }
            Kind::Primitive(_) | Kind::Code(_) if self.is_object(first) => {
                self.each(first, name, many, |writer, at| writer.object(at, &UNKNOWN_ELEMENT))
            }
            Kind::Primitive(_) | Kind::Code(_) => {
                self.primitives(first, name, many, Some(Bare::of(element.kind)))
            }
            Kind::Complex(inner) => {
                self.each(first, name, many, |writer, at| writer.object(at, inner))
            }
            Kind::Resource => self.each(first, name, many, Self::holder),
            Kind::Opaque => {
                self.each(first, name, many, |writer, at| writer.object(at, &UNKNOWN_ELEMENT))
            }
            Kind::ResourceType => Err(self.refuse(first, "the name of the element tells the type")),
        }
    }

    /// Of a primitive: whether it is one of another release that is none, as `outcome` is. The
    /// check of the JSON finds the object.
    fn is_object(&self, at: u32) -> bool {
        let node = self.document.node(at);
        let mut inside = self.document.groups(at).peekable();
        node.value.is_none()
            && self.document.id(at).is_none()
            && inside.peek().is_some()
            && inside.all(|at| !matches!(self.document.node(at).name, "extension" | COMMENTS))
    }

    fn unknown(&mut self, first: u32, name: &Str<'a>) -> Result<(), Issue> {
        let document = self.document;
        let many = document.node(first).hints.has(Hint::Array);
        if document.items(first).any(|at| self.is_primitive(at)) {
            return self.primitives(first, name, many, None);
        }
        self.each(first, name, many, |writer, at| {
            if document.node(at).hints.has(Hint::Null) {
                writer.out.null();
                return Ok(());
            }
            match writer.held(at) {
                Some(resource) => writer.resource(resource),
                None => writer.object(at, &UNKNOWN_ELEMENT),
            }
        })
    }

    /// Of an element in no table: whether it has a value, or nothing but extensions.
    fn is_primitive(&self, at: u32) -> bool {
        let node = self.document.node(at);
        let mut inside = self.document.groups(at);
        let mut only_extensions = || {
            let first = inside.next().is_some_and(|at| self.document.node(at).name == "extension");
            first && inside.next().is_none()
        };
        node.value.is_some() || !node.hints.has(Hint::Object) && only_extensions()
    }

    /// Of an element in no table: the resource that it holds.
    fn held(&self, at: u32) -> Option<u32> {
        let node = self.document.node(at);
        let mut inside = self.document.groups(at);
        let first = inside.next()?;
        let alone = inside.next().is_none() && self.document.is_alone(first);
        let name = self.document.node(first).name;
        let is_holder = alone && self.document.id(at).is_none() && !node.hints.has(Hint::Object);
        (is_holder && name.starts_with(|letter: char| letter.is_ascii_uppercase())).then_some(first)
    }

    /// `contained`, `resource`: one resource and nothing else.
    fn holder(&mut self, at: u32) -> Result<(), Issue> {
        let node = self.document.node(at);
        let mut inside = self.document.groups(at);
        match (inside.next(), inside.next(), &node.value, self.document.id(at)) {
            (Some(first), None, None, None) if self.document.is_alone(first) => {
                self.resource(first)
            }
            _ => Err(self.refuse(at, "must hold one resource and nothing else")),
        }
    }

    /// Writes the elements of one name with `write`.
    fn each(
        &mut self,
        first: u32,
        name: &Str<'a>,
        many: bool,
        mut write: impl FnMut(&mut Self, u32) -> Result<(), Issue>,
    ) -> Result<(), Issue> {
        let array = many || !self.document.is_alone(first);
        self.out.key(name, false);
        if array {
            self.out.open_array();
        }
        let document = self.document;
        for at in document.items(first) {
            if document.node(at).narrative {
                self.value(at, Bare::No);
            } else {
                write(self, at)?;
            }
        }
        if array {
            self.out.close_array();
        }
        Ok(())
    }

    /// Values in `name`, their ids and extensions beside in `_name`; of elements that repeat both
    /// are arrays with nulls where there is nothing. `bare` is none where no table tells the type.
    fn primitives(
        &mut self,
        first: u32,
        name: &Str<'a>,
        many: bool,
        bare: Option<Bare>,
    ) -> Result<(), Issue> {
        let document = self.document;
        let array = many || !document.is_alone(first);
        let beside = |at| document.id(at).is_some() || document.groups(at).next().is_some();
        let valued = |at| document.node(at).value.is_some();
        // Where nothing stands, nothing is made up: the check of the JSON finds the null.
        if document.items(first).any(valued) || !document.items(first).any(beside) {
            self.out.key(name, false);
            self.list(first, array, |writer, at| {
                writer.value(at, bare.unwrap_or_else(|| Bare::hinted(document.node(at).hints)));
                Ok(())
            })?;
        }
        if document.items(first).any(beside) {
            self.out.key(name, true);
            self.list(first, array, |writer, at| {
                if beside(at) {
                    return writer.parts(at, &UNKNOWN_ELEMENT);
                }
                writer.out.null();
                Ok(())
            })?;
        }
        Ok(())
    }

    fn list(
        &mut self,
        first: u32,
        array: bool,
        mut write: impl FnMut(&mut Self, u32) -> Result<(), Issue>,
    ) -> Result<(), Issue> {
        if !array {
            return write(self, first);
        }
        self.out.open_array();
        let document = self.document;
        for at in document.items(first) {
            write(self, at)?;
        }
        self.out.close_array();
        Ok(())
    }

    /// A value; what is not of its type stands in quotes, where the check of the JSON finds it.
    fn value(&mut self, at: u32, bare: Bare) {
        let Some(text) = &self.document.node(at).value else {
            return self.out.null();
        };
        let trimmed = || text.trim_matches(SPACES);
        match bare {
            Bare::Boolean if trimmed() == "true" => self.out.boolean(true),
            Bare::Boolean if trimmed() == "false" => self.out.boolean(false),
            Bare::Number if is_number(trimmed()) => self.out.number(trimmed()),
            Bare::No | Bare::Boolean | Bare::Number => self.out.text(text),
        }
    }

    fn refuse(&self, at: u32, message: &str) -> Issue {
        let path = self.document.path(at, self.release);
        Issue::error(IssueType::Structure, message).at(path)
    }
}

/// A number as JSON writes it (RFC 8259, section 6), which is how FHIR writes decimals, too.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (text, exponent) = match text.split_once(['e', 'E']) {
        Some((text, exponent)) => (text, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}
