//! Who reads a page: in which language, in whose time, and when.
use crate::{Language, Texts};
use jiff::tz::TimeZone;
use kiln_fhir::Instant;

/// Who reads.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The language of everything that is ours to say.
    pub language: Language,
    /// The tenant's time zone; every time is shown in it, with its offset.
    pub zone: TimeZone,
    /// When the page is made.
    pub now: Instant,
}

impl Reader {
    /// What is said in the reader's language.
    pub fn texts(&self) -> &'static Texts {
        self.language.texts()
    }
}
