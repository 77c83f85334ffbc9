//! What a change makes of a resource: decided while nobody else can change it.
use super::{
    Wanted, patch,
    read::{self, is_about},
    reply::Kept,
    resources, settings,
};
use crate::{
    answer::Refusal,
    exchange::Exchange,
    resources::{
        Current,
        body::{By, Head},
    },
};
use hyper::StatusCode;
use kiln_fhir::IssueType;
use kiln_index::LogIndex;
use kiln_store::Millis;
use kiln_trail::{
    Profile,
    rest::{Does, EntityTags, Id},
};
use uuid::Uuid;

/// A version that is to be stored.
pub(super) struct Draft {
    pub(super) head: Head,
    /// Nothing for a deletion.
    pub(super) resource: Vec<u8>,
    /// The version that it replaces, deletions among them.
    pub(super) old: Option<Kept>,
    pub(super) status: StatusCode,
}

/// What a change comes to.
pub(super) enum Decided {
    /// A version more.
    Write(Box<Draft>),
    /// Nothing: the condition of a create found this.
    Found(Box<Kept>),
}

/// With what it is decided.
pub(super) struct View<'a> {
    pub(super) exchange: &'a Exchange,
    /// What the criteria found, two at most; `None` where there are none.
    pub(super) matches: Option<Vec<LogIndex>>,
    /// The patient to whose resources the right is limited.
    pub(super) patient: Option<&'a str>,
    pub(super) now: Millis,
}

