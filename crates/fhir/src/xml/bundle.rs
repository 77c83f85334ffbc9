//! Bundles in XML: each resource is taken out as XML of its own, so that it can be kept as it
//! stands and is held to the limits of one; what is left is JSON, which [`crate::bundle::parse`]
//! reads.
use super::events::{Refusal, reader, refusal};
use super::tag::Tag;
use super::to_json;
use crate::bundle::BundleLimits;
use crate::{Issue, Limits, OperationOutcome, Release};
use quick_xml::Reader;
use quick_xml::events::Event;

/// A Bundle without the content of its resources, and those.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apart {
    /// The Bundle in JSON; its resources say nothing but their type.
    pub json: Vec<u8>,
    /// The position of an entry, and its resource: the bytes of the element as they stand, with the
    /// namespaces that were declared around it.
    pub resources: Vec<(usize, Vec<u8>)>,
}

/// Takes a Bundle in XML apart.
///
/// # Errors
/// What is wrong with the Bundle as XML; what is wrong inside of a resource is found when it is
/// read.
pub fn take_apart(
    body: &[u8],
    release: Release,
    limits: &BundleLimits,
) -> Result<Apart, OperationOutcome> {
    let own = Limits {
        body_bytes_max: limits.body_bytes_max,
        depth_max: limits.entry.depth_max,
        nodes_max: (limits.entries_max + 1).saturating_mul(NODES_PER_ENTRY),
    };
    let text = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let Some(text) = std::str::from_utf8(text).ok().filter(|_| body.len() <= own.body_bytes_max)
    else {
        // It says what is wrong before it looks at any element.
        let json = to_json(body, release, &own)?;
        return Ok(Apart { json, resources: Vec::new() });
    };
    let mut walker = Walker::new(text);
    walker.run().map_err(|refusal| Issue::error(refusal.code, refusal.message).at("Bundle"))?;
    let json = to_json(&walker.rest, release, &own)?;
    Ok(Apart { json, resources: walker.resources })
}

/// The name of the root element, without its prefix, as far as it can be told.
pub fn root_name(body: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)).ok()?;
    let mut events = reader(text);
    loop {
        let before = events.buffer_position() as usize;
        match events.read_event().ok()? {
            Event::Start(_) | Event::Empty(_) => {
                let source = &text[before..events.buffer_position() as usize];
                return Tag::read(source, Vec::new()).ok().map(|tag| tag.name);
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// An entry without its resource has about ten.
const NODES_PER_ENTRY: usize = 32;

/// Where resources are.
const PATH: [&str; 3] = ["Bundle", "entry", "resource"];

/// Bytes of all namespaces that are declared around a resource: they are repeated on each.
const DECLARED_BYTES_MAX: usize = 2048;

struct Walker<'a> {
    text: &'a str,
    events: Reader<&'a [u8]>,
    before: usize,
    /// How many elements are open, and how many of them are those of [`PATH`].
    depth: usize,
    on_path: usize,
    /// The namespaces on the elements of the path: how deep, the attribute, its value as it stands.
    declared: Vec<(usize, &'a str, &'a str)>,
    entries: usize,
    /// Where the resource that is open starts, and its start tag ends.
    open: Option<(usize, usize)>,
    /// How much of the text is in `rest` or in `resources`.
    done: usize,
    rest: Vec<u8>,
    resources: Vec<(usize, Vec<u8>)>,
}

impl<'a> Walker<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            events: reader(text),
            before: 0,
            depth: 0,
            on_path: 0,
            declared: Vec::new(),
            entries: 0,
            open: None,
            done: 0,
            rest: Vec::new(),
            resources: Vec::new(),
        }
    }

    fn run(&mut self) -> Result<(), Refusal> {
        loop {
            self.before = self.position();
            match self.events.read_event().map_err(|error| refusal(&error))? {
                Event::Start(_) => self.start()?,
                Event::Empty(_) => {
                    self.start()?;
                    self.end()?;
                }
                Event::End(_) => self.end()?,
                Event::Eof => break,
                _ => {}
            }
        }
        self.rest.extend_from_slice(&self.text.as_bytes()[self.done..]);
        Ok(())
    }

    fn position(&self) -> usize {
        self.events.buffer_position() as usize
    }

    fn start(&mut self) -> Result<(), Refusal> {
        let depth = self.depth;
        self.depth += 1;
        if self.on_path < depth || depth > PATH.len() {
            return Ok(());
        }
        let position = self.position();
        let Some(wanted) = PATH.get(depth) else {
            self.open = Some((self.before, position));
            return Ok(());
        };
        let tag = Tag::read(&self.text[self.before..position], Vec::new())?;
        if tag.name == *wanted {
            self.on_path += 1;
            self.entries += usize::from(depth == 1);
            let declared = tag.attributes.iter().filter(|(name, _)| is_declaration(name));
            self.declared.extend(declared.map(|(name, value)| (depth, *name, *value)));
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Refusal> {
        self.depth = self.depth.saturating_sub(1);
        if self.depth == PATH.len()
            && let Some((from, tag_end)) = self.open.take()
        {
            self.resource(from, tag_end)?;
        }
        self.on_path = self.on_path.min(self.depth);
        self.declared.retain(|(depth, _, _)| *depth < self.depth);
        Ok(())
    }

    /// Takes the resource that ends here.
    fn resource(&mut self, from: usize, tag_end: usize) -> Result<(), Refusal> {
        let (source, end) = (&self.text[from..tag_end], self.position());
        let tag = Tag::read(source, Vec::new())?;
        self.rest.extend_from_slice(&self.text.as_bytes()[self.done..from]);
        let inside = source.trim_end_matches(['/', '>']);
        self.rest.extend_from_slice(inside.as_bytes());
        self.rest.extend_from_slice(b"/>");
        self.done = end;
        let name = 1 + tag.prefix.map_or(0, |prefix| prefix.len() + 1) + tag.name.len();
        let mut resource = Vec::with_capacity(end - from + 32);
        resource.extend_from_slice(&self.text.as_bytes()[from..from + name]);
        self.declare(&tag, &mut resource)?;
        resource.extend_from_slice(&self.text.as_bytes()[from + name..end]);
        self.resources.push((self.entries.saturating_sub(1), resource));
        Ok(())
    }

    /// Writes what is declared around a resource and not on itself.
    fn declare(&self, tag: &Tag<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let start = out.len();
        let mut known: Vec<&str> = tag.attributes.iter().map(|(name, _)| *name).collect();
        for (_, name, value) in self.declared.iter().rev() {
            if known.contains(name) {
                continue;
            }
            known.push(name);
            let quote = if value.contains('"') { "'" } else { "\"" };
            for part in [" ", name, "=", quote, value, quote] {
                out.extend_from_slice(part.as_bytes());
            }
        }
        if out.len() - start > DECLARED_BYTES_MAX {
            return Err(Refusal::too_long("too many namespaces: declare FHIR's alone"));
        }
        Ok(())
    }
}

fn is_declaration(name: &str) -> bool {
    name == "xmlns" || name.starts_with("xmlns:")
}

#[cfg(test)]
mod tests;
