//! Who asks, whether they may, and whose log it is about.
use crate::{
    addressed::{Addressed, nobodys},
    answer::Refusal,
    app::App,
    audit::Asked,
    authentication::{Admitted, Denied},
    door::Door,
    router::Route,
    tenant::Tenant,
};
use hyper::http::request::Parts;
use kiln_identity::{Principal, Scope};
use std::sync::Arc;

/// The principal's tenant; where anybody may ask, the one that the path names.
///
/// # Errors
/// 404 where there is none, or nothing of it is recorded in the audit that is asked for; 503 where
/// its log does not open.
pub(super) async fn tenant(
    app: &Arc<App>,
    addressed: &Addressed<'_>,
    principal: Option<&Principal>,
    asked: &mut Asked,
) -> Result<Arc<Tenant>, Refusal> {
    let whose = principal.map_or_else(|| addressed.tenant(), |it| Ok(&it.tenant))?;
    let tenant = app.tenants.get(app, whose).await?;
    asked.tenant = Some(Arc::clone(&tenant));
    let is_of_audit = asked.route.is_some_and(Route::is_of_audit);
    if is_of_audit && tenant.audit.is_none() {
        return Err(nobodys());
    }
    Ok(tenant)
}

/// Who asks, if they may: on their own tenant's paths alone. `None`: anybody may.
///
/// # Errors
/// 401, 403, 429; 404 for another tenant's path, as for one that is not there.
pub(super) async fn admitted(
    app: &App,
    door: &Door,
    parts: &Parts,
    addressed: &Addressed<'_>,
    asked: &mut Asked,
) -> Result<Option<(Arc<Principal>, Admitted)>, Refusal> {
    let scope = asked.scope();
    if scope == Scope::Log && app.settings.public_log {
        return Ok(None);
    }
    let principal = app.authentication.principal(door, parts, addressed.tenant()?).await;
    let principal = principal.inspect_err(|denied| asked.denied = Some(denied.reason()))?;
    asked.principal = Some(Arc::clone(&principal));
    // Before what is theirs: who asks for what is not would else write a record each time, as
    // often as it likes.
    let admitted = app.authentication.enter(&principal)?;
    addressed.check(&principal.tenant)?;
    if !principal.may(scope) {
        return Err(Denied::Scope(scope).into());
    }
    Ok(Some((principal, admitted)))
}
