//! Where each setting comes from: `kiln settings` says it behind each.
use super::Settings;
use anyhow::Context as _;
use std::path::Path;
use toml::{Table, Value};

/// What was said, and by what; all else is a default.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    file: Option<(String, Table)>,
    /// Settings, with the names of their tables before them, and the arguments that said them.
    arguments: Vec<(&'static str, &'static str)>,
}

impl Said {
    /// By the settings file, where there is one.
    pub(crate) fn by(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = file else { return Ok(Self::default()) };
        let told = || path.display().to_string();
        let table = super::read(path).with_context(told)?.parse().with_context(told)?;
        let name = path.file_name().map_or_else(told, |name| name.to_string_lossy().into_owned());
        Ok(Self { file: Some((name, table)), arguments: Vec::new() })
    }

    /// And by an argument, where it was given.
    #[must_use]
    pub(crate) fn and(mut self, setting: &'static str, flag: &'static str, given: bool) -> Self {
        if given {
            self.arguments.push((setting, flag));
        }
        self
    }

    /// The settings as a file that says of each where it comes from.
    pub(crate) fn text(&self, settings: &Settings) -> anyhow::Result<String> {
        let mut text = String::new();
        let mut place = Place::default();
        for line in toml::to_string_pretty(settings)?.lines() {
            text += line;
            if let Some(header) = line.strip_prefix('[') {
                place.enter(header);
            } else if let Some(name) = setting(line) {
                text += " # ";
                text += self.origin(&place, name);
            }
            text += "\n";
        }
        Ok(text)
    }

    fn origin(&self, place: &Place, name: &str) -> &str {
        let whole = place.path.iter().map(|(table, _)| table.as_str()).chain([name]);
        let whole = whole.collect::<Vec<_>>().join(".");
        if let Some((_, flag)) = self.arguments.iter().find(|(setting, _)| *setting == whole) {
            return flag;
        }
        match &self.file {
            Some((file, table)) if place.has(table, name) => file,
            _ => "default",
        }
    }
}

/// The table that a line is in: its names, and of an array of tables the how manieth.
#[derive(Debug, Default)]
struct Place {
    path: Vec<(String, usize)>,
}

impl Place {
    /// At `name]`, or at `[name]]` of an array of tables.
    fn enter(&mut self, header: &str) {
        let is_array = header.starts_with('[');
        let names: Vec<&str> = header.trim_matches(['[', ']']).split('.').collect();
        // Tables inside the last element of an array belong to it.
        let mut path: Vec<(String, usize)> = names
            .iter()
            .enumerate()
            .map(|(depth, name)| {
                let before = self.path.get(depth).filter(|(known, _)| known == name);
                ((*name).to_owned(), before.map_or(0, |(_, nth)| *nth))
            })
            .collect();
        let is_next = self.path.len() >= path.len()
            && self.path.iter().zip(&path).all(|((old, _), (new, _))| old == new);
        if let Some(last) = path.last_mut().filter(|_| is_array && is_next) {
            last.1 += 1;
        }
        self.path = path;
    }

    fn has(&self, table: &Table, name: &str) -> bool {
        let mut at = table;
        for (step, nth) in &self.path {
            let inner = match at.get(step) {
                Some(Value::Table(inner)) => Some(inner),
                Some(Value::Array(all)) => all.get(*nth).and_then(Value::as_table),
                _ => None,
            };
            let Some(inner) = inner else { return false };
            at = inner;
        }
        at.contains_key(name)
    }
}

/// The name that a line gives a value, where a comment may stand behind it.
fn setting(line: &str) -> Option<&str> {
    let (name, value) = line.split_once(" = ")?;
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b"_-\"".contains(&b);
    let goes_on = value.ends_with("\"\"\"") || value.ends_with("'''");
    (name.bytes().all(is_name) && !goes_on).then_some(name)
}

#[cfg(test)]
mod tests;
