//! FHIR `instant` (<https://hl7.org/fhir/R4/datatypes.html#instant>).

/// A point in time with seconds and zone, as milliseconds since 1970-01-01T00:00:00Z.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant {
    /// Milliseconds; digits after the third are cut.
    pub millis: i64,
}

impl Instant {
    /// Parses by the grammar of FHIR's `instant`; `None` when the text is none.
    pub fn parse(_text: &str) -> Option<Self> {
        todo!()
    }
    /// `2024-06-15T08:30:00.000Z`
    pub fn to_text(self) -> String {
        todo!()
    }
}
