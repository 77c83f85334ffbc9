//! What reports say, in each language: one file per language, and none of them may lack a text.
mod de;
mod en;

use super::told::{Deed, Ending};
use crate::Language;

/// Every text of the reports. A language that lacks one does not compile.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what its text is for; the files say it")]
pub struct Texts {
    pub access_title: &'static str,
    pub disclosure_title: &'static str,
    pub access_intro: &'static str,
    pub disclosure_intro: &'static str,
    pub front: Front,
    pub brief: Brief,
    pub columns: Columns,
    pub access: Access,
    pub disclosure: Disclosure,
    pub watchers: Watchers,
    pub words: Words,
    pub page: fn(usize, usize) -> String,
}

/// The first page.
#[derive(Debug)]
#[expect(missing_docs, reason = "as of Texts")]
pub struct Front {
    pub person: &'static str,
    pub period: &'static str,
    pub whole: &'static str,
    pub from: fn(&str) -> String,
    pub until: fn(&str) -> String,
    pub span: fn(&str, &str) -> String,
    pub made: &'static str,
    pub staff: &'static str,
    pub staff_by: [&'static str; 3],
    pub heading: &'static str,
    pub never_sent: &'static str,
    pub senders: &'static str,
    pub no_senders: &'static str,
    pub more_senders: &'static str,
    pub gaps: &'static str,
    pub no_gaps: &'static str,
    pub gap: fn(&str, &str) -> String,
    pub rejects: &'static str,
    pub rejected: fn(u64) -> String,
    pub no_shelf: &'static str,
    pub erasures: &'static str,
    pub erased: fn(u64) -> String,
    pub restores: &'static str,
    pub restored: fn(u64) -> String,
    pub crashes: &'static str,
    pub crashed: fn(u64) -> String,
    pub none: &'static str,
    pub mixed: fn(&str, usize) -> String,
    pub elsewhere: fn(&str, u64) -> String,
    pub proof: &'static str,
    pub log: fn(&str, u64) -> String,
    pub witnessed: &'static str,
    pub self_signed: &'static str,
    pub shows: &'static str,
    pub unsigned: &'static str,
    pub checkpoint: &'static str,
}

/// What stands on top.
#[derive(Debug)]
#[expect(missing_docs, reason = "as of Texts")]
pub struct Brief {
    pub heading: &'static str,
    pub nothing: &'static str,
    pub counts: fn(usize, usize, usize) -> String,
    pub urgent: &'static str,
    pub emergencies: fn(usize) -> String,
    pub failures: fn(usize) -> String,
    pub no_urgent: &'static str,
}

/// Headings of columns.
#[derive(Debug)]
#[expect(missing_docs, reason = "as of Texts")]
pub struct Columns {
    pub when: &'static str,
    pub received: &'static str,
    pub organisation: &'static str,
    pub who: &'static str,
    pub role: &'static str,
    pub what: &'static str,
    pub data: &'static str,
    pub purpose: &'static str,
    pub origin: &'static str,
    pub outcome: &'static str,
    pub emergency: &'static str,
    pub number: &'static str,
    pub first: &'static str,
    pub last: &'static str,
    pub date: &'static str,
    pub recipient: &'static str,
    pub address: &'static str,
    pub record: &'static str,
    pub named: &'static str,
    pub sender: &'static str,
    pub events: &'static str,
}

/// Who looked.
#[derive(Debug)]
#[expect(missing_docs, reason = "as of Texts")]
pub struct Access {
    pub summary: &'static str,
    pub summary_caption: &'static str,
    pub each: &'static str,
    pub each_caption: &'static str,
    pub by: fn(&str) -> String,
    pub surely: &'static str,
    pub times: fn(u64) -> String,
}

/// To whom it was disclosed.
#[derive(Debug)]
#[expect(missing_docs, reason = "as of Texts")]
pub struct Disclosure {
    pub heading: &'static str,
    pub caption: &'static str,
    pub nothing: &'static str,
    pub exempt: fn(u64) -> String,
    pub failed: fn(u64) -> String,
}

/// Who looked at the log.
#[derive(Debug)]
#[expect(missing_docs, reason = "as of Texts")]
pub struct Watchers {
    pub heading: &'static str,
    pub caption: &'static str,
    pub intro: &'static str,
    pub nobody: &'static str,
}

/// Words for what events say.
#[derive(Debug)]
#[expect(missing_docs, reason = "as of Texts")]
pub struct Words {
    pub not_stated: &'static str,
    pub themselves: &'static str,
    pub another_patient: &'static str,
    pub shared: &'static str,
    pub emergency: &'static str,
    pub yes: &'static str,
    pub no: &'static str,
    pub deed: fn(Deed) -> &'static str,
    pub ending: fn(Ending) -> &'static str,
    pub purpose: fn(&str) -> Option<&'static str>,
    pub category: fn(&str) -> Option<&'static str>,
}

impl Language {
    /// What reports say in it.
    pub fn report(self) -> &'static Texts {
        match self {
            Self::En => &en::TEXTS,
            Self::De => &de::TEXTS,
        }
    }
}
