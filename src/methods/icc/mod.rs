//! Reliability of features: intraclass correlation between repeated segmentations, or between raters of a table, whose
//! categories are judged by kappa.

pub mod document;

mod drawings;
pub mod kappa;
pub mod readings;
pub mod script;

use std::sync::atomic::{AtomicUsize, Ordering};
use survival::stats::kappa::KappaWeights;

use drawings::Drawings;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tables::problem::Problem;
use watch::Watch;

use super::order;
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use figures::format;
use survival::stats::icc::{Icc, IccTable, IccType};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// What was rated.
    pub ratings: Ratings,
    /// Which coefficient.
    pub kind: IccType,
    /// A feature with a smaller coefficient is not kept.
    pub threshold: f64,
}

/// What was rated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ratings {
    /// The features of repeated segmentations beside those of the study's own: within and between readers.
    Repeats,
    /// Columns of the table, which has one row for each subject and rater.
    Columns {
        /// The column that names the subject.
        subject: String,
        /// The column that names the rater.
        rater: String,
        /// The columns of numbers that hold the ratings.
        features: Vec<String>,
        /// The columns of categories that hold ratings.
        categories: Vec<String>,
        /// How much a disagreement of two raters on categories counts.
        weights: KappaWeights,
    },
}

/// The coefficients.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Which coefficient.
    pub kind: IccType,
    /// The least that a feature has to reach in every comparison.
    pub threshold: f64,
    /// Subjects rated by all raters, in the comparison with most of them.
    pub subjects: usize,
    /// Raters, in the comparison with most of them.
    pub raters: usize,
    /// Subjects of whom a rating is missing: they are left out of the features that miss it; of the comparison with most.
    pub n_dropped: usize,
    /// What was compared with what.
    pub comparisons: Vec<Comparison>,
    /// Every feature, in the order of the columns.
    pub features: Vec<Feature>,
    /// Number of features that are kept.
    pub n_kept: usize,
    /// Every column of categories.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<kappa::Categories>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// What was compared with what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// In words: `readers A and B`.
    pub name: String,
    /// True if one reader's own readings are compared.
    pub within: bool,
    /// Subjects rated by all raters.
    pub subjects: usize,
    /// Readings, or readers.
    pub raters: usize,
}

/// The reliability of one feature: its weakest comparison, and all of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Feature {
    /// Its name.
    pub feature: String,
    /// The smallest coefficient over the comparisons, with its limits and test.
    #[serde(flatten)]
    pub weakest: Agreement,
    /// Whether every coefficient reaches the threshold.
    pub kept: bool,
    /// One for each of the answer's comparisons.
    pub agreement: Vec<Agreement>,
}

/// A coefficient with its 95 % limits and F test; NaN where the feature does not vary.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Agreement {
    pub icc: f64,
    pub lower: f64,
    pub upper: f64,
    pub f: f64,
    pub df1: f64,
    pub df2: f64,
    pub p: f64,
}

/// Confidence level of the limits.
pub(super) const LEVEL: f64 = 0.95;

/// Fewer subjects than this are pointed out.
const FEW_SUBJECTS: usize = 10;

/// Ratings of one comparison.
struct Compared {
    comparison: Comparison,
    parts: Vec<Part>,
}

/// Features that were rated in the same subjects. Sequences are parts of their own: lesions may be drawn in one by all
/// readers and not in another.
struct Part {
    names: Vec<String>,
    subjects: usize,
    /// For each feature, one row for each subject with a value of each rater.
    ratings: Vec<Vec<Vec<f64>>>,
}

impl Compared {
    /// The features in their order, each with its rows.
    fn features(&self) -> impl Iterator<Item = (&String, &Vec<Vec<f64>>)> {
        self.parts.iter().flat_map(|part| part.names.iter().zip(&part.ratings))
    }

    /// Subjects, counted once for each part, of whom a rating of some feature is missing.
    fn incomplete(&self) -> usize {
        let lacks = |part: &Part, s: usize| part.ratings.iter().any(|feature| feature[s].iter().any(|v| v.is_nan()));
        self.parts.iter().map(|part| (0..part.subjects).filter(|s| lacks(part, *s)).count()).sum()
    }
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "reliability of features";

