//! A stored record in JSON of a release that is asked for. The server's elements and XML come
//! after.
use crate::intake;
use kiln_fhir::{
    MediaType, Release, conversion,
    render::{Tag, with_tag},
    xml,
};
use kiln_store::{Record, RecordKind};
use std::{borrow::Cow, error::Error, fmt};

/// The tag of an event that breaks the base definition of its release
/// (`docs/decisions/0015-kept-events.md`).
pub(crate) const INVALID: Tag<'_> = Tag {
    system: "https://kiln-audit.org/fhir/CodeSystem/record-mark",
    code: "invalid",
    display: "breaks the base definition; kept as it was sent",
};

/// What was kept, and what it is.
#[derive(Copy, Clone, Debug)]
pub struct Kept<'a> {
    /// The bytes as they were received.
    pub body: &'a [u8],
    /// The release that they are in.
    pub release: Release,
    /// Their form.
    pub media: MediaType,
    /// Whether they break the base definition, and were kept nevertheless.
    pub is_invalid: bool,
}

impl<'a> Kept<'a> {
    /// Of a record that was read.
    ///
    /// # Errors
    /// A later build wrote it.
    pub fn of(record: &'a Record) -> Result<Self, Unreadable> {
        let release = Release::from_number(record.envelope.release);
        let media = MediaType::from_number(record.envelope.media_type);
        match (release, media) {
            (Some(release), Some(media)) => {
                let is_invalid = record.envelope.kind == RecordKind::InvalidAuditEvent;
                Ok(Self { body: &record.body, release, media, is_invalid })
            }
            _ => Err(Unreadable("it is in a form that this build does not know")),
        }
    }

    /// Whether the bytes are the answer as they stand, but for a tag.
    pub fn is_native(&self, release: Release) -> bool {
        self.release == release && self.media == MediaType::Json
    }

    /// The event as JSON of this release: as it was received where that is what it is, with a tag
    /// where it is marked. What was converted is complete only with the server's elements.
    ///
    /// # Errors
    /// XML that was accepted once is refused now.
    pub fn json_in(&self, release: Release) -> Result<Cow<'a, [u8]>, Unreadable> {
        if self.is_invalid {
            return self.complete_json_in(release);
        }
        self.unmarked_json_in(release, conversion::convert_to_render)
    }

    fn complete_json_in(&self, release: Release) -> Result<Cow<'a, [u8]>, Unreadable> {
        let json = self.unmarked_json_in(release, conversion::convert)?;
        if !self.is_invalid {
            return Ok(json);
        }
        let mut out = Vec::with_capacity(json.len() + 256);
        with_tag(&json, &INVALID, &mut out);
        Ok(Cow::Owned(out))
    }

    fn unmarked_json_in(
        &self,
        release: Release,
        convert: fn(&[u8], Release, Release, &mut Vec<u8>),
    ) -> Result<Cow<'a, [u8]>, Unreadable> {
        let json = match self.media {
            MediaType::Json => Cow::Borrowed(self.body),
            MediaType::Xml => {
                let json = xml::to_json(self.body, self.release, &intake::STORED);
                Cow::Owned(json.map_err(|_outcome| Unreadable("its XML cannot be read as FHIR"))?)
            }
        };
        if self.release == release {
            return Ok(json);
        }
        let mut out = Vec::with_capacity(json.len() * 2);
        convert(&json, self.release, release, &mut out);
        Ok(Cow::Owned(out))
    }

    /// The event as JSON of the release that the plain shape is read from, and that release: the
    /// nearer one of R4 and R5.
    ///
    /// # Errors
    /// Those of [`Kept::json_in`].
    pub fn json_for_plain(&self) -> Result<(Cow<'a, [u8]>, Release), Unreadable> {
        let release = match self.release {
            Release::R5 | Release::R6 => Release::R5,
            Release::Dstu2 | Release::Stu3 | Release::R4 | Release::R4b | Release::R5Draft => {
                Release::R4
            }
        };
        Ok((self.complete_json_in(release)?, release))
    }
}

/// Why a stored record cannot be read.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(&'static str);

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a stored event cannot be read: {}", self.0)
    }
}

impl Error for Unreadable {}
