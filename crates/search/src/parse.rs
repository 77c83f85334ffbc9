//! A search as it was asked: typed, checked, and compiled to a query.
use crate::clause::all;
use crate::compartment::Compartment;
use crate::compile::{self, Context, Subject};
use crate::result::{self, Total};
use crate::settings::{Handling, Settings};
use crate::{parameter, value};
use kiln_fhir::{Issue, IssueType, OperationOutcome, Release, Severity};
use kiln_index::{LogIndex, Order, Query};

/// A search that can be run.
#[derive(Clone, Debug)]
pub struct Search {
    /// Which records, of whatever release.
    pub query: Query,
    /// In which order.
    pub order: Order,
    /// How many on a page; 0: count only.
    pub count: usize,
    /// Whether the total is to be counted.
    pub total: Total,
    /// `_summary=count` or `_count=0`.
    pub count_only: bool,
    /// The parameters that were applied, for `link.self`: decoded pairs as they were sent, a
    /// clamped `_count` as it was clamped, and not `_cursor`.
    pub applied: Vec<(String, String)>,
    /// The page token, still opaque (`_cursor`).
    pub cursor: Option<String>,
    /// What was left out or clamped.
    pub warnings: Vec<Issue>,
}

/// Whose parameters a search speaks. Either finds events of every release.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Names {
    /// A release's own.
    Release(Release),
    /// The plain API's, after its filters were read.
    Plain,
    /// Those of the pages' search line, after its words were read.
    Page,
}

impl From<Release> for Names {
    fn from(release: Release) -> Self {
        Self::Release(release)
    }
}

/// Parses decoded (name, value) pairs. `find` resolves an id of `_id` to its position.
///
/// # Errors
/// 400, each issue naming its parameter: bad values, unknown modifiers, limits; unknown parameters
/// when strict.
pub fn parse(
    names: impl Into<Names>,
    pairs: &[(String, String)],
    handling: Handling,
    settings: &Settings,
    find: &dyn Fn(&str) -> Option<LogIndex>,
) -> Result<Search, OperationOutcome> {
    parse_in(None, names, pairs, handling, settings, find)
}

/// As [`parse`]; the search finds events of one compartment only, where there is one.
///
/// # Errors
/// Those of [`parse`].
pub fn parse_in(
    compartment: Option<&Compartment>,
    names: impl Into<Names>,
    pairs: &[(String, String)],
    handling: Handling,
    settings: &Settings,
    find: &dyn Fn(&str) -> Option<LogIndex>,
) -> Result<Search, OperationOutcome> {
    if pairs.len() > settings.parameters_max {
        let text = format!("a search takes at most {} parameters", settings.parameters_max);
        return Err(OperationOutcome::error(IssueType::TooLong, text));
    }
    let mut reader = Reader::new(handling, Context { settings, names: names.into(), find });
    reader.clauses.extend(compartment.map(|compartment| compartment.query.clone()));
    for (name, value) in pairs {
        reader.read(name, value);
    }
    reader.finish()
}

/// Reads pairs one after the other, and collects everything that is wrong.
pub(crate) struct Reader<'a> {
    pub(crate) search: Search,
    handling: Handling,
    context: Context<'a>,
    clauses: Vec<Query>,
    errors: Vec<Issue>,
    /// Which of [`result::NAMES`] have come.
    seen: [bool; result::NAMES.len()],
}

impl<'a> Reader<'a> {
    fn new(handling: Handling, context: Context<'a>) -> Self {
        let search = Search {
            query: Query::All,
            order: Order::RecordedNewest,
            count: context.settings.count_default.min(context.settings.count_max),
            total: Total::None,
            count_only: false,
            applied: Vec::new(),
            cursor: None,
            warnings: Vec::new(),
        };
        let seen = [false; result::NAMES.len()];
        Self { search, handling, context, clauses: Vec::new(), errors: Vec::new(), seen }
    }

    fn read(&mut self, name: &str, value: &str) {
        if let Some(at) = result::NAMES.iter().position(|known| *known == base(name)) {
            self.read_result(at, name, value);
        } else if let Some((subject, modifier)) = self.subject(name) {
            self.read_filter(name, subject, modifier, value);
        } else {
            self.leave_out(name, IssueType::NotSupported, self.why_not(name));
        }
    }

