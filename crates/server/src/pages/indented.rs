//! JSON for people: every token as it stands, in lines of their own.

/// The same JSON, indented by two spaces. No token is changed: not a digit of a number, not an
/// escape of a string, not the order of members.
pub(super) fn indented(json: &[u8]) -> String {
    let mut out = Vec::with_capacity(json.len() * 3 / 2);
    let mut depth = 0;
    let mut bytes = json.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => push_string(&mut out, &mut bytes),
            b' ' | b'\n' | b'\r' | b'\t' => {}
            b'{' | b'[' => {
                while bytes.next_if(u8::is_ascii_whitespace).is_some() {}
                out.push(byte);
                if let Some(end) = bytes.next_if(|next| matches!(next, b'}' | b']')) {
                    out.push(end);
                } else {
                    depth += 1;
                    push_line(&mut out, depth);
                }
            }
            b'}' | b']' => {
                depth = usize::saturating_sub(depth, 1);
                push_line(&mut out, depth);
                out.push(byte);
            }
            b',' => {
                out.push(byte);
                push_line(&mut out, depth);
            }
            b':' => out.extend_from_slice(b": "),
            other => out.push(other),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The rest of a string, its closing quote included.
fn push_string(out: &mut Vec<u8>, bytes: &mut impl Iterator<Item = u8>) {
    out.push(b'"');
    while let Some(byte) = bytes.next() {
        out.push(byte);
        match byte {
            b'"' => return,
            b'\\' => out.extend(bytes.next()),
            _ => {}
        }
    }
}

fn push_line(out: &mut Vec<u8>, depth: usize) {
    out.push(b'\n');
    out.resize(out.len() + 2 * depth, b' ');
}

#[cfg(test)]
mod tests;
