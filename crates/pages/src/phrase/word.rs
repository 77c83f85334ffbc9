//! Words of a search line, quoted texts among them.

/// A word, or a text in quotes.
#[derive(Debug)]
pub(super) struct Word<'l> {
    /// As it was written, without its quotes and the marks around it.
    pub(super) text: &'l str,
    /// In lower case.
    pub(super) lower: String,
    /// Where it begins in the line, its quote included.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// What stands before a colon, where its value is in quotes or it is a field's name.
    pub(super) field: Option<&'l str>,
    pub(super) quoted: bool,
}

impl Word<'_> {
    pub(super) fn is(&self, word: &str) -> bool {
        !self.quoted && self.field.is_none() && self.lower == word
    }

    pub(super) fn is_one_of(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// A name, and not one of our own words.
    pub(super) fn is_plain(&self) -> bool {
        !self.quoted && self.field.is_none()
    }
}

/// How many of the first words are these.
pub(super) fn begin(words: &[Word<'_>], wanted: &str) -> Option<usize> {
    let wanted: Vec<&str> = wanted.split(' ').collect();
    let fits = words.len() >= wanted.len() && words.iter().zip(&wanted).all(|(it, by)| it.is(by));
    fits.then_some(wanted.len())
}

/// The words of a line.
pub(super) fn of(line: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(first) = line[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let word = next(line, at);
        at = word.end;
        if !word.text.is_empty() {
            words.push(word);
        }
    }
    words
}

const QUOTES: [char; 6] = ['"', '“', '”', '„', '«', '»'];

fn next(line: &str, start: usize) -> Word<'_> {
    let rest = &line[start..];
    let bare = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let quote = rest.find(QUOTES).filter(|at| *at < bare);
    let Some(quote) = quote else { return unquoted(line, start, start + bare) };
    let field = rest[..quote].strip_suffix(':').filter(|field| is_name(field));
    if quote > 0 && field.is_none() {
        // A quote inside of a word ends it.
        return unquoted(line, start, start + quote);
    }
    let open = start + quote;
    let inner = open + line[open..].chars().next().map_or(1, char::len_utf8);
    let length = line[inner..].find(QUOTES).unwrap_or(line.len() - inner);
    let close = inner + length;
    let end = close + line[close..].chars().next().map_or(0, char::len_utf8);
    word(&line[inner..close], start..end, field, true)
}

fn unquoted(line: &str, start: usize, end: usize) -> Word<'_> {
    let whole = &line[start..end];
    // Marks alone are all that there is to show of them.
    let text = Some(whole.trim_matches([',', ';', '?', '!', '(', ')']));
    let text = text.filter(|text| !text.is_empty()).unwrap_or(whole);
    let field = text.split_once(':').filter(|(field, value)| {
        is_name(field) && !value.is_empty() && super::field::is_known(field)
    });
    match field {
        Some((field, value)) => word(value, start..end, Some(field), false),
        None => word(text, start..end, None, false),
    }
}

fn word<'l>(
    text: &'l str,
    at: std::ops::Range<usize>,
    field: Option<&'l str>,
    quoted: bool,
) -> Word<'l> {
    let text = text.trim();
    Word { text, lower: text.to_lowercase(), start: at.start, end: at.end, field, quoted }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphabetic() || c == '-')
}

/// A text in quotes, without any inside.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace(QUOTES, " ").trim())
}
