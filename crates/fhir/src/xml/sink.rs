//! Where what was read of XML goes: JSON as text, or the tape that such a text would be read into.
use crate::Str;
use crate::json::{Builder, push_string};
use std::borrow::Cow;

/// Takes JSON piece by piece. Whoever calls it closes what it opens, and gives each member a key.
pub(super) trait Sink<'a> {
    /// The name of the member that follows; `beside` it stand ids and extensions (`_name`).
    fn key(&mut self, name: &Str<'a>, beside: bool);
    fn open_object(&mut self);
    fn close_object(&mut self);
    fn open_array(&mut self);
    fn close_array(&mut self);
    fn text(&mut self, text: &Str<'a>);
    fn boolean(&mut self, value: bool);
    /// A number as JSON writes it.
    fn number(&mut self, digits: &str);
    fn null(&mut self);
}

impl<'a> Sink<'a> for Vec<u8> {
    fn key(&mut self, name: &Str<'a>, beside: bool) {
        comma(self);
        if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            self.extend_from_slice(if beside { b"\"_" } else { b"\"" });
            self.extend_from_slice(name.as_bytes());
            self.push(b'"');
        } else if beside {
            push_string(self, &format!("_{name}"));
        } else {
            push_string(self, name);
        }
        self.push(b':');
    }

    fn open_object(&mut self) {
        comma(self);
        self.push(b'{');
    }

    fn close_object(&mut self) {
        self.push(b'}');
    }

    fn open_array(&mut self) {
        comma(self);
        self.push(b'[');
    }

    fn close_array(&mut self) {
        self.push(b']');
    }

    fn text(&mut self, text: &Str<'a>) {
        comma(self);
        push_string(self, text);
    }

    fn boolean(&mut self, value: bool) {
        comma(self);
        self.extend_from_slice(if value { b"true" } else { b"false" });
    }

    fn number(&mut self, digits: &str) {
        comma(self);
        self.extend_from_slice(digits.as_bytes());
    }

    fn null(&mut self) {
        comma(self);
        self.extend_from_slice(b"null");
    }
}

impl<'a> Sink<'a> for Builder<'a> {
    fn key(&mut self, name: &Str<'a>, beside: bool) {
        self.key(if beside { Cow::Owned(format!("_{name}")) } else { name.clone() });
    }

    fn open_object(&mut self) {
        self.open_object();
    }

    fn close_object(&mut self) {
        self.close();
    }

    fn open_array(&mut self) {
        self.open_array();
    }

    fn close_array(&mut self) {
        self.close();
    }

    fn text(&mut self, text: &Str<'a>) {
        self.text(text.clone());
    }

    fn boolean(&mut self, value: bool) {
        self.boolean(value);
    }

    fn number(&mut self, digits: &str) {
        self.number(digits);
    }

    fn null(&mut self) {
        self.null();
    }
}

/// Separates a member or an item from the one before.
fn comma(out: &mut Vec<u8>) {
    if !matches!(out.last(), None | Some(b'{' | b'[' | b':')) {
        out.push(b',');
    }
}
