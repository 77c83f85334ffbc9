//! Writes what was read of XML as JSON (<https://hl7.org/fhir/R4/json.html>).
use super::character::SPACES;
use super::document::Document;
use super::hint::{Hint, Hints};
use super::name::decoded;
use super::read::read;
use super::{COMMENTS, is_extension};
use crate::definition::{Element, Kind, Primitive, Type, UNKNOWN_ELEMENT, resource};
use crate::json::push_string;
use crate::{Issue, IssueType, Limits, OperationOutcome, Release};
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
    if body.len() > limits.body_bytes_max {
        let message = format!("larger than {} bytes", limits.body_bytes_max);
        return Err(OperationOutcome::error(IssueType::TooLong, message));
    }
    let document = read(body, release, limits)?;
    let mut writer = Writer { document: &document, release, out: Vec::with_capacity(body.len()) };
    writer.resource(0)?;
    Ok(writer.out)
}

struct Writer<'d, 'a> {
    document: &'d Document<'a>,
    release: Release,
    out: Vec<u8>,
}

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

impl Writer<'_, '_> {
    fn resource(&mut self, at: u32) -> Result<(), Issue> {
        let node = self.document.node(at);
        if node.value.is_some() || node.id.is_some() || node.url.is_some() {
            return Err(self.refuse(at, "a resource has no attributes: its id is an element"));
        }
        let name = decoded(node.name);
        self.out.extend_from_slice(b"{\"resourceType\":");
        push_string(&mut self.out, &name);
        self.members(at, resource(&name, self.release), true)?;
        self.out.push(b'}');
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
        let node = self.document.node(at);
        self.out.push(b'{');
        for (key, text) in [(&b"\"id\":"[..], &node.id), (b"\"url\":", &node.url)] {
            if let Some(text) = text {
                self.comma();
                self.out.extend_from_slice(key);
                push_string(&mut self.out, text);
            }
        }
        self.members(at, definition, false)?;
        self.out.push(b'}');
        Ok(())
    }

    /// Separates a member or an item from the one before.
    fn comma(&mut self) {
        if !matches!(self.out.last(), Some(b'{' | b'[')) {
            self.out.push(b',');
        }
    }

    fn members(
        &mut self,
        at: u32,
        definition: &'static Type,
        is_resource: bool,
    ) -> Result<(), Issue> {
        let (document, mut hint) = (self.document, 0);
        for first in document.groups(at) {
            let name = decoded(document.node(first).name);
            self.check_place(first, &name, is_resource)?;
            // An encoded name is one that the tables do not mean.
            let is_plain = matches!(name, Cow::Borrowed(_));
            let known = definition.place(&name, hint, self.release).filter(|_| is_plain);
            if let Some((place, element)) = known {
                hint = place + 1;
                self.known(first, &name, element)?;
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

    fn known(&mut self, first: u32, name: &str, element: &'static Element) -> Result<(), Issue> {
        let many = element.many || name == COMMENTS;
        match element.kind {
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
            && node.id.is_none()
            && inside.peek().is_some()
            && inside.all(|at| !matches!(self.document.node(at).name, "extension" | COMMENTS))
    }

    fn unknown(&mut self, first: u32, name: &str) -> Result<(), Issue> {
        let document = self.document;
        let many = name == COMMENTS || document.node(first).hints.has(Hint::Array);
        if document.items(first).any(|at| self.is_primitive(at)) {
            return self.primitives(first, name, many, None);
        }
        self.each(first, name, many, |writer, at| {
            if document.node(at).hints.has(Hint::Null) {
                writer.out.extend_from_slice(b"null");
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
        let is_holder = alone && node.id.is_none() && !node.hints.has(Hint::Object);
        (is_holder && name.starts_with(|letter: char| letter.is_ascii_uppercase())).then_some(first)
    }

    /// `contained`, `resource`: one resource and nothing else.
    fn holder(&mut self, at: u32) -> Result<(), Issue> {
        let node = self.document.node(at);
        let mut inside = self.document.groups(at);
        match (inside.next(), inside.next(), &node.value, &node.id) {
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
        name: &str,
        many: bool,
        mut write: impl FnMut(&mut Self, u32) -> Result<(), Issue>,
    ) -> Result<(), Issue> {
        let array = many || !self.document.is_alone(first);
        self.key("", name);
        if array {
            self.out.push(b'[');
        }
        let document = self.document;
        for at in document.items(first) {
            if array {
                self.comma();
            }
            if document.node(at).narrative {
                self.value(at, Bare::No);
            } else {
                write(self, at)?;
            }
        }
        if array {
            self.out.push(b']');
        }
        Ok(())
    }

    fn key(&mut self, mark: &str, name: &str) {
        self.comma();
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if plain {
            self.out.push(b'"');
            self.out.extend_from_slice(mark.as_bytes());
            self.out.extend_from_slice(name.as_bytes());
            self.out.push(b'"');
        } else {
            push_string(&mut self.out, &format!("{mark}{name}"));
        }
        self.out.push(b':');
    }

    /// Values in `name`, their ids and extensions beside in `_name`; of elements that repeat both
    /// are arrays with nulls where there is nothing. `bare` is none where no table tells the type.
    fn primitives(
        &mut self,
        first: u32,
        name: &str,
        many: bool,
        bare: Option<Bare>,
    ) -> Result<(), Issue> {
        let document = self.document;
        let array = many || !document.is_alone(first);
        let beside = |at| document.node(at).id.is_some() || document.groups(at).next().is_some();
        let valued = |at| document.node(at).value.is_some();
        // Where nothing stands, nothing is made up: the check of the JSON finds the null.
        if document.items(first).any(valued) || !document.items(first).any(beside) {
            self.key("", name);
            self.list(first, array, |writer, at| {
                writer.value(at, bare.unwrap_or_else(|| Bare::hinted(document.node(at).hints)));
                Ok(())
            })?;
        }
        if document.items(first).any(beside) {
            self.key("_", name);
            self.list(first, array, |writer, at| {
                if beside(at) {
                    return writer.parts(at, &UNKNOWN_ELEMENT);
                }
                writer.out.extend_from_slice(b"null");
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
        self.out.push(b'[');
        let document = self.document;
        for at in document.items(first) {
            self.comma();
            write(self, at)?;
        }
        self.out.push(b']');
        Ok(())
    }

    /// A value; what is not of its type stands in quotes, where the check of the JSON finds it.
    fn value(&mut self, at: u32, bare: Bare) {
        let Some(text) = &self.document.node(at).value else {
            return self.out.extend_from_slice(b"null");
        };
        let trimmed = text.trim_matches(SPACES);
        let is_bare = match bare {
            Bare::No => false,
            Bare::Boolean => matches!(trimmed, "true" | "false"),
            Bare::Number => is_number(trimmed),
        };
        if is_bare {
            self.out.extend_from_slice(trimmed.as_bytes());
        } else {
            push_string(&mut self.out, text);
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
