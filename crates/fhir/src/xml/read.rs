//! Reads the bytes of XML into a [`Document`]. The library finds the tags; that the document is
//! well-formed, in FHIR's namespace and within the limits is seen to here.
use super::character::{is_space, unfit, value_of};
use super::document::{Document, Node, Open};
use super::events::{DEPTH_MAX, DOCTYPE, Refusal, check_instruction, reader, refusal};
use super::hint::{Hint, Hints};
use super::name::{plain, starts_encoded};
use super::namespace::{Namespace, Namespaces};
use super::narrative;
use super::tag::{Tag, simple, split};
use super::{COMMENTS, is_extension};
use crate::{Issue, IssueType, Limits, Release};
use quick_xml::Reader;
use quick_xml::events::{BytesDecl, Event};
use std::borrow::Cow;

/// Events have about so many bytes for each element.
const BYTES_PER_ELEMENT: usize = 32;

/// Events have about so many elements inside each other.
const OPEN_USUAL: usize = 16;

/// Reads one document.
///
/// # Errors
/// The first thing that is wrong with it, with the element as far as it was read.
pub(super) fn read<'a>(
    body: &'a [u8],
    release: Release,
    limits: &Limits,
) -> Result<Document<'a>, Issue> {
    if body.len() > limits.body_bytes_max {
        let message = format!("larger than {} bytes", limits.body_bytes_max);
        return Err(Issue::error(IssueType::TooLong, message));
    }
    let text = text_of(body)?;
    let capacity = (text.len() / BYTES_PER_ELEMENT).min(limits.nodes_max);
    let mut xml = Xml {
        text,
        release,
        events: reader(text),
        document: Document::with_capacity(capacity, body.len()),
        open: Vec::with_capacity(OPEN_USUAL),
        namespaces: Namespaces::default(),
        attributes: Vec::new(),
        depth_max: limits.depth_max.min(DEPTH_MAX),
        nodes_left: limits.nodes_max,
        before: 0,
        latest: 0,
        hints: Hints::default(),
    };
    match xml.run() {
        Ok(()) => Ok(xml.document),
        Err(refusal) => Err(xml.issue(refusal)),
    }
}

/// Checks the bytes as a whole: UTF-8 (<https://hl7.org/fhir/R4/xml.html>), with or without the byte
/// order mark, which is no part of the document (<https://www.w3.org/TR/xml/#charencoding>).
fn text_of(body: &[u8]) -> Result<&str, Issue> {
    let refuse = |message: String| Err(Issue::error(IssueType::Structure, message));
    let utf_16 = [b"\xFE\xFF", b"\xFF\xFE", b"\0<", b"<\0"];
    if utf_16.iter().any(|start| body.starts_with(*start)) {
        return refuse(
            "the body is not UTF-8, which FHIR's XML is: it looks like UTF-16".to_owned(),
        );
    }
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(error) => {
            return refuse(format!("the body is not UTF-8 at byte {}", error.valid_up_to()));
        }
    };
    match unfit(text) {
        Some(at) => {
            let (line, column) = place(text, at);
            let message = "a character that XML does not allow";
            refuse(format!("{message} (line {line} column {column})"))
        }
        None => Ok(text),
    }
}

/// Line and column of a byte, from 1.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text.as_bytes()[..at.min(text.len())];
    let lines = before.split(|&byte| byte == b'\n');
    let (line, last) = lines.enumerate().last().unwrap_or_default();
    (line + 1, last.len() + 1)
}

struct Xml<'a> {
    text: &'a str,
    release: Release,
    events: Reader<&'a [u8]>,
    document: Document<'a>,
    open: Vec<Open<'a>>,
    namespaces: Namespaces<'a>,
    /// Room for the attributes of a tag.
    attributes: Vec<(&'a str, &'a str)>,
    depth_max: usize,
    nodes_left: usize,
    /// Where the event that is looked at starts.
    before: usize,
    /// The element that it is about.
    latest: u32,
    /// Of the element that starts next.
    hints: Hints,
}

