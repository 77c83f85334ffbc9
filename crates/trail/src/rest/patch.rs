//! Patches, looked into for whom they may move a resource to.
use super::patient::About;
use super::resource::text;
use super::{Form, Limits, Patient, reference};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kiln_fhir::json::{self, Tape};

/// Patients whom a patch refers to: a JSON Patch, or Parameters in JSON.
pub(super) fn patients(body: &[u8], form: Option<Form>, limits: &Limits) -> Vec<Patient> {
    let is_json = matches!(form, Some(Form::Json | Form::JsonPatch));
    let within = kiln_fhir::Limits {
        body_bytes_max: limits.body_bytes_max,
        depth_max: limits.depth_max,
        nodes_max: limits.nodes_max,
    };
    match json::read(body, &within, "Patch") {
        Ok(tape) if is_json => mentioned(&tape, 0, limits),
        _ => Vec::new(),
    }
}

/// The same of a patch in a Bundle: Parameters, or a Binary whose data is a JSON Patch.
pub(super) fn patients_in_bundle(tape: &Tape<'_>, at: usize, limits: &Limits) -> Vec<Patient> {
    match text(tape, at, "data").map(|data| STANDARD.decode(data.as_bytes())) {
        Some(Ok(data)) => patients(&data, Some(Form::JsonPatch), limits),
        _ => mentioned(tape, at, limits),
    }
}

/// Patients whom any text inside a node refers to.
fn mentioned(tape: &Tape<'_>, at: usize, limits: &Limits) -> Vec<Patient> {
    let mut about = About::default();
    for text in (at..tape.after(at)).filter_map(|at| tape.text(at)) {
        if let Some(patient) = reference::patient(text, None, &[]) {
            about.add(patient, limits);
        }
    }
    about.patients
}
