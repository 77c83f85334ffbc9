//! A stored event as it is read: what is read of it is *taken*, and whatever is left in the end is
//! named.
use kiln_fhir::json::{Tape, Value};

/// A document, and what of it was taken.
pub(crate) struct Stored<'t, 'a> {
    pub(crate) tape: &'t Tape<'a>,
    taken: Vec<bool>,
}

impl<'t, 'a> Stored<'t, 'a> {
    pub(crate) fn new(tape: &'t Tape<'a>) -> Self {
        Self { tape, taken: vec![false; tape.len()] }
    }

    /// The member of an object with this name.
    pub(crate) fn member(&self, at: usize, name: &str) -> Option<usize> {
        self.tape.member(at, name)
    }

    /// The text of a node.
    pub(crate) fn text(&self, at: usize) -> Option<&'t str> {
        self.tape.text(at)
    }

    /// The text of a member.
    pub(crate) fn text_of(&self, at: usize, name: &str) -> Option<&'t str> {
        self.text(self.member(at, name)?)
    }

    /// Notes that a value was read, or is implied by what was.
    pub(crate) fn take(&mut self, at: usize) {
        self.taken[at] = true;
    }

    /// Takes the text of a member.
    pub(crate) fn take_text(&mut self, at: usize, name: &str) -> Option<&'t str> {
        let member = self.member(at, name)?;
        let text = self.text(member)?;
        self.take(member);
        Some(text)
    }

    /// Takes a member if its text is what it should be.
    pub(crate) fn take_if(&mut self, at: usize, name: &str, is_right: impl FnOnce(&str) -> bool) {
        if let Some(member) = self.member(at, name)
            && self.text(member).is_some_and(is_right)
        {
            self.take(member);
        }
    }

    /// Whether a member was taken.
    pub(crate) fn has_taken(&self, at: usize, name: &str) -> bool {
        self.member(at, name).is_some_and(|member| self.taken[member])
    }

    /// Paths of what was not taken, each of the highest element of which nothing was; the root
    /// stands for all further ones.
    pub(crate) fn left_out(&self) -> Vec<String> {
        let mut left = Vec::new();
        self.walk(0, &mut left);
        let mut paths: Vec<String> = left.iter().map(|&at| self.tape.path(ROOT, at)).collect();
        if paths.len() > LEFT_OUT_MAX {
            paths.truncate(LEFT_OUT_MAX - 1);
            paths.push(ROOT.to_owned());
        }
        paths
    }

    fn walk(&self, at: usize, left: &mut Vec<usize>) {
        if left.len() > LEFT_OUT_MAX || self.taken[at] {
            return;
        }
        let is_container = matches!(self.tape.value(at), Value::Array(_) | Value::Object(_));
        if is_container && self.taken[at..self.tape.after(at)].contains(&true) {
            self.tape.children(at).for_each(|child| self.walk(child, left));
        } else {
            left.push(at);
        }
    }
}

/// What the event is called in paths.
pub(crate) const ROOT: &str = "AuditEvent";

/// Paths in one answer.
pub(crate) const LEFT_OUT_MAX: usize = 100;
