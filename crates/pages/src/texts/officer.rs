//! What is said on the pages of those who watch over the log: users, review, saved searches,
//! evidence, operations.
use crate::{
    evidence::Standing,
    operations::{Part, Span, Trouble},
    review::{Show, Why},
};

/// All of it.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field is a page")]
pub struct Officer {
    pub user: User,
    pub review: Review,
    pub saved: Saved,
    pub evidence: Evidence,
    pub operations: Operations,
}

/// What a user did.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what its text is for; the files say it")]
pub struct User {
    pub title: &'static str,
    pub heading: fn(&str) -> String,
    pub ask: &'static str,
    pub summary: &'static str,
    pub events: &'static str,
    pub failed: &'static str,
    pub first: &'static str,
    pub last: &'static str,
    pub patients: &'static str,
    pub patients_says: fn(&str, &str, &str) -> String,
    pub day: &'static str,
    pub distinct: &'static str,
    pub when: &'static str,
    pub when_note: &'static str,
    pub sampled: fn(&str) -> String,
    pub newest: &'static str,
    pub all: &'static str,
    pub nothing: &'static str,
    pub not_one: &'static str,
}

/// The review queue.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what its text is for; the files say it")]
pub struct Review {
    pub title: &'static str,
    pub about: &'static str,
    pub show: &'static str,
    pub show_of: fn(Show) -> &'static str,
    pub why_of: fn(Why) -> &'static str,
    pub looked_at: fn(usize, usize) -> String,
    pub more: &'static str,
    pub none_open: &'static str,
    pub none: &'static str,
    pub marked_done: fn(&str) -> String,
    pub marked_open: fn(&str) -> String,
    pub note: &'static str,
    pub note_hint: &'static str,
    pub done: &'static str,
    pub reopen: &'static str,
    pub on_record: &'static str,
    pub details: &'static str,
}

/// Saved searches.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what its text is for; the files say it")]
pub struct Saved {
    pub title: &'static str,
    pub about: &'static str,
    pub none: &'static str,
    pub open: fn(&str) -> String,
    pub forget: fn(&str) -> String,
    pub open_short: &'static str,
    pub forget_short: &'static str,
    pub name: &'static str,
    pub line: &'static str,
    pub line_hint: &'static str,
    pub add: &'static str,
    pub save: &'static str,
    pub saved_on: &'static str,
}

/// What proves the log.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what its text is for; the files say it")]
pub struct Evidence {
    pub title: &'static str,
    pub about: &'static str,
    pub now: &'static str,
    pub standing: fn(Standing) -> &'static str,
    pub size: &'static str,
    pub signed: &'static str,
    pub origin: &'static str,
    pub root: &'static str,
    pub key: &'static str,
    pub key_note: &'static str,
    pub witnesses: &'static str,
    pub no_witnesses: &'static str,
    pub witness: &'static str,
    pub cosigned: &'static str,
    pub witnessed_size: &'static str,
    pub never: &'static str,
    pub scrub: &'static str,
    pub scrub_passed: &'static str,
    pub scrub_never: &'static str,
    pub scrub_repaired: fn(&str) -> String,
    pub damaged: &'static str,
    pub falsify: &'static str,
    pub falsify_alone: &'static [&'static str],
    pub falsify_witnessed: &'static [&'static str],
    pub never_sent: &'static str,
    pub walk: &'static str,
    pub walk_note: fn(&str, &str) -> String,
    pub walk_other: &'static str,
    pub walk_position: &'static str,
    pub walk_show: &'static str,
    pub empty: &'static str,
    pub checkpoint: &'static str,
    pub unsigned: &'static str,
    pub check: &'static str,
    pub checkpoint_link: &'static str,
    pub verify_link: &'static str,
}

/// How the server does.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what its text is for; the files say it")]
pub struct Operations {
    pub title: &'static str,
    pub about: &'static str,
    pub fine: &'static str,
    pub trouble: fn(Trouble) -> &'static str,
    pub records: &'static str,
    pub started: &'static str,
    pub silent_count: &'static str,
    pub wrong_clocks: &'static str,
    pub senders: &'static str,
    pub senders_note: &'static str,
    pub sender: &'static str,
    pub last: &'static str,
    pub day: &'static str,
    pub week: &'static str,
    pub clock: &'static str,
    pub state: &'static str,
    pub silent: &'static str,
    pub sends: &'static str,
    pub clock_wrong: &'static str,
    pub ahead: fn(&str) -> String,
    pub behind: fn(&str) -> String,
    pub right: &'static str,
    pub unnamed: &'static str,
    pub more_senders: &'static str,
    pub no_senders: &'static str,
    pub rates: &'static str,
    pub span: fn(Span) -> &'static str,
    pub received: &'static str,
    pub per_second: &'static str,
    pub latencies: &'static str,
    pub latencies_note: &'static str,
    pub no_latencies: &'static str,
    pub request: &'static str,
    pub count: &'static str,
    pub half: &'static str,
    pub most: &'static str,
    pub disk: &'static str,
    pub part: fn(Part) -> &'static str,
    pub what: &'static str,
    pub bytes: &'static str,
    pub total: &'static str,
    pub rejects: &'static str,
    pub rejects_note: &'static str,
    pub on_shelf: &'static str,
    pub repeated: &'static str,
    pub lost: &'static str,
    pub refused_newest: fn(&str, &str) -> String,
    pub refused_unread: &'static str,
    pub refused_number: &'static str,
    pub refused_at: &'static str,
    pub refused_from: &'static str,
    pub refused_as: &'static str,
    pub refused_why: &'static str,
    pub more_errors: fn(usize) -> String,
    pub watch: &'static str,
    pub silent_since: fn(&SilentSince<'_>) -> String,
    pub more_silent: fn(usize) -> String,
    pub refused: fn(u64, &str) -> String,
    pub not_found_out: &'static str,
    pub to_operations: &'static str,
    pub metrics: &'static str,
}

/// A sender that has fallen silent.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what it holds")]
pub struct SilentSince<'a> {
    pub name: &'a str,
    pub at: &'a str,
    pub ago: &'a str,
}
