//! Builds a [`Tape`] piece by piece, for what is JSON in another form.
use super::tape::{Span, Stored};
use super::{Tape, Value};
use crate::{Issue, IssueType, Limits};
use serde_json::Number;
use std::borrow::Cow;
use std::collections::HashSet;

/// Objects and arrays inside each other that are usual.
const OPEN_USUAL: usize = 16;

/// A tape that is being built, within the limits that its text would be held to. Whoever calls it
/// closes what it opens, and gives each member a key before its value.
pub(crate) struct Builder<'a> {
    tape: Tape<'a>,
    /// The name of the member that follows.
    key: Option<Cow<'a, str>>,
    /// Objects and arrays that are open, and how many children they have.
    open: Vec<(usize, u32)>,
    depth_max: usize,
    nodes_max: usize,
    /// Keys and values so far.
    nodes: usize,
    /// The first thing wrong, and the node where it is.
    refused: Option<(usize, IssueType, &'static str)>,
}

impl<'a> Builder<'a> {
    /// An empty tape with room for `nodes`.
    pub(crate) fn new(nodes: usize, limits: &Limits) -> Self {
        let nodes_max = limits.nodes_max;
        Self {
            tape: Tape::with_capacity(nodes.min(nodes_max)),
            key: None,
            open: Vec::with_capacity(OPEN_USUAL),
            depth_max: limits.depth_max,
            nodes_max,
            nodes: 0,
            refused: None,
        }
    }

    /// The tape. Names may be there twice only where `unsure` says that they were not looked at.
    ///
    /// # Errors
    /// What [`super::read`] would refuse of it: a limit, a number out of range, a name that is
    /// there twice.
    pub(crate) fn finish(self, root: &str, unsure: bool) -> Result<Tape<'a>, Issue> {
        let twice = || {
            let message = "this element is there twice: send it once";
            repeated(&self.tape).map(|at| (at, IssueType::Structure, message))
        };
        let refused = self.refused.or_else(|| if unsure { twice() } else { None });
        match refused {
            Some((at, code, message)) => {
                Err(Issue::error(code, message).at(self.tape.path(root, at)))
            }
            None => Ok(self.tape),
        }
    }

    /// The name of the member that follows.
    pub(crate) fn key(&mut self, key: Cow<'a, str>) {
        self.nodes += 1;
        self.key = Some(key);
    }

    pub(crate) fn open_object(&mut self) {
        self.open(Stored::Object(Span::STARTED));
    }

    pub(crate) fn open_array(&mut self) {
        self.open(Stored::Array(Span::STARTED));
    }

    /// Closes the object or array that was opened last.
    pub(crate) fn close(&mut self) {
        if let Some((at, children)) = self.open.pop() {
            self.tape.close(at, children);
        }
    }

    /// A number as JSON writes it.
    pub(crate) fn number(&mut self, digits: &str) {
        if let Ok(number) = digits.parse::<Number>() {
            self.value(Stored::Number(number));
        } else {
            let at = self.value(Stored::Null);
            self.refuse(at, IssueType::Structure, "number out of range");
        }
    }

    pub(crate) fn text(&mut self, text: Cow<'a, str>) {
        let text = match text {
            Cow::Borrowed(text) => Stored::Text(text),
            Cow::Owned(text) => self.tape.resolve(text),
        };
        self.value(text);
    }

    pub(crate) fn boolean(&mut self, value: bool) {
        self.value(Stored::Bool(value));
    }

    pub(crate) fn null(&mut self) {
        self.value(Stored::Null);
    }

    /// Adds a value, and returns its node.
    fn value(&mut self, value: Stored<'a>) -> usize {
        self.nodes += 1;
        if let Some((_, children)) = self.open.last_mut() {
            *children += 1;
        }
        let at = match self.key.take() {
            None => self.tape.push(None, value),
            Some(Cow::Borrowed(key)) => self.tape.push(Some(key), value),
            Some(Cow::Owned(key)) => self.tape.push_resolved(&key, value),
        };
        if self.nodes > self.nodes_max {
            self.refuse(at, IssueType::TooLong, "too many values: send less");
        }
        at
    }

    fn open(&mut self, value: Stored<'a>) {
        let at = self.value(value);
        self.open.push((at, 0));
        if self.open.len() > self.depth_max {
            self.refuse(at, IssueType::TooLong, "too deep: nest less");
        }
    }

    #[cold]
    fn refuse(&mut self, at: usize, code: IssueType, message: &'static str) {
        self.refused.get_or_insert((at, code, message));
    }
}

/// The first member whose name stands in its object already.
fn repeated(tape: &Tape<'_>) -> Option<usize> {
    (0..tape.len()).filter(|&at| matches!(tape.value(at), Value::Object(_))).find_map(|at| {
        let mut known = HashSet::new();
        tape.children(at).find(|&child| !known.insert(tape.key(child)))
    })
}
