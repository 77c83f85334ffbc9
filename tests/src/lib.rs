//! Kiln as its users see it.
