//! Optimism by the bootstrap.

use super::difference::{self, ModelDifference};
use super::measures::{Judged, Measures, judge};
use super::point632::{self, Point632};
use super::selection::Selection;
use super::{Pipeline, Prediction, Predictor, ValidationError, check_times, work};
use crate::Survival;
use crate::stats::rng::Rng;
use watch::Watch;

/// The samples.
#[derive(Debug, Clone, PartialEq)]
pub enum Draws {
    /// So many, drawn with replacement; sample b is stream b of the seed.
    Random {
        /// Number of samples.
        count: usize,
        /// Fixes the draws.
        seed: u64,
    },
    /// These rows.
    Given(Vec<Vec<usize>>),
}

/// How to validate by the bootstrap.
#[derive(Debug, Clone, PartialEq)]
pub struct BootstrapSpec {
    /// The samples.
    pub draws: Draws,
    /// Times of AUC, Brier score and IPA.
    pub times: Vec<f64>,
    /// Features that the pipeline chooses from, for the stability of its choice.
    pub candidates: usize,
}

/// Samples and times that can be.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedBootstrap(BootstrapSpec);

/// What one sample says; all that is needed to go on another time.
#[derive(Debug, Clone, PartialEq)]
pub struct Replicate {
    /// Subjects that are not in the sample, ascending.
    pub out_of_bag: Vec<usize>,
    /// By model.
    pub models: Vec<ReplicateModel>,
}

/// One model of one sample.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicateModel {
    /// In the sample that it was fitted to.
    pub inside: Measures<f64>,
    /// In all subjects.
    pub whole: Measures<f64>,
    /// In the subjects outside of the sample.
    pub outside: Measures<f64>,
    /// What it predicts for the subjects outside, scores less their mean in the sample.
    pub prediction: Prediction,
    /// The features it uses.
    pub selected: Vec<usize>,
}

/// A measure corrected for the optimism of fitting and judging on the same subjects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corrected {
    /// Of the model fitted to all subjects, in these.
    pub apparent: f64,
    /// Mean over samples of (in the sample) - (in all subjects), for models fitted to the sample.
    pub optimism: f64,
    /// apparent - optimism.
    pub corrected: f64,
    /// Standard error of the corrected value; see [`Bootstrap`].
    pub se: f64,
    /// Lower limit, corrected - 1.96 se.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
    /// Mean over samples in the subjects outside of them.
    pub out_of_bag: f64,
    /// .632 estimate; C and Brier score only, else NaN.
    pub point632: f64,
    /// .632+ estimate; C and Brier score only, else NaN.
    pub point632_plus: f64,
    /// Samples in which the measure is defined.
    pub samples: usize,
}

/// One model validated.
#[derive(Debug, Clone, PartialEq)]
pub struct BootstrapModel {
    /// Its name.
    pub name: String,
    /// Its performance.
    pub measures: Measures<Corrected>,
    /// The features of the fit to all subjects.
    pub selected: Vec<usize>,
    /// What the samples chose.
    pub selection: Selection,
}

/// A pipeline validated by the bootstrap.
///
/// The standard error of a corrected measure is that of the out-of-bag predictions: every subject's mean prediction over
/// the samples without that subject, judged on all subjects. It stands for the sampling of as many subjects as there are
/// at the discrimination that is to be expected in new ones; that of the apparent performance would be too small where a
/// selection overfits, its spread over bootstrap samples even more so.
#[derive(Debug, Clone, PartialEq)]
pub struct Bootstrap {
    /// The models, in the pipeline's order.
    pub models: Vec<BootstrapModel>,
    /// Every two of them, by the C corrected for optimism.
    pub differences: Vec<ModelDifference>,
    /// Samples that could be fitted.
    pub used: usize,
    /// Samples that could not.
    pub failed: usize,
    /// Why the first of these could not.
    pub first_failure: Option<String>,
}

impl BootstrapSpec {
    /// Number of samples.
    pub fn count(&self) -> usize {
        match &self.draws {
            Draws::Random { count, .. } => *count,
            Draws::Given(rows) => rows.len(),
        }
    }

    /// Rows of sample `number` of `n` subjects.
    pub fn rows(&self, number: usize, n: usize) -> Vec<usize> {
        match &self.draws {
            Draws::Random { seed, .. } => Rng::stream(*seed, number as u64).bootstrap(n),
            Draws::Given(rows) => rows[number].clone(),
        }
    }

