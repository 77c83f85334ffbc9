//! In which language a page is: the settings say so, else the browser (RFC 9110 §12.5.4).
use super::Pages;
use hyper::header::{self, HeaderMap};
use kiln_pages::Language;

/// The language of an answer.
pub(super) fn of(settings: &Pages, headers: &HeaderMap) -> Language {
    settings.language.or_else(|| accepted(headers)).unwrap_or_default()
}

/// The one of ours that the browser would have most.
fn accepted(headers: &HeaderMap) -> Option<Language> {
    let fields = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    let ranges = fields.filter_map(|field| field.to_str().ok()).flat_map(|it| it.split(','));
    let ours = ranges.take(RANGES_MAX).filter_map(|range| {
        let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
        Some((Language::of(tag.trim())?, thousandths(weight)?))
    });
    // The first of those that weigh the same.
    let best = ours
        .filter(|(_, weight)| *weight > 0)
        .reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map(|(language, _)| language)
}

/// Browsers send a few.
const RANGES_MAX: usize = 32;

/// `q=0.8` in thousandths (RFC 9110 §12.4.2); 1000 where there is none.
fn thousandths(weight: &str) -> Option<u32> {
    let Some(text) = weight.trim().strip_prefix("q=") else { return Some(1000) };
    let weight: f32 = text.parse().ok()?;
    (0.0..=1.0).contains(&weight).then_some((weight * 1000.0) as u32)
}

#[cfg(test)]
mod tests;
