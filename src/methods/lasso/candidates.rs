//! The candidates of a penalized model: radiomic features or columns, and which of them can be used.

use std::collections::{BTreeMap, HashSet};

use survival::harmonize::SiteLine;
use tables::Column;
use watch::Watch;

use super::answer::{FromOthers, Stage};
use super::spec::{Candidates, Spec};
use crate::ask::{Ask, AskError, Dataset, FeatureColumn, region_of};
use crate::methods::icc;
use crate::study::{self, AT_REGION, LESION};
use figures::format;

/// One candidate: its name and where its values are.
pub(super) struct Candidate<'a> {
    pub name: String,
    pub icc: Option<f64>,
    /// What steps did to its values, for one patient at a time.
    pub brought: Brought,
    source: Source<'a>,
}

/// How a value of one patient is brought to the scale of the fit.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Brought {
    /// At each site of the fit; empty without harmonisation, and where that keeps covariates.
    pub sites: Vec<SiteLine>,
    /// What stands for a missing value then.
    pub fill: Option<f64>,
    /// How a missing value follows from other candidates, where it does.
    pub from_others: Option<FromOthers>,
}

enum Source<'a> {
    Extracted(&'a Dataset, usize),
    Column(&'a [f64]),
    Computed(Vec<f64>),
}

impl<'a> Candidate<'a> {
    /// One whose values, a value a row of the cohort, are the result of steps.
    pub fn computed(name: String, icc: Option<f64>, brought: Brought, values: Vec<f64>) -> Self {
        Self { name, icc, brought, source: Source::Computed(values) }
    }

    /// Its name, and that without the sequence, and without its region, too.
    fn names(&self) -> impl Iterator<Item = &str> {
        let bare = self.extracted().into_iter().flat_map(|(_, name)| [name, region_of(name).1]);
        std::iter::once(self.name.as_str()).chain(bare)
    }

    /// The region, if it is extracted.
    fn region(&self) -> Option<&str> {
        self.extracted().map(|(_, name)| region_of(name).0.unwrap_or(LESION))
    }

    /// The sequence and the name within it, if it is extracted.
    fn extracted(&self) -> Option<(usize, &'a str)> {
        let Source::Extracted(data, column) = self.source else { return None };
        let FeatureColumn { sequence, feature } = data.features.column(column);
        Some((sequence, &data.features.names(sequence)[feature]))
    }

    /// The value of a row of the cohort; NaN is missing.
    pub fn value(&self, row: usize) -> f64 {
        match &self.source {
            Source::Extracted(data, column) => data.features.value(row, *column),
            Source::Computed(values) => values[row],
            Source::Column(values) => values[row],
        }
    }
}

/// The candidates that a question names, in the order of their columns.
pub(super) fn named<'a>(data: &'a Dataset, spec: &Spec) -> Result<Vec<Candidate<'a>>, AskError> {
    let frame = data.cohort.frame();
    let of_column = |c: &'a Column| {
        let source = Source::Column(c.numbers()?);
        Some(Candidate { name: c.name.clone(), icc: None, brought: Brought::default(), source })
    };
    let mut all: Vec<Candidate> = match spec.candidates {
        Candidates::Radiomics => {
            let extracted = (0..data.features.n_columns()).map(|j| Candidate {
                name: data.features.column_name(j),
                icc: None,
                brought: Brought::default(),
                source: Source::Extracted(data, j),
            });
            let columns = data.cohort.features().iter().filter_map(|name| frame.get(name)).filter_map(of_column);
            extracted.chain(columns).collect()
        }
        Candidates::Columns => frame.columns().filter_map(of_column).collect(),
    };
    if !spec.sequences.is_empty() {
        let wanted = |s: usize| spec.sequences.iter().any(|name| *name == data.features.sequences()[s]);
        all.retain(|c| c.extracted().is_some_and(|(sequence, _)| wanted(sequence)));
    }
    if !spec.regions.is_empty() {
        all.retain(|c| c.region().is_some_and(|region| spec.regions.iter().any(|name| name == region)));
    }
    if !spec.features.is_empty() {
        all = chosen(data, spec, all)?;
    }
    match (all.is_empty(), spec.candidates) {
        (false, _) => Ok(all),
        (true, Candidates::Radiomics) => Err(AskError::NotYet("there are no radiomic features yet".to_owned())),
        (true, Candidates::Columns) => Err(AskError::Impossible("there is no column of numbers".to_owned())),
    }
}

/// Those of `all` that the question names; thousands may be named one by one.
fn chosen<'a>(data: &Dataset, spec: &Spec, all: Vec<Candidate<'a>>) -> Result<Vec<Candidate<'a>>, AskError> {
    let (patterns, names): (Vec<&String>, Vec<&String>) = spec.features.iter().partition(|f| f.contains(['*', '?']));
    let known: HashSet<&str> = all.iter().flat_map(Candidate::names).collect();
    let unknown = names.iter().find(|name| !known.contains(name.as_str()));
    let fits = |p: &str, c: &Candidate| c.names().any(|name| study::matches(p, name));
    let unmatched = patterns.iter().find(|p| !all.iter().any(|c| fits(p, c)));
    if let Some(name) = unknown.or(unmatched) {
        return Err(AskError::Impossible(match (spec.candidates, data.numbers(name)) {
            (Candidates::Columns, Err(why)) => why.to_string(),
            _ => format!("no feature is called {name}"),
        }));
    }
    let names: HashSet<&str> = names.into_iter().map(String::as_str).collect();
    let is_meant = |c: &Candidate| c.names().any(|name| names.contains(name)) || patterns.iter().any(|p| fits(p, c));
    Ok(all.into_iter().filter(is_meant).collect())
}

