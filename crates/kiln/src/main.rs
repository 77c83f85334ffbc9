//! Kiln, a FHIR audit record repository.

fn main() -> std::process::ExitCode {
    kiln::run()
}
