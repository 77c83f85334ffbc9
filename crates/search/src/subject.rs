//! The one patient whose events may be seen: by references that surely are to them.
//!
//! A search finds `Patient/1` of every server, for finding too little is the worse error. Here it
//! is the other way round: `https://other.example/Patient/1` is somebody else.
use crate::clause::{any, term};
use crate::field::{AGENT, ENTITY, LOCAL, PATIENT, URL};
use crate::reference::Parts;
use kiln_index::Query;

/// A patient.
#[derive(Clone, Debug)]
pub struct Subject {
    /// `Patient/1`
    typed: String,
    /// `https://kiln.example/fhir/r4/Patient/1`, for each base URL that is ours.
    urls: Vec<String>,
}

impl Subject {
    /// The Patient with this logical id, relative or below one of these base URLs.
    pub fn new<'b>(id: &str, bases: impl IntoIterator<Item = &'b str>) -> Self {
        let typed = format!("Patient/{id}");
        let url = |base: &str| [base.trim_end_matches('/'), "/", &typed].concat();
        let urls = bases.into_iter().map(url).collect();
        Self { typed, urls }
    }

    /// The events that refer to them, as agent, as entity, or as R5's patient: those of which
    /// [`is`](Self::is) holds for one of the three.
    pub fn query(&self) -> Query {
        let ways = [AGENT, ENTITY, PATIENT].into_iter().flat_map(|field| {
            let urls = self.urls.iter().map(move |url| term(field, URL, url.clone()));
            urls.chain([term(field, LOCAL, self.typed.clone())])
        });
        any(ways.collect())
    }

    /// Whether the text of a reference is to them, in whatever version.
    pub fn is(&self, reference: &str) -> bool {
        let Some(parts) = Parts::of(reference) else { return false };
        if parts.absolute {
            return self.urls.iter().any(|url| url == parts.unversioned);
        }
        parts.typed == Some(self.typed.as_str())
    }
}

#[cfg(test)]
mod tests;
