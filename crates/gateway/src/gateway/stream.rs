//! An answer that is longer than what is held: its status is on disk before its first byte, the
//! list of what it showed before its last; one that is cut lists what was sent.
use super::{Gateway, Kept, answered::Answer, held::Share, itemise::Itemiser};
use crate::{
    entry::Ending,
    ledger::{Leave, Outcome},
    recorded::{Needless, Recorded},
    refusal,
    request::Request,
    seams::{Client, Log, NotKept, Pieces, Time, Upstream},
    tell::Before,
};
use bytes::Bytes;
use hyper::header;
use kiln_trail::{
    Event,
    rest::{Happened, Resource, Rewriter, Sent},
};
use std::pin::pin;

/// A stream under way.
struct Stream<'a, B> {
    request: &'a Request,
    leave: &'a Leave,
    before: &'a Before,
    /// What its head says has happened.
    begun: Happened,
    items: Itemiser,
    rewriter: Option<Rewriter>,
    body: B,
    /// Of the memory for long answers, until what was held by then has gone out.
    share: Option<Share>,
    /// What goes out next, once something comes behind it.
    held: Bytes,
}

/// How a stream ended.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum End {
    /// All of it is there.
    Whole,
    /// The upstream broke off, or was late.
    Upstream,
    /// The client has gone.
    Client,
    /// What was shown could not be recorded.
    Log,
}

impl End {
    fn says(self) -> Option<&'static str> {
        match self {
            Self::Whole => None,
            Self::Upstream => Some("cut: the upstream broke off; what was sent is listed"),
            Self::Client => Some("cut: the client has gone; what was sent is listed"),
            Self::Log => Some("cut: the log took nothing; what was sent is listed"),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Upstream => "upstream",
            Self::Client => "client",
            Self::Log => "log",
        }
    }
}

impl<U: Upstream, L: Log, T: Time> Gateway<U, L, T> {
    pub(super) async fn stream(
        &self,
        request: &Request,
        leave: Leave,
        before: &Before,
        mut answer: Answer,
        body: U::Body,
        mut client: impl Client,
    ) {
        let status = answer.head.status.as_u16();
        let mut head = answer.head();
        // It is written anew on its way.
        head.headers_mut().remove(header::CONTENT_LENGTH);
        let begun = {
            let beginning = pin!(self.ledger.begin(&leave, status, head));
            let begun = self.within(beginning, self.settings.store_timeout).await;
            begun.unwrap_or(Err(NotKept::Late))
        };
        let Ok(recorded) = begun else {
            tracing::error!("a long answer cannot be recorded: it is not shown");
            let answer = refusal::not_shown(request.asked.is_read());
            // Its intent has no outcome: it is settled as one that was abandoned.
            return self.turn_away(request, client, answer);
        };
        self.meters.answered(request.name(), status);
        let items = self.itemiser(request, &answer);
        let rewriter = answer.rewriter();
        let begun = answer.begun(request, &self.settings);
        let first = answer.body.split().freeze();
        let mut stream = Stream {
            request,
            leave: &leave,
            before,
            begun,
            items,
            rewriter,
            body,
            share: answer.share.take(),
            held: Bytes::new(),
        };
        let end = if client.begin(recorded) {
            self.run(&mut stream, first, &mut client).await
        } else {
            End::Client
        };
        self.meters.streamed(end.name());
        let events = self.told(&mut stream, end);
        let Stream { held, .. } = stream;
        let ending = if end == End::Upstream { Ending::Unanswered } else { Ending::Answered };
        let outcome = Outcome { ending, status: Some(status), events };
        self.end(leave, outcome, held, end, client).await;
    }

    /// Lets the last piece go once all is recorded; what is cut ends without it.
    async fn end(
        &self,
        leave: Leave,
        outcome: Outcome,
        held: Bytes,
        end: End,
        mut client: impl Client,
    ) {
        let mut concluding = pin!(self.ledger.conclude(leave, outcome, held));
        match self.within(concluding.as_mut(), self.settings.store_timeout).await {
            Some(Ok(last)) if end == End::Whole => {
                let is_taken = last.get().is_empty() || client.send(last).await;
                client.end(is_taken);
            }
            Some(Ok(_cut)) => client.end(false),
            Some(Err(error)) => {
                tracing::error!(%error, "what a long answer showed cannot be recorded: it is cut");
                client.end(false);
            }
            None => {
                tracing::error!("what a long answer showed is not recorded in time: it is cut");
                client.end(false);
                if let Err(error) = concluding.await {
                    tracing::error!(%error, "an outcome waits for the log");
                }
            }
        }
    }

