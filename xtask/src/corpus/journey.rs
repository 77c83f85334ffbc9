//! One event through all releases and back.
use super::{
    event::Event,
    kiln::{Doors, Kilns},
    report::{Column, Told},
    same::{self, is_same},
    shape::{Format, Shape},
    wild::Broken,
};
use anyhow::{Context, Result, ensure};
use kiln_tests::http::Response;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The tag of an event that was kept though it breaks the base definition.
const INVALID: &str = "https://kiln-audit.org/fhir/CodeSystem/record-mark";

/// Where events that were sent as XML lie, beside the renderings of each format.
const SENT: &str = "sent";

/// What takes events along, one after the other.
pub(crate) struct Journey<'k> {
    kilns: &'k Kilns,
    /// Opened for each event: an idle connection is closed.
    doors: Doors,
    renderings: PathBuf,
}

impl<'k> Journey<'k> {
    /// Renderings are left for the judges in a folder for each release.
    pub(crate) fn begin(kilns: &'k Kilns, renderings: &Path) -> Result<Self> {
        for shape in Shape::ALL {
            for place in [SENT, Format::Json.name(), Format::Xml.name()] {
                std::fs::create_dir_all(renderings.join(place).join(shape.name()))?;
            }
        }
        Ok(Self { kilns, doors: kilns.connect()?, renderings: renderings.to_owned() })
    }

    /// What was seen on the way. A failure ends the part that it stands in.
    ///
    /// # Errors
    /// A connection broke, or a rendering could not be written down.
    pub(crate) fn of(&mut self, event: &Event) -> Result<Told> {
        let mut told = Told::default();
        self.doors = self.kilns.connect()?;
        let result = match &event.broken {
            None => self.good(event, &mut told),
            Some(broken) => self.broken(event, broken, &mut told),
        };
        if let Err(error) = result {
            told.fail(event, &format!("{error:#}"));
        }
        Ok(told)
    }

    fn good(&mut self, event: &Event, told: &mut Told) -> Result<()> {
        let first = &mut self.doors.first;
        let id = first.store(event.shape, event.format, &event.body)?;
        told.count(event.shape, Column::Taken);
        let (original, media) = first.original(event.shape, &id)?;
        ensure!(original == event.body, "$original is not what was sent");
        let sent_as = event.shape.media(event.format);
        ensure!(media == sent_as, "$original is {media}, sent was {sent_as}");
        told.count(event.shape, Column::Original);
        if event.format == Format::Xml {
            self.write(event, SENT, event.shape, &event.body)?;
        }
        let own = self.own(event, &id)?;
        for shape in Shape::ALL {
            for format in Format::ALL {
                if let Err(error) = self.rendering(event, &id, &own, (shape, format), told) {
                    told.fail(event, &format!("as {} {}: {error:#}", shape.name(), format.name()));
                }
            }
        }
        Ok(())
    }

    /// The event as JSON of its own release: what was sent, or what is read of XML.
    fn own(&mut self, event: &Event, id: &str) -> Result<Value> {
        let read = self.doors.first.read(event.shape, Format::Json, id)?;
        let read = same::event(&read)?;
        match event.format {
            Format::Json => {
                let sent = same::event(&event.body)?;
                is_same(&sent, &read).context("read as JSON").map(|()| sent)
            }
            Format::Xml => match &event.twin {
                Some(twin) => twin.is_read_as(&read).context("read as JSON").map(|()| read),
                None => Ok(read),
            },
        }
    }

    fn rendering(
        &mut self,
        event: &Event,
        id: &str,
        own: &Value,
        (shape, format): (Shape, Format),
        told: &mut Told,
    ) -> Result<()> {
        let rendering = self.doors.first.read(shape, format, id)?;
        told.count(shape, Column::rendered(format));
        self.write(event, format.name(), shape, &rendering)?;
        let second = &mut self.doors.second;
        let there = second.store(shape, format, &rendering).context("by another Kiln")?;
        told.count(shape, Column::TakenBack);
        let back = second.read(event.shape, Format::Json, &there)?;
        is_same(own, &same::event(&back)?).context("and back")?;
        told.count(shape, Column::Same);
        Ok(())
    }

    /// Refused with the reason, and kept by a Kiln that is told to, where it can be.
    fn broken(&mut self, event: &Event, broken: &Broken, told: &mut Told) -> Result<()> {
        let refused = self.doors.first.post(event.shape, event.format, &event.body)?;
        is_refused_for(&refused, &broken.elements)?;
        told.count(event.shape, Column::Refused);
        let keeping = &mut self.doors.keeping;
        let answer = keeping.post(event.shape, event.format, &event.body)?;
        if !broken.is_kept {
            return is_refused_for(&answer, &broken.elements);
        }
        ensure!(answer.status == 201, "not kept: {} {}", answer.status, answer.text());
        let id = answer.created_id().context("no Location")?;
        let (original, _) = keeping.original(event.shape, id)?;
        ensure!(original == event.body, "$original of a kept event is not what was sent");
        for shape in Shape::ALL {
            let read: Value = serde_json::from_slice(&keeping.read(shape, Format::Json, id)?)?;
            let tag = &read["meta"]["tag"][0];
            let is_marked = tag["system"] == INVALID && tag["code"] == "invalid";
            ensure!(is_marked, "not marked in {}", shape.name());
            keeping.read(shape, Format::Xml, id)?;
        }
        told.count(event.shape, Column::Kept);
        Ok(())
    }

    #[expect(clippy::disallowed_methods, reason = "a work file of this program")]
    fn write(&self, event: &Event, place: &str, shape: Shape, body: &[u8]) -> Result<()> {
        let folder = self.renderings.join(place).join(shape.name());
        Ok(std::fs::write(folder.join(event.number.to_string()), body)?)
    }
}

/// Whether each of the elements has an error.
fn is_refused_for(answer: &Response, elements: &[String]) -> Result<()> {
    ensure!([400, 422].contains(&answer.status), "not refused: {}", answer.status);
    let outcome = answer.json()?;
    let issues = outcome["issue"].as_array().context("no issues")?;
    let errors = issues.iter().filter(|issue| issue["severity"] == "error");
    let paths = errors.filter_map(|issue| issue["expression"][0].as_str());
    let paths: Vec<String> = paths.map(without_positions).collect();
    let missing = elements.iter().find(|element| !paths.contains(*element));
    ensure!(missing.is_none(), "no error at {}: {outcome}", missing.map_or("", String::as_str));
    Ok(())
}

/// `AuditEvent.entity.query` of `AuditEvent.entity[1].query`.
fn without_positions(path: &str) -> String {
    let pieces = path.split('[');
    pieces.map(|piece| piece.split_once(']').map_or(piece, |(_, after)| after)).collect()
}