    /// Why nothing is searched by this name.
    fn why_not(&self, name: &str) -> &'static str {
        if self.context.names == Names::Plain {
            "is not a filter of audit events"
        } else if parameter::find(self.context.names, base(name)).is_some() {
            "is a chain, which is not built"
        } else if is_unbuilt(base(name)) {
            "is not built"
        } else {
            "is not a parameter of AuditEvent in this release"
        }
    }

    fn read_result(&mut self, at: usize, name: &str, value: &str) {
        if name != result::NAMES[at] {
            self.refuse(name, IssueType::NotSupported, "has no modifiers");
        } else if std::mem::replace(&mut self.seen[at], true) {
            self.refuse(name, IssueType::Value, "comes more than once");
        } else if value.len() > Settings::VALUE_BYTES_MAX {
            self.refuse(name, IssueType::TooLong, "is too long");
        } else if value.is_empty() {
            self.leave_out(name, IssueType::Value, "has no value");
        } else {
            result::read(self, name, value);
        }
    }

    /// What a name without its modifier searches; `None` for chains and unknown names. The plain
    /// API's names have no modifiers.
    fn subject<'n>(&self, name: &'n str) -> Option<(Subject, Option<&'n str>)> {
        if self.context.names == Names::Plain {
            return Some((Subject::Parameter(parameter::find(self.context.names, name)?), None));
        }
        let (path, modifier) = match name.split_once(':') {
            Some((path, modifier)) => (path, Some(modifier)),
            None => (name, None),
        };
        if let Some(rule) = parameter::find(self.context.names, path) {
            let chain = modifier.is_some_and(|modifier| modifier.contains('.'));
            return (!chain).then_some((Subject::Parameter(rule), modifier));
        }
        let of = parameter::find(self.context.names, path.strip_suffix(".identifier")?)?;
        Some((Subject::Identifier(compile::referred(of)?), modifier))
    }

    fn read_filter(&mut self, name: &str, subject: Subject, modifier: Option<&str>, value: &str) {
        let mut pieces = value::alternatives(value);
        let some = value::alternatives(value).any(|piece| !piece.is_empty());
        let compiled = compile::compile(subject, modifier, value, &self.context);
        match compiled {
            // A modifier is judged even where there is no value.
            Err(refusal) if some || refusal.code == IssueType::NotSupported => {
                self.refuse(name, refusal.code, &refusal.reason);
            }
            _ if !some => self.leave_out(name, IssueType::Value, "has no value"),
            Ok(clause) => {
                if pieces.any(str::is_empty) {
                    self.leave_out_value(name);
                }
                self.clauses.push(clause);
                self.apply(name, value);
            }
            Err(_) => {}
        }
    }

    pub(crate) fn settings(&self) -> &'a Settings {
        self.context.settings
    }

    /// Notes that a parameter took effect.
    pub(crate) fn apply(&mut self, name: &str, value: &str) {
        self.search.applied.push((name.to_owned(), value.to_owned()));
    }

    /// Notes an error: the search will not run.
    pub(crate) fn refuse(&mut self, name: &str, code: IssueType, reason: &str) {
        self.errors.push(issue(Severity::Error, code, name, reason));
    }

    /// Notes something the sender should know though the search runs.
    pub(crate) fn warn(&mut self, name: &str, code: IssueType, reason: &str) {
        self.search.warnings.push(issue(Severity::Warning, code, name, reason));
    }

    /// Leaves a parameter out with a warning, or refuses it when strict.
    pub(crate) fn leave_out(&mut self, name: &str, code: IssueType, reason: &str) {
        match self.handling {
            Handling::Strict => self.refuse(name, code, reason),
            Handling::Lenient => self.warn(name, code, &format!("{reason}: it was left out")),
        }
    }

    fn leave_out_value(&mut self, name: &str) {
        match self.handling {
            Handling::Strict => self.refuse(name, IssueType::Value, "has an empty value"),
            Handling::Lenient => {
                self.warn(name, IssueType::Value, "has an empty value: that value was left out");
            }
        }
    }

    fn finish(mut self) -> Result<Search, OperationOutcome> {
        if !self.errors.is_empty() {
            return Err(OperationOutcome { issues: self.errors });
        }
        self.search.query = all(self.clauses);
        if self.search.count_only {
            self.search.count = 0;
            self.search.total = Total::Accurate;
        }
        Ok(self.search)
    }
}

/// The name without modifier and chain.
fn base(name: &str) -> &str {
    name.split([':', '.']).next().unwrap_or(name)
}

/// Parameters that FHIR has for every resource and that are not built.
fn is_unbuilt(name: &str) -> bool {
    const NAMES: [&str; 17] = [
        "_contained",
        "_containedType",
        "_content",
        "_elements",
        "_filter",
        "_graph",
        "_has",
        "_in",
        "_include",
        "_language",
        "_list",
        "_maxresults",
        "_query",
        "_revinclude",
        "_score",
        "_text",
        "_type",
    ];
    NAMES.contains(&name)
}

/// The name is repeated only where it cannot be anything else than a name.
fn issue(severity: Severity, code: IssueType, name: &str, reason: &str) -> Issue {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte);
    if (1..=NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(is_name) {
        let expression = Some(format!("http.{name}"));
        Issue { severity, code, diagnostics: format!("{name} {reason}"), expression }
    } else {
        let diagnostics = format!("a parameter with an unusual name {reason}");
        Issue { severity, code, diagnostics, expression: None }
    }
}

const NAME_BYTES_MAX: usize = 64;

#[cfg(test)]
mod tests;
