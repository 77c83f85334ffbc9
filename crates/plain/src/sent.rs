//! A plain event as it was sent: its members by name, and everything that is wrong with them.
use kiln_fhir::json::{Tape, Value};
use kiln_fhir::{Issue, IssueType, OperationOutcome};

/// A document, what it is called in errors, and what is wrong so far.
pub(crate) struct Sent<'t, 'a> {
    tape: &'t Tape<'a>,
    root: &'t str,
    issues: Vec<Issue>,
    more: usize,
}

impl<'t, 'a> Sent<'t, 'a> {
    /// `root` is empty for an event alone, `[3]` in an array.
    pub(crate) fn new(tape: &'t Tape<'a>, root: &'t str) -> Self {
        Self { tape, root, issues: Vec::new(), more: 0 }
    }

    /// Everything that is wrong.
    pub(crate) fn finish(mut self) -> Result<(), OperationOutcome> {
        if self.issues.is_empty() {
            return Ok(());
        }
        if self.more > 0 {
            let more = format!("{} more issues are not listed", self.more);
            self.issues.push(Issue::information(more));
        }
        Err(OperationOutcome { issues: self.issues })
    }

    /// How many things are wrong so far.
    pub(crate) fn len(&self) -> usize {
        self.issues.len() + self.more
    }

    /// The members of an object that have these names, and a value; refuses any other.
    pub(crate) fn members<const N: usize>(
        &mut self,
        at: usize,
        names: [&str; N],
    ) -> Option<[Option<usize>; N]> {
        if !matches!(self.tape.value(at), Value::Object(_)) {
            self.refuse(at, IssueType::Structure, "must be an object");
            return None;
        }
        let mut found = [None; N];
        for member in self.tape.children(at) {
            let key = self.tape.key(member);
            match names.iter().position(|name| *name == key) {
                // Programs that send every member send null for those without a value.
                Some(_) if matches!(self.tape.value(member), Value::Null) => {}
                Some(position) => found[position] = Some(member),
                None => self.unknown(at, member),
            }
        }
        Some(found)
    }

    /// Items of an array; an empty one says the same as none.
    pub(crate) fn items(&mut self, at: Option<usize>) -> Vec<usize> {
        let Some(at) = at else { return Vec::new() };
        if matches!(self.tape.value(at), Value::Array(_)) {
            return self.tape.children(at).collect();
        }
        self.refuse(at, IssueType::Structure, "must be an array");
        Vec::new()
    }

    /// A string as FHIR has them (<https://hl7.org/fhir/R4/datatypes.html#string>).
    pub(crate) fn text(&mut self, at: Option<usize>) -> Option<&'t str> {
        let at = at?;
        let Some(text) = self.tape.text(at) else {
            self.refuse(at, IssueType::Value, "must be a string");
            return None;
        };
        if text.trim().is_empty() {
            self.refuse(at, IssueType::Value, "is empty: leave it out");
            return None;
        }
        if text.bytes().any(|byte| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) {
            let message = "holds a control character other than tab, line feed and carriage return";
            self.refuse(at, IssueType::Value, message);
            return None;
        }
        Some(text)
    }

    /// One of a few codes.
    pub(crate) fn code(&mut self, at: Option<usize>, codes: &[&str]) -> Option<&'t str> {
        let at = at?;
        match self.tape.text(at) {
            Some(text) if codes.contains(&text) => Some(text),
            Some(_) => {
                let message = format!("must be one of {}", codes.join(" "));
                self.refuse(at, IssueType::CodeInvalid, &message);
                None
            }
            None => {
                let message = format!("must be a string, one of {}", codes.join(" "));
                self.refuse(at, IssueType::Value, &message);
                None
            }
        }
    }

    /// `true` or `false`
    pub(crate) fn boolean(&mut self, at: Option<usize>) -> Option<bool> {
        let at = at?;
        if let Value::Bool(value) = self.tape.value(at) {
            return Some(value);
        }
        self.refuse(at, IssueType::Value, "must be true or false, without quotes");
        None
    }

    /// Notes what is wrong with an element.
    pub(crate) fn refuse(&mut self, at: usize, code: IssueType, message: &str) {
        self.push(|sent| (Issue::error(code, message), sent.path(at)));
    }

    /// Notes that a member is missing.
    pub(crate) fn missing(&mut self, at: usize, name: &str, message: &str) {
        self.push(|sent| {
            let path = sent.path(at);
            let dot = if path.is_empty() { "" } else { "." };
            (Issue::error(IssueType::Required, message), format!("{path}{dot}{name}"))
        });
    }

    /// A name that cannot be a member's may be anything, a patient's too, and is not told.
    fn unknown(&mut self, parent: usize, at: usize) {
        let key = self.tape.key(at);
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if at_root(parent) && SERVERS.contains(&key) {
            self.refuse(at, IssueType::Structure, "the server gives it: leave it out");
        } else if (1..=NAME_BYTES_MAX).contains(&key.len()) && key.bytes().all(is_name) {
            self.refuse(at, IssueType::Structure, "there is no such member: leave it out");
        } else {
            let message = "holds a member that is not known: leave it out";
            self.refuse(parent, IssueType::Structure, message);
        }
    }

    /// Makes an issue only where it will be listed: naming an element takes time.
    fn push(&mut self, make: impl FnOnce(&Self) -> (Issue, String)) {
        if self.issues.len() < OperationOutcome::ISSUES_MAX - 1 {
            let (issue, path) = make(self);
            self.issues.push(at_path(issue, &path));
        } else {
            self.more += 1;
        }
    }

    fn path(&self, at: usize) -> String {
        let path = self.tape.path(self.root, at);
        path.strip_prefix('.').map(str::to_owned).unwrap_or(path)
    }
}

/// The issue at an element as the sender calls it; without a path it is about the event.
pub(crate) fn at_path(mut issue: Issue, path: &str) -> Issue {
    let path = path.strip_prefix('.').unwrap_or(path);
    issue.expression = (!path.is_empty()).then(|| path.to_owned());
    issue
}

fn at_root(node: usize) -> bool {
    node == 0
}

/// Members that the server adds when it answers.
const SERVERS: [&str; 3] = ["id", "received", "leftOut"];

const NAME_BYTES_MAX: usize = 64;
