//! JSON as text in pieces, so that generated numbers keep their digits, and events can be shrunk.
use std::fmt;

#[derive(Clone, Debug)]
pub(super) enum Json {
    /// As it stands in the text.
    Raw(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(super) fn text(text: &str) -> Self {
        Self::Raw(serde_json::to_string(text).expect("text"))
    }

    /// Puts something else in one place; `place` counts all values.
    pub(super) fn replace(&mut self, place: &mut usize, other: &str) {
        if *place == 0 {
            *self = Self::Raw(other.to_owned());
        }
        *place = place.wrapping_sub(1);
        match self {
            Self::Raw(_) => {}
            Self::Array(items) => items.iter_mut().for_each(|item| item.replace(place, other)),
            Self::Object(members) => {
                for (_, member) in members {
                    member.replace(place, other);
                }
            }
        }
    }

    /// This without one of its parts, largest first.
    pub(super) fn smaller(&self) -> Vec<Self> {
        let mut all = Vec::new();
        match self {
            Self::Raw(_) => {}
            Self::Array(items) => {
                for at in 0..items.len() {
                    let mut fewer = items.clone();
                    fewer.remove(at);
                    if !fewer.is_empty() {
                        all.push(Self::Array(fewer));
                    }
                }
                for (at, item) in items.iter().enumerate() {
                    for smaller in item.smaller() {
                        let mut items = items.clone();
                        items[at] = smaller;
                        all.push(Self::Array(items));
                    }
                }
            }
            Self::Object(members) => {
                for at in 0..members.len() {
                    let mut fewer = members.clone();
                    fewer.remove(at);
                    all.push(Self::Object(fewer));
                }
                for (at, (_, member)) in members.iter().enumerate() {
                    for smaller in member.smaller() {
                        let mut members = members.clone();
                        members[at].1 = smaller;
                        all.push(Self::Object(members));
                    }
                }
            }
        }
        all
    }
}

impl fmt::Display for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raw(text) => formatter.write_str(text),
            Self::Array(items) => {
                formatter.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    write!(formatter, "{}{item}", if at > 0 { "," } else { "" })?;
                }
                formatter.write_str("]")
            }
            Self::Object(members) => {
                formatter.write_str("{")?;
                for (at, (name, member)) in members.iter().enumerate() {
                    write!(formatter, "{}\"{name}\":{member}", if at > 0 { "," } else { "" })?;
                }
                formatter.write_str("}")
            }
        }
    }
}
