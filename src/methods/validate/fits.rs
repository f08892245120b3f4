//! What one fit of the pipeline says of everybody, kept so that no sample is fitted twice.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use survival::validation::{Prediction, Predictor};

/// What the models of one fit predict for all subjects.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fit {
    /// By model.
    pub predictions: Vec<Prediction>,
    /// The features that each model uses, most important first.
    pub selected: Vec<Vec<usize>>,
}

/// A fit as it is kept: bit patterns, so that every number comes back as it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredFit {
    /// By model: the score of each subject, and the risk by each time.
    models: Vec<(Vec<u64>, Vec<Vec<u64>>)>,
    selected: Vec<Vec<usize>>,
}

/// Why a sample has no fit, or its fit.
pub type Outcome = Result<StoredFit, String>;

/// Where fits are kept between runs.
pub trait Keeper: Send + Sync {
    /// What is known of the pipeline with this key, by sample.
    fn load(&self, pipeline: &str) -> HashMap<String, Outcome>;
    /// Keeps what became of one sample.
    fn keep(&self, pipeline: &str, sample: &str, outcome: &Outcome);
}

/// The fits that are known: in memory, and where a keeper has them. Not part of a question.
#[derive(Clone, Default)]
pub struct Fits(Arc<Inner>);

#[derive(Default)]
struct Inner {
    keeper: Option<Box<dyn Keeper>>,
    known: Mutex<HashMap<String, HashMap<String, Outcome>>>,
}

impl Fits {
    /// Fits that outlive the process.
    pub fn kept(keeper: impl Keeper + 'static) -> Self {
        Self(Arc::new(Inner { keeper: Some(Box::new(keeper)), known: Mutex::default() }))
    }

    /// What is known of a sample.
    pub fn known(&self, pipeline: &str, sample: &str) -> Option<Outcome> {
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        let load = || self.0.keeper.as_ref().map(|keeper| keeper.load(pipeline)).unwrap_or_default();
        known.entry(pipeline.to_owned()).or_insert_with(load).get(sample).cloned()
    }

    /// Keeps what became of a sample.
    pub fn keep(&self, pipeline: &str, sample: &str, outcome: &Outcome) {
        if let Some(keeper) = &self.0.keeper {
            keeper.keep(pipeline, sample, outcome);
        }
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(pipeline.to_owned()).or_default().insert(sample.to_owned(), outcome.clone());
    }
}

impl fmt::Debug for Fits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fits")
    }
}

impl PartialEq for Fits {
    /// What is known already changes no answer.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Fit {
    /// As it is kept.
    pub fn stored(&self) -> StoredFit {
        let bits = |values: &Vec<f64>| values.iter().map(|v| v.to_bits()).collect();
        let model = |p: &Prediction| (bits(&p.score), p.risk.iter().map(bits).collect());
        StoredFit { models: self.predictions.iter().map(model).collect(), selected: self.selected.clone() }
    }
}

impl StoredFit {
    /// As it was.
    pub fn fit(&self) -> Fit {
        let values = |bits: &Vec<u64>| bits.iter().map(|b| f64::from_bits(*b)).collect();
        let model = |(score, risk): &(Vec<u64>, Vec<Vec<u64>>)| Prediction {
            score: values(score),
            risk: risk.iter().map(values).collect(),
        };
        Fit { predictions: self.models.iter().map(model).collect(), selected: self.selected.clone() }
    }
}

impl Predictor for Fit {
    /// Risks are those by the times of the fit, if any are asked for.
    fn predict(&self, rows: &[usize], times: &[f64]) -> Vec<Prediction> {
        let of_rows = |values: &Vec<f64>| rows.iter().map(|row| values[*row]).collect();
        let one = |p: &Prediction| Prediction {
            score: of_rows(&p.score),
            risk: p.risk.iter().take(times.len()).map(of_rows).collect(),
        };
        self.predictions.iter().map(one).collect()
    }

    fn selected(&self) -> Vec<Vec<usize>> {
        self.selected.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fit_comes_back_bit_by_bit() {
        let prediction = Prediction { score: vec![0.1 + 0.2, f64::NAN], risk: vec![vec![1e-300, -0.0]] };
        let fit = Fit { predictions: vec![prediction], selected: vec![vec![4, 2]] };
        let text = serde_json::to_string(&fit.stored()).expect("serializes");
        let back: StoredFit = serde_json::from_str(&text).expect("reads");
        assert_eq!(back, fit.stored());
        assert!(back.fit().predictions[0].score[1].is_nan());
        assert_eq!(back.fit().predict(&[0], &[12.0])[0].risk, [[1e-300]]);
    }
}
