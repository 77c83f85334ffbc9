//! What an issuer says about a token that it was asked about (RFC 7662).
use crate::claims::Content;
use crate::{IssuerRules, Thumbprint, TokenError, UnixSeconds, Verified, json};
use serde_json::{Map, Value};

/// Bytes of an answer.
pub const LEN_MAX: usize = 64 * 1024;

/// Reads the issuer's answer (RFC 7662 §2.2). It must be active and, as SMART 2.2 ("Token
/// Introspection") demands, say `scope`, `client_id` and `exp`; `iss`, where it has one, and `aud`
/// must be the rules'. Without `aud`, which a token for any other server of the issuer may come
/// without, it is good only by [`IssuerRules::introspection_without_audience`]. The caller keeps
/// the answer no longer than it keeps a revoked token alive.
///
/// # Errors
/// Whatever is wrong with it: [`TokenError::Inactive`] if the token is, the others as for a JWT.
pub fn check(
    answer: &[u8],
    rules: &IssuerRules,
    now: UnixSeconds,
    certificate: Option<&Thumbprint>,
) -> Result<Verified, TokenError> {
    const LIMITS: json::Limits = json::Limits { depth: 8, nodes: 2048 };
    if answer.len() > LEN_MAX {
        return Err(TokenError::TooLong);
    }
    let claims = json::object(answer, LIMITS)?;
    match claims.get("active") {
        Some(Value::Bool(true)) => {}
        Some(Value::Bool(false)) => return Err(TokenError::Inactive),
        _ => return Err(TokenError::Json),
    }
    require_members(&claims, rules)?;
    let content = Content { claims: &claims, rules };
    if claims.contains_key("aud") || !rules.introspection_without_audience {
        content.require_audience()?;
    }
    content.verified(now, certificate)
}

fn require_members(claims: &Map<String, Value>, rules: &IssuerRules) -> Result<(), TokenError> {
    let required = [rules.claims.scope.as_str(), "client_id"];
    if required.iter().any(|name| !claims.contains_key(*name)) {
        return Err(TokenError::Claim);
    }
    if claims.get("iss").is_some_and(|issuer| issuer != rules.issuer()) {
        return Err(TokenError::Issuer);
    }
    // A token of RFC 9449 (`DPoP`) is none to whoever merely has it.
    let is_bearer = |kind: &Value| kind.as_str().is_some_and(|k| k.eq_ignore_ascii_case("bearer"));
    claims.get("token_type").is_none_or(is_bearer).then_some(()).ok_or(TokenError::Type)
}

#[cfg(test)]
mod tests;
