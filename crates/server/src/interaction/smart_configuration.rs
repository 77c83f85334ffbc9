//! Where clients get tokens: `.well-known/smart-configuration` (SMART App Launch 2.2.0, "FHIR
//! Authorization Endpoint and Capabilities Discovery"). They are the issuer's addresses: Kiln gives
//! no tokens.
use crate::{
    answer::{Answer, Refusal},
    app::App,
    authentication::{Issuer, KeySource, Tokens},
};
use hyper::{StatusCode, header::HeaderValue};
use kiln_identity::{TenantId, smart::SCOPES_SUPPORTED};
use serde_json::{Value, json};

/// Answers it, as JSON, whatever the request accepts.
///
/// # Errors
/// 404 where no issuer has an address for clients.
pub(crate) fn smart_configuration(app: &App, tenant: &TenantId) -> Result<Answer, Refusal> {
    let issuer = app.authentication.advertised(tenant).ok_or_else(|| {
        Refusal::not_found("no issuer is configured that clients could get tokens from")
    })?;
    let json = HeaderValue::from_static("application/json");
    Ok(Answer::of(StatusCode::OK, json, configuration(issuer).to_string()))
}

fn configuration(issuer: &Issuer) -> Value {
    let mut said = json!({
        "issuer": issuer.rules.issuer(),
        "grant_types_supported": grants(issuer),
        "scopes_supported": SCOPES_SUPPORTED,
        "response_types_supported": ["code"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
        "code_challenge_methods_supported": ["S256"],
        "capabilities": capabilities(issuer),
    });
    let keys = match &issuer.tokens {
        Tokens::Signed(KeySource::Url(url), _) => Some(url),
        Tokens::Signed(KeySource::File(_), _) | Tokens::Introspected(_) => None,
    };
    let addresses = [
        ("jwks_uri", keys),
        ("authorization_endpoint", issuer.authorize_url.as_ref()),
        ("token_endpoint", issuer.token_url.as_ref()),
    ];
    for (name, url) in addresses {
        if let Some(url) = url {
            said[name] = json!(url);
        }
    }
    said
}

/// Backend services get tokens by `client_credentials`; people need somewhere to sign in.
fn grants(issuer: &Issuer) -> Value {
    match issuer.authorize_url {
        Some(_) => json!(["authorization_code", "client_credentials"]),
        None => json!(["client_credentials"]),
    }
}

/// What is true of Kiln as a resource server; what else the issuer can do it says itself.
fn capabilities(issuer: &Issuer) -> Value {
    let mut capabilities = vec![
        "client-confidential-asymmetric",
        "permission-v1",
        "permission-v2",
        "permission-user",
        "permission-patient",
    ];
    if issuer.authorize_url.is_some() {
        capabilities.extend(["launch-standalone", "context-standalone-patient"]);
    }
    json!(capabilities)
}
