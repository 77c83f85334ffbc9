//! FHIR `instant` (<https://hl7.org/fhir/R4/datatypes.html#instant>) and the partial dates beside it.
use std::fmt::Write as _;
use std::ops::Range;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Characters of a date that names its day.
const DAY_LEN: usize = 10;

/// A point in time with seconds and zone, as milliseconds since 1970-01-01T00:00:00Z.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant {
    /// Milliseconds; digits after the third are cut.
    pub millis: i64,
}

impl Instant {
    /// Parses by the grammar of FHIR's `instant`; `None` when the text is none.
    ///
    /// Years are 0001 to 9999, days must exist, offsets end at 14:00, `24:00` is refused. A leap
    /// second (`:60`) is the last millisecond of its minute, so that it sorts before the next.
    pub fn parse(text: &str) -> Option<Self> {
        let mut scan = Scan { rest: text.as_bytes() };
        let date = scan.date()?;
        let Precision::Day = date.precision else { return None };
        scan.byte(b'T')?;
        let time = scan.time(Seconds::Mandatory)?;
        let offset = scan.zone()?;
        let millis = date.first_day * DAY + time.first - offset;
        scan.rest.is_empty().then_some(Self { millis })
    }

    /// Parses what is meant as an instant, though it is none: with a day at least. Without a zone
    /// it is read as UTC.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let begins = || date_interval(text).filter(|_| text.len() >= DAY_LEN);
        Self::parse(text).or_else(|| begins().map(|interval| Self { millis: interval.start }))
    }

    /// `2024-06-15T08:30:00.000Z`
    pub fn to_text(self) -> String {
        let (day, time) = (self.millis.div_euclid(DAY), self.millis.rem_euclid(DAY));
        let (year, month, day) = civil_from_days(day);
        let mut text = String::with_capacity(24);
        // Every answer has one, a page one for each event: `write!` would take ten times as long.
        match year {
            0..10_000 => {
                text.extend([two_digits(year / 100), two_digits(year % 100)].as_flattened());
            }
            _ => write!(text, "{year:04}").expect("a String takes every text"),
        }
        let millis = time % SECOND;
        let rest = [
            ('-', two_digits(month)),
            ('-', two_digits(day)),
            ('T', two_digits(time / HOUR)),
            (':', two_digits(time / MINUTE % 60)),
            (':', two_digits(time / SECOND % 60)),
            ('.', two_digits(millis / 10)),
        ];
        for (before, digits) in rest {
            text.push(before);
            text.extend(digits);
        }
        text.push(digit(millis));
        text.push('Z');
        text
    }
}

/// The last two digits of a number.
fn two_digits(number: i64) -> [char; 2] {
    [digit(number / 10), digit(number)]
}

/// The last digit of a number.
fn digit(number: i64) -> char {
    char::from(b'0' + (number % 10) as u8)
}

/// What a date of any precision covers, in milliseconds since 1970-01-01T00:00:00Z: a year, a
/// month, a day, a minute, a second, or the part of one that its digits say, a millisecond at
/// least. Without a zone it is read as UTC.
///
/// The grammar is that of search values (<https://hl7.org/fhir/R4/search.html#date>): seconds may be
/// missing, the zone too. `None` when the text is no such date.
pub fn date_interval(text: &str) -> Option<Range<i64>> {
    let mut scan = Scan { rest: text.as_bytes() };
    let date = scan.date()?;
    let (mut first, mut end) = (date.first_day * DAY, date.end_day * DAY);
    if let Precision::Day = date.precision
        && scan.byte(b'T').is_some()
    {
        let time = scan.time(Seconds::Optional)?;
        let offset = if scan.rest.is_empty() { 0 } else { scan.zone()? };
        end = first + time.end - offset;
        first += time.first - offset;
    }
    scan.rest.is_empty().then_some(first..end)
}

/// Whether the text is a FHIR `dateTime`: a date of any precision, or one with time and zone.
pub(crate) fn is_date_time(text: &str) -> bool {
    let mut scan = Scan { rest: text.as_bytes() };
    let Some(date) = scan.date() else { return false };
    if let Precision::Day = date.precision
        && scan.byte(b'T').is_some()
        && (scan.time(Seconds::Mandatory).is_none() || scan.zone().is_none())
    {
        return false;
    }
    scan.rest.is_empty()
}

/// Whether the text is a FHIR `date`: a year, a month or a day.
pub(crate) fn is_date(text: &str) -> bool {
    let mut scan = Scan { rest: text.as_bytes() };
    scan.date().is_some() && scan.rest.is_empty()
}

