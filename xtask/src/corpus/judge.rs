//! The schemas that HL7 publishes, held against the renderings by programs of others.
use super::{
    event::Event,
    journey,
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
    for (format, needs) in [(Format::Json, &["node", "npm"]), (Format::Xml, &["java", "mvn"])] {
        if let Some(program) = needs.iter().find(|program| !is_here(program)) {
            println!("SKIPPED: {} schemas: no {program} here", format.name());
            skipped.push(format!("{} schemas (no {program} here)", format.name()));
            continue;
        }
        let renderings = journey::folder(&renderings, format);
        let said = match format {
            Format::Json => json(root, shared, &renderings)?,
            Format::Xml => xml(root, folder, &renderings)?,
        };
        take(&said, format, events, report)?;
    }
    Ok(skipped)
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

/// Lines of a judge: release, rendering and error, or how many it has seen of a release.
fn take(said: &str, format: Format, events: &[Event], report: &mut Report) -> Result<()> {
    let lines = said.lines().map(|line| line.splitn(3, '\t').collect::<Vec<_>>());
    let (seen, errors): (Vec<_>, Vec<_>) = lines.partition(|line| line[0] == "checked");
    let errors = errors.iter().map(|line| {
        let [release, number, what] = line[..] else { bail!("not understood: {line:?}") };
        let event = events.get(number.parse::<usize>()?).context("a rendering of no event")?;
        Ok((named(release)?, event, what))
    });
    let mut errors = errors.collect::<Result<Vec<_>>>()?;
    // What an event has of its own must be known first.
    errors.sort_by_key(|(shape, event, _)| *shape != event.shape);
    let mut invalid = BTreeSet::new();
    for (shape, event, what) in errors {
        report.invalid(event, shape, format, what);
        invalid.insert((shape, event.number));
    }
    for line in seen {
        let [_, release, count] = line[..] else { bail!("not understood: {line:?}") };
        let shape = named(release)?;
        let rendered = report.of(shape, Column::rendered(format));
        ensure!(count.parse() == Ok(rendered), "{count} seen of {rendered} as {release}");
        let bad = invalid.iter().filter(|(other, _)| *other == shape).count();
        report.count(shape, Column::judged(format), rendered - bad);
    }
    Ok(())
}

fn named(release: &str) -> Result<Shape> {
    let mut shapes = Shape::ALL.into_iter();
    shapes.find(|shape| shape.name() == release).context("an unknown release")
}
