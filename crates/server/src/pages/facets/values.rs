//! Values that events have, taken from a sample of them.
use kiln_fhir::{Agent, AuditEvent, CodeableConcept, Reference, event_outcome};
use kiln_pages::{
    Texts,
    phrase::{self, Kind},
    timeline::About,
};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

/// A value that may become part of a search.
pub(super) struct Candidate {
    pub(super) about: About,
    pub(super) kind: Kind,
    /// What it is searched by; nothing of events that say no purpose.
    pub(super) value: String,
    /// What it is shown as, where that is not what the search line makes of it.
    pub(super) label: Option<String>,
    /// Events of the sample that have it.
    pub(super) sampled: u64,
}

impl Candidate {
    /// The words that it is searched with.
    pub(super) fn words(&self) -> String {
        if self.value.is_empty() {
            return phrase::WITHOUT_PURPOSE.to_owned();
        }
        phrase::words(self.kind, &self.value)
    }
}

/// Those that may be shown, and what they were chosen from.
pub(super) struct Chosen {
    /// The most frequent ones of each kind.
    pub(super) candidates: Vec<Candidate>,
    /// How many different ones of each kind the sample has.
    pub(super) known: HashMap<u8, u64>,
}

/// Values by what they are about, with how many events of the sample have each.
#[derive(Default)]
pub(super) struct Values(HashMap<(u8, String), Candidate>);

impl Values {
    /// Those that are few, and counted whether the sample has them or not.
    pub(super) fn of_codes(texts: &Texts) -> Self {
        let mut values = Self::default();
        values.put(About::Purpose, Kind::Purpose, "", Some(texts.not_stated));
        for action in ["C", "R", "U", "D", "E"] {
            values.add(About::Action, Kind::Action, action, None);
        }
        for outcome in event_outcome::NUMBERS {
            values.add(About::Outcome, Kind::Outcome, outcome, None);
        }
        // None of them was seen yet.
        values.0.values_mut().for_each(|candidate| candidate.sampled = 0);
        values
    }

    pub(super) fn take(&mut self, event: &AuditEvent<'_>) {
        if let Some(action) = &event.action {
            self.add(About::Action, Kind::Action, action, None);
        }
        for coding in event.outcome.iter().flat_map(|outcome| &outcome.coding) {
            self.add(About::Outcome, Kind::Outcome, text(coding.code.as_ref()), None);
        }
        self.take_concepts(About::Type, Kind::Type, event.r#type.iter());
        let of_agents = event.agents.iter().flat_map(|agent| &agent.purpose);
        let mut purposes = of_agents.chain(&event.purpose).peekable();
        if purposes.peek().is_none() {
            self.put(About::Purpose, Kind::Purpose, "", None);
        }
        self.take_concepts(About::Purpose, Kind::Purpose, purposes);
        // Programs that somebody has asked through are not who did it.
        let is_asking = |agent: &&Agent<'_>| agent.requestor != Some(false);
        let of_programs = !event.agents.iter().any(|agent| is_asking(&agent));
        for agent in event.agents.iter().filter(|agent| of_programs || is_asking(agent)) {
            self.take_agent(agent);
        }
        if let Some(site) = &event.source.site {
            self.add(About::Organisation, Kind::Site, site, None);
        }
        if let Some(observer) = &event.source.observer {
            self.take_reference(About::Source, Kind::Source, observer, None);
        }
    }

    fn take_agent(&mut self, agent: &Agent<'_>) {
        let name = agent.name.as_deref();
        match &agent.who {
            Some(who) => {
                let is_organisation = |text: &str| text.contains("Organization/");
                let is_organisation = who.reference.as_deref().is_some_and(is_organisation);
                let about = if is_organisation { About::Organisation } else { About::Agent };
                self.take_reference(about, Kind::Agent, who, name);
            }
            None => self.add(About::Agent, Kind::Agent, name.unwrap_or_default(), None),
        }
    }

    fn take_concepts<'e, 'a: 'e>(
        &mut self,
        about: About,
        kind: Kind,
        concepts: impl Iterator<Item = &'e CodeableConcept<'a>>,
    ) {
        for coding in concepts.flat_map(|concept| &concept.coding) {
            self.add(about, kind, text(coding.code.as_ref()), coding.display.as_deref());
        }
    }

    fn take_reference(
        &mut self,
        about: About,
        kind: Kind,
        reference: &Reference<'_>,
        name: Option<&str>,
    ) {
        let name = name.or(reference.display.as_deref());
        let identifier = || reference.identifier.as_ref()?.value.as_deref();
        let by = reference.reference.as_deref().or_else(identifier).or(name);
        self.add(about, kind, by.unwrap_or_default(), name);
    }

    /// An event has each value once, however often it says it: what an event repeats counts twice
    /// in the sample alone, which only chooses.
    fn add(&mut self, about: About, kind: Kind, value: &str, label: Option<&str>) {
        if !value.is_empty() && value.len() <= VALUE_BYTES_MAX {
            self.put(about, kind, value, label);
        }
    }

    fn put(&mut self, about: About, kind: Kind, value: &str, label: Option<&str>) {
        let label = label.map(str::to_owned);
        let new = || Candidate { about, kind, value: value.to_owned(), label, sampled: 0 };
        self.0.entry((about as u8, value.to_owned())).or_insert_with(new).sampled += 1;
    }

    /// Those of one kind that were seen.
    pub(super) fn of(&self, about: About) -> impl Iterator<Item = &Candidate> {
        self.0.values().filter(move |it| it.about == about && it.sampled > 0)
    }

    /// The most frequent ones of each kind: so many of the one that all are wanted of, else few.
    /// Events without a purpose are always among them, for no sample has what is rare.
    pub(super) fn most_frequent(self, max: impl Fn(About) -> usize) -> Chosen {
        let mut all: Vec<_> = self.0.into_values().collect();
        let known = known(&all);
        all.sort_unstable_by(|one, other| {
            let key = |it: &Candidate| (it.about as u8, std::cmp::Reverse(it.sampled));
            key(one).cmp(&key(other)).then_with(|| one.value.cmp(&other.value))
        });
        let mut of_kind = 0;
        let mut before = None;
        all.retain(|candidate| {
            of_kind = if before == Some(candidate.about) { of_kind + 1 } else { 1 };
            before = Some(candidate.about);
            of_kind <= max(candidate.about) || candidate.value.is_empty()
        });
        Chosen { candidates: all, known }
    }
}

/// One that goes by two references, or is a site as well, is one to a reader.
fn known(all: &[Candidate]) -> HashMap<u8, u64> {
    let seen = all.iter().filter(|it| it.sampled > 0);
    let named = |it: &&Candidate| it.label.as_ref().unwrap_or(&it.value).clone();
    let distinct: HashSet<(u8, String)> = seen.map(|it| (it.about as u8, named(&it))).collect();
    let mut known = HashMap::new();
    for (about, _) in distinct {
        *known.entry(about).or_default() += 1;
    }
    known
}

/// Longer ones are no words of a search line.
const VALUE_BYTES_MAX: usize = 256;

fn text<'e>(code: Option<&'e Cow<'_, str>>) -> &'e str {
    code.map_or("", |code| code.as_ref())
}
