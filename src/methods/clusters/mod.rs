//! Radiomic features that go together, and patients who are alike: the clustered heat map and the groups of correlated
//! features.

pub mod document;
pub mod script;

use serde::Serialize;
use tables::Column as TableColumn;
use watch::Watch;

use super::features::{Column, columns};
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use crate::study::RAD_SCORE;
use figures::format;
use survival::stats::cluster::{Distances, Tree};
use survival::stats::describe;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// The patients, the endpoint of their events, and the score that is shown of them.
    pub on: Selection,
    /// Columns of the table that are shown of each patient beside event, cohort and score.
    pub shown: Vec<String>,
    /// Features of a group correlate at least so much, every two of them, in size.
    pub correlation: f64,
}

/// Features and patients in the order of their trees.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The patients from left to right, by name.
    pub patients: Vec<String>,
    /// Patients asked about who have no features.
    pub without: usize,
    /// The features from top to bottom.
    pub features: Vec<Feature>,
    /// Their z-scores, feature by feature; NaN is missing.
    #[serde(skip)]
    pub z_scores: Vec<f64>,
    /// What is known of each patient.
    pub tracks: Vec<Track>,
    /// The least correlation in a group, in size.
    pub correlation: f64,
    /// Groups of two features and more, the largest first.
    pub groups: Vec<Group>,
    /// Features that tell nothing, or not of everybody.
    pub flawed: Vec<Flawed>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// One row of the map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Feature {
    /// Which it is.
    #[serde(flatten)]
    pub column: Column,
    /// Its place among all features of the data.
    #[serde(skip)]
    pub place: usize,
    /// Its group, as a place in the answer's groups; none if it goes with no other.
    pub group: Option<usize>,
}

/// Something known of each patient.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Track {
    /// What it is.
    pub label: String,
    /// What it is for each.
    #[serde(flatten)]
    pub values: Known,
}

/// What is known of the patients, from left to right.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// Names of categories and the category of each patient.
    Categories(Vec<String>, Vec<Option<usize>>),
    /// A z-score of each.
    Numbers(Vec<f64>),
}

/// Features of which every two correlate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// The feature that correlates with the others most, in the mean.
    pub representative: String,
    /// The least correlation of two of them, in size.
    pub least: f64,
    /// All of them, in the order of their columns.
    pub members: Vec<String>,
}

/// A feature that tells nothing, or not of everybody.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flawed {
    /// Which it is.
    #[serde(flatten)]
    pub column: Column,
    /// Patients with features, but not this one.
    pub missing: usize,
    /// The value of all who have it, if it is the same.
    pub constant: Option<f64>,
}

/// Distances of more features than this take more memory than a laptop has to spare.
const MOST: usize = 10_000;

/// One feature's z-scores before they are ordered.
struct Row {
    place: usize,
    column: Column,
    z_scores: Vec<f64>,
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "clustering features";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn uses_features(&self) -> bool {
        true
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, watch)
    }

    fn script(&self, source: &Source<'_>, answer: &Answer) -> Result<String, AskError> {
        script::script(source, self, answer)
    }
}

