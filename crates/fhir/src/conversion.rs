//! An event of one release, as an event of another, without losing a thing.
//!
//! Each slot is written as the target has it. Where the way back would make something else of it,
//! or the target has no element for it, the source's own element travels beside, in the extension
//! that HL7 names for it. What must be there in the target is made up and marked. What is left
//! travels in one residue on the root. The rules are tables in `docs/conversion.md`.
mod carry;
mod codes;
mod coding;
mod concept;
mod datatype;
mod derived;
mod detail;
mod document;
mod event;
mod extension;
mod given;
mod network;
mod object;
mod occurred;
mod ours;
mod outcome;
mod residue;
mod same;
mod site;
mod systems;
mod who;

use crate::{Instant, Limits, Release, parse};
use document::Document;
use memchr::memmem;
use object::{Conversion, Sink};
use residue::Residue;
use same::same;

/// Appends an event of release `from` as an event of release `to`.
///
/// `json` was accepted by [`parse`] in `from`; the result is accepted in `to`. Converting it back
/// gives the same event: members in any order, numbers with their digits. Nothing panics on
/// anything else; what is no JSON comes out as it is.
pub fn convert(json: &[u8], from: Release, to: Release, out: &mut Vec<u8>) {
    convert_with(Head::AsItIs, json, from, to, out);
}

/// Appends an event of release `from` as an event of release `to`, for
/// [`crate::render::with_server_elements`] to complete: `id` and `meta` mostly stand right after
/// `resourceType`, empty where the event has none, so that nobody looks for them further on.
pub fn convert_to_render(json: &[u8], from: Release, to: Release, out: &mut Vec<u8>) {
    convert_with(Head::ToFill, json, from, to, out);
}

fn convert_with(head: Head, json: &[u8], from: Release, to: Release, out: &mut Vec<u8>) {
    let start = out.len();
    if from == to || is_same_shape(json, from, to) && !ours::may_have_ours(json) {
        return out.extend_from_slice(json);
    }
    let Some(document) = Document::read(json) else {
        return out.extend_from_slice(json);
    };
    if document.escaped_keys {
        let mut plain = Vec::with_capacity(json.len());
        document.write(0, &mut plain);
        // A quotation mark in a name stays escaped; no element is called so.
        if plain != json {
            return convert_with(head, &plain, from, to, out);
        }
    }
    let has_ours = ours::has_ours(&document);
    if !has_ours && is_same_shape(json, from, to) {
        return out.extend_from_slice(json);
    }
    let journey = Journey { document: &document, from, to, has_ours };
    // What is compared has to be the event itself.
    let head = if has_ours { Head::AsItIs } else { head };
    if journey.run(Way::Rules, head, out) {
        return;
    }
    if head == Head::ToFill {
        out.truncate(start);
        journey.run(Way::Rules, Head::AsItIs, out);
    }
    if !journey.is_good(&out[start..]) {
        out.truncate(start);
        journey.carefully(out);
    }
}

/// How the members of the root begin.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Head {
    AsItIs,
    /// With an empty `id` and an empty `meta` where there is none.
    ToFill,
}

/// R4B is R4 with two more datatypes.
fn is_same_shape(json: &[u8], from: Release, to: Release) -> bool {
    let has = |name: &str| memmem::find(json, name.as_bytes()).is_some();
    match (from, to) {
        (Release::R4, Release::R4b) => true,
        (Release::R4b, Release::R4) => !has("valueCodeableReference") && !has("valueRatioRange"),
        _ => false,
    }
}

/// How extensions of our names are taken that the source has already.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Way {
    /// They come from a conversion.
    Rules,
    /// They are a sender's own: they are set aside, so that nothing takes them for ours.
    Aside,
}

/// One document from one release to another.
#[derive(Copy, Clone)]
struct Journey<'d> {
    document: &'d Document<'d>,
    from: Release,
    to: Release,
    has_ours: bool,
}

