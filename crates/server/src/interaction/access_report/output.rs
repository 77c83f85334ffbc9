//! What a report is written as.
use crate::answer::Refusal;
use hyper::{
    StatusCode,
    header::{self, HeaderMap},
};
use kiln_fhir::IssueType;

/// A form of a report.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// A page, which prints well.
    Html,
    /// PDF/UA-1.
    Pdf,
    /// RFC 4180.
    Csv,
    /// A document of FHIR, in JSON.
    Bundle,
}

/// Each with its media type and its short name; first what is answered where anything will do.
const OUTPUTS: [(Output, &str, &str); 4] = [
    (Output::Bundle, "application/fhir+json", "json"),
    (Output::Html, "text/html", "html"),
    (Output::Pdf, "application/pdf", "pdf"),
    (Output::Csv, "text/csv", "csv"),
];

/// Other names of a Bundle's type.
const JSON: [&str; 3] = ["application/json", "application/json+fhir", "text/json"];

impl Output {
    /// What is wanted: `_format` goes before `Accept`, whose weights count (RFC 9110 §12.5.1).
    ///
    /// # Errors
    /// 406 where nothing of it is offered.
    pub(super) fn of(headers: &HeaderMap, format: Option<&str>) -> Result<Self, Refusal> {
        let found = match format {
            Some(format) => of_type(&format.trim().replace(' ', "+")),
            None if !headers.contains_key(header::ACCEPT) => Some(Self::Bundle),
            None => accepted(headers),
        };
        found.ok_or_else(|| {
            let says = "a report is text/html, application/pdf, text/csv or application/fhir+json";
            Refusal::new(StatusCode::NOT_ACCEPTABLE, IssueType::NotSupported, says)
        })
    }
}

/// The first of those that weigh most; more exact ranges weigh by themselves.
fn accepted(headers: &HeaderMap) -> Option<Output> {
    let fields = headers.get_all(header::ACCEPT).iter();
    let ranges = fields.filter_map(|field| field.to_str().ok()).flat_map(|it| it.split(','));
    let ours = ranges.take(RANGES_MAX).filter_map(|range| Some((of_type(range)?, weight(range))));
    let best = ours
        .filter(|(_, weight)| *weight > 0)
        .reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map(|(output, _)| output)
}

/// Browsers send fewer.
const RANGES_MAX: usize = 32;

fn of_type(range: &str) -> Option<Output> {
    let name = range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if matches!(name.as_str(), "*/*" | "application/*") || JSON.contains(&name.as_str()) {
        return Some(Output::Bundle);
    }
    let is_named = |(_, r#type, short): &&(Output, &str, &str)| {
        *r#type == name || *short == name || name == "text/*" && *short == "html"
    };
    OUTPUTS.iter().find(is_named).map(|(output, ..)| *output)
}

/// In thousandths.
fn weight(range: &str) -> u32 {
    let mut parameters = range.split(';').skip(1);
    let weight = parameters.find_map(|it| it.trim().strip_prefix("q="));
    let weight = weight.map_or(1.0, |text| text.trim().parse().unwrap_or(0.0_f32));
    (weight.clamp(0.0, 1.0) * 1000.0) as u32
}

#[cfg(test)]
mod tests;
