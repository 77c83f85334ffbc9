//! A Rust source without what is not code: rules about words must not find them in prose.

/// The source with comments and the insides of string and character literals blanked; lines and
/// columns stay where they are.
pub(crate) fn only(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut output = String::with_capacity(text.len());
    let mut at = 0;
    while at < characters.len() {
        let end = skipped_end(&characters, at);
        if end == at {
            output.push(characters[at]);
            at += 1;
        } else {
            let blanked = characters[at..end].iter();
            output.extend(blanked.map(|&c| if c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    output
}

/// Where the comment or literal that begins at `at` ends; `at` itself when none begins there.
fn skipped_end(characters: &[char], at: usize) -> usize {
    let rest = &characters[at..];
    match rest {
        ['/', '/', ..] => at + rest.iter().position(|&c| c == '\n').unwrap_or(rest.len()),
        ['/', '*', ..] => at + block_comment_length(rest),
        ['"', ..] => at + string_length(rest),
        ['r', '"' | '#', ..] if !continues_a_name(characters, at) => at + raw_string_length(rest),
        ['\'', '\\', _, tail @ ..] => at + 3 + position(tail, &['\'']).map_or(0, |end| end + 1),
        ['\'', _, '\'', ..] => at + 3,
        _ => at,
    }
}

fn continues_a_name(characters: &[char], at: usize) -> bool {
    at > 0 && (characters[at - 1].is_alphanumeric() && characters[at - 1] != 'b')
}

fn block_comment_length(rest: &[char]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        match rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at.min(rest.len())
}

fn string_length(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != '"' {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

/// 0 when it is a raw identifier (`r#type`), not a string.
fn raw_string_length(rest: &[char]) -> usize {
    let hashes = rest[1..].iter().take_while(|&&c| c == '#').count();
    if rest.get(1 + hashes) != Some(&'"') {
        return 0;
    }
    let mut closing = vec!['"'];
    closing.extend(std::iter::repeat_n('#', hashes));
    let body = 2 + hashes;
    position(&rest[body..], &closing).map_or(rest.len(), |at| body + at + closing.len())
}

fn position(characters: &[char], wanted: &[char]) -> Option<usize> {
    characters.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests;
