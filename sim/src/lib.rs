//! Simulated disk, clock and workload: one seed is one run.
