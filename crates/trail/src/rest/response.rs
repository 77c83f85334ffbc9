//! An answer.
use super::reference::Address;
use super::{Form, Id, Instance, Limits, condition, resource};
use std::borrow::Cow;

/// What matters of an answer.
#[derive(Copy, Clone, Debug, Default)]
pub struct Response<'a> {
    /// HTTP's status.
    pub status: u16,
    /// `ETag`
    pub etag: Option<&'a str>,
    /// `Location`
    pub location: Option<&'a str>,
    /// `Content-Location`
    pub content_location: Option<&'a str>,
    /// What its body is written in.
    pub form: Option<Form>,
    /// The body; `None` where it was not held.
    pub body: Option<&'a [u8]>,
}

impl<'a> Response<'a> {
    /// Its body as JSON; `None` where it was not held or cannot be read.
    pub(super) fn json(&self, limits: &Limits) -> Option<Cow<'a, [u8]>> {
        let body = self.body.filter(|body| !body.is_empty())?;
        let form = self.form.filter(|form| matches!(form, Form::Json | Form::Xml))?;
        resource::as_json(body, form, limits).ok()
    }

    pub(super) fn told(&self) -> Told {
        let addresses = [self.location, self.content_location];
        let address = addresses.into_iter().flatten().find_map(Address::parse);
        let (instance, version) = match address {
            Some(address) => (Some(address.instance), address.version),
            None => (None, None),
        };
        let version = self.etag.and_then(condition::tag).or(version);
        Told { status: Some(self.status), instance, version }
    }
}

/// What an answer, or an entry of one, tells beside its body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// `None`: nothing is known of it.
    pub(super) status: Option<u16>,
    /// By `Location`, or `Content-Location`.
    pub(super) instance: Option<Instance>,
    /// By `ETag`, or these.
    pub(super) version: Option<Id>,
}