/// Clusters features and patients.
fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let all = columns(data);
    if all.is_empty() {
        return Err(AskError::NotYet("there are no radiomic features yet".to_owned()));
    }
    let asked = data.select(&Selection { endpoint: None, ..spec.on.clone() })?.rows;
    let extracted = data.features.n_columns() > 0;
    let has_features = |row: &usize| !extracted || data.features.is_complete(*row);
    let rows: Vec<usize> = asked.iter().copied().filter(|row| has_features(row)).collect();
    if rows.len() < 3 {
        let n = rows.len();
        return Err(AskError::NotYet(format!("{n} patients have features of every sequence: three are needed")));
    }
    let mut notes = Vec::new();
    let (mut kept, flawed) = split(data, all, &rows);
    if kept.len() > MOST {
        let left = kept.len() - MOST;
        notes.push(format!("the last {left} features are left out: more than {MOST} are not clustered"));
        kept.truncate(MOST);
    }
    if kept.len() < 2 {
        return Err(AskError::Impossible("fewer than two features vary between the patients".to_owned()));
    }
    if flawed.iter().any(|f| f.missing > 0 && f.constant.is_none()) {
        notes.push("a missing value counts as the feature's mean when distances are measured".to_owned());
    }
    let units: Vec<Vec<f64>> = kept.iter().map(|row| unit(&row.z_scores)).collect();
    watch.step(1, 4)?;
    let by_size = Distances::of_correlations(&units, f64::abs);
    let (of_feature, groups) = groups(&kept, &by_size, &units, spec.correlation);
    drop(by_size);
    watch.step(2, 4)?;
    let down = Tree::complete(Distances::of_correlations(&units, |r| r)).order();
    drop(units);
    watch.step(3, 4)?;
    let known = |z: f64| if z.is_nan() { 0.0 } else { z };
    let points: Vec<Vec<f64>> =
        (0..rows.len()).map(|i| kept.iter().map(|row| known(row.z_scores[i])).collect()).collect();
    let across = Tree::complete(Distances::euclidean(&points)).order();
    let ordered: Vec<usize> = across.iter().map(|&i| rows[i]).collect();
    Ok(Answer {
        patients: ordered.iter().map(|&row| data.cohort.ids()[row].clone()).collect(),
        without: asked.len() - rows.len(),
        z_scores: down.iter().flat_map(|&f| across.iter().map(|&i| kept[f].z_scores[i]).collect::<Vec<_>>()).collect(),
        features: down
            .iter()
            .map(|&f| Feature { column: kept[f].column.clone(), place: kept[f].place, group: of_feature[f] })
            .collect(),
        tracks: tracks(data, spec, &ordered, &mut notes)?,
        correlation: spec.correlation,
        groups,
        flawed,
        notes,
    })
}

/// Features that vary, with their z-scores, and those with flaws.
fn split(data: &Dataset, all: Vec<Column>, rows: &[usize]) -> (Vec<Row>, Vec<Flawed>) {
    let (mut kept, mut flawed) = (Vec::new(), Vec::new());
    for (place, column) in all.into_iter().enumerate() {
        let values: Vec<f64> = rows.iter().map(|&row| column.value(data, row)).collect();
        let known: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
        let same = known.windows(2).all(|pair| pair[0] == pair[1]);
        let (mean, sd) = (describe::mean(&known), describe::variance(&known).sqrt());
        // A spread that is lost in rounding is none.
        let varies = !same && sd > 1e-12 * mean.abs();
        let missing = values.len() - known.len();
        if missing > 0 || !varies {
            let constant = if varies { None } else { Some(known.first().copied().unwrap_or(f64::NAN)) };
            flawed.push(Flawed { column: column.clone(), missing, constant });
        }
        if varies {
            let z = |x: f64| if x.is_finite() { (x - mean) / sd } else { f64::NAN };
            kept.push(Row { place, column, z_scores: values.into_iter().map(z).collect() });
        }
    }
    (kept, flawed)
}

/// z-scores as a vector of length 1, missing ones as their mean.
fn unit(z_scores: &[f64]) -> Vec<f64> {
    let known = |z: &f64| if z.is_nan() { 0.0 } else { *z };
    let length = z_scores.iter().map(known).map(|z| z * z).sum::<f64>().sqrt();
    z_scores.iter().map(|z| known(z) / length).collect()
}

/// Distances are kept in single precision: they may be off by so much.
const SINGLE: f32 = 1e-5;