    fn itemiser(&self, request: &Request, answer: &Answer) -> Itemiser {
        let content_type = answer.head.headers.get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|it| it.to_str().ok());
        let bases = [self.settings.upstream.clone(), request.base.clone()];
        let form = answer.rewriter().and(answer.form);
        let limits = self.settings.rest.clone();
        Itemiser::new(content_type, form, bases, limits, self.settings.buffer)
    }

    /// Passes on all but the last of it.
    async fn run(
        &self,
        stream: &mut Stream<'_, U::Body>,
        first: Bytes,
        client: &mut impl Client,
    ) -> End {
        let mut next = Some(Ok(first));
        while let Some(piece) = next {
            let Ok(piece) = piece else { return End::Upstream };
            stream.items.push(&piece);
            let mut out = stream.rewritten(&piece);
            if let Some(share) = stream.share.take() {
                out = share.of(out);
            }
            if !out.is_empty() {
                let ready = std::mem::replace(&mut stream.held, out);
                match self.let_go(stream, ready).await {
                    Err(error) => {
                        tracing::error!(%error, "what a long answer shows cannot be recorded");
                        return End::Log;
                    }
                    Ok(ready) if ready.get().is_empty() => {}
                    Ok(ready) => {
                        if !client.send(ready).await {
                            return End::Client;
                        }
                    }
                }
            }
            next = stream.body.next().await;
        }
        stream.items.finish();
        stream.finish();
        End::Whole
    }

    /// A piece that may go out: the status of the answer is on disk. Where many resources have gone
    /// by, they are told first, so that no list grows without end.
    async fn let_go(&self, stream: &mut Stream<'_, U::Body>, piece: Bytes) -> Kept<Bytes> {
        // What the entries of a Bundle did is told at its end.
        let is_bundle = matches!(stream.request.sent, Sent::Bundle(_));
        if stream.items.len() < self.settings.stream_returned_max || is_bundle {
            return Ok(Recorded::needless(piece, Needless::Listed));
        }
        let events = self.list(stream, None, false);
        self.ledger.tell(&events, piece).await
    }

    /// What is told at the end.
    fn told(&self, stream: &mut Stream<'_, U::Body>, end: End) -> Vec<Event> {
        let unread = "not all that was sent could be read, and not all of it is listed";
        let says = end.says().or((!stream.items.is_whole()).then_some(unread));
        let is_whole = end == End::Whole && stream.items.is_whole();
        self.list(stream, says, is_whole)
    }

    /// What has gone by since the last list; `is_whole` where nothing is missing after this one.
    fn list(
        &self,
        stream: &mut Stream<'_, U::Body>,
        says: Option<&str>,
        is_whole: bool,
    ) -> Vec<Event> {
        let returned: Vec<Resource> = stream.items.take();
        let returned_count = returned.len();
        let happened = Happened { returned, returned_count, is_whole, ..stream.begun.clone() };
        let status = stream.begun.status;
        self.events(
            stream.request,
            Some(stream.leave),
            stream.before,
            &happened,
            status,
            None,
            says,
        )
    }
}

impl<B> Stream<'_, B> {
    fn rewritten(&mut self, piece: &Bytes) -> Bytes {
        let Some(rewriter) = &mut self.rewriter else { return piece.clone() };
        let mut out = Vec::with_capacity(piece.len() + 256);
        rewriter.push(piece, &mut out);
        out.into()
    }

    fn finish(&mut self) {
        let Some(rewriter) = self.rewriter.take() else { return };
        let mut out = Vec::new();
        rewriter.finish(&mut out);
        if !out.is_empty() {
            self.held = [&*self.held, &out].concat().into();
        }
    }
}
