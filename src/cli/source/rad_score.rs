//! The radiomic score as a column, for analyses that name it.

use super::Source;
use crate::analysis::{Selection, lasso};
use crate::cli::Common;
use crate::study::RAD_SCORE;

impl Source {
    /// The same data, with the study's radiomic score among the columns if `names` asks for it and the table has none:
    /// features are extracted, and the study's penalized model is fitted in its training cohort.
    pub fn with_rad_score<S: AsRef<str>>(self, common: &Common, names: &[S]) -> anyhow::Result<Self> {
        let asked = names.iter().any(|name| name.as_ref() == RAD_SCORE);
        if !asked || self.data.cohort.frame().get(RAD_SCORE).is_some() {
            return Ok(self);
        }
        let mut source = self.with_features(common)?;
        let analysis = &source.study.analysis;
        let everybody = Selection { endpoint: source.on.endpoint.clone(), ..Selection::default() };
        let training = source.data.cohort.groups().levels.first().cloned();
        let score = lasso::Spec::of_study(everybody, training, &analysis.lasso, &analysis.icc, source.seed);
        source.on.score = Some(Box::new(score));
        Ok(source)
    }
}
