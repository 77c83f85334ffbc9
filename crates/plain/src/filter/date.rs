//! Dates of a search: the time that a bare day, month or year covers in a zone, and instants.
//!
//! A point of time is a millisecond, as events are found by theirs.
use super::zone::Zone;
use jiff::civil;
use kiln_fhir::Instant;

/// Milliseconds since 1970-01-01T00:00:00Z; no bound is outside of the years that FHIR knows.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: Option<i64>,
    pub(super) end: Option<i64>,
}

/// What a value covers, from its first millisecond to the first after it.
///
/// # Errors
/// What the value should look like.
pub(super) fn span(value: &str, zone: &Zone) -> Result<Span, &'static str> {
    // An unescaped `+` reaches a server as a space.
    let text = value.replace(' ', "+");
    if text.contains('T') {
        return point(&text);
    }
    let (first, last) = days(&text).ok_or(FORMS)?;
    let after = last.tomorrow().ok();
    Ok(Span { start: zone.start(first), end: after.and_then(|after| zone.end_before(after)) })
}

const FORMS: &str = "is a date such as 2024, 2024-06, 2024-06-15 or 2024-06-15T08:30:00Z";

/// An instant is itself, whatever digits it has; a minute is whole.
fn point(text: &str) -> Result<Span, &'static str> {
    if let Some(Instant { millis }) = Instant::parse(text) {
        return Ok(Span { start: Some(millis), end: Some(millis + 1) });
    }
    let has_zone = text.split_once('T').is_some_and(|(_, time)| time.contains(['Z', '+', '-']));
    match kiln_fhir::date_interval(text) {
        Some(minute) if has_zone => Ok(Span { start: Some(minute.start), end: Some(minute.end) }),
        Some(_) => Err("has a time without a zone: write it with Z or an offset such as +01:00"),
        None => Err(FORMS),
    }
}

/// The first and the last day of a year, a month or a day.
fn days(text: &str) -> Option<(civil::Date, civil::Date)> {
    kiln_fhir::date_interval(text)?;
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i16>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7), number(8..10));
    let first = civil::Date::new(
        year,
        month.unwrap_or(1).try_into().ok()?,
        day.unwrap_or(1).try_into().ok()?,
    )
    .ok()?;
    let last = match (month, day) {
        (None, _) => first.last_of_year(),
        (Some(_), None) => first.last_of_month(),
        (Some(_), Some(_)) => first,
    };
    Some((first, last))
}

/// The instant as FHIR writes it, where it can: in the years 0001 to 9999.
pub(super) fn to_text(millis: i64) -> Option<String> {
    let text = Instant { millis }.to_text();
    Instant::parse(&text).map(|_| text)
}

#[cfg(test)]
mod tests;