/// The group of each feature, and the groups, the largest first.
fn groups(
    kept: &[Row],
    distances: &Distances,
    units: &[Vec<f64>],
    correlation: f64,
) -> (Vec<Option<usize>>, Vec<Group>) {
    let size = |(a, b): (usize, usize)| units[a].iter().zip(&units[b]).map(|(x, y)| x * y).sum::<f64>().abs();
    let cluster = Tree::complete(distances.clone()).cut((1.0 - correlation) as f32);
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); cluster.iter().max().map_or(0, |last| last + 1)];
    cluster.iter().enumerate().for_each(|(feature, &k)| members[k].push(feature));
    members.retain(|of_it| of_it.len() > 1);
    members.sort_by_key(|of_it| std::cmp::Reverse(of_it.len()));
    let mut of_feature = vec![None; kept.len()];
    let mut groups = Vec::with_capacity(members.len());
    for (k, of_it) in members.iter().enumerate() {
        of_it.iter().for_each(|&feature| of_feature[feature] = Some(k));
        let to_others =
            |&a: &usize| -> f64 { of_it.iter().filter(|&&b| b != a).map(|&b| f64::from(distances.get(a, b))).sum() };
        let sums: Vec<f64> = of_it.iter().map(to_others).collect();
        let nearest = (0..of_it.len()).min_by(|&a, &b| sums[a].total_cmp(&sums[b])).unwrap_or(0);
        let pairs = || of_it.iter().enumerate().flat_map(|(i, &a)| of_it[i + 1..].iter().map(move |&b| (a, b)));
        let farthest = pairs().map(|(a, b)| distances.get(a, b)).fold(0.0, f32::max);
        let candidates = pairs().filter(|&(a, b)| distances.get(a, b) >= farthest - SINGLE);
        groups.push(Group {
            representative: kept[of_it[nearest]].column.name.clone(),
            least: candidates.map(size).fold(1.0, f64::min),
            members: of_it.iter().map(|&feature| kept[feature].column.name.clone()).collect(),
        });
    }
    (of_feature, groups)
}

/// Event, cohort, the columns asked for, and the score of the patients in `rows`.
fn tracks(data: &Dataset, spec: &Spec, rows: &[usize], notes: &mut Vec<String>) -> Result<Vec<Track>, AskError> {
    let mut tracks = Vec::new();
    if spec.on.endpoint.is_some() {
        let selected = data.select(&spec.on)?;
        let events = selected.survival.as_ref().map_or(&[][..], |s| s.event());
        let event = |row: &usize| {
            let at = selected.rows.binary_search(row).ok()?;
            Some(usize::from(events[at]))
        };
        let names = ["no".to_owned(), "yes".to_owned()].into();
        tracks.push(Track {
            label: "Event".to_owned(),
            values: Known::Categories(names, rows.iter().map(event).collect()),
        });
    }
    let groups = data.cohort.groups();
    let of = |codes: &[Option<u32>]| rows.iter().map(|&row| codes[row].map(|c| c as usize)).collect::<Vec<_>>();
    if groups.levels.len() > 1 {
        let values = Known::Categories(groups.levels.clone(), of(&groups.codes));
        tracks.push(Track { label: "Cohort".to_owned(), values });
    }
    for name in &spec.shown {
        let column = data.cohort.frame().column(name).map_err(AskError::impossible)?;
        tracks.push(Track { label: label(column), values: known(column, rows) });
    }
    if let Some(score) = data.cohort.frame().get(RAD_SCORE) {
        if score.values.n_missing() < score.values.len() {
            tracks.push(Track { label: score.label().to_owned(), values: known(score, rows) });
        } else {
            notes.push(format!("there is no {}: {}", score.label(), score.guess.reason));
        }
    }
    Ok(tracks)
}

fn label(column: &TableColumn) -> String {
    let label = column.label();
    let mut letters = label.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The values of a column: z-scores, or categories.
fn known(column: &TableColumn, rows: &[usize]) -> Known {
    match column.numbers() {
        Some(numbers) => {
            let values: Vec<f64> = rows.iter().map(|&row| numbers[row]).collect();
            let found = describe::describe(&values);
            Known::Numbers(values.iter().map(|x| (x - found.mean) / found.sd).collect())
        }
        None => {
            let factor = column.factor();
            let codes = rows.iter().map(|&row| factor.codes[row].map(|c| c as usize)).collect();
            Known::Categories(factor.levels, codes)
        }
    }
}

/// `5,064 features of 149 patients`, for headings.
pub fn counted(answer: &Answer) -> String {
    format!("{} features of {} patients", format::count(answer.features.len()), format::count(answer.patients.len()))
}
