//! What was seen, counted by release.
use super::{
    event::Event,
    shape::{Format, Shape},
};
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Of one journey.
#[derive(Debug, Default)]
pub(crate) struct Told {
    counts: Vec<(Shape, Column)>,
    failures: Vec<Failure>,
}

/// What went wrong, and for which event.
#[derive(Debug)]
struct Failure {
    what: String,
    event: String,
}

/// Of all of them.
#[derive(Debug, Default)]
pub(crate) struct Report {
    counts: BTreeMap<(Shape, Column), usize>,
    /// What schemas find in events as they were sent, by event.
    own_errors: BTreeMap<String, String>,
    failures: Vec<Failure>,
}

/// What is counted: the first five of events of a release, the others of renderings in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Column {
    Taken,
    Original,
    XmlAsSent,
    Refused,
    Kept,
    Json,
    Xml,
    JsonSchema,
    XmlSchema,
    TakenBack,
    Same,
}

const COLUMNS: [(Column, &str); 11] = [
    (Column::Taken, "taken"),
    (Column::Original, "`$original`"),
    (Column::XmlAsSent, "XML as sent"),
    (Column::Refused, "refused"),
    (Column::Kept, "kept"),
    (Column::Json, "JSON"),
    (Column::Xml, "XML"),
    (Column::JsonSchema, "JSON schema"),
    (Column::XmlSchema, "XML schema"),
    (Column::TakenBack, "taken again"),
    (Column::Same, "the same"),
];

/// How many kinds of failures are told.
const TOLD_MAX: usize = 100;

const PAGE: &str = "docs/conformance.md";
const BEGIN: &str = "<!-- corpus: written by `cargo xtask corpus` -->\n";
const END: &str = "<!-- end of corpus -->";

impl Column {
    pub(crate) fn rendered(format: Format) -> Self {
        match format {
            Format::Json => Self::Json,
            Format::Xml => Self::Xml,
        }
    }

    /// Of what a schema finds no error in.
    pub(crate) fn judged(format: Format) -> Self {
        match format {
            Format::Json => Self::JsonSchema,
            Format::Xml => Self::XmlSchema,
        }
    }
}

impl Told {
    pub(crate) fn count(&mut self, shape: Shape, column: Column) {
        self.counts.push((shape, column));
    }

    pub(crate) fn fail(&mut self, event: &Event, what: &str) {
        self.failures.push(Failure { what: what.to_owned(), event: event.name.clone() });
    }
}

impl Report {
    pub(crate) fn add(&mut self, told: Told) {
        for (shape, column) in told.counts {
            self.count(shape, column, 1);
        }
        self.failures.extend(told.failures);
    }

    pub(crate) fn count(&mut self, shape: Shape, column: Column, more: usize) {
        *self.counts.entry((shape, column)).or_default() += more;
    }

    /// What a schema finds in a rendering. An event is read in its own release as it was sent
    /// (the journey compared it): what stands against its JSON there is the sender's own, as is
    /// the same in other releases, and whatever that makes of its XML. JSON is judged first.
    pub(crate) fn invalid(&mut self, event: &Event, shape: Shape, format: Format, error: &str) {
        if shape == event.shape && format == Format::Json {
            self.own_errors.insert(event.name.clone(), error.to_owned());
        }
        let own = self.own_errors.get(&event.name);
        if own.is_some_and(|own| own == error || shape == event.shape) {
            return;
        }
        self.fail(event, format!("as {} {}, schema: {error}", shape.name(), format.name()));
    }

    pub(crate) fn fail(&mut self, event: &Event, what: String) {
        self.failures.push(Failure { what, event: event.name.clone() });
    }

    /// Prints what went wrong, alike failures once.
    ///
    /// # Errors
    /// Anything went wrong.
    pub(crate) fn verdict(&self) -> Result<()> {
        let mut alike: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for failure in &self.failures {
            alike.entry(&failure.what).or_default().push(&failure.event);
        }
        for (what, events) in alike.iter().take(TOLD_MAX) {
            println!("FAILED: {what} ({}, as of {})", events.len(), events[0]);
        }
        let (failed, kinds) = (self.failures.len(), alike.len());
        ensure!(failed == 0, "{failed} failures of {kinds} kinds in the corpus, told above");
        Ok(())
    }

    /// How many there are.
    pub(crate) fn of(&self, shape: Shape, column: Column) -> usize {
        self.counts.get(&(shape, column)).copied().unwrap_or_default()
    }

    /// In Markdown; what no schema is at hand for stays empty.
    pub(crate) fn text(&self) -> String {
        let events = self.own_errors.iter();
        let notes = events.map(|(event, error)| format!("- `{event}`: `{}`\n", error.trim()));
        let notes: String = notes.collect();
        if notes.is_empty() {
            return self.table();
        }
        format!(
            "{}\nInvalid for its schema as it was sent, and so also as rendered:\n\n{notes}",
            self.table()
        )
    }

    fn table(&self) -> String {
        let names: Vec<&str> = COLUMNS.iter().map(|(_, name)| *name).collect();
        let head = format!("| release | {} |\n", names.join(" | "));
        let mut table = head + "| --- |" + &" ---: |".repeat(names.len()) + "\n";
        for shape in Shape::ALL {
            table += &Self::row(shape.name(), |column| self.counts.get(&(shape, column)).copied());
        }
        table
            + &Self::row("all", |column| {
                let of_all = self.counts.iter().filter(|((_, other), _)| *other == column);
                Some(of_all.map(|(_, count)| count).sum())
            })
    }

    fn row(name: &str, count: impl Fn(Column) -> Option<usize>) -> String {
        let cells = COLUMNS.iter().map(|(column, _)| count(*column));
        let cells = cells.map(|count| count.map(|count| count.to_string()).unwrap_or_default());
        format!("| {name} | {} |\n", cells.collect::<Vec<_>>().join(" | "))
    }

    /// Puts the table into the page, with day and commit.
    ///
    /// # Errors
    /// The page or its marks are not there.
    #[expect(clippy::disallowed_methods, reason = "the page is what this program keeps")]
    pub(crate) fn keep(&self, root: &Path) -> Result<()> {
        let page = root.join(PAGE);
        let text = std::fs::read_to_string(&page).context(PAGE)?;
        let (before, rest) = text.split_once(BEGIN).context("the page has no mark")?;
        let (_, after) = rest.split_once(END).context("the page has no second mark")?;
        let (day, commit) = (said(root, "date -u +%F")?, said(root, "git rev-parse --short HEAD")?);
        let own = self.text();
        let text = format!("{before}{BEGIN}{day}, commit {commit}:\n\n{own}{END}{after}");
        Ok(std::fs::write(page, text)?)
    }
}

fn said(root: &Path, command: &str) -> Result<String> {
    let output = Command::new("bash").args(["-c", command]).current_dir(root).output()?;
    ensure!(output.status.success(), "`{command}` failed");
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
