//! The URLs of Kiln's own extensions. They stand in stored events and in what is rendered from
//! them, and never change (`docs/decisions/0010-urls-of-our-extensions.md`).

/// What every one of them begins with.
pub const BASE: &str = "https://kiln-audit.org/fhir/StructureDefinition/";
/// Marks what Kiln made up from other elements, or from none: it is dropped on the way back.
pub const DERIVED: &str = "https://kiln-audit.org/fhir/StructureDefinition/derived";
/// The text that was sent plainly, on an element that would be read as another text.
pub const PLAIN: &str = "https://kiln-audit.org/fhir/StructureDefinition/plain";
/// What neither an element nor an official extension of a release holds, on the root.
pub const RESIDUE: &str = "https://kiln-audit.org/fhir/StructureDefinition/residue";

#[cfg(test)]
mod tests;
