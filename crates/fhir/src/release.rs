//! FHIR releases and media types, as paths, versions and stored numbers.

/// A FHIR release that Kiln knows. The numbers are stored and never change.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Release {
    /// 1.0.2
    Dstu2 = 1,
    /// 3.0.2
    Stu3 = 2,
    /// 4.0.1
    R4 = 3,
    /// 4.3.0
    R4b = 4,
    /// 4.6.0, the draft of R5 of May 2021
    R5Draft = 5,
    /// 5.0.0
    R5 = 6,
    /// 6.0.0-ballot
    R6 = 7,
}

impl Release {
    /// The number in envelopes.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The release with this number.
    pub const fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            1 => Self::Dstu2,
            2 => Self::Stu3,
            3 => Self::R4,
            4 => Self::R4b,
            5 => Self::R5Draft,
            6 => Self::R5,
            7 => Self::R6,
            _ => return None,
        })
    }

    /// The segment after `/fhir/` in URLs.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Dstu2 => "dstu2",
            Self::Stu3 => "stu3",
            Self::R4 => "r4",
            Self::R4b => "r4b",
            Self::R5Draft => "r5-draft",
            Self::R5 => "r5",
            Self::R6 => "r6",
        }
    }

    /// `fhirVersion` of the media type parameter and of `CapabilityStatement.fhirVersion`.
    pub const fn version(self) -> &'static str {
        match self {
            Self::Dstu2 => "1.0.2",
            Self::Stu3 => "3.0.2",
            Self::R4 => "4.0.1",
            Self::R4b => "4.3.0",
            Self::R5Draft => "4.6.0",
            Self::R5 => "5.0.0",
            Self::R6 => "6.0.0-ballot2",
        }
    }

    /// The releases that have a URL of their own. The R4-shaped draft of R5 has none: it is taken
    /// and answered at that of R5.
    pub const SERVED: &'static [Self] =
        &[Self::Dstu2, Self::Stu3, Self::R4, Self::R4b, Self::R5, Self::R6];
}

/// The form of a record's bytes. The numbers are stored and never change.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum MediaType {
    /// `application/fhir+json`
    Json = 1,
    /// `application/fhir+xml`
    Xml = 2,
}

impl MediaType {
    /// The number in envelopes.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The form with this number.
    pub const fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            1 => Self::Json,
            2 => Self::Xml,
            _ => return None,
        })
    }
}