impl View<'_> {
    /// Decides a create, an update, a patch or a deletion.
    pub(super) fn decide(&self, wanted: &Wanted) -> Result<Decided, Refusal> {
        let asked = &wanted.asked;
        let draft = match &asked.does {
            Does::Create(r#type) => match self.only_match()? {
                Some(found) => return Ok(Decided::Found(Box::new(self.theirs(found)?))),
                None => self.created(r#type.as_str(), &wanted.body),
            },
            Does::UpdateIf(r#type) => self.update_if(r#type.as_str(), wanted)?,
            Does::Update(instance) => {
                self.updated(instance.r#type.as_str(), instance.id.as_str(), wanted)?
            }
            Does::Patch(instance) => {
                let old = self.present(&instance.to_string())?;
                check_version(wanted, Some(&old))?;
                let settings = settings(self.exchange);
                let resource = patch::patched(&old, wanted, settings)?;
                self.draft(By::Patch, old.head.clone(), resource, Some(old), StatusCode::OK)
            }
            Does::Delete(instance) => {
                let old = self.present(&instance.to_string())?;
                check_version(wanted, Some(&old))?;
                let head = old.head.clone();
                self.draft(By::Delete, head, Vec::new(), Some(old), StatusCode::NO_CONTENT)
            }
            _ => return Err(super::nothing_here()),
        };
        if draft.resource.len() > settings(self.exchange).body_bytes_max {
            let says = "the resource is larger than it may be";
            return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, IssueType::TooLong, says));
        }
        self.check_patient(&draft)?;
        Ok(Decided::Write(Box::new(draft)))
    }

    fn update_if(&self, r#type: &str, wanted: &Wanted) -> Result<Draft, Refusal> {
        let named = wanted.sent.resource().and_then(|resource| resource.id.clone());
        let Some(found) = self.only_match()? else {
            let Some(id) = named else { return Ok(self.created(r#type, &wanted.body)) };
            let key = crate::resources::body::key(r#type, id.as_str());
            if self.current(&key).is_some_and(|current| !current.is_deletion) {
                let says = "nothing matches, and the resource's id is another's";
                return Err(Refusal::new(StatusCode::CONFLICT, IssueType::Duplicate, says));
            }
            return self.updated(r#type, id.as_str(), wanted);
        };
        if named.is_some_and(|id| id.as_str() != found.head.id) {
            let says = "what matches has another id than the resource";
            return Err(Refusal::bad_request(IssueType::Invalid, says));
        }
        check_version(wanted, Some(&found))?;
        let (head, resource) = (found.head.clone(), wanted.body.to_vec());
        Ok(self.draft(By::Put, head, resource, Some(found), StatusCode::OK))
    }

    fn updated(&self, r#type: &str, id: &str, wanted: &Wanted) -> Result<Draft, Refusal> {
        let key = crate::resources::body::key(r#type, id);
        let current = self.current(&key);
        let old = current.map(|current| self.kept(current.at)).transpose()?;
        let present = old.as_ref().filter(|old| !old.head.is_deletion());
        check_version(wanted, present)?;
        let status = if present.is_some() { StatusCode::OK } else { StatusCode::CREATED };
        let head = head(r#type, id);
        Ok(self.draft(By::Put, head, wanted.body.to_vec(), old, status))
    }

    fn created(&self, r#type: &str, resource: &[u8]) -> Draft {
        let id = Uuid::from_bytes(self.exchange.tenant.store.draw());
        let id = uuid::Builder::from_random_bytes(*id.as_bytes()).into_uuid().to_string();
        let head = head(r#type, &id);
        self.draft(By::Post, head, resource.to_vec(), None, StatusCode::CREATED)
    }

    fn draft(
        &self,
        by: By,
        head: Head,
        resource: Vec<u8>,
        old: Option<Kept>,
        status: StatusCode,
    ) -> Draft {
        let before = old.as_ref().map(|old| &*old.head.version);
        let version = next_version(&settings(self.exchange).profile, before, self.now);
        Draft { head: Head { version, by, ..head }, resource, old, status }
    }

    /// What the criteria found, if it is one.
    fn only_match(&self) -> Result<Option<Kept>, Refusal> {
        match self.matches.as_deref() {
            None | Some([]) => Ok(None),
            Some([one]) => self.kept(*one).map(Some),
            Some(_) => {
                let says = "the criteria match several resources: nothing was changed";
                let status = StatusCode::PRECONDITION_FAILED;
                Err(Refusal::new(status, IssueType::MultipleMatches, says))
            }
        }
    }

    /// The version that is to be changed.
    fn present(&self, key: &str) -> Result<Kept, Refusal> {
        let current = self.current(key).ok_or_else(read::unknown)?;
        let kept = self.theirs(self.kept(current.at)?)?;
        if kept.head.is_deletion() { Err(read::gone()) } else { Ok(kept) }
    }

    fn theirs(&self, kept: Kept) -> Result<Kept, Refusal> {
        let shown = read::shown(self.exchange, &kept);
        if is_about(&shown, self.patient) { Ok(kept) } else { Err(read::unknown()) }
    }

    /// Whether somebody who is limited to a patient's resources changes one of these, and leaves
    /// it one.
    fn check_patient(&self, draft: &Draft) -> Result<(), Refusal> {
        if self.patient.is_none() {
            return Ok(());
        }
        let is_theirs = |head: &Head, resource: &[u8]| {
            let (head, resource) = (head.clone(), resource.to_vec());
            let kept = Kept { head, modified: self.now, resource };
            is_about(&read::shown(self.exchange, &kept), self.patient)
        };
        let old = draft.old.as_ref().filter(|old| !old.head.is_deletion());
        let was = old.is_none_or(|old| is_theirs(&old.head, &old.resource));
        let is = draft.head.is_deletion() || is_theirs(&draft.head, &draft.resource);
        if was && is { Ok(()) } else { Err(super::forbidden()) }
    }

    fn current(&self, key: &str) -> Option<Current> {
        resources(self.exchange).current(key)
    }

    fn kept(&self, at: LogIndex) -> Result<Kept, Refusal> {
        Ok(Kept::of(&self.exchange.store().snapshot().read(at)?)?)
    }
}

/// `If-Match` and `If-None-Match`, against what is there.
fn check_version(wanted: &Wanted, present: Option<&Kept>) -> Result<(), Refusal> {
    let conditions = &wanted.asked.conditions;
    let version = present.and_then(|present| Id::parse(&present.head.version));
    let is = |tags: &EntityTags| version.as_ref().is_some_and(|it| tags.has(it));
    if conditions.if_match.as_ref().is_some_and(|tags| !is(tags)) {
        let says = "If-Match names another version than the current one: read it again";
        return Err(precondition(says));
    }
    if conditions.if_none_match.as_ref().is_some_and(is) {
        return Err(precondition("If-None-Match names what is there: nothing was changed"));
    }
    Ok(())
}

fn head(r#type: &str, id: &str) -> Head {
    Head { r#type: r#type.to_owned(), id: id.to_owned(), version: String::new(), by: By::Post }
}

fn precondition(says: &str) -> Refusal {
    Refusal::new(StatusCode::PRECONDITION_FAILED, IssueType::BusinessRule, says)
}

/// Versions count from 1; in `LifeOmic`'s trails they are seconds since 1970, the nearest to now,
/// or one more than the version before where that is later.
fn next_version(profile: &Profile, before: Option<&str>, now: Millis) -> String {
    let before = before.and_then(|before| before.parse::<u64>().ok()).unwrap_or(0);
    let least = match profile {
        Profile::Lifeomic(_) => ((now.0 + 500) / 1000).max(0) as u64,
        Profile::Balp(_) | Profile::Gms(_) => 1,
    };
    before.saturating_add(1).max(least).to_string()
}

#[cfg(test)]
mod tests;