    fn on(&self) -> Option<&Selection> {
        None
    }

    fn uses_features(&self) -> bool {
        self.ratings == Ratings::Repeats
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, watch)
    }

    fn script(&self, source: &Source<'_>, answer: &Self::Answer) -> Result<String, AskError> {
        script::script(source, self, answer)
    }
}

/// Estimates the agreement of every feature.
fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let kind = spec.kind;
    let mut notes = Vec::new();
    let compared = match &spec.ratings {
        Ratings::Repeats => Drawings::of(&data.features).compare(&mut notes)?,
        Ratings::Columns { subject, rater, features, .. } => vec![columns(data, subject, rater, features)?],
    };
    let categories = match &spec.ratings {
        Ratings::Repeats => Vec::new(),
        Ratings::Columns { subject, rater, categories, weights, .. } => {
            let (row_of, _) = rated(data, subject, rater)?;
            if *weights != KappaWeights::Unweighted {
                let column = |name: &String| data.cohort.frame().column(name).map_err(AskError::impossible);
                let columns: Vec<_> = categories.iter().map(column).collect::<Result<_, _>>()?;
                if let Some(unordered) = columns.into_iter().find(|column| !order::is_ordered(column)) {
                    return Err(order::asked(unordered, "a weighted kappa"));
                }
            }
            let judged = categories.iter().map(|name| kappa::agreement(data, name, &row_of, *weights));
            let (known, unknown): (Vec<_>, Vec<_>) = judged.partition(Result::is_ok);
            notes.extend(unknown.into_iter().filter_map(Result::err).map(|why| why.to_string()));
            known.into_iter().filter_map(Result::ok).collect()
        }
    };
    let names: Vec<&String> =
        compared.first().map(|c| c.features().map(|(name, _)| name).collect()).unwrap_or_default();
    let ratings: Vec<Vec<&Vec<Vec<f64>>>> =
        compared.iter().map(|c| c.features().map(|(_, rows)| rows).collect()).collect();
    let (done, all) = (AtomicUsize::new(0), names.len());
    let of_feature = |(j, feature): (usize, &String)| {
        watch.step(done.fetch_add(1, Ordering::Relaxed), all)?;
        let agreement: Vec<Agreement> = ratings.iter().map(|rows| agreement(rows[j], kind)).collect();
        Ok(judged(feature.clone(), agreement, spec.threshold))
    };
    let features: Vec<Feature> = names.into_par_iter().enumerate().map(of_feature).collect::<Result<_, AskError>>()?;
    let incomplete: Vec<usize> = compared.iter().map(Compared::incomplete).collect();
    let comparisons: Vec<Comparison> = compared.into_iter().map(|c| c.comparison).collect();
    for (c, n) in comparisons.iter().zip(&incomplete).filter(|(_, n)| **n > 0) {
        let subjects = if *n == 1 { "1 subject is".to_owned() } else { format!("{} subjects are", format::count(*n)) };
        notes.push(format!("{}: {subjects} left out of features of which a rating is missing", c.name));
    }
    for c in comparisons.iter().filter(|c| c.subjects < FEW_SUBJECTS) {
        notes.push(format!("{}: only {} subjects; limits are wide", c.name, c.subjects));
    }
    let undefined = features.iter().filter(|f| f.weakest.icc.is_nan()).count();
    if features.is_empty() && categories.is_empty() {
        return Err(AskError::Impossible(match notes.is_empty() {
            true => "there is no column of ratings to compare".to_owned(),
            false => notes.join("; "),
        }));
    }
    if undefined > 0 {
        notes.push(format!("{undefined} features do not vary or are missing in these subjects and are not kept"));
    }
    Ok(Answer {
        kind,
        threshold: spec.threshold,
        subjects: comparisons.iter().map(|c| c.subjects).max().unwrap_or(0),
        raters: comparisons.iter().map(|c| c.raters).max().unwrap_or(0),
        n_dropped: incomplete.into_iter().max().unwrap_or(0),
        comparisons,
        n_kept: features.iter().filter(|f| f.kept).count(),
        features,
        categories,
        notes,
    })
}

