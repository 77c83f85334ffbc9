//! What may be missing in the log, for the first page of those who may see operations.
use super::{frame::Frame, senders};
use crate::{restriction, tasks::Deadline};
use kiln_identity::Scope;
use kiln_pages::timeline::Watch;
use std::time::Duration;

/// How long looking for silent senders may take before the page goes without it, and says so.
const PATIENCE: Duration = Duration::from_millis(500);

/// Silent senders and refused messages; `None` for whoever may not see operations or sees less than
/// all events, and where there is nothing to tell.
pub(super) fn of(frame: &Frame<'_>, deadline: &Deadline) -> Option<Watch> {
    let exchange = frame.exchange;
    if !frame.may(Scope::Operate) || restriction::is_any(exchange) {
        return None;
    }
    let (now, deadline) = (frame.reader.now, deadline.within(PATIENCE));
    let snapshot = exchange.tenant.store.snapshot();
    let senders = senders::heard(exchange, &snapshot, &deadline).ok();
    let silent = senders.map(|(senders, _)| {
        let senders = senders.into_iter().map(|(sender, _)| sender);
        let silent = senders.filter(|sender| sender.is_silent(now));
        silent.map(|sender| (sender.name, sender.last)).collect::<Vec<_>>()
    });
    let shelf = exchange.tenant.shelf.as_ref();
    let refused = shelf.map_or(0, |shelf| shelf.status().count);
    let is_nothing = refused == 0 && silent.as_ref().is_some_and(Vec::is_empty);
    (!is_nothing).then_some(Watch { silent, refused })
}
