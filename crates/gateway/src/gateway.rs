//! One request on its way: its intent, upstream, its outcome, its client. Nothing here knows a
//! socket, a disk or a clock but by the traits of `seams`.
mod answered;
mod before;
mod held;
mod itemise;
mod stream;

use crate::{
    entry::Ending,
    ledger::{Leave, Ledger, Outcome},
    meters::Meters,
    recorded::{Needless, Recorded},
    refusal,
    request::Request,
    seams::{Client, Failed, Log, NotKept, Pieces, Time, Upstream},
    settings::Settings,
    tell::{Before, Teller, Told},
};
use answered::Answer;
pub(crate) use answered::unanswered;
use bytes::Bytes;
use held::Memory;
use hyper::Response;
use kiln_trail::{Event, Outcome as How, rest};
use std::{
    future::Future,
    pin::{Pin, pin},
};
use tokio::sync::Semaphore;

/// The gateway's core.
pub struct Gateway<U, L, T> {
    pub(crate) upstream: U,
    pub(crate) ledger: Ledger<L>,
    pub(crate) time: T,
    pub(crate) settings: Settings,
    pub(crate) teller: Teller,
    pub(crate) meters: Meters,
    places: Semaphore,
    anybodys: Semaphore,
    memory: Memory,
    anybodys_memory: Memory,
}

/// Requests of nobody who is known that are under way at once, and no more than a quarter of the
/// others': they leave room to them.
const ANYBODYS_MAX: usize = 64;
/// Their answers have memory of their own, beside the others': one part in so many of as much. What
/// they hold, they hold as long as they like to take it.
const ANYBODYS_PART: usize = 8;

impl<U: Upstream, L: Log, T: Time> Gateway<U, L, T> {
    /// Before this server, over this log.
    pub fn new(upstream: U, log: L, time: T, settings: Settings, meters: Meters) -> Self {
        let teller = Teller {
            profile: settings.profile.clone(),
            tenant: settings.tenant.to_string(),
            upstream: settings.upstream.clone(),
        };
        let ledger = Ledger::new(log, settings.unsettled_max, meters.clone());
        let places = Semaphore::new(settings.requests_max.min(Semaphore::MAX_PERMITS));
        let memory = Memory::new(settings.held_bytes_max, settings.buffer);
        let anybodys_memory = Memory::new(settings.held_bytes_max / ANYBODYS_PART, settings.buffer);
        let anybodys = Semaphore::new(ANYBODYS_MAX.min((settings.requests_max / 4).max(1)));
        Self {
            upstream,
            ledger,
            time,
            settings,
            teller,
            meters,
            places,
            anybodys,
            memory,
            anybodys_memory,
        }
    }

    /// Intents and outcomes.
    pub fn ledger(&self) -> &Ledger<L> {
        &self.ledger
    }

    /// Takes a request to its end. It must be run to its end whether its client stays or goes:
    /// what is dropped in between is settled as after a crash.
    pub async fn pass(&self, request: &Request, client: impl Client) {
        let _under_way = self.meters.begins();
        if request.is_anybodys() {
            let Ok(_place) = self.anybodys.try_acquire() else {
                return self.turn_away(request, client, refusal::busy());
            };
            return self.forward(request, self.ledger.for_anybody(), client).await;
        }
        let Ok(_place) = self.places.try_acquire() else {
            return self.turn_away(request, client, refusal::busy());
        };
        if self.ledger.is_behind() {
            return self.turn_away(request, client, refusal::not_let_through());
        }
        let mut intending = pin!(self.ledger.intend(&request.intent));
        let intended = self.within(intending.as_mut(), self.settings.store_timeout).await;
        let is_late = intended.is_none();
        let leave = match intended.unwrap_or(Err(NotKept::Late)) {
            Ok(leave) => leave,
            Err(error) if self.may_fail_open(request) => self.ledger.fail_open(&error),
            Err(error) => {
                tracing::error!(%error, "an intent cannot be recorded: nothing is passed on");
                self.turn_away(request, client, refusal::not_let_through());
                if is_late && let Ok(leave) = intending.await {
                    Box::pin(self.unsent(request, leave, 503, "the log was late")).await;
                }
                return;
            }
        };
        self.forward(request, leave, client).await;
        if is_late && let Ok(leave) = intending.await {
            // It was passed on without it.
            Box::pin(self.in_the_end(leave, Ending::Answered, Vec::new())).await;
        }
    }