    /// Checks what can be checked without data.
    ///
    /// # Errors
    /// [`ValidationError::NoSamples`] without `draws`; [`ValidationError::Time`]: one of `times` is not above 0.
    pub fn check(self) -> Result<CheckedBootstrap, ValidationError> {
        if self.count() == 0 {
            return Err(ValidationError::NoSamples);
        }
        check_times(&self.times)?;
        Ok(CheckedBootstrap(self))
    }
}

impl CheckedBootstrap {
    /// Validates `pipeline` on the subjects of `data`.
    ///
    /// # Errors
    /// Given rows that are no subjects, a pipeline that cannot be fitted to all subjects or to no sample,
    /// cancellation.
    pub fn fit<P: Pipeline>(
        &self,
        pipeline: &P,
        data: &Survival,
        watch: &dyn Watch,
    ) -> Result<Bootstrap, ValidationError> {
        self.check_rows(data.len())?;
        let fitted = work::fit_all(pipeline, data, watch)?;
        let replicates = work::each(self.0.count(), watch, |b, watch| self.replicate(pipeline, data, b, watch))?;
        self.summarize(pipeline, &fitted, data, replicates)
    }

    fn check_rows(&self, subjects: usize) -> Result<(), ValidationError> {
        let Draws::Given(samples) = &self.0.draws else { return Ok(()) };
        let wrong = |rows: &Vec<usize>| rows.iter().copied().find(|row| *row >= subjects);
        match samples.iter().enumerate().find_map(|(sample, rows)| Some((sample, wrong(rows)?))) {
            Some((sample, row)) => Err(ValidationError::Row { sample, row, subjects }),
            None => Ok(()),
        }
    }

    /// Sample `number` alone.
    ///
    /// # Errors
    /// Why the pipeline could not be fitted to it, or that somebody asked to stop.
    pub fn replicate<P: Pipeline>(
        &self,
        pipeline: &P,
        data: &Survival,
        number: usize,
        watch: &dyn Watch,
    ) -> Result<Replicate, String> {
        let rows = self.0.rows(number, data.len());
        let fitted = work::fit(pipeline, data, &rows, watch)?;
        let mut out = vec![true; data.len()];
        rows.iter().for_each(|&i| out[i] = false);
        let out_of_bag: Vec<usize> = (0..data.len()).filter(|&i| out[i]).collect();
        let everybody: Vec<usize> = (0..data.len()).collect();
        let inside = fitted.predict(&rows, &self.0.times);
        let whole = fitted.predict(&everybody, &self.0.times);
        let (sample, others) = (data.select(&rows), data.select(&out_of_bag));
        let values =
            |data: &Survival, prediction: &Prediction| judge(data, prediction, &self.0.times, None).map(|j| j.value);
        let model = |((inside, whole), selected): ((&Prediction, &Prediction), Vec<usize>)| {
            let mut outside = whole.rows(&out_of_bag);
            let judged = values(&others, &outside);
            let mean = inside.score.iter().sum::<f64>() / inside.score.len() as f64;
            outside.score.iter_mut().for_each(|s| *s -= mean);
            ReplicateModel {
                inside: values(&sample, inside),
                whole: values(data, whole),
                outside: judged,
                prediction: outside,
                selected,
            }
        };
        let models = inside.iter().zip(&whole).zip(fitted.selected()).map(model).collect();
        Ok(Replicate { out_of_bag, models })
    }

    /// Puts the samples' results together; `fitted` is the pipeline fitted to all subjects.
    ///
    /// # Errors
    /// No result at all.
    pub fn summarize<P: Pipeline>(
        &self,
        pipeline: &P,
        fitted: &P::Fitted,
        data: &Survival,
        replicates: Vec<Result<Replicate, String>>,
    ) -> Result<Bootstrap, ValidationError> {
        let (used, failed, first_failure) = work::used(replicates)?;
        let everybody: Vec<usize> = (0..data.len()).collect();
        let predictions = fitted.predict(&everybody, &self.0.times);
        let model =
            |(m, ((name, prediction), selected)): (usize, ((String, &Prediction), Vec<usize>))| BootstrapModel {
                name,
                measures: self.correct(data, prediction, m, &used),
                selected,
                selection: Selection::new(used.iter().map(|r| &r.models[m].selected), self.0.candidates),
            };
        let models: Vec<BootstrapModel> =
            pipeline.models().into_iter().zip(&predictions).zip(fitted.selected()).enumerate().map(model).collect();
        let corrected: Vec<f64> = models.iter().map(|m| m.measures.c.corrected).collect();
        let concordance = |m: usize| {
            let (rows, prediction) = out_of_bag(data.len(), m, &used)?;
            difference::concordance(&data.select(&rows), &prediction.score, None)
        };
        let concordances = (0..models.len()).map(concordance).collect();
        let differences = difference::of_all_pairs(&corrected, &[concordances]);
        Ok(Bootstrap { models, differences, used: used.len(), failed, first_failure })
    }

