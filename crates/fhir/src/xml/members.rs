//! Which elements the members of an object of JSON are: `name` and `_name` are one
//! (<https://hl7.org/fhir/R4/json.html#primitive>).
use super::COMMENTS;
use super::narrative::Narrative;
use super::token::{Kind, Tokens};
use crate::Release;
use crate::definition::{Element, Type};
use std::borrow::Cow;
use std::collections::HashMap;

/// An element: a member of an object with its `_name`, or one of both.
pub(super) struct Member<'a> {
    pub(super) name: Cow<'a, str>,
    place: usize,
    /// Whether XML has an attribute or a narrative of this name there, which could not hold it.
    pub(super) awkward: bool,
    /// What its type is, where it is known.
    pub(super) known: Option<&'static Element>,
    pub(super) value: Option<usize>,
    /// Its id and extensions.
    pub(super) beside: Option<usize>,
}

/// The place of elements that are in no table: after all others.
const LAST: usize = usize::MAX;

/// What the members stand in, which says what of them are attributes.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(super) enum Holder {
    Resource,
    Element,
    Extension,
}

/// Where members are looked for.
#[derive(Copy, Clone)]
pub(super) struct Object<'t, 'a> {
    pub(super) tokens: &'t Tokens<'a>,
    pub(super) at: usize,
    pub(super) holder: Holder,
    pub(super) definition: &'static Type,
    pub(super) release: Release,
}

impl<'a> Object<'_, 'a> {
    /// Appends the elements in it, in the order of the definition.
    pub(super) fn collect(self, members: &mut Vec<Member<'a>>) {
        let (start, mut hint, mut beside) = (members.len(), 0, Vec::new());
        for child in self.tokens.children(self.at) {
            let name = self.tokens.key(child);
            if name.starts_with('_') {
                beside.push(child);
            } else if !self.holder.has_attribute(&name, self.tokens.kind(child)) {
                let known = self.definition.place(&name, hint, self.release);
                hint = known.map_or(hint, |(place, _)| place + 1);
                let awkward = self.holder.has_attribute(&name, Kind::Text)
                    || name == "div" && known.is_none() && !self.is_narrative(child);
                let member = Member::new(name, known.filter(|_| !awkward), Some(child), None);
                members.push(Member { awkward, ..member });
            }
        }
        if !beside.is_empty() {
            self.join(start, &beside, members);
        }
        members[start..].sort_by_key(|member| member.place);
    }

    fn is_narrative(self, at: usize) -> bool {
        let is_text = self.tokens.kind(at) == Kind::Text;
        is_text && Narrative::of(&self.tokens.text(at)) != Narrative::No
    }

    /// Joins `_name` with `name`, which may come before or after it.
    fn join(self, start: usize, beside: &[usize], members: &mut Vec<Member<'a>>) {
        let named = members[start..].iter().enumerate();
        let by_name: HashMap<_, _> =
            named.map(|(position, member)| (member.name.clone(), start + position)).collect();
        for &child in beside {
            let key = self.tokens.key(child);
            let name = key.strip_prefix('_').unwrap_or_default();
            let known = self.definition.place(name, 0, self.release);
            let held = by_name.get(name).copied();
            // Neither an attribute nor XHTML has room for extensions.
            let has_room = name != "div" && !self.holder.has_attribute(name, Kind::Text);
            let fits = has_room
                && known.is_none_or(|(_, element)| element.is_primitive())
                && held.is_none_or(|at| goes_with(self.tokens, members[at].value, child))
                && is_beside(self.tokens, child, known.is_none() && held.is_none());
            match held {
                _ if !fits => members.push(Member::new(key, None, Some(child), None)),
                Some(at) => members[at].beside = Some(child),
                None => {
                    let name = Cow::Owned(name.to_owned());
                    members.push(Member::new(name, known, None, Some(child)));
                }
            }
        }
    }
}

/// Whether this can be ids and extensions: an object of nothing else, an array of such objects and
/// nulls. Of an element that no table knows and that has no value there must be an extension, for
/// that is what its reader goes by.
fn is_beside(tokens: &Tokens<'_>, at: usize, is_alone: bool) -> bool {
    let named = |at, names: &[&str]| names.contains(&&*tokens.key(at));
    let holds = |at| tokens.children(at).any(|member| named(member, &["extension"]));
    let fits = |at| {
        let known = |member| named(member, &["id", "extension", COMMENTS]);
        let is_said = tokens.children(at).next().is_some();
        tokens.kind(at) == Kind::Object && is_said && tokens.children(at).all(known)
    };
    if tokens.kind(at) == Kind::Array {
        let is_item = |at| fits(at) || tokens.kind(at) == Kind::Null;
        let is_said = |at| if is_alone { holds(at) } else { fits(at) };
        tokens.children(at).all(is_item) && tokens.children(at).any(is_said)
    } else {
        fits(at) && (!is_alone || holds(at))
    }
}

/// Whether what stands in `name` are values, one or several as in `_name`.
fn goes_with(tokens: &Tokens<'_>, value: Option<usize>, beside: usize) -> bool {
    let Some(value) = value else { return false };
    let holds = |at| matches!(tokens.kind(at), Kind::Object | Kind::Array);
    match (tokens.kind(value), tokens.kind(beside)) {
        (Kind::Array, Kind::Array) => {
            let [values, others] = [value, beside].map(|at| tokens.children(at).count());
            values == others && !tokens.children(value).any(holds)
        }
        (Kind::Object | Kind::Array | Kind::Null, _) | (_, Kind::Array) => false,
        _ => true,
    }
}

impl Holder {
    /// Whether a member is written elsewhere: as an attribute or as the name of a resource.
    fn has_attribute(self, name: &str, kind: Kind) -> bool {
        let is_text = kind == Kind::Text;
        match name {
            "resourceType" => self == Self::Resource,
            "id" => self != Self::Resource && is_text,
            "url" => self == Self::Extension && is_text,
            _ => false,
        }
    }
}

impl<'a> Member<'a> {
    fn new(
        name: Cow<'a, str>,
        known: Option<(usize, &'static Element)>,
        value: Option<usize>,
        beside: Option<usize>,
    ) -> Self {
        let place = known.map_or(LAST, |(place, _)| place);
        let known = known.map(|(_, element)| element);
        Self { name, place, awkward: false, known, value, beside }
    }
}
