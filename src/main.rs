//! The binary: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    keep_freed_memory();
    riskset::cli::main()
}

/// Has the C library keep what is freed for the next that is needed. By default it hands large blocks back to the system at
/// once, which then clears them anew. It takes the largest block that was
/// freed so far, up to 32 MiB, as a sign of what comes; this one is never touched and takes no memory itself.
fn keep_freed_memory() {
    const ALMOST_32_MIB: usize = (32 << 20) - (1 << 16);
    std::hint::black_box(Vec::<u8>::with_capacity(ALMOST_32_MIB));
}