fn agreement(ratings: &[Vec<f64>], kind: IccType) -> Agreement {
    match IccTable::new(ratings) {
        Ok(table) => table.icc(kind, LEVEL).into(),
        Err(_) => {
            let [icc, lower, upper, f, df1, df2, p] = [f64::NAN; 7];
            Agreement { icc, lower, upper, f, df1, df2, p }
        }
    }
}

impl From<Icc> for Agreement {
    fn from(i: Icc) -> Self {
        Self { icc: i.icc, lower: i.lower, upper: i.upper, f: i.f, df1: i.df1, df2: i.df2, p: i.p }
    }
}

fn judged(feature: String, agreement: Vec<Agreement>, threshold: f64) -> Feature {
    // An undefined coefficient is the weakest of all.
    let size = |a: &Agreement| if a.icc.is_nan() { f64::NEG_INFINITY } else { a.icc };
    let weakest = agreement[1..].iter().fold(agreement[0], |w, a| if size(a) < size(&w) { *a } else { w });
    Feature { feature, kept: size(&weakest) >= threshold, weakest, agreement }
}

/// The row of each subject and rater.
type Rated = Vec<Vec<Option<usize>>>;

/// The row of each subject and rater, and the number of raters.
fn rated(data: &Dataset, subject: &str, rater: &str) -> Result<(Rated, usize), AskError> {
    let frame = data.cohort.frame();
    let factor = |name: &str| frame.column(name).map(|c| c.factor()).map_err(AskError::impossible);
    let (subjects, raters) = (factor(subject)?, factor(rater)?);
    let mut row_of = vec![vec![None; raters.levels.len()]; subjects.levels.len()];
    for row in 0..frame.len() {
        let (Some(s), Some(r)) = (subjects.codes[row], raters.codes[row]) else { continue };
        if row_of[s as usize][r as usize].replace(row).is_some() {
            return Err(AskError::Impossible(format!(
                "{}: {subject} {} was rated twice by {rater} {}; keep one row for each subject and rater",
                frame.place_of(row),
                subjects.levels[s as usize],
                raters.levels[r as usize]
            )));
        }
    }
    let place = |name: &str| frame.place().field(name);
    if raters.levels.len() < 2 {
        let only = raters.levels.first().map_or("nobody".to_owned(), |one| format!("only {one}"));
        let problem = Problem::error(place(rater), format!("{only} rated: agreement needs at least 2 raters"));
        return Err(AskError::impossible(problem.remedy("name the column that tells the raters apart with --rater")));
    }
    let complete = row_of.iter().filter(|rows| rows.iter().all(Option::is_some)).count();
    if complete < 2 {
        let message =
            format!("{complete} with a row of each of {}: agreement needs at least 2", raters.levels.join(", "));
        return Err(AskError::impossible(Problem::error(place(subject), message)));
    }
    Ok((row_of, raters.levels.len()))
}

/// The ratings of a table with one row for each subject and rater.
fn columns(data: &Dataset, subject: &str, rater: &str, features: &[String]) -> Result<Compared, AskError> {
    let frame = data.cohort.frame();
    let (row_of, raters) = rated(data, subject, rater)?;
    let complete = row_of.iter().filter(|rows| rows.iter().all(Option::is_some)).count();
    let mut ratings = Vec::with_capacity(features.len());
    for name in features {
        let column = frame.column(name).map_err(AskError::impossible)?;
        let values = column.numbers().ok_or_else(|| AskError::Impossible(format!("{name} is not a number")))?;
        let row = |rows: &Vec<Option<usize>>| rows.iter().map(|r| r.map_or(f64::NAN, |r| values[r])).collect();
        ratings.push(row_of.iter().map(row).collect());
    }
    let comparison = Comparison { name: rater.to_owned(), within: false, subjects: complete, raters };
    let part = Part { names: features.to_vec(), subjects: row_of.len(), ratings };
    Ok(Compared { comparison, parts: vec![part] })
}
