//! Periods: a day, a week, a month, a year, the last so many hours. Days and weeks are those of the
//! zone; weeks begin on Monday (ISO 8601).
use super::word::{Word, begin};
use jiff::civil::{Date, Time, Weekday, date};
use jiff::{Span, Timestamp, ToSpan as _, Zoned};

/// From the first instant to the first behind it.
#[derive(Clone, Debug)]
pub(super) struct Period {
    pub(super) start: Zoned,
    pub(super) end: Zoned,
    /// Whether it begins and ends with days.
    pub(super) is_days: bool,
}

/// The longest period that the first words say, and how many they are.
pub(super) fn find(words: &[Word<'_>], now: &Zoned) -> Option<(usize, Period)> {
    let first = words.first().filter(|word| word.field.is_none())?;
    if first.quoted {
        return None;
    }
    relative(words, now)
        .or_else(|| counted(words, now))
        .or_else(|| weekday(words, now))
        .or_else(|| named(words, now))
        .or_else(|| Some((1, written(first.text, now)?)))
        .or_else(|| clock(words, now))
}

/// Whether a period begins here.
pub(super) fn begins(words: &[Word<'_>]) -> bool {
    super::span::LEADS.iter().any(|lead| begin(words, lead).is_some())
        || find(words, &Zoned::default()).is_some()
}

/// Words for days and for spans around now, with what they are.
const RELATIVE: [(&str, Around); 34] = [
    ("day before yesterday", Around::Day(-2)),
    ("the day before yesterday", Around::Day(-2)),
    ("vorgestern", Around::Day(-2)),
    ("yesterday", Around::Day(-1)),
    ("gestern", Around::Day(-1)),
    ("today", Around::Day(0)),
    ("heute", Around::Day(0)),
    ("this week", Around::Week(0)),
    ("diese woche", Around::Week(0)),
    ("dieser woche", Around::Week(0)),
    ("last week", Around::Week(-1)),
    ("previous week", Around::Week(-1)),
    ("letzte woche", Around::Week(-1)),
    ("letzter woche", Around::Week(-1)),
    ("vorige woche", Around::Week(-1)),
    ("this month", Around::Month(0)),
    ("diesen monat", Around::Month(0)),
    ("dieser monat", Around::Month(0)),
    ("diesem monat", Around::Month(0)),
    ("last month", Around::Month(-1)),
    ("previous month", Around::Month(-1)),
    ("letzten monat", Around::Month(-1)),
    ("letzter monat", Around::Month(-1)),
    ("letztem monat", Around::Month(-1)),
    ("vorigen monat", Around::Month(-1)),
    ("this year", Around::Year(0)),
    ("dieses jahr", Around::Year(0)),
    ("diesem jahr", Around::Year(0)),
    ("last year", Around::Year(-1)),
    ("previous year", Around::Year(-1)),
    ("letztes jahr", Around::Year(-1)),
    ("letzten jahr", Around::Year(-1)),
    ("letztem jahr", Around::Year(-1)),
    ("voriges jahr", Around::Year(-1)),
];

/// How far from now, in which unit of the calendar.
#[derive(Copy, Clone)]
enum Around {
    Day(i64),
    Week(i64),
    Month(i64),
    Year(i64),
}

fn relative(words: &[Word<'_>], now: &Zoned) -> Option<(usize, Period)> {
    let (length, around) =
        RELATIVE.iter().find_map(|(text, around)| Some((begin(words, text)?, *around)))?;
    let today = now.date();
    let (start, length_of) = match around {
        Around::Day(days) => (add(today, days.days())?, 1.day()),
        Around::Week(weeks) => {
            let monday = i64::from(today.weekday().to_monday_zero_offset());
            (add(today, (weeks * 7 - monday).days())?, 7.days())
        }
        Around::Month(months) => (add(today.first_of_month(), months.months())?, 1.month()),
        Around::Year(years) => (add(today.first_of_year(), years.years())?, 1.year()),
    };
    Some((length, days(start, add(start, length_of)?, now)?))
}

fn add(day: Date, span: Span) -> Option<Date> {
    day.checked_add(span).ok()
}

fn days(start: Date, end: Date, now: &Zoned) -> Option<Period> {
    let at = |day: Date| day.to_zoned(now.time_zone().clone()).ok();
    Some(Period { start: at(start)?, end: at(end)?, is_days: true })
}

/// Words for units; how long, and whether it is one of the calendar.
const UNITS: [(&[&str], Unit); 6] = [
    (&["minute", "minutes", "min", "minuten"], Unit::Minute),
    (&["hour", "hours", "h", "stunde", "stunden"], Unit::Hour),
    (&["day", "days", "d", "tag", "tage", "tagen"], Unit::Day),
    (&["week", "weeks", "woche", "wochen"], Unit::Week),
    (&["month", "months", "monat", "monate", "monaten"], Unit::Month),
    (&["year", "years", "jahr", "jahre", "jahren"], Unit::Year),
];

#[derive(Copy, Clone)]
enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    fn of(word: &Word<'_>) -> Option<Self> {
        UNITS.iter().find(|(words, _)| word.is_one_of(words)).map(|(_, unit)| *unit)
    }

    fn times(self, count: i64) -> Option<Span> {
        let span = Span::new();
        match self {
            Self::Minute => span.try_minutes(count).ok(),
            Self::Hour => span.try_hours(count).ok(),
            Self::Day => span.try_days(count).ok(),
            Self::Week => span.try_weeks(count).ok(),
            Self::Month => span.try_months(count).ok(),
            Self::Year => span.try_years(count).ok(),
        }
    }

    fn is_of_clock(self) -> bool {
        matches!(self, Self::Minute | Self::Hour)
    }
}

/// `last 7 days`: from the beginning of that day on, up to now; `3 days ago`: that day.
fn counted(words: &[Word<'_>], now: &Zoned) -> Option<(usize, Period)> {
    let leads = ["last", "past", "letzte", "letzten", "letzter", "vergangene", "vergangenen"];
    if words.first()?.is_one_of(&leads) {
        let (used, count) = words.get(1).and_then(number).map_or((1, 1), |count| (2, count));
        let unit = Unit::of(words.get(used)?)?;
        let since = now.checked_sub(unit.times(count)?).ok()?;
        let start = if unit.is_of_clock() { since } else { since.start_of_day().ok()? };
        let period = Period { start, end: now.clone(), is_days: false };
        return Some((used + 1, period));
    }
    let before = usize::from(words[0].is("vor"));
    let count = number(words.get(before)?)?;
    let unit = Unit::of(words.get(before + 1)?)?;
    let is_ago = before == 1 || words.get(2).is_some_and(|word| word.is("ago"));
    if !is_ago {
        return None;
    }
    let then = now.checked_sub(unit.times(count)?).ok()?;
    let period = if unit.is_of_clock() {
        Period { start: then.clone(), end: then, is_days: false }
    } else {
        days(then.date(), then.date().tomorrow().ok()?, now)?
    };
    Some((3, period))
}

const COUNT_MAX: i64 = 10_000;

fn number(word: &Word<'_>) -> Option<i64> {
    const WORDS: [(&str, i64); 8] = [
        ("one", 1),
        ("two", 2),
        ("three", 3),
        ("zwei", 2),
        ("drei", 3),
        ("einem", 1),
        ("einer", 1),
        ("an", 1),
    ];
    let said = WORDS.iter().find(|(text, _)| word.is(text)).map(|(_, count)| *count);
    let count = said.or_else(|| word.text.parse().ok())?;
    (word.is_plain() && (1..=COUNT_MAX).contains(&count)).then_some(count)
}

/// `monday`: the last one, today if it is one; `last monday`: before today.
fn weekday(words: &[Word<'_>], now: &Zoned) -> Option<(usize, Period)> {
    let led = words[0].is_one_of(&["last", "letzten", "letzter", "vorigen", "previous"]);
    let weekday = day_of_week(words.get(usize::from(led))?)?;
    let today = now.date();
    let back = i64::from(today.weekday().to_monday_zero_offset())
        - i64::from(weekday.to_monday_zero_offset());
    let back = back.rem_euclid(7);
    let back = if led && back == 0 { 7 } else { back };
    let day = add(today, (-back).days())?;
    Some((1 + usize::from(led), days(day, day.tomorrow().ok()?, now)?))
}

fn day_of_week(word: &Word<'_>) -> Option<Weekday> {
    const DAYS: [(&[&str], Weekday); 7] = [
        (&["monday", "montag"], Weekday::Monday),
        (&["tuesday", "dienstag"], Weekday::Tuesday),
        (&["wednesday", "mittwoch"], Weekday::Wednesday),
        (&["thursday", "donnerstag"], Weekday::Thursday),
        (&["friday", "freitag"], Weekday::Friday),
        (&["saturday", "samstag", "sonnabend"], Weekday::Saturday),
        (&["sunday", "sonntag"], Weekday::Sunday),
    ];
    DAYS.iter().find(|(words, _)| word.is_one_of(words)).map(|(_, day)| *day)
}

/// `22 november 2026`, `november 22`, `22. november`, `november 2026`, `november`.
fn named(words: &[Word<'_>], now: &Zoned) -> Option<(usize, Period)> {
    let day_of = |word: &Word<'_>| word.lower.trim_end_matches("th").trim_end_matches('.').parse();
    let first = words.first()?;
    let year_at = |at: usize| words.get(at).and_then(|word| year(word.text));
    if let (Ok(day), Some(month)) = (day_of(first), words.get(1).and_then(month)) {
        let used = 2 + usize::from(year_at(2).is_some());
        return Some((used, day_in(year_at(2), month, day, now)?));
    }
    let month = month(first)?;
    let day = words.get(1).filter(|word| word.is_plain()).and_then(|word| day_of(word).ok());
    if let Some(day) = day {
        let used = 2 + usize::from(year_at(2).is_some());
        return Some((used, day_in(year_at(2), month, day, now)?));
    }
    let start = match year_at(1) {
        Some(year) => Date::new(year, month, 1).ok()?,
        None => latest(month, 1, now)?,
    };
    let used = 1 + usize::from(year_at(1).is_some());
    Some((used, days(start, add(start, 1.month())?, now)?))
}

pub(super) fn month(word: &Word<'_>) -> Option<i8> {
    const MONTHS: [&[&str]; 12] = [
        &["january", "jan", "januar", "jänner"],
        &["february", "feb", "februar"],
        &["march", "märz", "maerz"],
        &["april", "apr"],
        &["may", "mai"],
        &["june", "jun", "juni"],
        &["july", "jul", "juli"],
        &["august", "aug"],
        &["september", "sep", "sept"],
        &["october", "oct", "oktober", "okt"],
        &["november", "nov"],
        &["december", "dec", "dezember", "dez"],
    ];
    let at = MONTHS.iter().position(|names| word.is_one_of(names))?;
    i8::try_from(at + 1).ok()
}

fn day_in(year: Option<i16>, month: i8, day: i8, now: &Zoned) -> Option<Period> {
    let day = match year {
        Some(year) => Date::new(year, month, day).ok()?,
        None => latest(month, day, now)?,
    };
    days(day, day.tomorrow().ok()?, now)
}

/// That day of this year, or of the last one where it is yet to come.
fn latest(month: i8, day: i8, now: &Zoned) -> Option<Date> {
    let this = Date::new(now.year(), month, day).ok()?;
    if this <= now.date() { Some(this) } else { Date::new(now.year() - 1, month, day).ok() }
}

fn year(text: &str) -> Option<i16> {
    let year = text.parse().ok()?;
    (text.len() == 4 && (1900..=2100).contains(&year)).then_some(year)
}

/// `2026`, `2026-11`, `2026-11-22`, `2026-11-22T10:00`, `2026-10-25T02:30+02:00`, `22.11.2026`,
/// `22.11.`, `11/22/2026`.
fn written(text: &str, now: &Zoned) -> Option<Period> {
    if let Some(year) = year(text) {
        return days(date(year, 1, 1), date(year + 1, 1, 1), now);
    }
    if let Some((day, time)) = text.split_once('T') {
        if let Ok(at) = text.parse::<Timestamp>() {
            return from(at.to_zoned(now.time_zone().clone()));
        }
        return minute(day.parse().ok()?, time, now);
    }
    let parts: Vec<&str> = text.split('-').collect();
    if let [of, month] = parts[..] {
        let first = Date::new(year(of)?, month.parse().ok()?, 1).ok()?;
        return days(first, add(first, 1.month())?, now);
    }
    let day = if parts.len() == 3 {
        Date::new(year(parts[0])?, parts[1].parse().ok()?, parts[2].parse().ok()?).ok()?
    } else {
        dotted(text, now).or_else(|| slashed(text))?
    };
    days(day, day.tomorrow().ok()?, now)
}

fn dotted(text: &str, now: &Zoned) -> Option<Date> {
    let parts: Vec<&str> = text.split('.').collect();
    match parts[..] {
        [day, month, ""] => latest(month.parse().ok()?, day.parse().ok()?, now),
        [day, month, of] => Date::new(year(of)?, month.parse().ok()?, day.parse().ok()?).ok(),
        _ => None,
    }
}

/// Month and day stand in either order where this is written: only what can be read in one way is.
fn slashed(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split('/').collect();
    let [one, other, of] = parts[..] else { return None };
    let (one, other): (i8, i8) = (one.parse().ok()?, other.parse().ok()?);
    let of = year(of)?;
    let ways = [Date::new(of, one, other).ok(), Date::new(of, other, one).ok()];
    match ways {
        [Some(one), Some(other)] if one != other => None,
        [one, other] => one.or(other),
    }
}

/// `10:30`, `10 uhr`: that minute of today.
fn clock(words: &[Word<'_>], now: &Zoned) -> Option<(usize, Period)> {
    let text = words[0].text;
    let has_clock = words.get(1).is_some_and(|word| word.is("uhr"));
    if let Some(period) = minute(now.date(), text, now) {
        return Some((1 + usize::from(has_clock), period));
    }
    let hour: i8 = text.parse().ok().filter(|_| has_clock)?;
    Some((2, at(now.date(), Time::new(hour, 0, 0, 0).ok()?, now)?))
}

fn minute(day: Date, text: &str, now: &Zoned) -> Option<Period> {
    let (hour, minute) = text.split_once(':')?;
    at(day, Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?, now)
}

fn at(day: Date, time: Time, now: &Zoned) -> Option<Period> {
    from(day.to_datetime(time).to_zoned(now.time_zone().clone()).ok()?)
}

fn from(start: Zoned) -> Option<Period> {
    let end = start.checked_add(1.minute()).ok()?;
    Some(Period { start, end, is_days: false })
}
