//! Memory for long answers. It is waited for so long and no longer; what has some of it gives it
//! back with its last byte, which its client takes at a pace or not at all.
use super::{Gateway, answered::Answer, unanswered};
use crate::{
    entry::Ending,
    ledger::{Leave, Outcome},
    refusal,
    request::Request,
    seams::{Client, Log, Time, Upstream},
    tell::Before,
};
use bytes::Bytes;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Permits are counted in units of this many bytes; what is no longer takes none.
pub(super) const UNIT_BYTES: usize = 4 << 10;

/// All of it.
pub(super) struct Memory {
    units: Arc<Semaphore>,
    /// What an answer takes: a whole buffer, where nobody knows how long it becomes.
    each: u32,
}

/// What one answer has of it.
pub(super) struct Share(OwnedSemaphorePermit);

impl Memory {
    /// So many bytes, for answers of so many each.
    pub(super) fn new(bytes_max: usize, buffer: usize) -> Self {
        let all = (bytes_max / UNIT_BYTES).clamp(1, u32::MAX as usize);
        let each = buffer.div_ceil(UNIT_BYTES).clamp(1, all) as u32;
        Self { units: Arc::new(Semaphore::new(all)), each }
    }

    /// A share, when there is one: for as many bytes as the answer says that it has, if it does.
    pub(super) async fn share(&self, declared: Option<usize>) -> Option<Share> {
        let units = declared.map_or(self.each, |bytes| units(bytes).min(self.each as usize) as u32);
        Arc::clone(&self.units).acquire_many_owned(units).await.ok().map(Share)
    }
}

impl Share {
    /// The bytes, which have what they need of the share until the last of them is gone. The rest
    /// of it is given back: a client that takes nothing holds no more than its answer.
    pub(super) fn of(self, bytes: Bytes) -> Bytes {
        let mut share = self.0;
        drop(share.split(share.num_permits().saturating_sub(units(bytes.len()))));
        Bytes::from_owner(Owned { bytes, _share: share })
    }
}

fn units(bytes: usize) -> usize {
    bytes.div_ceil(UNIT_BYTES).max(1)
}

struct Owned {
    bytes: Bytes,
    _share: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Owned {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

const READ: &str = "it was answered, and not shown: too many long answers were under way";
const CHANGE: &str =
    "it was answered, and its client not told: too many long answers were under way";

impl<U: Upstream, L: Log, T: Time> Gateway<U, L, T> {
    /// Records that an answer came for which there was no memory in time, and says so. Of a change
    /// the answer's head tells what has happened.
    pub(super) async fn no_memory(
        &self,
        request: &Request,
        leave: Leave,
        before: &Before,
        answer: &Answer,
        client: impl Client,
    ) {
        let told = refusal::not_held(request.asked.is_read());
        let (happened, status, says) = if request.asked.is_read() {
            let status = told.status().as_u16();
            (unanswered(Some(status)), status, READ)
        } else {
            (answer.begun(request, &self.settings), answer.head.status.as_u16(), CHANGE)
        };
        let (status, says) = (Some(status), Some(says));
        let events = self.events(request, Some(&leave), before, &happened, status, None, says);
        let outcome = Outcome { ending: Ending::Answered, status, events };
        self.conclude(request, leave, outcome, told, client).await;
    }
}
