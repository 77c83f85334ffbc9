//! The real binary, from outside.
#[cfg(test)]
mod abuse;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod load;
#[cfg(test)]
mod looks;
#[cfg(test)]
mod once;
#[cfg(test)]
mod parameters;
#[cfg(test)]
mod plain;
#[cfg(test)]
mod raw;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod smuggling;
#[cfg(test)]
mod witness;
#[cfg(test)]
mod xml_encodings;
