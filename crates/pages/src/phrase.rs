//! The search line: words of English and German become chips, and chips become search parameters.
//!
//! The grammar is documented in `docs/pages.md`. What is not understood is searched as text and
//! stands as a chip of its own: nothing is dropped.
use crate::Texts;
use jiff::tz::TimeZone;
use kiln_fhir::Instant;

/// A search line as it was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Understood {
    /// Every part of the line, in its order.
    pub chips: Vec<Chip>,
    /// The search parameters of all chips (`kiln_search::Names::Page`), values escaped as FHIR
    /// demands.
    pub parameters: Vec<(String, String)>,
    /// What was not understood, and is searched as text.
    pub text: Vec<String>,
}

/// A part of a search line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// What it is about.
    pub kind: Kind,
    /// The value, as it is shown beside the kind.
    pub value: String,
    /// Words that read to this very chip.
    pub words: String,
    /// What it searches by.
    pub parameters: Vec<(String, String)>,
}

/// What a chip is about.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Who did it.
    Agent,
    /// Whom it is about.
    Patient,
    /// When.
    Date,
    /// What was done.
    Action,
    /// How it ended.
    Outcome,
    /// Of which type.
    Type,
    /// What for.
    Purpose,
    /// From which address.
    Address,
    /// Which resource.
    Entity,
    /// Who recorded it.
    Source,
    /// At which site.
    Site,
    /// Which event.
    Id,
    /// Not understood: searched as text.
    Text,
}

impl Understood {
    /// The line that reads to these chips.
    pub fn line(&self) -> String {
        let words: Vec<&str> = self.chips.iter().map(|chip| chip.words.as_str()).collect();
        words.join(" ")
    }

    /// The line without one of its chips.
    pub fn without(&self, chip: usize) -> String {
        let left = self.chips.iter().enumerate().filter(|(at, _)| *at != chip);
        let words: Vec<&str> = left.map(|(_, chip)| chip.words.as_str()).collect();
        words.join(" ")
    }
}

impl Chip {
    /// What stands before the value.
    pub fn label(&self, texts: &Texts) -> &'static str {
        (texts.kind)(self.kind)
    }
}

/// Bytes of a search line; what is longer is cut at a word.
pub const LINE_BYTES_MAX: usize = 1024;

/// Reads a search line at an instant, whose days and weeks are those of the zone.
pub fn read(line: &str, now: Instant, zone: &TimeZone) -> Understood {
    let _ = (line, now, zone);
    Understood::default()
}

/// The words that read to a chip of this kind and value: for facets, and links to a search.
pub fn words(kind: Kind, value: &str) -> String {
    let _ = kind;
    value.to_owned()
}
