//! The review queue: emergency accesses, failed ones and failed sign-ins, and who has looked at
//! each.
use crate::{
    Html, Reader, moment,
    timeline::{self, Row},
};
use askama::Template;
use kiln_fhir::Instant;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// Before every path: empty, or `/t/{tenant}`.
    pub base: &'a str,
    /// Which cases.
    pub show: Show,
    /// The cases that are shown, newest first.
    pub cases: Vec<Case>,
    /// How many of the queue have been looked at.
    pub done: usize,
    /// How many there are in the queue.
    pub all: usize,
    /// Whether there are older ones that the queue does not hold.
    pub more: bool,
    /// What marks a form as ours.
    pub form: &'a str,
}

/// Cases of the queue that are no sign-ins: the newest ones.
pub const CASES_MAX: usize = 500;

/// Sign-ins of the queue: the newest ones. Of mistyped passwords there are many, and they take no
/// room from the other cases.
pub const SIGN_INS_MAX: usize = 200;

/// Bytes of a note.
pub const NOTE_BYTES_MAX: usize = 2000;

/// Which cases are shown.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// Nobody has looked at them.
    #[default]
    Open,
    /// Somebody has.
    Done,
    /// All of them.
    All,
}

impl Show {
    /// Every one of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Done, Self::All];

    /// Its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::All => "all",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|show| show.name() == name)
    }

    /// Whether a case is shown that is done, or is not.
    pub fn shows(self, is_done: bool) -> bool {
        match self {
            Self::Open => !is_done,
            Self::Done => is_done,
            Self::All => true,
        }
    }
}

/// An event that somebody has to look at.
#[derive(Clone, Debug)]
pub struct Case {
    /// The event.
    pub row: Row,
    /// Why.
    pub why: Why,
    /// What was said of it, oldest first.
    pub marks: Vec<Mark>,
}

impl Case {
    /// Whether somebody has looked at it, and nobody has opened it again since.
    pub fn is_done(&self) -> bool {
        self.marks.last().is_some_and(|mark| mark.is_done)
    }
}

/// Why somebody has to look.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was an emergency access.
    BreakTheGlass,
    /// It failed.
    Failed,
    /// It was a sign-in that failed.
    SignIn,
}

/// What somebody said of a case.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Who.
    pub who: String,
    /// When.
    pub at: Instant,
    /// What.
    pub note: String,
    /// Whether it is done with.
    pub is_done: bool,
}

/// The body of the page.
pub fn body(view: &View<'_>, reader: &Reader) -> Html {
    let texts = &reader.texts().officer.review;
    Html::of(&Body {
        view,
        t: texts,
        filters: Show::ALL.map(|show| (show, (texts.show_of)(show))),
        looked_at: (texts.looked_at)(view.done, view.all),
        cases: view.cases.iter().map(|case| Shown::of(case, view.base, reader)).collect(),
    })
}

#[derive(Template)]
#[template(path = "review.html")]
struct Body<'a> {
    view: &'a View<'a>,
    t: &'static crate::texts::officer::Review,
    filters: [(Show, &'static str); 3],
    looked_at: String,
    cases: Vec<Shown<'a>>,
}

struct Shown<'a> {
    id: &'a str,
    row: Html,
    why: &'static str,
    is_done: bool,
    marks: Vec<ShownMark<'a>>,
}

struct ShownMark<'a> {
    says: String,
    at: String,
    machine: String,
    note: &'a str,
}

impl<'a> Shown<'a> {
    fn of(case: &'a Case, base: &str, reader: &Reader) -> Self {
        let texts = &reader.texts().officer.review;
        let marks = case.marks.iter().map(|mark| ShownMark {
            says: (if mark.is_done { texts.marked_done } else { texts.marked_open })(&mark.who),
            at: moment::absolute(mark.at, reader),
            machine: moment::machine(mark.at),
            note: &mark.note,
        });
        Self {
            id: &case.row.id,
            row: timeline::rows(std::slice::from_ref(&case.row), base, reader),
            why: (texts.why_of)(case.why),
            is_done: case.is_done(),
            marks: marks.collect(),
        }
    }
}

#[cfg(test)]
mod tests;
