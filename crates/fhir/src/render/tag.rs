//! Splices one more `meta.tag` into received bytes.
use crate::json::{Members, push_string};
use std::ops::Range;

/// A tag (<https://hl7.org/fhir/R4/resource-definitions.html#Meta.tag>).
#[derive(Copy, Clone, Debug)]
pub struct Tag<'a> {
    /// `system`
    pub system: &'a str,
    /// `code`
    pub code: &'a str,
    /// `display`
    pub display: &'a str,
}

/// Appends the resource with this tag before its others, and every other byte of it as it was; one
/// that has it already, in these words, comes out as it is. The body was accepted once, or kept;
/// what was not may come out as it is.
pub fn with_tag(body: &[u8], tag: &Tag<'_>, out: &mut Vec<u8>) {
    let text = tag.to_json();
    let Some(place) = Place::find(body, &text) else {
        return out.extend_from_slice(body);
    };
    let (before, after) = body.split_at(place.at);
    for part in [before, place.before.as_bytes(), &text, place.after.as_bytes(), after] {
        out.extend_from_slice(part);
    }
}

impl Tag<'_> {
    fn to_json(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        for (name, value) in [
            ("{\"system\":", self.system),
            (",\"code\":", self.code),
            (",\"display\":", self.display),
        ] {
            out.extend_from_slice(name.as_bytes());
            push_string(&mut out, value);
        }
        out.push(b'}');
        out
    }
}

/// Where the tag goes, and what opens and closes it there.
struct Place {
    at: usize,
    before: &'static str,
    after: &'static str,
}

impl Place {
    fn find(body: &[u8], tag: &[u8]) -> Option<Self> {
        let Some(meta) = member(body, 0, "meta") else {
            let at = member(body, 0, "resourceType")?.end;
            return Some(Self { at, before: ",\"meta\":{\"tag\":[", after: "]}" });
        };
        let Some(tags) = member(body, meta.start, "tag") else {
            let at = meta.start + 1;
            let has_others = Members::of(body, meta.start).next().is_some();
            let after = if has_others { "]," } else { "]" };
            return (body.get(meta.start) == Some(&b'{')).then_some(Self {
                at,
                before: "\"tag\":[",
                after,
            });
        };
        let is_there = body[tags.clone()].windows(tag.len()).any(|window| window == tag);
        let at = tags.start + 1;
        let is_empty = body[at..tags.end].trim_ascii_start().first() == Some(&b']');
        let after = if is_empty { "" } else { "," };
        let has_room = body.get(tags.start) == Some(&b'[') && !is_there;
        has_room.then_some(Self { at, before: "", after })
    }
}

fn member(body: &[u8], object: usize, name: &str) -> Option<Range<usize>> {
    Members::of(body, object).find(|member| member.is(name)).map(|member| member.value)
}

#[cfg(test)]
mod tests;
