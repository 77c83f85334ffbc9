//! Dates: an interval as precise as it was written, compared with a point in time
//! (<https://hl7.org/fhir/R4/search.html#date>). `recorded` and the received time are points of a
//! millisecond. Without a zone a value is in UTC.
use kiln_index::{Millis, Query};
use std::ops::Range;

const DAY: i64 = 86_400_000;

/// One value with its prefix, over the time that `at` compares.
///
/// # Errors
/// What the value should look like.
pub(crate) fn compile(
    piece: &str,
    at: impl Fn(Range<Millis>) -> Query,
) -> Result<Query, &'static str> {
    let (prefix, text) = split_prefix(piece);
    let Range { start, end } = interval(text).ok_or(FORMS)?;
    Ok(match prefix {
        "eq" | "" => at(start..end),
        "ne" => Query::Or(vec![at(EVER.start..start), at(end..EVER.end)]),
        "gt" | "sa" => at(end..EVER.end),
        "ge" => at(start..EVER.end),
        "lt" | "eb" => at(EVER.start..start),
        "le" => at(EVER.start..end),
        // How near is up to the server; a day around the interval forgives any mix-up of zones.
        "ap" => at(Millis(start.0 - DAY)..Millis(end.0 + DAY)),
        _ => return Err("takes the prefixes eq, ne, gt, lt, ge, le, sa, eb and ap"),
    })
}

const FORMS: &str = "takes YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm, with seconds, fraction \
                     and zone if wanted, after a prefix if wanted";

const EVER: Range<Millis> = Millis(i64::MIN)..Millis(i64::MAX);

fn split_prefix(piece: &str) -> (&str, &str) {
    piece.split_at(piece.bytes().take_while(u8::is_ascii_alphabetic).count())
}

/// From the first millisecond the text means to the first it does not.
fn interval(text: &str) -> Option<Range<Millis>> {
    // An unescaped `+` reaches a server as a space.
    let Range { start, end } = kiln_fhir::date_interval(&text.replace(' ', "+"))?;
    Some(Millis(start)..Millis(end))
}

#[cfg(test)]
mod tests;
