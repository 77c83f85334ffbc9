//! Who reads a page: in which language, in whose time, and when.
use crate::{Language, Texts, moment};
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

    /// `Europe/Vienna`; of a zone without a name its offset now.
    pub fn zone_name(&self) -> String {
        let name = self.zone.iana_name().map(str::to_owned);
        let offset = || Some(moment::zoned(self.now, &self.zone)?.strftime("%:z").to_string());
        name.or_else(offset).unwrap_or_default()
    }
}
