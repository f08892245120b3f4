//! Bootstrap samples as they were drawn, for scripts that fit to the same.

use survival::validation::{BootstrapSpec, Draws};

use super::wrapped;

/// Makes `samples` a list of `count` samples of `n` patients, by their places as R counts them.
pub fn samples(count: usize, seed: u64, n: usize) -> String {
    let drawn = BootstrapSpec { draws: Draws::Random { count, seed }, times: Vec::new(), candidates: 0 };
    let rows = |b: usize| wrapped(&drawn.rows(b, n).iter().map(|row| (row + 1).to_string()).collect::<Vec<_>>());
    format!(
        "# the samples as they were drawn\nsamples <- list({})",
        (0..count).map(rows).collect::<Vec<_>>().join(",\n  ")
    )
}
