//! What a body is written in.
use super::Refusal;
use kiln_fhir::IssueType;

/// The form of a body, by its media type.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// `application/fhir+json`, and whatever else means JSON of FHIR.
    Json,
    /// `application/fhir+xml`, and whatever else means XML of FHIR.
    Xml,
    /// `application/json-patch+json`
    JsonPatch,
    /// `application/xml-patch+xml`
    XmlPatch,
    /// `application/x-www-form-urlencoded`
    Urlencoded,
    /// Anything else: of a Binary, say.
    Other,
}

impl Form {
    /// The form that a `Content-Type` names.
    pub fn of(content_type: &str) -> Self {
        let essence = content_type.split(';').next().unwrap_or_default().trim_ascii();
        match essence.to_ascii_lowercase().as_str() {
            "application/fhir+json"
            | "application/json+fhir"
            | "application/json"
            | "text/json" => Self::Json,
            "application/fhir+xml" | "application/xml+fhir" | "application/xml" | "text/xml" => {
                Self::Xml
            }
            "application/json-patch+json" => Self::JsonPatch,
            "application/xml-patch+xml" => Self::XmlPatch,
            "application/x-www-form-urlencoded" => Self::Urlencoded,
            _ => Self::Other,
        }
    }

    /// The form of a request's body. Another character set than UTF-8 would be read otherwise
    /// here than there.
    pub(super) fn of_request(content_type: &str) -> Result<Self, Refusal> {
        let form = Self::of(content_type);
        let is_utf8 = charsets(content_type)
            .all(|name| ["utf-8", "utf8", "us-ascii"].contains(&name.as_str()));
        if is_utf8 || form == Self::Other {
            return Ok(form);
        }
        let says = "a body in another character set is not read: send UTF-8";
        Err(Refusal::new(415, IssueType::NotSupported, says))
    }

    /// What bytes look like whose sender does not say, or says something else.
    pub(super) fn sniff(body: &[u8]) -> Option<Self> {
        match body.trim_ascii_start().first()? {
            b'{' => Some(Self::Json),
            b'<' => Some(Self::Xml),
            _ => None,
        }
    }
}

/// All that are named: of two, one reader takes the first and another the last.
fn charsets(content_type: &str) -> impl Iterator<Item = String> {
    content_type.split(';').skip(1).filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_charset = name.trim_ascii().eq_ignore_ascii_case("charset");
        is_charset.then(|| value.trim_ascii().trim_matches('"').to_ascii_lowercase())
    })
}
