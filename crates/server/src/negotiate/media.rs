//! Media types and ranges, as `Content-Type` and `Accept` have them (RFC 9110 §8.3.1, §12.5.1).
use kiln_fhir::{MediaType, Release};

/// A media type or range with its parameters.
pub(super) struct Media<'a> {
    pub(super) essence: &'a str,
    parameters: &'a str,
}

/// `fhirVersion` names a release that is not spoken there.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Unspoken;

impl<'a> Media<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (essence, parameters) = text.split_once(';').unwrap_or((text, ""));
        let essence = essence.trim();
        (!essence.is_empty()).then_some(Self { essence, parameters })
    }

    fn parameter(&self, wanted: &str) -> Option<&'a str> {
        self.parameters.split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().trim_matches('"'))
        })
    }

    pub(super) fn is(&self, essence: &str) -> bool {
        self.essence.eq_ignore_ascii_case(essence)
    }

    pub(super) fn is_utf_8(&self) -> bool {
        self.parameter("charset").is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"))
    }

    /// As a range: its weight in thousandths (RFC 9110 §12.4.2).
    pub(super) fn weight(&self) -> u16 {
        let weight = self.parameter("q").and_then(|q| q.parse::<f32>().ok());
        weight.map_or(1000, |weight| (weight.clamp(0.0, 1.0) * 1000.0) as u16)
    }

    /// The form of FHIR that it is a name of: its own, that of DSTU2, and the general ones.
    pub(super) fn form(&self) -> Option<MediaType> {
        let is_one_of = |names: &[&str]| names.iter().any(|name| self.is(name));
        if is_one_of(&["application/fhir+json", "application/json", "application/json+fhir"])
            || self.is("text/json")
        {
            return Some(MediaType::Json);
        }
        let is_xml = is_one_of(&["application/fhir+xml", "application/xml"])
            || is_one_of(&["application/xml+fhir", "text/xml"]);
        is_xml.then_some(MediaType::Xml)
    }

    /// The release that `fhirVersion` names, one of those that are spoken at a path.
    pub(super) fn release(&self, path: Option<Release>) -> Result<Option<Release>, Unspoken> {
        let Some(version) = self.parameter("fhirVersion") else { return Ok(None) };
        let mut releases = (1..=u8::MAX).map_while(Release::from_number);
        let named = releases.find(|release| is_spoken(path, *release) && is(*release, version));
        named.map(Some).ok_or(Unspoken)
    }
}

/// At the URL of R5 its R4-shaped draft is spoken as well, which has none of its own.
fn is_spoken(path: Option<Release>, release: Release) -> bool {
    path.is_none_or(|path| path == release || (path == Release::R5 && release == Release::R5Draft))
}

/// `4.0` and `4.0.1` are R4 (<https://hl7.org/fhir/R4/http.html#version-parameter>); so is any other
/// patch of it, and `4`.
fn is(release: Release, version: &str) -> bool {
    let (mut sent, mut own) = (version.split('.'), release.version().split('.'));
    let is_major = sent.next() == own.next();
    is_major && sent.next().map_or(release != Release::R5Draft, |minor| Some(minor) == own.next())
}
