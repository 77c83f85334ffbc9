//! What is ours to say, in each language: one file per language, and none of them may lack a text.
mod de;
mod en;
pub mod officer;

use crate::moment::Unit;
use crate::{Act, phrase::Kind, timeline::About};

/// A language that pages are written in.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Language {
    /// Every one of them.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// Its tag (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// Its name, in itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
        }
    }

    /// The one of this tag, with or without a region.
    pub fn of(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// What is said in it.
    pub fn texts(self) -> &'static Texts {
        match self {
            Self::En => &en::TEXTS,
            Self::De => &de::TEXTS,
        }
    }
}

/// Every text of the pages. A language that lacks one does not compile.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what its text is for; the files say it")]
pub struct Texts {
    pub layout: Layout,
    pub timeline: Timeline,
    pub event: Event,
    pub proof: Proof,
    pub picture: Picture,
    pub problem: Problem,
    pub officer: officer::Officer,

    pub not_stated: &'static str,
    pub something: &'static str,
    pub somebody: &'static str,
    pub success: &'static str,
    pub minor_failure: &'static str,
    pub serious_failure: &'static str,
    pub major_failure: &'static str,
    pub outcome_not_stated: &'static str,
    pub emergency: &'static str,
    pub of_patient: &'static str,
    pub and_others: fn(usize) -> String,
    /// Patterns of what was done, and of what was tried and failed.
    pub act_done: fn(Act) -> &'static str,
    pub act_failed: fn(Act) -> &'static str,

