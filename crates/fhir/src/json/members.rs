//! Members of an object in JSON that was accepted before: where each value stands, nothing more.
use std::ops::Range;

/// One member.
pub(crate) struct Member<'b> {
    /// Without its quotes, escapes as they stand.
    key: &'b [u8],
    /// Where its value stands in the body.
    pub(crate) value: Range<usize>,
}

impl Member<'_> {
    /// Whether this is its name, however it is escaped.
    pub(crate) fn is(&self, name: &str) -> bool {
        if !self.key.contains(&b'\\') {
            return self.key == name.as_bytes();
        }
        let quoted = [b"\"", self.key, b"\""].concat();
        serde_json::from_slice::<String>(&quoted).is_ok_and(|key| key == name)
    }
}

/// Steps from member to member. On what is no JSON it ends early, wherever that is.
pub(crate) struct Members<'b> {
    body: &'b [u8],
    at: usize,
}

impl<'b> Members<'b> {
    /// The members of the object that starts at `at`, after white space; of anything else none.
    pub(crate) fn of(body: &'b [u8], at: usize) -> Self {
        let at = skip_space(body, at);
        let is_object = body.get(at) == Some(&b'{');
        Self { body, at: if is_object { at + 1 } else { body.len() } }
    }
}

impl<'b> Iterator for Members<'b> {
    type Item = Member<'b>;

    fn next(&mut self) -> Option<Member<'b>> {
        let start = skip_space(self.body, self.at);
        let start = match self.body.get(start)? {
            b',' => skip_space(self.body, start + 1),
            _ => start,
        };
        if self.body.get(start)? != &b'"' {
            return None;
        }
        let key_end = string_end(self.body, start)?;
        let colon = skip_space(self.body, key_end);
        let value = skip_space(self.body, colon + 1);
        let end = value_end(self.body, value)?;
        self.at = end;
        Some(Member { key: &self.body[start + 1..key_end - 1], value: value..end })
    }
}

fn skip_space(body: &[u8], at: usize) -> usize {
    let rest = body.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count()
}

/// After the value that starts at `at`.
fn value_end(body: &[u8], at: usize) -> Option<usize> {
    match body.get(at)? {
        b'"' => string_end(body, at),
        b'{' | b'[' => container_end(body, at),
        _ => {
            let ends =
                |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r');
            body[at..].iter().position(ends).map(|length| at + length)
        }
    }
}

fn container_end(body: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        match body.get(at)? {
            b'"' => {
                at = string_end(body, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// After the closing quote of the string that starts at `at`.
fn string_end(body: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        at += plain(body.get(at..)?)?;
        if body[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// How many bytes stand before the first quote or backslash; eight are looked at at once.
/// (<https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord>)
pub(crate) fn plain(text: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = ONES << 7;
    let zeroes = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let mut chunks = text.chunks_exact(8);
    for (position, chunk) in (&mut chunks).enumerate() {
        let word = u64::from_le_bytes(chunk.try_into().expect("eight bytes"));
        let found =
            zeroes(word ^ (ONES * u64::from(b'"'))) | zeroes(word ^ (ONES * u64::from(b'\\')));
        if found != 0 {
            return Some(position * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let rest = chunks.remainder();
    let at = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    Some(text.len() - rest.len() + at)
}
