//! JSON as one flat list of tokens that point into its bytes: numbers keep their digits, nothing is
//! copied.
use crate::json::plain;
use std::borrow::Cow;

/// Objects and arrays inside each other at most: the stack is finite.
pub(super) const DEPTH_MAX: usize = 128;

/// A document. A token is named by its position; the root is 0.
pub(super) struct Tokens<'a> {
    text: &'a str,
    tokens: Vec<Token>,
}

struct Token {
    /// The name; of an item it is empty.
    key: Place,
    kind: Kind,
    /// The value, a string without its quotes.
    value: Place,
    /// The first token that is neither this one nor inside it.
    after: u32,
}

/// Where a text stands.
#[derive(Copy, Clone, Default)]
struct Place {
    start: u32,
    end: u32,
    escaped: bool,
}

/// What a token is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    Text,
    /// `true`, `false`, a number.
    Bare,
    Null,
}

impl<'a> Tokens<'a> {
    /// Reads JSON that was accepted before; none for what is no JSON, though not for all of it.
    pub(super) fn read(json: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(json).ok()?;
        let tokens = Vec::with_capacity(text.len() / 16);
        let mut scan = Scan { bytes: text.as_bytes(), at: 0, tokens };
        scan.value(Place::default(), 0)?;
        scan.space();
        (scan.at == text.len()).then_some(Self { text, tokens: scan.tokens })
    }

    pub(super) fn kind(&self, at: usize) -> Kind {
        self.tokens[at].kind
    }

    /// The name of a member.
    pub(super) fn key(&self, at: usize) -> Cow<'a, str> {
        self.unescaped(self.tokens[at].key)
    }

    /// The text of a string, the digits of a number; of what holds others it is empty.
    pub(super) fn text(&self, at: usize) -> Cow<'a, str> {
        match self.tokens[at].kind {
            Kind::Text => self.unescaped(self.tokens[at].value),
            _ => Cow::Borrowed(self.slice(self.tokens[at].value)),
        }
    }

    /// Members of an object, items of an array; of anything else none.
    pub(super) fn children(&self, at: usize) -> impl Iterator<Item = usize> {
        let end = self.tokens[at].after as usize;
        let within = move |next: usize| (next < end).then_some(next);
        std::iter::successors(within(at + 1), move |&child| {
            within(self.tokens[child].after as usize)
        })
    }

    /// The member of an object of this name.
    pub(super) fn member(&self, at: usize, name: &str) -> Option<usize> {
        self.children(at).find(|&child| self.key(child) == name)
    }

    fn slice(&self, place: Place) -> &'a str {
        &self.text[place.start as usize..place.end as usize]
    }

    fn unescaped(&self, place: Place) -> Cow<'a, str> {
        let raw = self.slice(place);
        if !place.escaped {
            return Cow::Borrowed(raw);
        }
        let quoted = &self.text[place.start as usize - 1..=place.end as usize];
        Cow::Owned(serde_json::from_str(quoted).unwrap_or_else(|_| raw.to_owned()))
    }
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    tokens: Vec<Token>,
}

impl Scan<'_> {
    fn value(&mut self, key: Place, depth: usize) -> Option<()> {
        let token = self.tokens.len();
        let (start, kind, value) = (self.peek()?, Kind::Null, Place::default());
        self.tokens.push(Token { key, kind, value, after: 0 });
        let (kind, value) = match start {
            b'{' | b'[' if depth == DEPTH_MAX => return None,
            b'{' => (Kind::Object, self.object(depth + 1)?),
            b'[' => (Kind::Array, self.array(depth + 1)?),
            b'"' => (Kind::Text, self.string()?),
            b'n' => (Kind::Null, self.bare()?),
            _ => (Kind::Bare, self.bare()?),
        };
        let after = self.tokens.len() as u32;
        let token = &mut self.tokens[token];
        (token.kind, token.value, token.after) = (kind, value, after);
        Some(())
    }

    fn object(&mut self, depth: usize) -> Option<Place> {
        self.items(b'}', |scan| {
            let key = (scan.peek()? == b'"').then(|| scan.string())??;
            scan.expect(b':')?;
            scan.value(key, depth)
        })
    }

    fn array(&mut self, depth: usize) -> Option<Place> {
        self.items(b']', |scan| scan.value(Place::default(), depth))
    }

    fn items(&mut self, close: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<Place> {
        self.at += 1;
        if self.peek()? != close {
            loop {
                item(self)?;
                if self.peek()? == close {
                    break;
                }
                self.expect(b',')?;
            }
        }
        self.at += 1;
        Some(Place::default())
    }

    /// What stands between the quotes.
    fn string(&mut self) -> Option<Place> {
        let start = self.at + 1;
        let (mut at, mut escaped) = (start, false);
        loop {
            at += plain(self.bytes.get(at..)?)?;
            if self.bytes[at] == b'"' {
                break;
            }
            escaped = true;
            at += 2;
        }
        self.at = at + 1;
        Some(Place { start: start as u32, end: at as u32, escaped })
    }

    fn bare(&mut self) -> Option<Place> {
        let rest = &self.bytes[self.at..];
        let inside =
            |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let length = rest.iter().take_while(inside).count();
        let start = self.at;
        self.at += length;
        let (start, end) = (start as u32, self.at as u32);
        (length > 0).then_some(Place { start, end, escaped: false })
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        self.space();
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        let space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        while self.bytes.get(self.at).is_some_and(space) {
            self.at += 1;
        }
    }
}
