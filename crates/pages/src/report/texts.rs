//! What reports say, in each language: one file per language, and none of them may lack a text.
mod de;
mod en;

use super::told::{Deed, Ending};
use crate::Language;

/// Every text of the reports. A language that lacks one does not compile.
#[derive(Debug)]
pub(crate) struct Texts {
    pub(crate) access_title: &'static str,
    pub(crate) disclosure_title: &'static str,
    pub(crate) access_intro: &'static str,
    pub(crate) disclosure_intro: &'static str,
    pub(crate) front: Front,
    pub(crate) brief: Brief,
    pub(crate) columns: Columns,
    pub(crate) access: Access,
    pub(crate) disclosure: Disclosure,
    pub(crate) watchers: Watchers,
    pub(crate) words: Words,
    pub(crate) form: Form,
    pub(crate) page: fn(usize, usize) -> String,
}

/// The first page.
#[derive(Debug)]
pub(crate) struct Front {
    pub(crate) person: &'static str,
    pub(crate) period: &'static str,
    pub(crate) whole: &'static str,
    pub(crate) from: fn(&str) -> String,
    pub(crate) until: fn(&str) -> String,
    pub(crate) span: fn(&str, &str) -> String,
    pub(crate) made: &'static str,
    pub(crate) staff: &'static str,
    pub(crate) staff_by: [&'static str; 3],
    pub(crate) heading: &'static str,
    pub(crate) never_sent: &'static str,
    pub(crate) senders: &'static str,
    pub(crate) no_senders: &'static str,
    pub(crate) more_senders: &'static str,
    pub(crate) gaps: &'static str,
    pub(crate) no_gaps: &'static str,
    pub(crate) gap: fn(&str, &str) -> String,
    pub(crate) rejects: &'static str,
    pub(crate) rejected: fn(u64) -> String,
    pub(crate) no_shelf: &'static str,
    pub(crate) erasures: &'static str,
    pub(crate) erased: fn(u64) -> String,
    pub(crate) restores: &'static str,
    pub(crate) restored: fn(u64) -> String,
    pub(crate) crashes: &'static str,
    pub(crate) crashed: fn(u64) -> String,
    pub(crate) none: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) partial: &'static str,
    pub(crate) mixed: fn(&str, usize) -> String,
    pub(crate) elsewhere: fn(&str, u64) -> String,
    pub(crate) proof: &'static str,
    pub(crate) log: fn(&str, u64) -> String,
    pub(crate) witnessed: &'static str,
    pub(crate) self_signed: &'static str,
    pub(crate) shows: &'static str,
    pub(crate) unsigned: &'static str,
    pub(crate) checkpoint: &'static str,
}

/// What stands on top.
#[derive(Debug)]
pub(crate) struct Brief {
    pub(crate) heading: &'static str,
    pub(crate) nothing: &'static str,
    pub(crate) counts: fn(usize, usize, usize) -> String,
    pub(crate) urgent: &'static str,
    pub(crate) emergencies: fn(usize) -> String,
    pub(crate) failures: fn(usize) -> String,
    pub(crate) no_urgent: &'static str,
}

/// Headings of columns.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) when: &'static str,
    pub(crate) received: &'static str,
    pub(crate) organisation: &'static str,
    pub(crate) who: &'static str,
    pub(crate) role: &'static str,
    pub(crate) what: &'static str,
    pub(crate) data: &'static str,
    pub(crate) purpose: &'static str,
    pub(crate) origin: &'static str,
    pub(crate) outcome: &'static str,
    pub(crate) emergency: &'static str,
    pub(crate) number: &'static str,
    pub(crate) first: &'static str,
    pub(crate) last: &'static str,
    pub(crate) date: &'static str,
    pub(crate) recipient: &'static str,
    pub(crate) address: &'static str,
    pub(crate) record: &'static str,
    pub(crate) named: &'static str,
    pub(crate) since: &'static str,
    pub(crate) latest: &'static str,
    pub(crate) sender: &'static str,
    pub(crate) events: &'static str,
}

/// Who looked.
#[derive(Debug)]
pub(crate) struct Access {
    pub(crate) summary: &'static str,
    pub(crate) summary_caption: &'static str,
    pub(crate) each: &'static str,
    pub(crate) each_caption: &'static str,
    pub(crate) by: fn(&str) -> String,
    pub(crate) surely: &'static str,
}

/// To whom it was disclosed.
#[derive(Debug)]
pub(crate) struct Disclosure {
    pub(crate) heading: &'static str,
    pub(crate) caption: &'static str,
    pub(crate) nothing: &'static str,
    pub(crate) exempt: fn(u64) -> String,
    pub(crate) failed: fn(u64) -> String,
}

/// The form that asks for one.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) title: &'static str,
    pub(crate) patient: &'static str,
    pub(crate) patient_hint: &'static str,
    pub(crate) id_rule: &'static str,
    pub(crate) identifiers: &'static str,
    pub(crate) identifiers_hint: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) start: &'static str,
    pub(crate) end: &'static str,
    pub(crate) language: &'static str,
    pub(crate) output: &'static str,
    pub(crate) html: &'static str,
    pub(crate) ask: &'static str,
    pub(crate) recorded: &'static str,
}

/// Who looked at the log.
#[derive(Debug)]
pub(crate) struct Watchers {
    pub(crate) heading: &'static str,
    pub(crate) caption: &'static str,
    pub(crate) intro: &'static str,
    pub(crate) nobody: &'static str,
}

/// Words for what events say.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) not_stated: &'static str,
    pub(crate) themselves: &'static str,
    pub(crate) another_patient: &'static str,
    pub(crate) shared: &'static str,
    pub(crate) emergency: &'static str,
    pub(crate) yes: &'static str,
    pub(crate) no: &'static str,
    pub(crate) deed: fn(Deed) -> &'static str,
    pub(crate) ending: fn(Ending) -> &'static str,
    pub(crate) purpose: fn(&str) -> Option<&'static str>,
    pub(crate) category: fn(&str) -> Option<&'static str>,
}

impl Language {
    /// What the first page of a report is called in it.
    pub fn report_front(self) -> &'static str {
        self.report().front.heading
    }

    /// What reports say in it.
    pub(crate) fn report(self) -> &'static Texts {
        match self {
            Self::En => &en::TEXTS,
            Self::De => &de::TEXTS,
        }
    }
}

/// A number with its noun; both languages have one form for one, and one for all others.
fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
