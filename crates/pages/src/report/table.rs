//! The cells of tables: what an event says, in words.
use super::{Named, Report, Staff, Told, party::Actor, purpose::Purpose, sheet::Table};
use crate::{Reader, moment};

/// The events of a report as one table, or where the same number may be several people, as one for
/// each numbering, with a heading.
pub(super) fn parts<'r>(
    report: &'r Report,
    reader: &Reader,
) -> Vec<(Option<String>, Vec<&'r Told>)> {
    if !report.is_mixed() {
        return vec![(None, report.events.iter().collect())];
    }
    let part = |(at, named): (usize, &Named)| {
        let events = report.events.iter().filter(|told| told.named == at).collect::<Vec<_>>();
        (Some(numbering(named, reader)), events)
    };
    report.named.iter().enumerate().map(part).filter(|(_, events)| !events.is_empty()).collect()
}

/// How the person is named.
pub(super) fn numbering(named: &Named, reader: &Reader) -> String {
    let texts = reader.language.report();
    match named {
        Named::Surely => texts.access.surely.to_owned(),
        Named::By(by) => (texts.access.by)(by.as_deref().unwrap_or(texts.words.not_stated)),
    }
}

/// A table of events, each in a row.
pub(super) fn of_events<'r>(
    report: &Report,
    caption: &str,
    events: impl Iterator<Item = &'r Told>,
    reader: &Reader,
) -> Table {
    let columns = &reader.language.report().columns;
    let heads = [
        (columns.when, 1.3),
        (columns.who, 2.2),
        (columns.what, 2.0),
        (columns.purpose, 1.5),
        (columns.origin, 1.5),
        (columns.outcome, 1.0),
    ];
    let mut table = Table::new(caption, &heads);
    table.rows.extend(events.map(|told| row(told, report.staff, reader)));
    table
}

fn row(told: &Told, staff: Staff, reader: &Reader) -> Vec<String> {
    let words = &reader.language.report().words;
    let deed = (words.deed)(told.deed);
    let mut outcome = (words.ending)(told.ending).to_owned();
    if told.is_emergency {
        outcome = [words.emergency, ", ", &outcome].concat();
    }
    vec![
        moment::absolute(told.at, reader),
        who(told, staff, reader),
        [deed, ": ", &data(told, reader)].concat(),
        purposes(&told.purposes, reader),
        origin(told, reader),
        outcome,
    ]
}

/// A person and their organisation.
pub(super) fn who(told: &Told, staff: Staff, reader: &Reader) -> String {
    let person = person(told, staff, reader);
    match &told.parties.organisation {
        Some(organisation) if *organisation != person => {
            [&person, ", ", organisation.as_str()].concat()
        }
        _ => person,
    }
}

/// A person, and what they are.
pub(super) fn person(told: &Told, staff: Staff, reader: &Reader) -> String {
    let person = person_alone(told, staff, reader);
    match (&told.parties.actor, staff, &told.parties.role) {
        (Actor::Called(_), Staff::Name, Some(role)) => format!("{person} ({role})"),
        _ => person,
    }
}

/// A person, as staff are named. Whoever is no staff is named so whatever the setting says.
pub(super) fn person_alone(told: &Told, staff: Staff, reader: &Reader) -> String {
    let words = &reader.language.report().words;
    let not_stated = || words.not_stated.to_owned();
    match (&told.parties.actor, staff) {
        (Actor::Themselves, _) => words.themselves.to_owned(),
        (Actor::AnotherPatient, _) => words.another_patient.to_owned(),
        (Actor::Called(name), Staff::Name) => name.clone(),
        (Actor::NotStated, Staff::Name) => not_stated(),
        (_, Staff::Role) => told.parties.role.clone().unwrap_or_else(not_stated),
        (_, Staff::Organisation) => organisation(told, reader),
    }
}

/// An organisation.
pub(super) fn organisation(told: &Told, reader: &Reader) -> String {
    let not_stated = || reader.language.report().words.not_stated.to_owned();
    told.parties.organisation.clone().unwrap_or_else(not_stated)
}

/// Who recorded it.
pub(super) fn origin(told: &Told, reader: &Reader) -> String {
    let not_stated = || reader.language.report().words.not_stated.to_owned();
    told.origin.clone().unwrap_or_else(not_stated)
}

/// What for.
pub(super) fn purposes(purposes: &[Purpose], reader: &Reader) -> String {
    let words = &reader.language.report().words;
    if purposes.is_empty() {
        return words.not_stated.to_owned();
    }
    let text = |purpose: &Purpose| match purpose {
        Purpose::Known(code) => (words.purpose)(code).unwrap_or(code).to_owned(),
        Purpose::Sent(text) => text.clone(),
    };
    purposes.iter().map(text).collect::<Vec<_>>().join(", ")
}

/// Which kinds of data.
pub(super) fn data(told: &Told, reader: &Reader) -> String {
    let words = &reader.language.report().words;
    let categories = &told.categories;
    if categories.is_shared {
        return words.shared.to_owned();
    }
    if categories.names.is_empty() {
        return words.not_stated.to_owned();
    }
    let text = |name: &String| (words.category)(name).unwrap_or(name).to_owned();
    categories.names.iter().map(text).collect::<Vec<_>>().join(", ")
}