    fn correct(&self, data: &Survival, whole: &Prediction, m: usize, used: &[Replicate]) -> Measures<Corrected> {
        let apparent = judge(data, whole, &self.0.times, None);
        let errors = out_of_bag(data.len(), m, used)
            .map(|(rows, prediction)| judge(&data.select(&rows), &prediction, &self.0.times, None));
        let (apparents, errors) = (apparent.list(), errors.as_ref().map(Measures::list));
        let place = |k: usize| {
            let value = |of: fn(&ReplicateModel) -> &Measures<f64>, r: &Replicate| *of(&r.models[m]).list()[k];
            let differences = used.iter().map(|r| value(|m| &m.inside, r) - value(|m| &m.whole, r));
            let (optimism, samples) = mean_of_defined(differences);
            let (out_of_bag, _) = mean_of_defined(used.iter().map(|r| value(|m| &m.outside, r)));
            let apparent = apparents[k].value;
            let judged = Judged::new(apparent - optimism, errors.as_ref().map_or(f64::NAN, |e| e[k].se));
            let times = self.0.times.len();
            let point = match k {
                0 => Point632::concordance(apparent, out_of_bag),
                _ if (2 + times..2 + 2 * times).contains(&k) => {
                    let at = k - 2 - times;
                    let chance =
                        whole.risk.get(at).map_or(f64::NAN, |r| point632::chance_brier(data, r, self.0.times[at]));
                    Point632::error(apparent, out_of_bag, chance)
                }
                _ => Point632::UNDEFINED,
            };
            Corrected {
                apparent,
                optimism,
                corrected: judged.value,
                se: judged.se,
                lower: judged.lower,
                upper: judged.upper,
                out_of_bag,
                point632: point.plain,
                point632_plus: point.plus,
                samples,
            }
        };
        apparent.by_place(place)
    }
}

/// Every subject's mean prediction by model `m` over the samples without that subject, with the subjects that have one.
fn out_of_bag(n: usize, m: usize, used: &[Replicate]) -> Option<(Vec<usize>, Prediction)> {
    let times = used.first()?.models[m].prediction.risk.len();
    let mut count = vec![0.0; n];
    let mut score = vec![0.0; n];
    let mut risk = vec![vec![0.0; n]; times];
    for replicate in used {
        let prediction = &replicate.models[m].prediction;
        for (k, &i) in replicate.out_of_bag.iter().enumerate() {
            count[i] += 1.0;
            score[i] += prediction.score[k];
            risk.iter_mut().zip(&prediction.risk).for_each(|(sum, risk)| sum[i] += risk[k]);
        }
    }
    let rows: Vec<usize> = (0..n).filter(|&i| count[i] > 0.0).collect();
    let mean = |sums: &[f64]| rows.iter().map(|&i| sums[i] / count[i]).collect::<Vec<f64>>();
    let prediction = Prediction { score: mean(&score), risk: risk.iter().map(|r| mean(r)).collect() };
    (rows.len() > 1).then_some((rows, prediction))
}

impl Prediction {
    /// That of some of the subjects.
    pub fn rows(&self, rows: &[usize]) -> Self {
        let pick = |values: &Vec<f64>| rows.iter().map(|&i| values[i]).collect::<Vec<f64>>();
        Self { score: pick(&self.score), risk: self.risk.iter().map(pick).collect() }
    }
}

/// Mean of the values that are finite, and their number.
pub(super) fn mean_of_defined(values: impl Iterator<Item = f64>) -> (f64, usize) {
    let (mut sum, mut n) = (0.0, 0);
    for value in values.filter(|v| v.is_finite()) {
        sum += value;
        n += 1;
    }
    (sum / n as f64, n)
}
