//! How far the log is signed and witnessed, and what its witnesses say.
use kiln_evidence::TreeSize;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};
use std::sync::atomic::AtomicU64;

/// What the evidence of a log is at one moment.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Evidence {
    /// The newest signed checkpoint.
    pub(crate) signed: TreeSize,
    /// The newest witnessed one.
    pub(crate) witnessed: TreeSize,
    /// For how long there have been records that no witnessed checkpoint covers.
    pub(crate) lag_ms: i64,
    /// Whether a witness knows another history of the log.
    pub(crate) alarm: bool,
}

impl Evidence {
    /// That of another log too: sizes add up, the worse state stands.
    pub(crate) fn add(&mut self, other: &Self) {
        self.signed.0 += other.signed.0;
        self.witnessed.0 += other.witnessed.0;
        self.lag_ms = self.lag_ms.max(other.lag_ms);
        self.alarm |= other.alarm;
    }
}

#[derive(Default)]
pub(super) struct EvidenceGauges {
    signed: Gauge,
    witnessed: Gauge,
    lag: Gauge<f64, AtomicU64>,
    alarm: Gauge,
    answers: Family<Answered, Counter>,
}

/// The witness by the name of its key, which is public.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    witness: String,
    answer: &'static str,
}

impl EvidenceGauges {
    pub(super) fn registered(registry: &mut Registry) -> Self {
        let gauges = Self::default();
        registry.register(
            "log_signed_records",
            "Records that the newest signed checkpoint covers",
            gauges.signed.clone(),
        );
        registry.register(
            "log_witnessed_records",
            "Records that the newest checkpoint covers which enough witnesses cosigned",
            gauges.witnessed.clone(),
        );
        registry.register_with_unit(
            "witness_lag",
            "For how long there have been records that no witnessed checkpoint covers",
            Unit::Seconds,
            gauges.lag.clone(),
        );
        registry.register(
            "witness_alarm",
            "1: a witness knows another history of this log, or more of it than there is",
            gauges.alarm.clone(),
        );
        registry.register(
            "witness_answers",
            "What witnesses answered when they were asked to cosign",
            gauges.answers.clone(),
        );
        gauges
    }

    pub(super) fn set(&self, evidence: &Evidence) {
        self.signed.set(evidence.signed.0 as i64);
        self.witnessed.set(evidence.witnessed.0 as i64);
        self.lag.set(evidence.lag_ms as f64 / 1000.0);
        self.alarm.set(i64::from(evidence.alarm));
    }

    pub(super) fn answered(&self, witness: &str, answer: &'static str) {
        let label = Answered { witness: witness.to_owned(), answer };
        self.answers.get_or_create(&label).inc();
    }
}
