//! Pages as a browser reads them: what they are made of, and that no text of an event becomes
//! markup.
mod document;
mod fixture;
mod hostile;
mod structure;
