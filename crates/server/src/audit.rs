//! The audit of the audit: who looked at the log, in a log of its own
//! (`docs/decisions/0022-the-audit-of-the-audit.md`).
//!
//! An answer is made, then its record, and only when that is on disk is the answer given. Creates
//! are not recorded again: their envelopes name who sent them.
mod asked;
mod denials;
mod duty;
mod entry;
mod looks;
mod recorded;
mod refusals;
mod trail;

pub(crate) use asked::Asked;
pub(crate) use denials::{Denials, tell_denials};
pub(crate) use duty::Duty;
pub use entry::{CommandUse, command_record, review_record};
pub(crate) use looks::{Look, Looks, Saw};
pub(crate) use recorded::{Needless, Recorded};
pub(crate) use refusals::{Refusals, note_stranger, tell_refusals};

use crate::{
    answer::{Answer, Refusal},
    app::App,
    dialect::Dialect,
    pages,
    router::Interaction,
};
use entry::{Ending, Entry};
use hyper::StatusCode;
use kiln_store::NewRecord;
use kiln_trail::Use;
use std::sync::Arc;

/// Tells the tenant's stream that a record of this request will come, where it is a look: those of
/// many that look at once then share what a group costs.
pub(crate) fn expect(app: &App, asked: &mut Asked) {
    let is_look = |of: Interaction| matches!(Duty::of(of), Duty::Look(_));
    if app.settings.audit_reads && asked.interaction().is_some_and(is_look) {
        let stream = asked.tenant.as_ref().and_then(|tenant| tenant.audit.as_ref());
        asked.expected = stream.map(|stream| stream.expect());
    }
}

/// Records what was asked and answered, and gives the answer; or a refusal, where that fails.
pub(crate) async fn record(
    app: &Arc<App>,
    asked: &Asked,
    served: Result<Answer, Refusal>,
    dialect: Dialect,
) -> Recorded<Answer> {
    let kept = keep(app, asked, &served).await;
    let said = |refusal| said(app, asked, refusal, dialect);
    let answer = || served.unwrap_or_else(said);
    match kept {
        Ok(None) => Recorded::on_disk(answer()),
        Ok(Some(why)) => Recorded::needless(answer(), why),
        Err(refusal) => Recorded::needless(said(refusal), Needless::NotGiven),
    }
}

/// What refuses a request, in the words of who asks.
fn said(app: &App, asked: &Asked, refusal: Refusal, dialect: Dialect) -> Answer {
    match dialect {
        Dialect::Page(language) => pages::problem(app, asked, language, refusal),
        _ => refusal.into_answer(dialect),
    }
}

/// What a request is to the audit of the audit.
enum Sort {
    /// Nothing.
    Needless(Needless),
    /// Nobody knows who asked, and they were not let in.
    Unknown,
    /// Who asked may not have it.
    Denied(Use, Interaction),
    /// Somebody looked at the log.
    Looked(Use, Interaction),
    /// Something came in, and may have looked at the log on its way.
    CameIn,
}

impl Sort {
    fn of(asked: &Asked, status: StatusCode) -> Self {
        let Some(interaction) = asked.interaction() else {
            let is_denied = asked.denied.is_some();
            return if is_denied { Self::Unknown } else { Self::Needless(Needless::TurnedAway) };
        };
        if asked.principal.is_none() {
            let is_denied = asked.denied.is_some();
            return if is_denied { Self::Unknown } else { Self::Needless(Needless::ShowsNothing) };
        }
        match (status, &asked.tenant, Duty::of(interaction)) {
            (_, Some(_), Duty::Nothing(Needless::InTheLog)) => Self::Needless(Needless::InTheLog),
            (StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED, ..)
            | (StatusCode::NOT_FOUND, None, _) => {
                Self::Denied(Duty::denied(interaction), interaction)
            }
            (StatusCode::TOO_MANY_REQUESTS, ..) => Self::Needless(Needless::TurnedAway),
            // Nothing came since: whoever keeps a page open asks every few seconds.
            (StatusCode::NO_CONTENT, ..) => Self::Needless(Needless::ShowsNothing),
            (_, _, Duty::Nothing(why)) => Self::Needless(why),
            (_, None, _) => Self::Needless(Needless::TurnedAway),
            (_, _, Duty::Take(_)) => Self::CameIn,
            (_, _, Duty::Look(r#use)) => Self::Looked(r#use, interaction),
        }
    }
}

/// Keeps a record of it; `None` where that is on disk.
async fn keep(
    app: &Arc<App>,
    asked: &Asked,
    served: &Result<Answer, Refusal>,
) -> Result<Option<Needless>, Refusal> {
    let ending = Ending::of(served);
    let sort = Sort::of(asked, ending.status);
    if let Sort::Unknown = sort {
        refusals::note(app, asked, &ending).await;
        return Ok(None);
    }
    let mut records: Vec<NewRecord> = Vec::new();
    let tenant = trail::tenant(app, asked).await;
    let Some(audit) = &tenant.audit else { return Ok(Some(Needless::SwitchedOff)) };
    let is_told = |ending: &Ending| app.settings.audit_reads || ending.is_denied();
    let is_first = |ending: &Ending, of: Interaction, r#use| {
        app.denials.is_told(app.now(), &tenant.id, asked, (of.name(), r#use), ending)
    };
    match sort {
        Sort::Needless(why) => return Ok(Some(why)),
        Sort::Denied(r#use, of) if is_first(&ending, of, r#use) => {
            let entry = Entry::of(asked, r#use, &ending).told_to(&tenant);
            records.push(entry.record(app, &tenant)?);
        }
        Sort::Looked(r#use, interaction) if is_told(&ending) || interaction.is_statement() => {
            records.push(Entry::looked(asked, r#use, interaction, &ending).record(app, &tenant)?);
        }
        Sort::Denied(..) | Sort::Looked(..) | Sort::CameIn | Sort::Unknown => {}
    }
    for look in asked.exchange.iter().flat_map(|exchange| exchange.looks.take()) {
        let ending = Ending::inside(&look);
        let Duty::Look(r#use) = Duty::of(look.interaction) else { continue };
        let is_counted = || ending.is_denied() && !is_first(&ending, look.interaction, r#use);
        if is_told(&ending) && !is_counted() {
            records.push(Entry::inside(asked, r#use, &look, &ending).record(app, &tenant)?);
        }
    }
    if records.is_empty() {
        return Ok(Some(match sort {
            Sort::CameIn => Needless::CameIn,
            Sort::Denied(..) => Needless::Counted,
            _ => Needless::SwitchedOff,
        }));
    }
    trail::append(app, audit, records).await.map(|()| None)
}
