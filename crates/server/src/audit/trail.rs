//! The stream that records go to.
use super::Asked;
use crate::{answer::Refusal, app::App, tenant::Tenant};
use kiln_fhir::IssueType;
use kiln_store::{Condition, NewRecord, Store, Unit};
use std::sync::Arc;
use tokio::time;

/// Who writes the stream, in its envelopes.
pub(super) const PRINCIPAL: &str = "kiln";

/// Whose stream it is: that of who asked, and where that is nobody's, the default tenant's.
pub(super) async fn tenant(app: &Arc<App>, asked: &Asked) -> Arc<Tenant> {
    if let Some(tenant) = &asked.tenant {
        return Arc::clone(tenant);
    }
    let own = match &asked.principal {
        Some(principal) => app.tenants.get(app, &principal.tenant).await.ok(),
        None => None,
    };
    own.unwrap_or_else(|| Arc::clone(app.default_tenant()))
}

/// Puts the records on disk.
///
/// # Errors
/// 503: what cannot be recorded is not answered.
pub(super) async fn append(
    app: &App,
    audit: &Store,
    records: Vec<NewRecord>,
) -> Result<(), Refusal> {
    let waiter = audit.append(unit(records)).map_err(|error| failed(&error.to_string()))?;
    match time::timeout(app.settings.store_timeout, waiter).await {
        Ok(Ok(Ok(_appended))) => Ok(()),
        Ok(Ok(Err(error))) => Err(failed(&error.to_string())),
        Ok(Err(_stopped)) => Err(failed("the stream has stopped")),
        Err(_elapsed) => Err(failed("the disk has not answered in time")),
    }
}

/// What is appended as one.
pub(super) fn unit(records: Vec<NewRecord>) -> Unit {
    Unit { records, principal: PRINCIPAL.into(), condition: Condition::Atomic, key: None }
}

fn failed(error: &str) -> Refusal {
    tracing::error!(error, "who looked at the log cannot be recorded: nobody may look");
    let says = "it cannot be recorded that this was asked, so it is not answered: try again";
    Refusal::retry_after(IssueType::Transient, says, "5")
}
