//! Figures of the gateway, on `/metrics`. No label ever holds an id, a query, or anything of a
//! body.
use crate::entry::Ending;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

/// All meters of the gateway; clones count together.
#[derive(Clone, Debug, Default)]
pub struct Meters {
    requests: Family<Request, Counter>,
    outcomes: Family<Outcome, Counter>,
    under_way: Gauge,
    reads_before_write: Counter,
    not_recorded: Counter,
    put_off: Counter,
    fail_open: Counter,
    streams: Family<Stream, Counter>,
    settled: Family<Outcome, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    interaction: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    ending: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Stream {
    end: &'static str,
}

impl Meters {
    /// Adds them to a registry.
    pub fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("gateway");
        registry.register("requests", "Requests answered", self.requests.clone());
        registry.register("outcomes", "Outcomes recorded", self.outcomes.clone());
        registry.register("under_way", "Requests under way", self.under_way.clone());
        let help = "Reads that the gateway itself made, of what was about to be changed";
        registry.register("reads_before_write", help, self.reads_before_write.clone());
        let help = "Requests that were not let through, or not answered, for want of a record";
        registry.register("not_recorded", help, self.not_recorded.clone());
        let help = "Outcomes that waited for a log that took none";
        registry.register("outcomes_put_off", help, self.put_off.clone());
        let help = "Reads that went on unrecorded: an alarm";
        registry.register("fail_open", help, self.fail_open.clone());
        registry.register("streams", "Answers longer than what is held", self.streams.clone());
        let help = "Intents whose outcome was found out afterwards, or not";
        registry.register("settled", help, self.settled.clone());
    }

    pub(crate) fn answered(&self, interaction: &'static str, status: u16) {
        self.requests.get_or_create(&Request { interaction, status }).inc();
    }

    pub(crate) fn concluded(&self, ending: Ending) {
        self.outcomes.get_or_create(&Outcome { ending: name(ending) }).inc();
    }

    /// Counts a request until the value is dropped.
    pub(crate) fn begins(&self) -> UnderWay {
        self.under_way.inc();
        UnderWay(self.under_way.clone())
    }

    pub(crate) fn read_before_write(&self) {
        self.reads_before_write.inc();
    }

    pub(crate) fn not_recorded(&self) {
        self.not_recorded.inc();
    }

    pub(crate) fn put_off(&self) {
        self.put_off.inc();
    }

    pub(crate) fn failed_open(&self) {
        self.fail_open.inc();
    }

    pub(crate) fn streamed(&self, end: &'static str) {
        self.streams.get_or_create(&Stream { end }).inc();
    }

    pub(crate) fn settled(&self, ending: Ending) {
        self.settled.get_or_create(&Outcome { ending: name(ending) }).inc();
    }
}

fn name(ending: Ending) -> &'static str {
    match ending {
        Ending::Answered => "answered",
        Ending::Unsent => "unsent",
        Ending::Unanswered => "unanswered",
        Ending::Settled => "settled",
        Ending::Unknown => "unknown",
    }
}

/// A request under way.
pub(crate) struct UnderWay(Gauge);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.dec();
    }
}
