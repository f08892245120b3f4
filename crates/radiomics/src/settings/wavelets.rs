//! The names of the discrete wavelets.

/// Orders of the biorthogonal wavelets: vanishing moments of the two filters.
const BIORTHOGONAL: [&str; 15] =
    ["1.1", "1.3", "1.5", "2.2", "2.4", "2.6", "2.8", "3.1", "3.3", "3.5", "3.7", "3.9", "4.4", "5.5", "6.8"];

/// True if `name` is a discrete wavelet: `haar`, `dmey`, `db1`-`db38`, `sym2`-`sym20`, `coif1`-`coif17`, `bior…` or
/// `rbio…`.
pub fn is_discrete_wavelet(name: &str) -> bool {
    let order = |prefix: &str, low: u32, high: u32| {
        name.strip_prefix(prefix).is_some_and(|digits| {
            !digits.starts_with(['0', '+']) && digits.parse().is_ok_and(|n: u32| (low..=high).contains(&n))
        })
    };
    matches!(name, "haar" | "dmey")
        || order("db", 1, 38)
        || order("sym", 2, 20)
        || order("coif", 1, 17)
        || ["bior", "rbio"].iter().any(|family| name.strip_prefix(family).is_some_and(|o| BIORTHOGONAL.contains(&o)))
}

#[cfg(test)]
mod tests {
    use super::is_discrete_wavelet;

    #[test]
    fn names_of_every_family() {
        for name in ["haar", "db1", "db38", "sym2", "coif17", "bior1.3", "rbio6.8", "dmey"] {
            assert!(is_discrete_wavelet(name), "{name}");
        }
        for name in ["db0", "db39", "sym1", "coif01", "bior1.2", "mexh", "", "coif"] {
            assert!(!is_discrete_wavelet(name), "{name}");
        }
    }
}
