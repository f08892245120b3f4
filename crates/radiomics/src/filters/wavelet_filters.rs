//! The low- and high-pass filters of the discrete wavelets, by PyWavelets' names.

/// The decomposition filters of a wavelet.
#[derive(Debug, Clone, PartialEq)]
pub struct WaveletFilters {
    /// Low-pass: its result is called `L`.
    pub low: Vec<f64>,
    /// High-pass, as long: `H`.
    pub high: Vec<f64>,
    /// What the tabled coefficients are multiplied by: √2 for coiflets. It decides how they round to single precision.
    factor: f64,
}

impl WaveletFilters {
    /// The wavelet called `name`: `haar`, `dmey`, `db1` to `db38`, `sym2` to `sym20`, `coif1` to `coif17`, `bior…` or
    /// `rbio…`; `None` for any other name.
    pub fn named(name: &str) -> Option<Self> {
        if name == "haar" {
            return Self::named("db1");
        }
        if let Some(order) = name.strip_prefix("rbio") {
            let (low, reconstruction) = low_pass_filters(&format!("bior{order}"))?;
            return Some(Self::new(reversed(&reconstruction), &reversed(&low)));
        }
        let (low, reconstruction) = low_pass_filters(name)?;
        let factor = if name.starts_with("coif") { std::f64::consts::SQRT_2 } else { 1.0 };
        Some(Self { factor, ..Self::new(low, &reconstruction) })
    }

    /// Both filters in single precision, as they are used on `f32` images: table and factor are rounded before they are
    /// multiplied.
    pub fn single(&self) -> (Vec<f32>, Vec<f32>) {
        let round = |filter: &[f64]| filter.iter().map(|c| (c / self.factor) as f32 * self.factor as f32).collect();
        (round(&self.low), round(&self.high))
    }

    fn new(low: Vec<f64>, reconstruction: &[f64]) -> Self {
        let sign = |i: usize| if i.is_multiple_of(2) { -1.0 } else { 1.0 };
        let high = reconstruction.iter().enumerate().map(|(i, c)| sign(i) * c).collect();
        Self { low, high, factor: 1.0 }
    }
}

/// The low-pass filters of decomposition and reconstruction, from the table.
fn low_pass_filters(name: &str) -> Option<(Vec<f64>, Vec<f64>)> {
    let rest = include_str!("wavelets.txt").lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    let numbers = |text: &str| text.split_whitespace().map(str::parse).collect::<Result<Vec<f64>, _>>().ok();
    match rest.split_once('/') {
        Some((low, reconstruction)) => Some((numbers(low)?, numbers(reconstruction)?)),
        None => {
            let low = numbers(rest)?;
            let reconstruction = reversed(&low);
            Some((low, reconstruction))
        }
    }
}

fn reversed(filter: &[f64]) -> Vec<f64> {
    filter.iter().rev().copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn haar() {
        let r = std::f64::consts::FRAC_1_SQRT_2;
        let haar = WaveletFilters::named("haar").expect("haar is in the table");
        for (found, expected) in haar.low.iter().chain(&haar.high).zip([r, r, -r, r]) {
            assert!((found - expected).abs() < 1e-15);
        }
        assert_eq!(WaveletFilters::named("haa"), None);
    }

    #[test]
    fn filters_of_every_family_sum_to_sqrt_2_and_0() {
        let families = [("db", 1..=38), ("sym", 2..=20), ("coif", 1..=17)];
        let ordered = families.into_iter().flat_map(|(family, orders)| orders.map(move |n| format!("{family}{n}")));
        let pairs =
            ["1.1", "1.3", "1.5", "2.2", "2.4", "2.6", "2.8", "3.1", "3.3", "3.5", "3.7", "3.9", "4.4", "5.5", "6.8"];
        let biorthogonal = pairs.iter().flat_map(|pair| [format!("bior{pair}"), format!("rbio{pair}")]);
        let names: Vec<String> = ordered.chain(biorthogonal).chain(["dmey", "haar"].map(str::to_owned)).collect();
        assert_eq!(names.len(), 106);
        for name in names {
            let filters = WaveletFilters::named(&name).expect("a wavelet of the table");
            assert_eq!(filters.low.len(), filters.high.len(), "{name}");
            assert!((filters.low.iter().sum::<f64>() - 2.0_f64.sqrt()).abs() < 3e-3, "{name}");
            assert!(filters.high.iter().sum::<f64>().abs() < 3e-3, "{name}");
        }
    }
}