    /// Answers, and nothing went upstream.
    fn turn_away(&self, request: &Request, client: impl Client, answer: Response<Bytes>) {
        self.meters.not_recorded();
        self.meters.answered(request.name(), answer.status().as_u16());
        client.answer(Recorded::needless(answer, Needless::NotGiven));
    }

    /// Answers what Kiln itself refuses to somebody it knows, once that is recorded; nothing goes
    /// upstream.
    pub async fn refuse(&self, request: &Request, answer: Response<Bytes>, client: impl Client) {
        let status = answer.status().as_u16();
        let happened = unanswered(Some(status));
        let says = Some("refused by the gateway");
        let events =
            self.events(request, None, &Before::default(), &happened, Some(status), None, says);
        let telling = pin!(self.ledger.tell(&events, answer));
        let told = self.within(telling, self.settings.store_timeout).await;
        let Some(Ok(answer)) = told else {
            tracing::error!("a refusal cannot be recorded");
            return self.turn_away(request, client, refusal::not_let_through());
        };
        self.meters.answered(request.name(), status);
        client.answer(answer);
    }

    fn memory_for(&self, request: &Request) -> &Memory {
        if request.is_anybodys() { &self.anybodys_memory } else { &self.memory }
    }

    fn may_fail_open(&self, request: &Request) -> bool {
        self.settings.reads_fail_open && request.asked.is_read()
    }

    async fn forward(&self, request: &Request, leave: Leave, client: impl Client) {
        let Some(outgoing) = request.to_upstream(&self.settings.upstream) else {
            Box::pin(self.unsent(request, leave, 400, "it cannot be sent on")).await;
            let says = "the request cannot be sent on as it is";
            let answer =
                refusal::error(hyper::StatusCode::BAD_REQUEST, kiln_fhir::IssueType::Invalid, says);
            return client.answer(Recorded::needless(answer, Needless::TurnedAway));
        };
        let before = if self.is_read_before(request, &leave) {
            Box::pin(self.before(request, &leave)).await
        } else {
            Before::default()
        };
        match self.upstream.send(&leave, outgoing).await {
            Ok(reply) => self.replied(request, leave, &before, reply, client).await,
            Err(failed) => {
                let answer = refusal::no_answer(failed, request.asked.is_read());
                Box::pin(self.failed(request, leave, &before, failed, answer, client)).await;
            }
        }
    }

    /// Holds the answer until it is recorded; a longer one streams.
    async fn replied(
        &self,
        request: &Request,
        leave: Leave,
        before: &Before,
        reply: Response<U::Body>,
        client: impl Client,
    ) {
        let (head, mut body) = reply.into_parts();
        let mut answer = Answer::new(request, head, &self.settings);
        loop {
            match body.next().await {
                None => break,
                Some(Err(failed)) => {
                    let told = refusal::no_answer(failed, request.asked.is_read());
                    let failed = self.failed(request, leave, before, failed, told, client);
                    return Box::pin(failed).await;
                }
                Some(Ok(piece)) => answer.body.extend_from_slice(&piece),
            }
            if answer.body.len() > held::UNIT_BYTES && answer.share.is_none() {
                let memory = self.memory_for(request);
                let sharing = pin!(memory.share(answer.declared()));
                let Some(share) = self.within(sharing, self.settings.held_timeout).await else {
                    let telling = self.no_memory(request, leave, before, &answer, client);
                    return Box::pin(telling).await;
                };
                answer.share = share;
            }
            if answer.body.len() > self.settings.buffer {
                let streaming = self.stream(request, leave, before, answer, body, client);
                return Box::pin(streaming).await;
            }
        }
        let happened = answer.happened(request, &self.settings);
        let status = answer.head.status.as_u16();
        let events =
            self.events(request, Some(&leave), before, &happened, Some(status), None, None);
        let outcome = Outcome { ending: Ending::Answered, status: Some(status), events };
        let whole = answer.whole();
        self.conclude(request, leave, outcome, whole, client).await;
    }

    /// Records that no whole answer came, and says so.
    async fn failed(
        &self,
        request: &Request,
        leave: Leave,
        before: &Before,
        failed: Failed,
        answer: Response<Bytes>,
        client: impl Client,
    ) {
        let status = failed.status();
        let (ending, how, says) = match failed {
            Failed::Unreached => (Ending::Unsent, None, "the upstream cannot be reached"),
            Failed::Broken => (Ending::Unanswered, how(request), "the upstream broke off"),
            Failed::Late => (Ending::Unanswered, how(request), "the upstream was late"),
        };
        let happened = unanswered(Some(status));
        let events =
            self.events(request, Some(&leave), before, &happened, Some(status), how, Some(says));
        let outcome = Outcome { ending, status: Some(status), events };
        self.conclude(request, leave, outcome, answer, client).await;
    }

