//! What an answer may be (RFC 9110 §12.5.1): JSON or XML, and the release where one is named.
use super::media::Media;
use kiln_fhir::{MediaType, Release};

/// What is wanted most of what Kiln speaks.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Accepted {
    pub(crate) media: MediaType,
    /// The release that it names.
    pub(crate) release: Option<Release>,
}

/// The best of the ranges of `Accept`: the highest weight, then the first. Of ranges that name the
/// same form the most exact one has the say. `None` where nothing is wanted that is spoken at the
/// path.
pub(super) fn best<'a>(
    ranges: impl Iterator<Item = &'a str>,
    path: Option<Release>,
) -> Option<Accepted> {
    let (mut json, mut xml) = (None, None);
    for (order, text) in ranges.enumerate() {
        let Some(range) = Media::parse(text) else { continue };
        let Ok(release) = range.release(path) else { continue };
        let choice = |exactness| Choice { exactness, weight: range.weight(), order, release };
        match (range.form(), range.essence) {
            (Some(MediaType::Json), _) => Choice::take(&mut json, choice(2)),
            (Some(MediaType::Xml), _) => Choice::take(&mut xml, choice(2)),
            (None, any @ ("application/*" | "*/*")) => {
                let exactness = u8::from(any != "*/*");
                Choice::take(&mut json, choice(exactness));
                Choice::take(&mut xml, choice(exactness));
            }
            _ => {}
        }
    }
    let accepted = |media| move |choice: Choice| Accepted { media, release: choice.release };
    match (Choice::wanted(json), Choice::wanted(xml)) {
        (Some(json), Some(xml)) if xml.is_better_than(&json) => Some(accepted(MediaType::Xml)(xml)),
        (None, xml) => xml.map(accepted(MediaType::Xml)),
        (json, _) => json.map(accepted(MediaType::Json)),
    }
}

/// The range that decides about a form.
#[derive(Copy, Clone)]
struct Choice {
    exactness: u8,
    weight: u16,
    order: usize,
    release: Option<Release>,
}

impl Choice {
    fn take(had: &mut Option<Self>, choice: Self) {
        let rank = |choice: &Self| (choice.exactness, choice.weight);
        if had.as_ref().is_none_or(|had| rank(&choice) > rank(had)) {
            *had = Some(choice);
        }
    }

    fn wanted(choice: Option<Self>) -> Option<Self> {
        choice.filter(|choice| choice.weight > 0)
    }

    /// JSON where one range names both.
    fn is_better_than(&self, json: &Self) -> bool {
        self.weight > json.weight || (self.weight == json.weight && self.order < json.order)
    }
}
