//! How the server does: rates, latencies, disk, rejects, senders. It shows nothing that an event
//! holds but the name of its source.
use crate::{Html, Reader, moment};
use askama::Template;
use kiln_fhir::Instant;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// Before every path: empty, or `/t/{tenant}`.
    pub base: &'a str,
    /// What somebody has to look at beside the senders and the shelf.
    pub trouble: Vec<Trouble>,
    /// Records in the log.
    pub records: u64,
    /// Since when it runs.
    pub started: Instant,
    /// How many events came in which time.
    pub arrivals: Vec<(Span, u64)>,
    /// How long requests take.
    pub latencies: Vec<Latency>,
    /// How much room each part takes, in bytes.
    pub disk: Vec<(Part, u64)>,
    /// What was refused; `None` where nothing of it is kept.
    pub rejects: Option<Rejects>,
    /// The newest of it, newest first, at most [`REFUSED_MAX`].
    pub refused: Vec<Refused>,
    /// Whether some of it could not be read.
    pub refused_unread: bool,
    /// Who sends, the one heard last first, at most [`SENDERS_MAX`].
    pub senders: Vec<Sender>,
    /// Whether there are more.
    pub more_senders: bool,
}

/// Senders that are shown.
pub const SENDERS_MAX: usize = 50;

/// What somebody has to look at.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A write failed.
    Stopped,
    /// The disk is full.
    Full,
    /// The background check found damage.
    Damaged,
    /// A witness knows another history.
    Alarm,
    /// The log of those who look takes nothing.
    AuditStopped,
    /// A sender is silent.
    Silent,
    /// A sender's clock is wrong.
    Clock,
    /// There is something on the reject shelf.
    Rejects,
}

/// A time up to now.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
}

impl Span {
    /// Every one of them, the shortest first.
    pub const ALL: [Self; 4] = [Self::Minute, Self::Hour, Self::Day, Self::Week];

    /// How long it is, in milliseconds.
    pub const fn millis(self) -> i64 {
        match self {
            Self::Minute => 60_000,
            Self::Hour => 3_600_000,
            Self::Day => 86_400_000,
            Self::Week => 7 * 86_400_000,
        }
    }
}

/// What takes room.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Segment files.
    Log,
    /// Index files.
    Index,
    /// Index files in memory.
    Memory,
    /// The log of those who look.
    Audit,
    /// The reject shelf.
    Shelf,
}

/// How long one kind of request takes.
#[derive(Clone, Debug)]
pub struct Latency {
    /// Its name in metrics.
    pub request: &'static str,
    /// How many were answered.
    pub count: u64,
    /// Half of them took at most as long, in microseconds.
    pub half_us: u64,
    /// 99 of 100 did.
    pub most_us: u64,
}

/// What was refused.
#[derive(Copy, Clone, Debug)]
pub struct Rejects {
    /// How many bodies are on the shelf.
    pub count: u64,
    /// How many came again meanwhile.
    pub repeated: u64,
    /// How many are not there any more, or never were.
    pub lost: u64,
}

/// Refused messages that are listed.
pub const REFUSED_MAX: usize = 25;
/// Errors of one that are listed.
pub const ERRORS_MAX: usize = 3;

/// A message that was refused. Nothing here says what it holds.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Its number on the shelf.
    pub number: u64,
    /// When it came.
    pub received: Instant,
    /// Who sent it, as far as that names no person.
    pub from: String,
    /// As what: `r4 json Bundle`.
    pub sent_as: String,
    /// Which element is wrong and why, of the first [`ERRORS_MAX`] errors; no element where it is
    /// of the whole.
    pub errors: Vec<(String, String)>,
    /// How many errors more it has.
    pub more: usize,
}

