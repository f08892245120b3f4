//! The candidates of a penalized model: radiomic features or columns, and which of them can be used.

use std::collections::{BTreeMap, HashSet};

use tables::Column;
use watch::Watch;

use super::answer::Stage;
use super::spec::{Candidates, Spec};
use crate::ask::{Ask, AskError, Dataset};
use crate::methods::icc;
use crate::study;
use figures::format;

/// One candidate: its name and where its values are.
pub(super) struct Candidate<'a> {
    pub name: String,
    pub icc: Option<f64>,
    source: Source<'a>,
}

enum Source<'a> {
    Extracted(&'a Dataset, usize),
    Column(&'a [f64]),
}

impl Candidate<'_> {
    /// The value of a row of the cohort; NaN is missing.
    pub fn value(&self, row: usize) -> f64 {
        match self.source {
            Source::Extracted(data, column) => data.features.value(row, column),
            Source::Column(values) => values[row],
        }
    }
}

/// The candidates that a question names, in the order of their columns.
pub(super) fn named<'a>(data: &'a Dataset, spec: &Spec) -> Result<Vec<Candidate<'a>>, AskError> {
    let frame = data.cohort.frame();
    let of_column = |c: &'a Column| {
        let source = Source::Column(c.numbers()?);
        Some(Candidate { name: c.name.clone(), icc: None, source })
    };
    let mut all: Vec<Candidate> = match spec.candidates {
        Candidates::Radiomics => {
            let extracted = (0..data.features.n_columns()).map(|j| Candidate {
                name: data.features.column_name(j),
                icc: None,
                source: Source::Extracted(data, j),
            });
            let columns = data.cohort.features().iter().filter_map(|name| frame.get(name)).filter_map(of_column);
            extracted.chain(columns).collect()
        }
        Candidates::Columns => frame.columns().filter_map(of_column).collect(),
    };
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
    let known: HashSet<&str> = all.iter().map(|c| c.name.as_str()).collect();
    let unknown = names.iter().find(|name| !known.contains(name.as_str()));
    let unmatched = patterns.iter().find(|p| !all.iter().any(|c| study::matches(p, &c.name)));
    if let Some(name) = unknown.or(unmatched) {
        return Err(AskError::Impossible(match (spec.candidates, data.numbers(name)) {
            (Candidates::Columns, Err(why)) => why.to_string(),
            _ => format!("no feature is called {name}"),
        }));
    }
    let names: HashSet<&str> = names.into_iter().map(String::as_str).collect();
    let is_meant =
        |c: &Candidate| names.contains(c.name.as_str()) || patterns.iter().any(|p| study::matches(p, &c.name));
    Ok(all.into_iter().filter(is_meant).collect())
}

/// Those of `rows` in which candidates can be judged. Of radiomics: every sequence is extracted, or the table of
/// features has the patient. Of columns: none is missing.
pub(super) fn complete(data: &Dataset, spec: &Spec, candidates: &[Candidate], rows: &[usize]) -> Vec<usize> {
    let extracted = data.features.n_columns() > 0;
    let usable = |row: usize| match spec.candidates {
        Candidates::Columns => candidates.iter().all(|c| !c.value(row).is_nan()),
        Candidates::Radiomics if extracted => data.features.is_complete(row),
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
    candidates.retain(|c| rows.iter().all(|r| c.value(*r).is_finite()));
    if candidates.len() < before {
        let lost = format::count(before - candidates.len());
        notes.push(format!("{lost} features are left out because they are missing in a patient of the fit"));
    }
    let varies = |c: &Candidate| rows.iter().any(|r| c.value(*r) != c.value(rows[0]));
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

/// The reliability of the features, as far as lesions were drawn repeatedly.
fn reliability(
    spec: &Spec,
    notes: &mut Vec<String>,
    ask: &dyn Ask,
    watch: &dyn Watch,
) -> Result<Option<std::sync::Arc<icc::Answer>>, AskError> {
    let Some(icc) = &spec.icc else { return Ok(None) };
    let ratings = icc::Ratings::Repeats;
    let question = icc::Spec { ratings, kind: icc.kind.clone(), threshold: icc.threshold };
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
