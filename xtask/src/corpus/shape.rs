//! The shapes that an `AuditEvent` has, and where and how each is asked for.

/// A shape of an `AuditEvent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shape {
    Dstu2,
    Stu3,
    R4,
    R4b,
    /// The draft of R5 that is shaped as R4.
    Draft,
    R5,
    R6,
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Format {
    Json,
    Xml,
}

impl Shape {
    pub(crate) const ALL: [Self; 7] =
        [Self::Dstu2, Self::Stu3, Self::R4, Self::R4b, Self::Draft, Self::R5, Self::R6];

    /// Its name in tables, and of its folder of renderings.
    pub(crate) fn name(self) -> &'static str {
        if self == Self::Draft { "draft" } else { self.path() }
    }

    /// Below `/fhir`.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Dstu2 => "dstu2",
            Self::Stu3 => "stu3",
            Self::R4 => "r4",
            Self::R4b => "r4b",
            Self::Draft | Self::R5 => "r5",
            Self::R6 => "r6",
        }
    }

    /// FHIR's media type of a body of this shape; DSTU2 has its own, and no `fhirVersion` (FHIR R4,
    /// http.html#version-parameter).
    pub(crate) fn media(self, format: Format) -> String {
        let format = format.name();
        let version = match self {
            Self::Dstu2 => return format!("application/{format}+fhir"),
            Self::Stu3 => "3.0",
            Self::R4 => "4.0",
            Self::R4b => "4.3",
            Self::Draft => "4.6",
            Self::R5 => "5.0",
            Self::R6 => "6.0",
        };
        format!("application/fhir+{format}; fhirVersion={version}")
    }
}

impl Format {
    pub(crate) const ALL: [Self; 2] = [Self::Json, Self::Xml];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }
}