    /// In the dative, where a language has one.
    pub span: fn(u64, Unit) -> String,
    pub just_now: &'static str,
    pub ago: fn(u64, Unit) -> String,
    pub ahead: fn(u64, Unit) -> String,
    pub weekdays: [&'static str; 7],
    pub weekdays_short: [&'static str; 7],
    pub months: [&'static str; 12],
    /// Weekday, day of the month, month, year.
    pub day: fn(&str, i8, &str, i16) -> String,
    /// 1234567 with the language's separators.
    pub number: fn(u64) -> String,
    pub kind: fn(Kind) -> &'static str,
}

/// Around every page.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what its text is for; the files say it")]
pub struct Layout {
    pub skip: &'static str,
    pub pages: &'static str,
    pub timeline: &'static str,
    pub review: &'static str,
    pub reports: &'static str,
    pub evidence: &'static str,
    pub operations: &'static str,
    pub demo: &'static str,
    pub times: &'static str,
    pub signed_in_as: &'static str,
    pub sign_out: &'static str,
    pub open: &'static str,
    pub never_sent: &'static str,
}

/// The timeline.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what its text is for; the files say it")]
pub struct Timeline {
    pub search: &'static str,
    pub hint: &'static str,
    pub button: &'static str,
    pub understood: &'static str,
    pub as_text: &'static str,
    pub remove: fn(&str) -> String,
    pub everything: &'static str,
    pub found: fn(&str) -> String,
    pub found_at_least: fn(&str) -> String,
    pub events: &'static str,
    pub narrow: &'static str,
    pub about: fn(About) -> &'static str,
    pub sampled: &'static str,
    pub found_values: fn(&FoundValues<'_>) -> String,
    pub covering: &'static str,
    pub all_values: fn(&str) -> String,
    pub fewer_values: fn(&str) -> String,
    pub older: &'static str,
    pub newest: &'static str,
    pub newer: &'static str,
    pub more_came: &'static str,
    pub all_came: &'static str,
    pub only_came: &'static str,
    pub whole_search: &'static str,
    pub live_ended: &'static str,
    pub purpose: &'static str,
    pub reason: &'static str,
    pub recorded: &'static str,
    pub received: &'static str,
    pub nothing: &'static str,
    pub widen: &'static str,
    pub widen_without: fn(&str) -> String,
    pub widen_otherwise: fn(&str) -> String,
    pub widen_date: &'static str,
    pub widen_spelling: &'static str,
    pub widen_never_sent: &'static str,
    pub from: &'static str,
    pub to: &'static str,
    pub range: &'static str,
    pub range_button: &'static str,
}

/// Why a list of values may not be all.
#[derive(Debug)]
pub struct FoundValues<'a> {
    /// How many of how many are shown, if fewer.
    pub cut: Option<(&'a str, &'a str)>,
    /// Among how many events they were found, if not among all.
    pub looked: Option<&'a str>,
}

/// The page of an event.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what its text is for; the files say it")]
pub struct Event {
    pub title: &'static str,
    pub contents: &'static str,
    pub who: &'static str,
    pub what: &'static str,
    pub when: &'static str,
    pub r#where: &'static str,
    pub why: &'static str,
    pub agent: &'static str,
    pub name: &'static str,
    pub reference: &'static str,
    pub identifier: &'static str,
    pub alt_id: &'static str,
    pub role: &'static str,
    pub participation: &'static str,
    pub requestor: &'static str,
    pub yes: &'static str,
    pub no: &'static str,
    pub address: &'static str,
    pub policy: &'static str,
    pub location: &'static str,
    pub media: &'static str,
    pub r#type: &'static str,
    pub subtype: &'static str,
    pub action: &'static str,
    pub action_of: fn(&str) -> Option<&'static str>,
    pub entity: &'static str,
    pub patient: &'static str,
    pub encounter: &'static str,
    pub based_on: &'static str,
    pub description: &'static str,
    pub lifecycle: &'static str,
    pub security_label: &'static str,
    pub query: &'static str,
    pub recorded: &'static str,
    pub received: &'static str,
    pub late: fn(&str) -> String,
    pub early: fn(&str) -> String,
    pub source: &'static str,
    pub site: &'static str,
    pub observer: &'static str,
    pub sender: &'static str,
    pub purpose: &'static str,
    pub outcome: &'static str,
    pub outcome_detail: &'static str,
    pub severity: &'static str,
    pub original: &'static str,
    pub no_original: &'static str,
    pub show_original: &'static str,
    pub original_note: &'static str,
    pub download_original: &'static str,
    pub in_releases: &'static str,
    pub in_releases_note: &'static str,
    pub not_in_release: &'static str,
    pub neighbours: &'static str,
    pub neighbours_note: &'static str,
    pub same_user: &'static str,
    pub same_patient: &'static str,
    pub same_request: &'static str,
    pub none_near: &'static str,
    pub more_near: &'static str,
    pub record: &'static str,
    pub id: &'static str,
    pub position: &'static str,
}

/// The proof of an event.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what its text is for; the files say it")]
pub struct Proof {
    pub title: &'static str,
    pub witnessed: &'static str,
    pub witnessed_shows: &'static str,
    pub self_signed: &'static str,
    pub self_signed_shows: &'static str,
    pub failed: &'static str,
    pub failed_shows: &'static str,
    pub unchecked: &'static str,
    pub unchecked_shows: &'static str,
    pub not_signed: &'static str,
    pub not_signed_shows: &'static str,
    pub leaf_only: &'static str,
    pub never_shows: &'static str,
    pub server_says: &'static str,
    pub browser_says: &'static str,
    pub check: &'static str,
    pub check_button: &'static str,
    pub policy: &'static str,
    pub policy_hint: &'static str,
    pub without_script: &'static str,
    pub check_yourself: &'static str,
    pub size: &'static str,
    pub root: &'static str,
    pub witness: &'static str,
    pub seen: &'static str,
    pub receipt: &'static str,
    pub bundle: &'static str,
    pub bundle_note: &'static str,
}

/// What stands beside pictures.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what its text is for; the files say it")]
pub struct Picture {
    pub as_table: &'static str,
    pub histogram: &'static str,
    pub histogram_says: fn(&HistogramSays<'_>) -> String,
    pub from: &'static str,
    pub to: &'static str,
    pub events: &'static str,
    pub failed: &'static str,
    pub heat_map: &'static str,
    pub heat_map_says: fn(&HeatMapSays<'_>) -> String,
    pub heat_map_empty: &'static str,
    pub weekday: &'static str,
    pub hour: &'static str,
    pub less: &'static str,
    pub more: &'static str,
    pub tree: &'static str,
    pub tree_says: fn(&TreeSays<'_>) -> String,
    pub step: &'static str,
    pub what: &'static str,
    pub covers: &'static str,
    pub hash: &'static str,
    pub leaf: &'static str,
    pub from_proof: &'static str,
    pub computed: &'static str,
    pub root: &'static str,
    pub record: &'static str,
}

/// What a histogram shows.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what it holds")]
pub struct HistogramSays<'a> {
    pub events: &'a str,
    pub failed: &'a str,
    pub from: &'a str,
    pub to: &'a str,
    pub most: &'a str,
    pub most_at: &'a str,
}

/// What a heat map shows.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what it holds")]
pub struct HeatMapSays<'a> {
    pub events: &'a str,
    pub weekday: &'a str,
    pub hour: usize,
    pub most: &'a str,
}

/// What a tree shows.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what it holds")]
pub struct TreeSays<'a> {
    pub index: &'a str,
    pub size: &'a str,
    pub steps: usize,
}

/// The page of an error.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field's name is what its text is for; the files say it")]
pub struct Problem {
    pub title: fn(u16) -> &'static str,
    pub to_do: fn(u16) -> &'static str,
    pub says: &'static str,
    pub request: &'static str,
    pub sign_in: &'static str,
    pub home: &'static str,
}

/// 1234567 as `1,234,567`.
fn grouped(number: u64, separator: char) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
