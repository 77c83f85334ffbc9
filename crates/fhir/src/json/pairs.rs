//! An object as names and raw values, one level deep.
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Members of an object, their values as they stand in the body.
pub(crate) struct Pairs<'a> {
    members: Vec<(Key<'a>, &'a RawValue)>,
    /// A name that is there twice.
    pub(crate) duplicate: bool,
}

impl<'a> Pairs<'a> {
    /// More members than this are refused: the few objects read this way have about five.
    const MEMBERS_MAX: usize = 64;

    /// The value of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.members.iter().find(|(key, _)| key.0 == name).map(|(_, value)| *value)
    }
}

impl<'a> Deserialize<'a> for Pairs<'a> {
    fn deserialize<D: Deserializer<'a>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'a> Visitor<'a> for PairsVisitor {
    type Value = Pairs<'a>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut json: A) -> Result<Pairs<'a>, A::Error> {
        let mut pairs = Pairs { members: Vec::with_capacity(4), duplicate: false };
        while let Some((key, value)) = json.next_entry::<Key<'a>, &'a RawValue>()? {
            if pairs.members.len() == Pairs::MEMBERS_MAX {
                return Err(A::Error::custom("too many members"));
            }
            pairs.duplicate |= pairs.members.iter().any(|(known, _)| known.0 == key.0);
            pairs.members.push((key, value));
        }
        Ok(pairs)
    }
}

/// A name, borrowed unless it is escaped.
pub(crate) struct Key<'a>(pub(crate) Cow<'a, str>);

impl<'a> Deserialize<'a> for Key<'a> {
    fn deserialize<D: Deserializer<'a>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'a> Visitor<'a> for KeyVisitor {
    type Value = Key<'a>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Key<'a>, E> {
        Ok(Key(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Key<'a>, E> {
        Ok(Key(Cow::Owned(text.to_owned())))
    }
}