impl Journey<'_> {
    /// The way back from a result.
    fn back<'b>(&self, document: &'b Document<'b>) -> Journey<'b> {
        let has_ours = ours::has_ours(document);
        Journey { document, from: self.to, to: self.from, has_ours }
    }

    /// Appends the event; whether the rules are sure that the way back leads here.
    fn run(&self, way: Way, head: Head, out: &mut Vec<u8>) -> bool {
        let start = out.len();
        let conversion =
            Conversion::new(self.document, (self.from, self.to), self.has_ours, way == Way::Aside);
        out.reserve(self.document.raw(0).len() * 2);
        let mut sink = Sink { out: std::mem::take(out), ext: Vec::with_capacity(1024) };
        conversion.event(head, &mut sink, |conversion, ext| {
            conversion.residue(Residue::Pieces, ext);
        });
        *out = sink.out;
        if self.has_ours
            && way == Way::Rules
            && let Some(residue) = residue::find(self.document, self.to)
        {
            residue::put_back(&residue, out, start);
        }
        !conversion.is_doubted()
    }

    fn made(&self, way: Way) -> Vec<u8> {
        let mut out = Vec::new();
        self.run(way, Head::AsItIs, &mut out);
        out
    }

    /// Whether a result is an event, and whoever converts it back gets this one.
    fn is_good(&self, made: &[u8]) -> bool {
        let Some(document) = Document::read(made) else { return false };
        let back = self.back(&document);
        // What the rules make of the result leads to the result again if it is this event.
        let is_this = |made: Vec<u8>| self.is_this(&made);
        (is_this(back.made(Way::Rules)) || is_this(back.first_that_returns()))
            && self.is_valid(made)
    }

    fn is_this(&self, json: &[u8]) -> bool {
        Document::read(json).is_some_and(|document| same(&document, self.document))
    }

    fn is_valid(&self, made: &[u8]) -> bool {
        let limits =
            Limits { body_bytes_max: usize::MAX, depth_max: usize::MAX, nodes_max: usize::MAX };
        parse(made, self.to, &limits).is_ok()
    }

    /// Whether the rules lead back from a result.
    fn returns(&self, made: &[u8]) -> bool {
        Document::read(made)
            .is_some_and(|document| self.is_this(&self.back(&document).made(Way::Rules)))
    }

    /// What a conversion would make of it, without asking further.
    fn first_that_returns(&self) -> Vec<u8> {
        let mut ways = [Way::Rules, Way::Aside].into_iter().map(|way| self.made(way));
        ways.find(|made| self.returns(made) && self.is_valid(made)).unwrap_or_else(|| self.whole())
    }

    /// Where the rules do not lead back.
    fn carefully(&self, out: &mut Vec<u8>) {
        let aside = self.made(Way::Aside);
        let fits = self.returns(&aside) && self.is_valid(&aside);
        out.extend_from_slice(&if fits { aside } else { self.whole() });
    }

    /// The event as far as the rules go, and all of the source beside; only its time where even
    /// that is no event.
    fn whole(&self) -> Vec<u8> {
        let conversion = Conversion::new(self.document, (self.from, self.to), self.has_ours, true);
        let whole = self.with_whole(&conversion);
        if self.is_valid(&whole) {
            return whole;
        }
        let time = ["recorded", "dateTime"].into_iter().find_map(|name| {
            let wrapper = self.document.member(0, "event").unwrap_or(0);
            let text = self.document.member_text(wrapper, name)?;
            match Instant::parse(&text) {
                Some(_) => Some(text.into_owned()),
                None => Instant::read(&text).map(Instant::to_text),
            }
        });
        let time = time.as_deref().unwrap_or("1970-01-01T00:00:00Z");
        let least = LEAST.replace("{recorded}", time);
        let Some(least) = Document::read(least.as_bytes()) else { return whole };
        let conversion = Conversion::new(&least, (Release::R4, self.to), false, false);
        self.with_whole(&conversion)
    }

    fn with_whole(&self, conversion: &Conversion<'_>) -> Vec<u8> {
        let mut sink = Sink::default();
        conversion.event(Head::AsItIs, &mut sink, |_, ext| {
            let source = Conversion::new(self.document, (self.from, self.to), false, false);
            source.residue(Residue::Whole(self.document), ext);
        });
        sink.out
    }
}

/// An event of R4 that says nothing but when.
const LEAST: &str = concat!(
    r#"{"resourceType":"AuditEvent","type":{"extension":[{"url":"http://hl7.org/fhir/"#,
    r#"StructureDefinition/data-absent-reason","valueCode":"unknown"}]},"recorded":"{recorded}","#,
    r#""agent":[{"requestor":false}],"source":{"observer":{"display":"unknown"}}}"#
);

#[cfg(test)]
mod tests;
