//! Filled in with the bodies.