/// Whether the text is a FHIR `time`: `hh:mm:ss`, with any fraction and no zone.
pub(crate) fn is_time(text: &str) -> bool {
    let mut scan = Scan { rest: text.as_bytes() };
    scan.time(Seconds::Mandatory).is_some() && scan.rest.is_empty()
}

/// How much of a date was said.
enum Precision {
    Year,
    Month,
    Day,
}

/// Days since 1970-01-01 that a date covers.
struct Date {
    precision: Precision,
    first_day: i64,
    end_day: i64,
}

/// Milliseconds of the day that a time covers.
struct Time {
    first: i64,
    end: i64,
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum Seconds {
    Mandatory,
    Optional,
}

/// Reads a text from its front.
struct Scan<'a> {
    rest: &'a [u8],
}

impl Scan<'_> {
    /// Takes the byte that is expected, and nothing where another stands.
    fn byte(&mut self, expected: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[expected])?;
        Some(())
    }

    /// Exactly `N` digits.
    fn number<const N: usize>(&mut self) -> Option<i64> {
        let (digits, rest) = self.rest.split_first_chunk::<N>()?;
        let mut number = 0;
        for digit in digits {
            if !digit.is_ascii_digit() {
                return None;
            }
            number = number * 10 + i64::from(digit - b'0');
        }
        self.rest = rest;
        Some(number)
    }

    fn date(&mut self) -> Option<Date> {
        let year = self.number::<4>().filter(|&year| year >= 1)?;
        if self.rest.first() != Some(&b'-') {
            let (first_day, end_day) =
                (days_from_civil(year, 1, 1), days_from_civil(year + 1, 1, 1));
            return Some(Date { precision: Precision::Year, first_day, end_day });
        }
        self.byte(b'-')?;
        let month = self.number::<2>().filter(|month| (1..=12).contains(month))?;
        let first_day = days_from_civil(year, month, 1);
        let length = month_length(year, month);
        if self.rest.first() != Some(&b'-') {
            return Some(Date {
                precision: Precision::Month,
                first_day,
                end_day: first_day + length,
            });
        }
        self.byte(b'-')?;
        let day = self.number::<2>().filter(|day| (1..=length).contains(day))?;
        let first_day = first_day + day - 1;
        Some(Date { precision: Precision::Day, first_day, end_day: first_day + 1 })
    }

    fn time(&mut self, seconds: Seconds) -> Option<Time> {
        let hour = self.number::<2>().filter(|&hour| hour <= 23)?;
        self.byte(b':')?;
        let minute = self.number::<2>().filter(|&minute| minute <= 59)?;
        let first = hour * HOUR + minute * MINUTE;
        if seconds == Seconds::Optional && self.rest.first() != Some(&b':') {
            return Some(Time { first, end: first + MINUTE });
        }
        self.byte(b':')?;
        let second = self.number::<2>().filter(|&second| second <= 60)?;
        let exact = self.rest.first() == Some(&b'.');
        let fraction = if exact { self.fraction()? } else { 0..SECOND };
        if second == 60 {
            let last = first + MINUTE - 1;
            return Some(Time { first: last, end: last + 1 });
        }
        let first = first + second * SECOND;
        Some(Time { first: first + fraction.start, end: first + fraction.end })
    }

    /// The milliseconds that the digits after the point cover; those after the third are cut.
    fn fraction(&mut self) -> Option<Range<i64>> {
        self.byte(b'.')?;
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (fraction, rest) = self.rest.split_at(digits);
        self.rest = rest;
        let (mut millis, mut width) = (0, SECOND);
        for digit in fraction.iter().take(3) {
            width /= 10;
            millis += i64::from(digit - b'0') * width;
        }
        (digits > 0).then_some(millis..millis + width)
    }

    /// `Z` or an offset up to 14:00, in milliseconds east of UTC.
    fn zone(&mut self) -> Option<i64> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        let sign = match first {
            b'Z' => return Some(0),
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let hour = self.number::<2>()?;
        self.byte(b':')?;
        let minute = self.number::<2>().filter(|&minute| minute <= 59)?;
        let offset = hour * HOUR + minute * MINUTE;
        (offset <= 14 * HOUR).then_some(sign * offset)
    }
}

fn month_length(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar. The year is counted from March, so
/// that the leap day comes last (<https://howardhinnant.github.io/date_algorithms.html>).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests;
