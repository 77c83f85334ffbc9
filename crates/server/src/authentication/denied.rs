//! Why nobody was let in, for the answer and for the audit of the audit.
use crate::answer::Refusal;
use hyper::{
    StatusCode,
    header::{self, HeaderValue},
};
use kiln_fhir::IssueType;
use kiln_identity::{CertificateError, Scope, TokenError, api_key};

/// Why a request has no principal, or a principal has no right. It holds nothing of a credential.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    /// There is no credential.
    Nothing,
    /// Several credentials, one in a URL, or one that is none.
    Malformed,
    /// A token that is not good.
    Token(TokenError),
    /// An opaque token or one of an issuer that nobody has configured.
    UnknownIssuer,
    /// An API key that is not in the book, expired, or revoked.
    ApiKey(api_key::Refused),
    /// A client certificate that stands for nobody.
    Certificate(CertificateError),
    /// A session in a browser, used by a page of another site.
    CrossSite,
    /// The issuer cannot be asked, or its keys cannot be had: nobody knows, so nobody comes in.
    Unavailable,
    /// The principal may not do this.
    Scope(Scope),
    /// The principal asks more than its share.
    Limit(&'static str),
}

impl Denied {
    /// A word for the audit of the audit and for metrics.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Nothing => "no-credential",
            Self::Malformed => "malformed",
            Self::Token(TokenError::Expired) | Self::ApiKey(api_key::Refused::Expired) => "expired",
            Self::Token(TokenError::Inactive) | Self::ApiKey(api_key::Refused::Revoked) => {
                "revoked"
            }
            Self::Token(_) => "bad-token",
            Self::UnknownIssuer => "unknown-issuer",
            Self::ApiKey(_) => "bad-key",
            Self::CrossSite => "cross-site",
            Self::Certificate(_) => "bad-certificate",
            Self::Unavailable => "issuer-unavailable",
            Self::Scope(_) => "insufficient-scope",
            Self::Limit(_) => "limit",
        }
    }
}

/// The same words whatever is wrong with a credential: who guesses learns nothing. The field is
/// that of RFC 6750 §3.
impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Nothing => {
                let says = "this needs a credential: a bearer token, or an API key";
                let refusal = Self::new(StatusCode::UNAUTHORIZED, IssueType::Login, says);
                challenge(refusal, r#"Bearer realm="kiln""#)
            }
            Denied::Malformed => {
                let says = "send one credential, in one Authorization field, and never in a URL";
                let refusal = Self::bad_request(IssueType::Login, says);
                challenge(refusal, r#"Bearer realm="kiln", error="invalid_request""#)
            }
            Denied::Token(_)
            | Denied::UnknownIssuer
            | Denied::ApiKey(_)
            | Denied::Certificate(_) => {
                let says = "the credential is not good: expired, revoked, or not for this server";
                let refusal = Self::new(StatusCode::UNAUTHORIZED, IssueType::Login, says);
                challenge(refusal, r#"Bearer realm="kiln", error="invalid_token""#)
            }
            Denied::CrossSite => {
                let says = "this was not asked for by a page of Kiln";
                Self::new(StatusCode::FORBIDDEN, IssueType::Forbidden, says)
            }
            Denied::Unavailable => {
                let says = "the issuer of this credential cannot be asked now: try again";
                Self::retry_after(IssueType::Transient, says, "5")
            }
            Denied::Scope(scope) => {
                let says = "this needs a scope that you do not have";
                let refusal = Self::new(StatusCode::FORBIDDEN, IssueType::Forbidden, says);
                challenge(refusal, insufficient(scope))
            }
            Denied::Limit(says) => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, IssueType::Throttled, says)
                    .with(header::RETRY_AFTER, HeaderValue::from_static("1"))
            }
        }
    }
}

fn challenge(refusal: Refusal, challenge: &'static str) -> Refusal {
    refusal.with(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
}

/// With the scope that would do, where SMART has a word for it.
fn insufficient(scope: Scope) -> &'static str {
    match scope {
        Scope::Create => {
            r#"Bearer realm="kiln", error="insufficient_scope", scope="system/AuditEvent.c""#
        }
        Scope::Read => {
            r#"Bearer realm="kiln", error="insufficient_scope", scope="system/AuditEvent.r""#
        }
        Scope::Search => {
            r#"Bearer realm="kiln", error="insufficient_scope", scope="system/AuditEvent.s""#
        }
        _ => r#"Bearer realm="kiln", error="insufficient_scope""#,
    }
}
