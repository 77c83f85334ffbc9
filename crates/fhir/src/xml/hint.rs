//! What JSON says of an element that no table tells, in a comment before it, which no other reader
//! of XML minds. Only its form, not what it says: whoever drops the comments loses no content.

/// What the form of JSON is, where it is not the one that is taken for granted.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// An array, though there is one.
    Array,
    /// A number.
    Number,
    /// A string, though it says `true` or `false`.
    String,
    /// An object, though it holds extensions only, or what could be a resource.
    Object,
    /// `null`
    Null,
    /// A string in the place of a narrative that is none: the text inside of the `div`.
    Text,
}

const ALL: [(Hint, &str); 6] = [
    (Hint::Array, "<!--json:array-->"),
    (Hint::Number, "<!--json:number-->"),
    (Hint::String, "<!--json:string-->"),
    (Hint::Object, "<!--json:object-->"),
    (Hint::Null, "<!--json:null-->"),
    (Hint::Text, "<!--json:text-->"),
];

impl Hint {
    /// The comment that says so.
    pub(super) const fn comment(self) -> &'static str {
        ALL[self as usize].1
    }

    /// What a comment says.
    pub(super) fn of(comment: &str) -> Option<Self> {
        ALL.iter().find(|(_, known)| *known == comment).map(|(hint, _)| *hint)
    }
}

/// Several of them.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Hints(u8);

impl Hints {
    pub(super) fn add(&mut self, hint: Hint) {
        self.0 |= 1 << hint as u8;
    }

    pub(super) fn has(self, hint: Hint) -> bool {
        self.0 >> hint as u8 & 1 == 1
    }
}
