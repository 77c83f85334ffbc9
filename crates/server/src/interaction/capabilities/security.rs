//! How a client gets in: `rest.security`, with SMART's addresses
//! (<https://hl7.org/fhir/smart-app-launch/STU1/conformance/index.html>), which clients that do not
//! know `.well-known/smart-configuration` look for.
use super::is_before_r4;
use crate::{authentication::Issuer, exchange::Told};
use kiln_fhir::Release;
use serde_json::{Value, json};

/// What stands there.
pub(super) fn security(about: &Told<'_>) -> Value {
    let authentication = &about.app.authentication;
    let issuer = authentication.advertised(about.tenant);
    let cors = !about.app.settings.cors.is_empty();
    said(issuer, cors, authentication.is_open(), about.form.release)
}

/// The same, of these.
pub(super) fn said(issuer: Option<&Issuer>, cors: bool, is_open: bool, release: Release) -> Value {
    let mut security = match issuer {
        Some(issuer) => json!({ "extension": [oauth_uris(issuer)] }),
        None => json!({}),
    };
    security["cors"] = json!(cors);
    if issuer.is_some() {
        security["service"] = json!([smart(release)]);
    }
    security["description"] = json!(if is_open { OPEN } else { CLOSED });
    security
}

const OPEN: &str = "Open to the programs of this machine; requests of web pages and of proxies are \
    refused.";

const CLOSED: &str = "Closed: a bearer token, an API key or a client certificate tells who asks. \
    Scopes are SMART's of AuditEvent; c and rs alone are ever granted.";

fn oauth_uris(issuer: &Issuer) -> Value {
    let addresses = [("authorize", &issuer.authorize_url), ("token", &issuer.token_url)];
    let addresses = addresses
        .iter()
        .filter_map(|(name, url)| url.as_ref().map(|url| json!({ "url": name, "valueUri": url })));
    json!({ "url": OAUTH_URIS, "extension": addresses.collect::<Vec<_>>() })
}

const OAUTH_URIS: &str = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";

fn smart(release: Release) -> Value {
    let system = if is_before_r4(release) {
        "http://hl7.org/fhir/restful-security-service"
    } else {
        "http://terminology.hl7.org/CodeSystem/restful-security-service"
    };
    json!({
        "coding": [{ "system": system, "code": "SMART-on-FHIR" }],
        "text": "OAuth2 using SMART-on-FHIR profile (see http://docs.smarthealthit.org)",
    })
}
