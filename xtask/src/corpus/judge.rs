//! The schemas that HL7 publishes, held against the renderings by programs of others.
use super::{
    event::Event,
    report::{Column, Report},
    shape::{Format, Shape},
};
use crate::job;
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

const PROGRAMS: &str = "tests/clients/schemas";

/// HAPI's validation resources have the XML schemas.
const LIBRARIES: &str = "tests/clients/hapi-releases/pom.xml";

/// Fewer would mean that the corpus is not what it was.
const XML_EVENTS_MIN: usize = 60;

/// Judges the renderings in `folder`; what this machine has no programs for comes back.
pub(crate) fn judge(
    root: &Path,
    shared: &Path,
    folder: &Path,
    events: &[Event],
    report: &mut Report,
) -> Result<Vec<String>> {
    let mut skipped = Vec::new();
    let renderings = folder.join("renderings");
    if let Some(program) = missing(&["node", "npm"]) {
        println!("SKIPPED: JSON schemas: no {program} here");
        skipped.push(format!("JSON schemas (no {program} here)"));
    } else {
        let said = json(root, shared, &renderings.join(Format::Json.name()))?;
        Said::of(&said, events)?.count_valid(Format::Json, report)?;
    }
    if let Some(program) = missing(&["java", "mvn"]) {
        println!("SKIPPED: XML schemas, and XML beside what was sent: no {program} here");
        skipped.push(format!("XML schemas (no {program} here)"));
    } else {
        let said = xml(root, folder, &renderings.join(Format::Xml.name()))?;
        Said::of(&said, events)?.count_valid(Format::Xml, report)?;
        let mut same = job::command(&root.join(PROGRAMS), "java", &["Same.java"]);
        same.arg(&renderings);
        Said::of(&output(same)?, events)?.count_as_sent(report)?;
    }
    Ok(skipped)
}

/// The first of the programs that is not here.
fn missing(programs: &[&'static str]) -> Option<&'static str> {
    programs.iter().copied().find(|program| !is_here(program))
}

fn is_here(program: &str) -> bool {
    let script = format!("command -v {program}");
    Command::new("bash").args(["-c", &script]).output().is_ok_and(|output| output.status.success())
}

fn json(root: &Path, shared: &Path, renderings: &Path) -> Result<String> {
    let programs = root.join(PROGRAMS);
    job::finish(job::command(&programs, "npm", &["ci", "--no-audit", "--no-fund"]))?;
    let mut command = job::command(&programs, "node", &["validate.js"]);
    command.arg(shared.canonicalize()?).arg(renderings);
    output(command)
}

fn xml(root: &Path, folder: &Path, renderings: &Path) -> Result<String> {
    let file = folder.join("class-path");
    let output_file = format!("-Dmdep.outputFile={}", file.display());
    let arguments = ["-q", "-B", "-f", LIBRARIES, "dependency:build-classpath", &output_file];
    job::finish(job::command(root, "mvn", &arguments))?;
    let mut command = job::command(&root.join(PROGRAMS), "java", &["Schemas.java"]);
    command.arg(renderings).env("CLASSPATH", std::fs::read_to_string(file)?);
    output(command)
}

fn output(mut command: Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output()?;
    let name = command.get_program().display().to_string();
    ensure!(output.status.success(), "{name} could not judge: {}", output.status);
    Ok(String::from_utf8(output.stdout)?)
}

/// What a judge said: errors, each of an event in a release, and how many it has seen in each.
struct Said<'e> {
    errors: Vec<(Shape, &'e Event, String)>,
    seen: Vec<(Shape, usize)>,
}

impl<'e> Said<'e> {
    /// Reads lines of release, event's number and error, or of `checked`, release and number.
    fn of(said: &str, events: &'e [Event]) -> Result<Self> {
        let (mut errors, mut seen) = (Vec::new(), Vec::new());
        for line in said.lines() {
            let pieces: Vec<&str> = line.splitn(3, '\t').collect();
            match pieces[..] {
                ["checked", release, count] => seen.push((named(release)?, count.parse()?)),
                [release, number, error] => {
                    let event = events.get(number.parse::<usize>()?).context("of no event")?;
                    errors.push((named(release)?, event, error.to_owned()));
                }
                _ => bail!("a judge said: {line}"),
            }
        }
        Ok(Self { errors, seen })
    }

    /// Counts what a schema finds no error in.
    fn count_valid(mut self, format: Format, report: &mut Report) -> Result<()> {
        // What an event has of its own must be known first.
        self.errors.sort_by_key(|(shape, event, _)| *shape != event.shape);
        for (shape, event, error) in &self.errors {
            report.invalid(event, *shape, format, error);
        }
        for (shape, seen) in &self.seen {
            let rendered = report.of(*shape, Column::rendered(format));
            ensure!(*seen == rendered, "{seen} judged of {rendered} as {}", shape.name());
            report.count(*shape, Column::judged(format), seen - self.bad(*shape));
        }
        Ok(())
    }

    /// Counts what is in XML as it was sent in XML.
    fn count_as_sent(self, report: &mut Report) -> Result<()> {
        for (_, event, error) in &self.errors {
            report.fail(event, format!("as XML beside what was sent: {error}"));
        }
        let seen: usize = self.seen.iter().map(|(_, seen)| seen).sum();
        ensure!(seen >= XML_EVENTS_MIN, "only {seen} events were compared as XML");
        for (shape, seen) in &self.seen {
            report.count(*shape, Column::XmlAsSent, seen - self.bad(*shape));
        }
        Ok(())
    }

    /// How many events have an error in a release.
    fn bad(&self, shape: Shape) -> usize {
        let of_shape = self.errors.iter().filter(|(other, ..)| *other == shape);
        of_shape.map(|(_, event, _)| event.number).collect::<BTreeSet<_>>().len()
    }
}

fn named(release: &str) -> Result<Shape> {
    let mut shapes = Shape::ALL.into_iter();
    shapes.find(|shape| shape.name() == release).context("an unknown release")
}