    /// Records that a request that was intended went nowhere.
    async fn unsent(&self, request: &Request, leave: Leave, status: u16, says: &str) {
        let happened = unanswered(Some(status));
        let before = Before::default();
        let events =
            self.events(request, Some(&leave), &before, &happened, Some(status), None, Some(says));
        self.in_the_end(leave, Ending::Unsent, events).await;
    }

    /// Records an outcome that nobody waits for.
    async fn in_the_end(&self, leave: Leave, ending: Ending, events: Vec<Event>) {
        let outcome = Outcome { ending, status: None, events };
        match self.ledger.conclude(leave, outcome, ()).await {
            Ok(done) => done.into_inner(),
            Err(error) => tracing::error!(%error, "an outcome waits for the log"),
        }
    }

    /// Records the outcome, and only then gives the answer.
    async fn conclude(
        &self,
        request: &Request,
        leave: Leave,
        outcome: Outcome,
        answer: Response<Bytes>,
        client: impl Client,
    ) {
        let unrecorded = self.may_fail_open(request).then(|| answer.clone());
        let mut concluding = pin!(self.ledger.conclude(leave, outcome, answer));
        let kept = self.within(concluding.as_mut(), self.settings.store_timeout).await;
        let Some(kept) = kept else {
            tracing::error!("the log has not taken an outcome in time");
            self.unrecorded(request, unrecorded, client);
            // Whether it is taken in the end decides whether it has to be told again.
            if let Err(error) = concluding.await {
                tracing::error!(%error, "an outcome waits for the log");
            }
            return;
        };
        match kept {
            Ok(answer) => {
                self.meters.answered(request.name(), answer.get().status().as_u16());
                client.answer(answer);
            }
            Err(error) => {
                tracing::error!(%error, "an outcome cannot be recorded");
                self.unrecorded(request, unrecorded, client);
            }
        }
    }

    /// Where the outcome is not on disk: it is not shown, but for a read that may fail open.
    fn unrecorded(&self, request: &Request, answer: Option<Response<Bytes>>, client: impl Client) {
        let Some(answer) = answer else {
            let refused = refusal::not_shown(request.asked.is_read());
            return self.turn_away(request, client, refused);
        };
        self.meters.failed_open();
        self.meters.answered(request.name(), answer.status().as_u16());
        client.answer(Recorded::needless(answer, Needless::FailOpen));
    }

    #[expect(clippy::too_many_arguments, reason = "what there is to tell has so many parts")]
    fn events(
        &self,
        request: &Request,
        leave: Option<&Leave>,
        before: &Before,
        happened: &rest::Happened,
        status: Option<u16>,
        outcome: Option<How>,
        says: Option<&str>,
    ) -> Vec<Event> {
        if request.is_anybodys() {
            return Vec::new();
        }
        // The entries of a Bundle have one name.
        let bundle = leave.filter(|_| matches!(request.sent, rest::Sent::Bundle(_)));
        let correlation = bundle.and_then(Leave::id).map(|id| id.0.to_string()).unwrap_or_default();
        self.teller.events(&Told {
            intent: &request.intent,
            asked: &request.asked,
            sent: &request.sent,
            happened,
            before,
            status,
            outcome,
            says,
            at: self.time.now(),
            correlation: &correlation,
            origin: &self.ledger.log().origin(),
            base: Some(&request.base),
        })
    }

    /// Waits so long, and no longer; what goes on can be waited for further.
    async fn within<F: Future>(
        &self,
        future: Pin<&mut F>,
        timeout: std::time::Duration,
    ) -> Option<F::Output> {
        let mut sleep = pin!(self.time.sleep(timeout));
        tokio::select! {
            biased;
            done = future => Some(done),
            () = &mut sleep => None,
        }
    }
}

/// What was not answered: a read showed nothing, and of all else nobody knows.
fn how(request: &Request) -> Option<How> {
    (!request.asked.is_read()).then_some(How::Unknown)
}

/// Why a stream has to end.
type Kept<T> = Result<Recorded<T>, NotKept>;

#[cfg(test)]
mod tests;
