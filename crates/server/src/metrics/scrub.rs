//! How far the background check of the whole store is, and what it found.
use kiln_store::Status;
use prometheus_client::{
    metrics::{counter::Counter, gauge::Gauge},
    registry::{Registry, Unit},
};
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Default)]
pub(super) struct ScrubGauges {
    position: Gauge,
    passed: Gauge<f64, AtomicU64>,
    repaired: Counter,
    damaged: Gauge,
    tiles_behind: Gauge,
}

impl ScrubGauges {
    pub(super) fn registered(registry: &mut Registry) -> Self {
        let gauges = Self::default();
        registry.register(
            "scrub_position_records",
            "How far the background check has come in this pass; 0 between two",
            gauges.position.clone(),
        );
        registry.register_with_unit(
            "scrub_passed_timestamp",
            "When the last pass over the whole store ended; 0: never",
            Unit::Seconds,
            gauges.passed.clone(),
        );
        registry.register(
            "scrub_repaired_tiles",
            "Tiles that were not as the log has them, and were made again",
            gauges.repaired.clone(),
        );
        registry.register(
            "log_damaged",
            "1: the background check found damage",
            gauges.damaged.clone(),
        );
        registry.register(
            "tiles_behind_records",
            "Records whose full tiles are not on disk yet",
            gauges.tiles_behind.clone(),
        );
        gauges
    }

    pub(super) fn set(&self, status: &Status) {
        self.position.set(status.scrub.position.0 as i64);
        self.passed.set(status.scrub.passed.map_or(0.0, |passed| passed.0 as f64 / 1000.0));
        self.repaired.inner().store(status.scrub.repaired, Ordering::Relaxed);
        self.damaged.set(i64::from(status.damaged.is_some()));
        self.tiles_behind.set(status.tiles_behind as i64);
    }
}