/// Those of `rows` in which candidates can be judged. Of radiomics: every sequence is extracted, or the table of
/// features has the patient. Of columns: none is missing. Where missing values are filled in, one that is known is enough.
pub(super) fn complete(data: &Dataset, spec: &Spec, candidates: &[Candidate], rows: &[usize]) -> Vec<usize> {
    let mut sequences: Vec<usize> = candidates.iter().filter_map(|c| Some(c.extracted()?.0)).collect();
    sequences.dedup();
    let usable = |row: usize| match spec.candidates {
        _ if spec.imputes() => candidates.iter().any(|c| !c.value(row).is_nan()),
        Candidates::Columns => candidates.iter().all(|c| !c.value(row).is_nan()),
        Candidates::Radiomics if !sequences.is_empty() => {
            sequences.iter().all(|s| data.features.values(row, *s).is_some())
        }
        Candidates::Radiomics => candidates.iter().any(|c| !c.value(row).is_nan()),
    };
    rows.iter().copied().filter(|row| usable(*row)).collect()
}

/// Leaves out radiomic features that are unreliable, missing in one of `rows`, or the same in all of them; the stages
/// say how many were left.
pub(super) fn usable<'a>(
    mut candidates: Vec<Candidate<'a>>,
    spec: &Spec,
    rows: &[usize],
    notes: &mut Vec<String>,
    ask: &dyn Ask,
    watch: &dyn Watch,
) -> Result<(Vec<Candidate<'a>>, Vec<Stage>), AskError> {
    let mut stages = vec![Stage { stage: "candidates", features: candidates.len() }];
    if spec.candidates == Candidates::Columns {
        return Ok((candidates, stages));
    }
    notes.extend(of_all_regions(&candidates, spec));
    // Features of a table have no segmentations that could be repeated.
    let extracted = candidates.iter().any(|c| matches!(c.source, Source::Extracted(..)));
    let reliability = if extracted { reliability(spec, notes, ask, watch)? } else { None };
    if let Some(answer) = reliability {
        let by_name: BTreeMap<&str, &icc::Feature> = answer.features.iter().map(|f| (f.feature.as_str(), f)).collect();
        for candidate in &mut candidates {
            candidate.icc = by_name.get(candidate.name.as_str()).map(|f| f.weakest.icc);
        }
        // What nobody drew twice is not judged.
        candidates.retain(|c| by_name.get(c.name.as_str()).is_none_or(|f| f.kept));
        stages.push(Stage { stage: "reliable", features: candidates.len() });
    }
    let before = candidates.len();
    let known = |c: &Candidate| match spec.imputes() {
        true => rows.iter().any(|r| c.value(*r).is_finite()),
        false => rows.iter().all(|r| c.value(*r).is_finite()),
    };
    candidates.retain(known);
    if candidates.len() < before {
        let lost = format::count(before - candidates.len());
        notes.push(format!("{lost} features are left out because they are missing in a patient of the fit"));
    }
    let varies = |c: &Candidate| {
        let mut known = rows.iter().map(|r| c.value(*r)).filter(|x| !x.is_nan());
        let first = known.next();
        known.any(|x| Some(x) != first)
    };
    let lost: Vec<String> = candidates.iter().filter(|c| !varies(c)).map(|c| c.name.clone()).collect();
    candidates.retain(varies);
    match lost.as_slice() {
        [] => {}
        [one] => notes.push(format!("{one} is left out because it is the same in all patients of the fit")),
        [first, ..] => notes.push(format!(
            "{} features, first {first}, are left out because they are the same in all patients of the fit",
            format::count(lost.len())
        )),
    }
    stages.push(Stage { stage: "usable", features: candidates.len() });
    if candidates.is_empty() {
        return Err(AskError::Impossible("no feature is reliable, known and varying: nothing to fit".to_owned()));
    }
    Ok((candidates, stages))
}

/// Of which regions the candidates are, where nobody said which: a region that is added to a study adds candidates.
fn of_all_regions(candidates: &[Candidate<'_>], spec: &Spec) -> Option<String> {
    if !spec.regions.is_empty() || spec.features.iter().any(|feature| feature.contains(AT_REGION)) {
        return None;
    }
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for region in candidates.iter().filter_map(Candidate::region) {
        match counts.iter_mut().find(|(name, _)| *name == region) {
            Some((_, n)) => *n += 1,
            None => counts.push((region, 1)),
        }
    }
    let listed: Vec<String> = counts.iter().map(|(name, n)| format!("{name} {}", format::count(*n))).collect();
    (counts.len() > 1).then(|| {
        format!(
            "no regions are named, so that features of all are candidates: {}; `regions` of the score takes some of them",
            listed.join(", ")
        )
    })
}

/// The reliability of the features, as far as lesions were drawn repeatedly.
fn reliability(
    spec: &Spec,
    notes: &mut Vec<String>,
    ask: &dyn Ask,
    watch: &dyn Watch,
) -> Result<Option<std::sync::Arc<icc::Answer>>, AskError> {
    let Some(icc) = &spec.icc else { return Ok(None) };
    let threshold = spec.agreement().unwrap_or(icc.threshold);
    let ratings = icc::Ratings::Repeats;
    let question = icc::Spec { ratings, kind: icc.kind, threshold };
    match ask.ask(question, watch) {
        Ok(answer) => Ok(Some(answer)),
        Err(AskError::NotYet(_)) => {
            notes.push(
                "features are not filtered by reliability: no lesion has features of a second drawing".to_owned(),
            );
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
