//! The real binary, from outside.
mod scenarios;
