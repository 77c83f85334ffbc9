//! The two reports about one person: who looked at their record, and to whom it was disclosed.
//!
//! Events go in one at a time ([`Builder::add`]) and are told by a list of what is shown of each:
//! when, who, of which organisation, what was done, to which kinds of data, what for, where that is
//! recorded, and how it ended. Nothing that names another patient is on that list. What comes out
//! is one [`Report`], and from it one [`sheet`], which is the page and the PDF alike, and the table
//! that is CSV.
mod builder;
mod category;
mod code;
mod coverage;
mod csv;
mod disclosure;
mod form;
mod party;
mod pdf;
mod person;
mod purpose;
mod sheet;
mod table;
mod texts;
mod told;
mod web;

pub use builder::{Builder, Stored};
pub use category::Categories;
pub use coverage::{Coverage, Gap, Proof, Sender};
pub use form::{Form, form, form_title};
pub use party::{Actor, Parties, label};
pub use pdf::Unwritable;
pub use person::{Identifier, Person, may_be_patient};
pub use purpose::Purpose;
pub use told::{Deed, Ending, Named, Told, origin};

use kiln_fhir::Instant;

/// Which of the two.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Everybody who looked (EHDS art. 9, GDPR art. 15, NEN 7513, SGB V §309).
    Access,
    /// Disclosures but for treatment, payment and operations (45 CFR 164.528).
    Disclosure,
}

/// How staff are named.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Staff {
    /// By their names, else by what refers to them.
    #[default]
    Name,
    /// By their roles alone.
    Role,
    /// Not at all: their organisation is named.
    Organisation,
}

/// A stretch of time; without a bound it is open.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The first instant.
    pub start: Option<Instant>,
    /// The first instant after it.
    pub end: Option<Instant>,
}

/// A report, in no language yet but for what its events say.
#[derive(Clone, Debug)]
pub struct Report {
    /// Which of the two.
    pub kind: Kind,
    /// How staff are named.
    pub staff: Staff,
    /// What it spans.
    pub period: Period,
    /// How the person is named: references and `system|value`.
    pub names: Vec<String>,
    /// What the log holds and what it cannot.
    pub coverage: Coverage,
    /// Every event, newest first.
    pub events: Vec<Told>,
    /// Which systems use the same relative reference, which may be different people: more than one
    /// where [`Told::named`] tells them apart.
    pub named: Vec<Named>,
    /// The same id on other servers, which is not taken to be this person: how many events name it
    /// there, by the server's base URL. Empty where whoever asks may not know.
    pub elsewhere: Vec<(String, u64)>,
    /// Who looked at the person's log; `None` where the settings leave that out.
    pub watchers: Option<Vec<Told>>,
    /// Whether whoever asks may see a part of the events only.
    pub is_partial: bool,
    /// Whether no event at all names the person, at whatever time: it is more likely that the id is
    /// wrong than that nobody looked.
    pub is_unknown: bool,
    /// Disclosures for treatment, payment and operations, which the accounting leaves out.
    pub exempt: u64,
    /// Disclosures that failed, which disclosed nothing.
    pub failed: u64,
}

#[cfg(test)]
mod tests;
