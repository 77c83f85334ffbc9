//! Breaks a text into lines.
use super::face::Face;
use std::ops::Range;

/// The lines of a text of this size in a column of this width: at white space and behind hyphens
/// and slashes, and where a word is too long, inside of it. A space at the end of a line is part of
/// it, so that words stay apart for whoever reads the text.
pub(super) fn wrap(text: &str, face: &Face, size: f32, width: f32) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let (mut start, mut used) = (0, 0.0);
    // Behind the last place to break at, and what was used up to there.
    let mut break_at: Option<(usize, f32)> = None;
    for (at, letter) in text.char_indices() {
        let advance = face.advance(letter) * size;
        let is_space = letter == ' ';
        if used + advance > width && !is_space && at > start {
            let (end, before) = break_at.take().unwrap_or((at, used));
            lines.push(start..end);
            start = end;
            used -= before;
        }
        used += advance;
        if is_space || matches!(letter, '-' | '/' | '|') {
            break_at = Some((at + letter.len_utf8(), used));
        }
    }
    lines.push(start..text.len());
    lines
}

#[cfg(test)]
mod tests;