impl<'a> Xml<'a> {
    fn run(&mut self) -> Result<(), Refusal> {
        loop {
            self.before = self.position();
            let event = self.events.read_event().map_err(|error| refusal(&error))?;
            match event {
                Event::Start(_) => self.start(false)?,
                Event::Empty(_) => self.start(true)?,
                Event::End(_) => self.end(),
                Event::Text(_) if self.source().bytes().all(is_space) => {}
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                    return Err("text, where FHIR has none: values are attributes".into());
                }
                Event::Comment(_) => self.comment()?,
                Event::PI(instruction) => check_instruction(&instruction)?,
                Event::Decl(declaration) => self.declaration(&declaration)?,
                Event::DocType(_) => return Err(DOCTYPE.into()),
                Event::Eof => return self.finish(),
            }
        }
    }

    fn finish(&self) -> Result<(), Refusal> {
        if self.document.nodes.is_empty() {
            return Err("this is no XML document: it has no element".into());
        }
        if self.open.is_empty() { Ok(()) } else { Err("the body ends before this element".into()) }
    }

    fn position(&self) -> usize {
        self.events.buffer_position() as usize
    }

    /// The event's text as it stands.
    fn source(&self) -> &'a str {
        &self.text[self.before..self.position()]
    }

    fn spend(&mut self, nodes: usize) -> Result<(), Refusal> {
        let left = self.nodes_left.checked_sub(nodes);
        self.nodes_left = left.ok_or(Refusal::too_long("too many elements: send less"))?;
        Ok(())
    }

    fn start(&mut self, empty: bool) -> Result<(), Refusal> {
        if self.open.is_empty() && !self.document.nodes.is_empty() {
            return Err("a second element beside the root".into());
        }
        if let Some((name, value)) = simple(self.source())
            && name != "div"
            && self.namespaces.of(None) == Namespace::Fhir
        {
            return self.simple(name, value, empty);
        }
        let tag = Tag::read(self.source(), std::mem::take(&mut self.attributes))?;
        self.enter(tag.attributes.len())?;
        let depth = self.open.len();
        for (name, value) in &tag.attributes {
            if name.starts_with("xmlns") {
                self.declare(depth, name, value)?;
            }
        }
        let mut node = Node::new(tag.name);
        node.hints = std::mem::take(&mut self.hints);
        let node = self.add(node);
        self.latest = node;
        match self.namespaces.of(tag.prefix) {
            Namespace::Xhtml if tag.name == "div" => return self.narrative(node, &tag, empty),
            Namespace::Fhir if self.is_undeclared_narrative(&tag) => {
                return self.narrative(node, &tag, empty);
            }
            Namespace::Fhir => self.element(node, &tag)?,
            Namespace::None => {
                return Err("no namespace: declare xmlns=\"http://hl7.org/fhir\"".into());
            }
            _ => return Err("another namespace than http://hl7.org/fhir".into()),
        }
        self.attributes = tag.attributes;
        self.open.push(Open::new(node));
        if empty {
            self.end();
        }
        Ok(())
    }

    /// An element of FHIR with a value or without, and nothing else.
    fn simple(
        &mut self,
        name: &'a str,
        value: Option<&'a str>,
        empty: bool,
    ) -> Result<(), Refusal> {
        self.enter(usize::from(value.is_some()))?;
        let mut node = Node::new(name);
        node.hints = std::mem::take(&mut self.hints);
        let node = self.add(node);
        if let Some(value) = value {
            self.latest = node;
            self.document.nodes[node as usize].value = Some(value_of(value)?);
        }
        if empty {
            self.latest = self.open.last().map_or(0, |open| open.node);
        } else {
            self.latest = node;
            self.open.push(Open::new(node));
        }
        Ok(())
    }

    /// Counts an element that starts.
    fn enter(&mut self, attributes: usize) -> Result<(), Refusal> {
        self.spend(1 + attributes)?;
        if self.open.len() >= self.depth_max {
            return Err(Refusal::too_long("too deep: nest less"));
        }
        Ok(())
    }

    fn end(&mut self) {
        self.hints = Hints::default();
        self.open.pop();
        self.namespaces.close(self.open.len());
        self.latest = self.open.last().map_or(0, |open| open.node);
    }

    fn add(&mut self, node: Node<'a>) -> u32 {
        if let Some(inside) = self.open.last_mut() {
            return self.document.add(inside, node);
        }
        self.document.nodes.push(node);
        0
    }

    /// `xmlns="…"`, `xmlns:prefix="…"`
    fn declare(&mut self, depth: usize, name: &'a str, value: &'a str) -> Result<(), Refusal> {
        let prefix = match split(name) {
            Some((None, "xmlns")) => None,
            Some((Some("xmlns"), prefix)) => Some(prefix),
            _ => return Ok(()),
        };
        let namespace = Namespace::of(&value_of(value)?);
        let reserved = matches!(prefix, Some("xml" | "xmlns"));
        if reserved || prefix.is_some() && namespace == Namespace::None {
            return Err("a namespace that cannot be declared so".into());
        }
        self.namespaces.declare(depth, prefix, namespace);
        Ok(())
    }

    /// An element of FHIR and its attributes: `value`, `id`, an extension's `url`.
    fn element(&mut self, node: u32, tag: &Tag<'a>) -> Result<(), Refusal> {
        if !tag.is_plain && plain(tag.name) != tag.name.len() {
            self.document.odd_names = true;
            if tag.name.starts_with('_') && !starts_encoded(tag.name) {
                return Err("no element of FHIR has a name that starts with _".into());
            }
        }
        for (name, value) in &tag.attributes {
            let text = || value_of(value).map(Some);
            match *name {
                "value" => self.document.nodes[node as usize].value = text()?,
                "id" => self.document.attributes_mut(node).id = text()?,
                "url" if is_extension(tag.name) => {
                    self.document.attributes_mut(node).url = text()?;
                }
                name => self.foreign(name, value)?,
            }
        }
        Ok(())
    }

    /// Declarations and hints to schema processors say nothing about the resource.
    fn foreign(&self, name: &str, value: &str) -> Result<(), Refusal> {
        value_of(value)?;
        match split(name) {
            Some((None, "xmlns") | (Some("xmlns"), _)) => Ok(()),
            Some((prefix @ Some(_), "schemaLocation" | "noNamespaceSchemaLocation"))
                if self.namespaces.of(prefix) == Namespace::SchemaInstance =>
            {
                Ok(())
            }
            _ => Err("an attribute that FHIR does not know here".into()),
        }
    }

    /// Whether this is a narrative whose sender forgot its namespace, as many do.
    fn is_undeclared_narrative(&self, tag: &Tag<'_>) -> bool {
        let inside = || self.open.last().map(|open| self.document.node(open.node).name);
        let is_value = |(name, _): &(&str, &str)| *name == "value";
        tag.name == "div" && inside() == Some("text") && !tag.attributes.iter().any(is_value)
    }

    fn narrative(&mut self, node: u32, tag: &Tag<'a>, empty: bool) -> Result<(), Refusal> {
        let is_declared = tag.attributes.iter().any(|(name, _)| *name == "xmlns");
        if !is_declared && self.namespaces.of(None) == Namespace::Xhtml {
            return Err("a div needs xmlns=\"http://www.w3.org/1999/xhtml\" on itself".into());
        }
        narrative::check_tag(tag)?;
        if !empty {
            narrative::skip(&mut self.events, self.text, 0)?;
        }
        self.namespaces.close(self.open.len());
        let source = self.source();
        let node = &mut self.document.nodes[node as usize];
        let text = if node.hints.has(Hint::Text) { narrative::text_in(source) } else { None };
        node.value = Some(text.unwrap_or_else(|| narrative::as_string(source)));
        node.narrative = true;
        self.latest = self.open.last().map_or(0, |open| open.node);
        Ok(())
    }

    /// Comments are no part of a resource; but DSTU2's JSON has a place for those inside of it.
    fn comment(&mut self) -> Result<(), Refusal> {
        if let Some(hint) = Hint::of(self.source()) {
            self.hints.add(hint);
            return Ok(());
        }
        let inside = self.source().strip_prefix("<!--").and_then(|text| text.strip_suffix("-->"));
        self.document.comments = true;
        if let Some(text) = inside
            && self.release == Release::Dstu2
            && !self.open.is_empty()
        {
            self.spend(1)?;
            let mut node = Node::new(COMMENTS);
            node.value = Some(Cow::Borrowed(text));
            self.add(node);
        }
        Ok(())
    }

    /// `<?xml version="1.0" encoding="UTF-8"?>`: optional, the first thing in the body
    /// (<https://www.w3.org/TR/xml/#sec-prolog-dtd>).
    fn declaration(&self, declaration: &BytesDecl<'_>) -> Result<(), Refusal> {
        if self.before != 0 {
            return Err("an XML declaration that is not at the start".into());
        }
        let attributes = declaration.strip_prefix("xml").unwrap_or_default();
        let tag = format!("<xml{attributes}>");
        let tag = Tag::read(&tag, Vec::new())?;
        let mut attributes = tag.attributes.iter().peekable();
        let mut next =
            |wanted: &str| attributes.next_if(|(name, _)| *name == wanted).map(|(_, value)| *value);
        if next("version") != Some("1.0") {
            return Err("an XML declaration of another version than 1.0".into());
        }
        if next("encoding").is_some_and(|encoding| !encoding.eq_ignore_ascii_case("UTF-8")) {
            return Err("an encoding other than UTF-8, which FHIR's XML is: send it so".into());
        }
        next("standalone");
        if attributes.next().is_some() {
            return Err("an XML declaration that says more than XML knows".into());
        }
        Ok(())
    }

    fn issue(&self, refusal: Refusal) -> Issue {
        let (line, column) = place(self.text, self.before);
        let message = format!("{} (line {line} column {column})", refusal.message);
        let issue = Issue::error(refusal.code, message);
        if self.document.nodes.is_empty() {
            return issue;
        }
        issue.at(self.document.path(self.latest, self.release))
    }
}
