//! The same event in another file of the pack, written by others.
use super::same::{self, is_same};
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The official JSON of an official example in XML.
#[derive(Debug)]
pub(crate) struct Twin {
    json: PathBuf,
    /// The XML was made from the JSON. Else they were published beside each other, with other
    /// narratives and tags (the pack's README).
    is_derived: bool,
}

impl Twin {
    /// That of an XML file, if it is an official example.
    pub(crate) fn of(xml: &Path) -> Option<Self> {
        let folder = xml.parent()?;
        let is_derived = folder.file_name()? == "examples-xml-derived";
        if !is_derived && folder.file_name()? != "examples-xml" {
            return None;
        }
        let name = xml.file_stem()?.to_str()?;
        let folder = folder.with_file_name("examples-json");
        let names = [name.to_owned(), published(name)];
        let mut files = names.iter().map(|name| folder.join(name).with_extension("json"));
        files.find(|json| json.is_file()).map(|json| Self { json, is_derived })
    }

    /// Fails when the XML, read as JSON, says something else.
    pub(crate) fn is_read_as(&self, read: &Value) -> Result<()> {
        let text = std::fs::read_to_string(&self.json)?;
        let mut own = same::event(text.as_bytes())?;
        let mut read = read.clone();
        if !self.is_derived {
            for event in [&mut own, &mut read] {
                let members = event.as_object_mut().context("an event is an object")?;
                members.remove("text");
                members.remove("meta");
            }
        }
        is_same(&own, &read)
    }
}

/// R4's files have other names in JSON: `AuditEvent-` and the id.
fn published(name: &str) -> String {
    let (_, example) = name.split_once("-example").unwrap_or_default();
    format!("AuditEvent-example{}", example.replace("vread", "rest"))
}
