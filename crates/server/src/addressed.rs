//! Whose log a path names: `/t/{tenant}` before any other path; without it, the default tenant's.
//!
//! It is a name and no right: the tenant comes from who asks, and the path must agree with it.
use crate::answer::Refusal;
use kiln_identity::TenantId;

/// A path, taken apart.
#[derive(Debug)]
pub(crate) struct Addressed<'a> {
    /// The tenant that is named; `None` where that is no tenant's name.
    tenant: Option<TenantId>,
    /// `/t/ward-7`, or nothing.
    prefix: &'a str,
    /// What of the path follows, to be routed.
    pub(crate) below: &'a str,
}

impl<'a> Addressed<'a> {
    /// Takes a path apart, as it was sent. A tenant's name needs no escapes, so it has none.
    pub(crate) fn of(path: &'a str) -> Self {
        let Some(after) = path.strip_prefix("/t/") else {
            return Self { tenant: Some(TenantId::default()), prefix: "", below: path };
        };
        let end = after.find('/').unwrap_or(after.len());
        let (prefix, below) = path.split_at("/t/".len() + end);
        let below = if below.is_empty() { "/" } else { below };
        Self { tenant: after[..end].parse().ok(), prefix, below }
    }

    /// The tenant that is named.
    ///
    /// # Errors
    /// 404 where that is no tenant's name.
    pub(crate) fn tenant(&self) -> Result<&TenantId, Refusal> {
        self.tenant.as_ref().ok_or_else(nobodys)
    }

    /// Whether the path is the tenant's own.
    ///
    /// # Errors
    /// 404 for every other tenant's, whether there is one or not.
    pub(crate) fn check(&self, tenant: &TenantId) -> Result<(), Refusal> {
        if self.tenant()? == tenant { Ok(()) } else { Err(nobodys()) }
    }

    /// Where the tenant's addresses begin, below the origin.
    pub(crate) fn prefix(&self) -> &'a str {
        self.prefix
    }
}

/// 404, the same for a tenant that is somebody else's and for one that is not there.
pub(crate) fn nobodys() -> Refusal {
    Refusal::not_found("nothing is served here: the path is not that of your tenant")
}

#[cfg(test)]
mod tests;
