//! Codes of required bindings.

/// `audit-event-action`
pub(super) const ACTION: &[&str] = &["C", "R", "U", "D", "E"];
/// `audit-event-outcome`, before R5 made it an example.
pub(super) const OUTCOME: &[&str] = &["0", "4", "8", "12"];
/// `network-type`
pub(super) const NETWORK_TYPE: &[&str] = &["1", "2", "3", "4", "5"];
/// `audit-event-severity`
pub(super) const SEVERITY: &[&str] =
    &["emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"];
/// `narrative-status`
pub(super) const NARRATIVE_STATUS: &[&str] = &["generated", "extensions", "additional", "empty"];
/// `identifier-use`, before R4.
pub(super) const IDENTIFIER_USE_STU3: &[&str] = &["usual", "official", "temp", "secondary"];
/// `identifier-use`
pub(super) const IDENTIFIER_USE: &[&str] = &["usual", "official", "temp", "secondary", "old"];
/// `quantity-comparator`, before R5.
pub(super) const COMPARATOR_R4: &[&str] = &["<", "<=", ">=", ">"];
/// `quantity-comparator`
pub(super) const COMPARATOR: &[&str] = &["<", "<=", ">=", ">", "ad"];
/// `name-use`
pub(super) const NAME_USE: &[&str] =
    &["usual", "official", "temp", "nickname", "anonymous", "old", "maiden"];
/// `contact-point-system` of DSTU2.
pub(super) const CONTACT_SYSTEM_DSTU2: &[&str] = &["phone", "fax", "email", "pager", "other"];
/// `contact-point-system`
pub(super) const CONTACT_SYSTEM: &[&str] =
    &["phone", "fax", "email", "pager", "url", "sms", "other"];
/// `contact-point-use`
pub(super) const CONTACT_USE: &[&str] = &["home", "work", "temp", "old", "mobile"];
/// `address-use`, before R4.
pub(super) const ADDRESS_USE_STU3: &[&str] = &["home", "work", "temp", "old"];
/// `address-use`
pub(super) const ADDRESS_USE: &[&str] = &["home", "work", "temp", "old", "billing"];
/// `address-type`
pub(super) const ADDRESS_TYPE: &[&str] = &["postal", "physical", "both"];