/// Somebody who sends events.
#[derive(Clone, Debug)]
pub struct Sender {
    /// As its events name it; empty where they do not.
    pub name: String,
    /// When its last event was received.
    pub last: Instant,
    /// Events of the last 24 hours.
    pub day: u64,
    /// Events of the last 7 days.
    pub week: u64,
    /// Events of the 7 days before its last one: how often it sends when it does.
    pub usual_week: u64,
    /// How far its clock is ahead, in milliseconds: the middle of its newest events.
    pub ahead_ms: i64,
}

impl Sender {
    /// Whether nothing has come for more than a day, and for more than ten times its usual gap.
    pub fn is_silent(&self, now: Instant) -> bool {
        let passed = now.millis - self.last.millis;
        let usual = Span::Week.millis() / self.usual_week.max(1) as i64;
        passed > Span::Day.millis() && passed > 10 * usual
    }

    /// Whether its clock is more than five minutes off.
    pub fn has_wrong_clock(&self) -> bool {
        self.ahead_ms.abs() > CLOCK_MS_MAX
    }
}

/// Above, both times of an event are shown everywhere.
const CLOCK_MS_MAX: i64 = 5 * 60_000;
/// What is on its way for a while has no wrong clock.
const CLOCK_MS_RIGHT: i64 = 60_000;

/// The body of the page.
pub fn body(view: &View<'_>, reader: &Reader) -> Html {
    let number = reader.texts().number;
    let says = reader.texts().officer.operations.trouble;
    let silent = view.senders.iter().filter(|it| it.is_silent(reader.now)).count();
    let wrong = view.senders.iter().filter(|it| it.has_wrong_clock()).count();
    Html::of(&Body {
        view,
        texts: &reader.texts().officer.operations,
        trouble: trouble(view, silent, wrong).into_iter().map(says).collect(),
        records: number(view.records),
        started: moment::absolute(view.started, reader),
        started_ago: moment::ago(view.started, reader),
        silent: number(silent as u64),
        wrong: number(wrong as u64),
        senders: view.senders.iter().map(|sender| SenderRow::of(sender, reader)).collect(),
        arrivals: view.arrivals.iter().map(|arrival| arrivals(*arrival, reader)).collect(),
        latencies: view.latencies.iter().map(|latency| latencies(latency, reader)).collect(),
        disk: disk(view, reader),
        rejects: view
            .rejects
            .map(|rejects| [rejects.count, rejects.repeated, rejects.lost].map(number)),
        refused: view.refused.iter().map(|refused| RefusedRow::of(refused, reader)).collect(),
        listed: listed(view, reader),
    })
}

/// That not all are listed, where they are not.
fn listed(view: &View<'_>, reader: &Reader) -> Option<String> {
    let number = reader.texts().number;
    let (shown, count) = (view.refused.len() as u64, view.rejects?.count);
    let says = reader.texts().officer.operations.refused_newest;
    (shown < count).then(|| says(&number(shown), &number(count)))
}

#[derive(Template)]
#[template(path = "operations.html")]
struct Body<'a> {
    view: &'a View<'a>,
    texts: &'static crate::texts::officer::Operations,
    trouble: Vec<&'static str>,
    records: String,
    started: String,
    started_ago: String,
    silent: String,
    wrong: String,
    senders: Vec<SenderRow>,
    arrivals: Vec<[String; 3]>,
    latencies: Vec<[String; 4]>,
    disk: Vec<[String; 3]>,
    rejects: Option<[String; 3]>,
    refused: Vec<RefusedRow<'a>>,
    listed: Option<String>,
}

struct RefusedRow<'a> {
    refused: &'a Refused,
    received: String,
    machine: String,
    more: Option<String>,
}

impl<'a> RefusedRow<'a> {
    fn of(refused: &'a Refused, reader: &Reader) -> Self {
        let more = reader.texts().officer.operations.more_errors;
        Self {
            refused,
            received: moment::absolute(refused.received, reader),
            machine: moment::machine(refused.received),
            more: (refused.more > 0).then(|| more(refused.more)),
        }
    }
}

