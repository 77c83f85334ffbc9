//! The gateway between a client and a FHIR server that are real ones, over a real log.
mod crash;
mod faults;
mod framing;
mod gateway;
mod recorded;
mod streams;
mod upstream;
