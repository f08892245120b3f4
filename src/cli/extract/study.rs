//! Every case of a study: one row a patient, `<sequence>_<feature>` a column.

use std::path::{Path, PathBuf};

use anyhow::bail;
use tables::problem;

use super::Options;
use super::slurm::in_task;
use super::table::{Failure, FeatureRows, aligned};
use crate::ask::column_called;
use crate::cli::{Common, Usage};
use crate::jobs::extraction::{CaseId, cases_of, region_columns};
use crate::jobs::open;
use crate::study::{Picked, Study};
use radiomics::{Settings, catalogue};

pub(super) fn run(path: &Path, options: &Options, common: &Common) -> anyhow::Result<()> {
    if options.label.is_some() || options.picked() != Picked::default() {
        let what = "--label, --region, --series, --volume, --b-value, --mask-threshold";
        bail!(Usage(format!(
            "{what}: a study says itself which it means (label, series, volume, b_value, threshold in [images])"
        )));
    }
    if let Some(folder) = &options.cluster.array_task {
        let (study, problems) = Study::open(path);
        let Some(study) = study else { bail!("{}\n{}", problem::summary(&problems), problem::lines(&problems)) };
        return in_task(folder, options.plan(settings(&study, options)?, common)?, options.jobs);
    }
    let opened = open::open(path);
    let (Some(study), Some(cohort)) = (&opened.study, &opened.cohort) else {
        bail!("{}\n{}", problem::summary(&opened.problems), problem::lines(&opened.problems));
    };
    if study.images.is_none() {
        bail!("{}: the study names no images; add a section [images]", path.display());
    }
    let settings = settings(study, options)?;
    let sources = study.sources(Some(cohort));
    options.refuse_inputs(&sources.iter().map(PathBuf::as_path).collect::<Vec<_>>())?;
    settings.iter().try_for_each(|settings| options.check_names(settings))?;
    let regions = study.images.as_ref().map_or(&[][..], |images| &images.regions);
    let of_each: Vec<Vec<String>> =
        settings.iter().map(|own| [catalogue::columns(own), region_columns(regions, own)].concat()).collect();
    let cases = cases_of(study, cohort);
    let plan = options.plan(settings, common)?;
    let settled = options.settle(cases, plan, common)?;
    let sequences: Vec<&str> = study.sequence_names().collect();
    let values = |patient: usize| -> Vec<f64> {
        let of = |sequence: usize| match settled.features.get(&CaseId { patient, sequence, repeat: None }) {
            Some(features) => aligned(features, &of_each[sequence]),
            None => vec![f64::NAN; of_each[sequence].len()],
        };
        (0..sequences.len()).flat_map(of).collect()
    };
    let rows = cohort.ids().iter().enumerate().map(|(i, id)| (vec![id.clone()], values(i))).collect();
    let column = |(sequence, names): (&&str, &Vec<String>)| {
        names.iter().map(move |name| column_called(sequence, &options.named(name))).collect::<Vec<_>>()
    };
    let columns = sequences.iter().zip(&of_each).flat_map(column).collect();
    let notes = settled.notes(|id| format!("{} {}", cohort.ids()[id.patient], sequences[id.sequence]));
    let failures: Vec<Failure> = settled
        .failures
        .iter()
        .map(|(id, reason)| Failure { texts: vec![cohort.ids()[id.patient].clone()], reason: reason.clone() })
        .collect();
    let head = vec![study.id.clone().unwrap_or_else(|| "id".to_owned())];
    FeatureRows { head, columns, rows, notes }.write(&failures, options)
}

/// The settings of each sequence: those of the options, or the study's own.
fn settings(study: &Study, options: &Options) -> anyhow::Result<Vec<Settings>> {
    match options.settings()? {
        Some(settings) => Ok(vec![settings; study.sequence_names().count()]),
        None => study.settings_by_sequence().map_err(|problems| anyhow::anyhow!(problem::lines(&problems))),
    }
}
