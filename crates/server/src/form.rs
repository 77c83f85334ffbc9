//! In which release and media type a resource is written.
use hyper::header::HeaderValue;
use kiln_fhir::{MediaType, Release};

/// A release and a media type.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) release: Release,
    pub(crate) media: MediaType,
}

impl Form {
    /// JSON of this release.
    pub(crate) const fn json(release: Release) -> Self {
        Self { release, media: MediaType::Json }
    }

    /// As `Content-Type` says it. DSTU2 has types of its own
    /// (<https://hl7.org/fhir/DSTU2/http.html#mime-type>), since R4 they tell the release
    /// (<https://hl7.org/fhir/R4/http.html#version-parameter>).
    pub(crate) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self.media {
            MediaType::Json => json(self.release),
            MediaType::Xml => xml(self.release),
        })
    }
}

const fn json(release: Release) -> &'static str {
    match release {
        Release::Dstu2 => "application/json+fhir",
        Release::Stu3 => "application/fhir+json; fhirVersion=3.0",
        Release::R4 => "application/fhir+json; fhirVersion=4.0",
        Release::R4b => "application/fhir+json; fhirVersion=4.3",
        Release::R5Draft => "application/fhir+json; fhirVersion=4.6",
        Release::R5 => "application/fhir+json; fhirVersion=5.0",
        Release::R6 => "application/fhir+json; fhirVersion=6.0",
    }
}

const fn xml(release: Release) -> &'static str {
    match release {
        Release::Dstu2 => "application/xml+fhir",
        Release::Stu3 => "application/fhir+xml; fhirVersion=3.0",
        Release::R4 => "application/fhir+xml; fhirVersion=4.0",
        Release::R4b => "application/fhir+xml; fhirVersion=4.3",
        Release::R5Draft => "application/fhir+xml; fhirVersion=4.6",
        Release::R5 => "application/fhir+xml; fhirVersion=5.0",
        Release::R6 => "application/fhir+xml; fhirVersion=6.0",
    }
}
