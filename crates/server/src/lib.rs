//! Serves: HTTP, interactions, the guard of the open mode, metrics.
