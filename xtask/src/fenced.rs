//! The code in the documentation's pages, as it stands there.

/// A block to run, and what must come of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Example {
    /// Where it begins, counted from 1.
    pub(crate) line: usize,
    /// The block's text.
    pub(crate) code: String,
    /// The next block's text, unless that one is to be run too.
    pub(crate) expected: Option<String>,
}

/// The page's blocks that are marked with the language, in order.
pub(crate) fn examples(text: &str, language: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut open: Option<(usize, &str, String)> = None;
    let mut follows_example = false;
    for (at, line) in text.lines().enumerate() {
        let fence = line.strip_prefix("```");
        match (open.take(), fence) {
            (None, Some(marked)) => open = Some((at + 1, marked, String::new())),
            (None, None) => {}
            (Some((start, marked, body)), None) => {
                open = Some((start, marked, body + line + "\n"));
            }
            (Some((line, marked, code)), Some(_)) if marked == language => {
                examples.push(Example { line, code, expected: None });
                follows_example = true;
            }
            (Some((_, _, body)), Some(_)) => {
                if let (true, Some(example)) = (follows_example, examples.last_mut()) {
                    example.expected = Some(body);
                }
                follows_example = false;
            }
        }
    }
    examples
}

#[cfg(test)]
mod tests;
