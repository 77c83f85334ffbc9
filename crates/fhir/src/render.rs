//! Splices what the server sets (`id`, `meta.versionId`, `meta.lastUpdated`) into received bytes.

/// What the server sets (<https://hl7.org/fhir/R4/resource.html#Meta>). Kiln's records have one version.
#[derive(Copy, Clone, Debug)]
pub struct ServerElements<'a> {
    /// The logical id.
    pub id: &'a str,
    /// `meta.versionId`
    pub version_id: &'a str,
    /// `meta.lastUpdated`, an instant.
    pub last_updated: &'a str,
}

/// Appends the resource with the server's three elements set and every other byte of it as it was
/// received. `body` was accepted by [`crate::parse`].
pub fn with_server_elements(_body: &[u8], _elements: &ServerElements<'_>, _out: &mut Vec<u8>) {
    todo!()
}
