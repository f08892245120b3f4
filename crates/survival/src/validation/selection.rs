//! Which features were used how often, and how many.

/// How often a feature was used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frequency {
    /// The feature.
    pub feature: usize,
    /// Share of the samples in which it was used.
    pub share: f64,
    /// Mean of its rank there, 1 being the most important.
    pub rank: f64,
}

/// What a model used in the samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Every feature that was ever used, most frequent first, then by rank.
    pub features: Vec<Frequency>,
    /// Mean number of features.
    pub mean: f64,
    /// Least number.
    pub min: usize,
    /// Largest number.
    pub max: usize,
    /// Stability of the set of features of Nogueira, Sechidis and Brown (J Mach Learn Res 18(174), 2018): 1 where it is
    /// always the same, 0 where it is as by chance; NaN where always none or all are used.
    pub stability: f64,
}

impl Selection {
    /// From the features of each sample, most important first; `candidates` is the number there were to choose from.
    pub fn new<'a>(samples: impl Iterator<Item = &'a Vec<usize>>, candidates: usize) -> Self {
        let mut found = std::collections::BTreeMap::<usize, (usize, usize)>::new();
        let mut sizes = Vec::new();
        for sample in samples {
            sizes.push(sample.len());
            for (rank, feature) in sample.iter().enumerate() {
                let (times, ranks) = found.entry(*feature).or_default();
                *times += 1;
                *ranks += rank + 1;
            }
        }
        let n = sizes.len() as f64;
        let mean = sizes.iter().sum::<usize>() as f64 / n;
        let variance = |times: usize| {
            let share = times as f64 / n;
            share * (1.0 - share) * n / (n - 1.0)
        };
        let candidates = candidates as f64;
        let spread = found.values().map(|(times, _)| variance(*times)).sum::<f64>() / candidates;
        let share = mean / candidates;
        let frequency = |(feature, (times, ranks)): (usize, (usize, usize))| Frequency {
            feature,
            share: times as f64 / n,
            rank: ranks as f64 / times as f64,
        };
        let mut features: Vec<Frequency> = found.into_iter().map(frequency).collect();
        features.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.rank.total_cmp(&b.rank)));
        Self {
            features,
            mean,
            min: sizes.iter().copied().min().unwrap_or(0),
            max: sizes.iter().copied().max().unwrap_or(0),
            stability: 1.0 - spread / (share * (1.0 - share)),
        }
    }
}
