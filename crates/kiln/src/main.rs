//! Kiln, a FHIR audit record repository.

/// Parsing allocates many small vectors; with this allocator an event's floor costs less CPU than
/// with glibc's (`docs/performance.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    kiln::run()
}
