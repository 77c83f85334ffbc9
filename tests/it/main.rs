//! The real binary, from outside.
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod load;
#[cfg(test)]
mod scenarios;
