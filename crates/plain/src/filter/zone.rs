//! Time zones, and where their days begin and end. A zone may skip midnight, or have it twice
//! (<https://data.iana.org/time-zones/theory.html>).
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, civil};

/// A zone of the IANA database or an offset.
#[derive(Clone, Debug)]
pub(super) struct Zone(TimeZone);

impl Zone {
    /// UTC
    pub(super) fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// By IANA name or as `±hh:mm`.
    pub(super) fn find(text: &str) -> Option<Self> {
        // An unescaped `+` reaches a server as a space.
        let text = text.replace(' ', "+");
        if text.starts_with(['+', '-']) {
            return offset(&text).map(|offset| Self(TimeZone::fixed(offset)));
        }
        let zone = TimeZoneDatabase::bundled().get(&text).ok()?;
        (!zone.is_unknown()).then_some(Self(zone))
    }

    /// The first millisecond of which the day is this one or a later one.
    pub(super) fn start(&self, day: civil::Date) -> Option<i64> {
        Some(self.midnights(day)?.0.as_millisecond())
    }

    /// The first millisecond after all those of which the day is before this one.
    pub(super) fn end_before(&self, day: civil::Date) -> Option<i64> {
        let (first, last) = self.midnights(day)?;
        let before_last = last.as_nanosecond().checked_sub(1)?;
        let before_last = self.0.to_datetime(Timestamp::from_nanosecond(before_last).ok()?);
        // Between the two midnights the clock may have gone back to the day before.
        let end = if before_last.date() < day { last } else { first };
        Some(end.as_millisecond())
    }

    /// The instants of the day's midnight: the first and the last of them. Where a zone skips
    /// midnight, both are the instant at which it does.
    fn midnights(&self, day: civil::Date) -> Option<(Timestamp, Timestamp)> {
        let midnight = day.at(0, 0, 0, 0);
        let at = |offset: Offset| offset.to_timestamp(midnight).ok();
        match self.0.to_ambiguous_timestamp(midnight).offset() {
            AmbiguousOffset::Unambiguous { offset } => Some((at(offset)?, at(offset)?)),
            AmbiguousOffset::Fold { before, after } => Some((at(before)?, at(after)?)),
            AmbiguousOffset::Gap { before, .. } => {
                // By the old offset midnight is after the change, which came last before it.
                let next = Timestamp::from_nanosecond(at(before)?.as_nanosecond() + 1).ok()?;
                let change = self.0.preceding(next).next()?.timestamp();
                Some((change, change))
            }
        }
    }
}

/// `±hh:mm`, up to 14:00 as in FHIR's instants.
fn offset(text: &str) -> Option<Offset> {
    let instant = kiln_fhir::Instant::parse(&format!("1970-01-02T00:00:00{text}"))?;
    let day = kiln_fhir::Instant::parse("1970-01-02T00:00:00Z")?;
    let seconds = (day.millis - instant.millis) / 1_000;
    Offset::from_seconds(i32::try_from(seconds).ok()?).ok()
}

#[cfg(test)]
mod tests;