struct SenderRow {
    name: String,
    last: String,
    last_ago: String,
    last_machine: String,
    day: String,
    week: String,
    clock: String,
    is_silent: bool,
    is_wrong: bool,
}

impl SenderRow {
    fn of(sender: &Sender, reader: &Reader) -> Self {
        let texts = &reader.texts().officer.operations;
        let number = reader.texts().number;
        let is_named = !sender.name.is_empty();
        Self {
            name: if is_named { sender.name.clone() } else { texts.unnamed.to_owned() },
            last: moment::absolute(sender.last, reader),
            last_ago: moment::ago(sender.last, reader),
            last_machine: moment::machine(sender.last),
            day: number(sender.day),
            week: number(sender.week),
            clock: clock(sender.ahead_ms, reader),
            is_silent: sender.is_silent(reader.now),
            is_wrong: sender.has_wrong_clock(),
        }
    }
}

fn trouble(view: &View<'_>, silent: usize, wrong: usize) -> Vec<Trouble> {
    let rejects = view.rejects.is_some_and(|rejects| rejects.count > 0);
    let found =
        [(silent > 0, Trouble::Silent), (wrong > 0, Trouble::Clock), (rejects, Trouble::Rejects)];
    let found = found.into_iter().filter(|(is, _)| *is).map(|(_, trouble)| trouble);
    view.trouble.iter().copied().chain(found).collect()
}

fn clock(ahead_ms: i64, reader: &Reader) -> String {
    let texts = &reader.texts().officer.operations;
    let by = span(ahead_ms.unsigned_abs());
    match ahead_ms {
        CLOCK_MS_RIGHT.. => (texts.ahead)(&by),
        ..=-60_000 => (texts.behind)(&by),
        _ => texts.right.to_owned(),
    }
}

/// `7 min 0 s`: units that both languages share.
fn span(millis: u64) -> String {
    let seconds = millis / 1000;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

fn arrivals((span, count): (Span, u64), reader: &Reader) -> [String; 3] {
    let texts = reader.texts();
    let per_second = count as f64 * 1000.0 / span.millis() as f64;
    let name = (texts.officer.operations.span)(span).to_owned();
    [name, (texts.number)(count), decimal(format!("{per_second:.2}"), reader)]
}

fn latencies(latency: &Latency, reader: &Reader) -> [String; 4] {
    let millis = |micros: u64| decimal(format!("{:.1}", micros as f64 / 1000.0), reader);
    let count = (reader.texts().number)(latency.count);
    [latency.request.to_owned(), count, millis(latency.half_us), millis(latency.most_us)]
}

/// What takes room, its bytes, and the share of it in percent.
fn disk(view: &View<'_>, reader: &Reader) -> Vec<[String; 3]> {
    let texts = &reader.texts().officer.operations;
    let total: u64 = view.disk.iter().map(|(_, bytes)| bytes).sum();
    let share = |part: u64| format!("{} %", part * 100 / total.max(1));
    let parts = view
        .disk
        .iter()
        .map(|(part, size)| [(texts.part)(*part).to_owned(), bytes(*size, reader), share(*size)]);
    parts.chain([[texts.total.to_owned(), bytes(total, reader), share(total)]]).collect()
}

/// `12.3 MB`
fn bytes(bytes: u64, reader: &Reader) -> String {
    let (unit, name) = match bytes {
        0..1_000_000 => (1e3, "kB"),
        1_000_000..1_000_000_000 => (1e6, "MB"),
        _ => (1e9, "GB"),
    };
    decimal(format!("{:.1} {name}", bytes as f64 / unit), reader)
}

/// With the language's sign between whole and part.
fn decimal(number: String, reader: &Reader) -> String {
    match reader.language {
        crate::Language::En => number,
        crate::Language::De => number.replace('.', ","),
    }
}

#[cfg(test)]
mod tests;
