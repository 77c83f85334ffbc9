//! What went wrong, as a page: what it means, and what to do.
use super::frame::around;
use crate::{answer::Answer, answer::Refusal, app::App, audit::Asked};
use kiln_fhir::Instant;
use kiln_identity::TenantId;
use kiln_pages::{Language, Page, Reader, problem};

/// The page of a refusal.
pub(crate) fn problem(app: &App, asked: &Asked, language: Language, refusal: Refusal) -> Answer {
    let settings = &app.settings.pages;
    let now = Instant { millis: app.now().0 };
    let reader = Reader { language, zone: settings.zone.clone(), now };
    let base = asked.tenant.as_ref().map_or_else(String::new, |tenant| base(&tenant.id));
    let issues = refusal.outcome.issues.iter();
    let says: Vec<String> = issues.map(|issue| issue.diagnostics.clone()).collect();
    let door = app.authentication.sign_in().map(|_| format!("{base}/sign-in"));
    let body = problem::body(
        &problem::View {
            base: &base,
            status: refusal.status.as_u16(),
            says: &says,
            // For whoever looks into the server's log: of no use where the mistake is not ours.
            request_id: asked.request_id.to_str().ok().filter(|_| refusal.status.is_server_error()),
            sign_in: door.as_deref(),
        },
        &reader,
    );
    let page = Page {
        title: &problem::title(refusal.status.as_u16(), &reader),
        language,
        nav: &[],
        section: None,
        base: &base,
        demo: settings.demo,
        zone: None,
        signed_in_as: None,
        scripts: &[],
    };
    let mut answer = around(refusal.status, &page, &body);
    answer.headers.extend(refusal.headers.into_iter().map(|(name, value)| (Some(name), value)));
    answer
}

/// Where a tenant's addresses begin.
pub(super) fn base(tenant: &TenantId) -> String {
    match tenant.as_str() {
        TenantId::DEFAULT => String::new(),
        name => format!("/t/{name}"),
    }
}
