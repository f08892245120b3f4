//! The radiomic features of a study with images, for analyses that use them.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{anyhow, bail};

use super::{Source, listed};
use crate::ask::FeatureTable;
use crate::cli::{Common, output};
use crate::jobs::cache::Cache;
use crate::jobs::extraction::{Case, CaseNews, Extraction, Plan, Priority, cases_of};
use crate::jobs::{Listener, News};
use crate::study::{Cohort, Study};
use radiomics::Settings;

impl Source {
    /// Takes in the features of the study's images, extracting those that are not in the cache. A case that fails is
    /// noted and has no features.
    pub fn with_features(mut self, common: &Common) -> anyhow::Result<Self> {
        let (table, failed) = extract_features(&self.study, &self.data.cohort, common)?;
        self.notes.extend(failed.into_iter().map(|reason| format!("without features: {reason}")));
        self.data.features = Arc::new(table);
        Ok(self)
    }
}

/// The features of a study's images, extracting those that are not in the cache, and why cases have none.
pub(in crate::cli) fn extract_features(
    study: &Study,
    cohort: &Cohort,
    common: &Common,
) -> anyhow::Result<(FeatureTable, Vec<String>)> {
    let names: Vec<String> = study.sequence_names().map(str::to_owned).collect();
    let cases = cases_of(study, cohort);
    if cases.is_empty() {
        return Ok((FeatureTable::new(cohort.len(), names), Vec::new()));
    }
    let settings = study.settings_by_sequence().map_err(|problems| anyhow!(listed(&problems)))?;
    extract_cases(cases, names, settings, cohort.len(), common)
}

/// The features of `cases`, extracting those that are not in the cache, and why some have none.
pub(in crate::cli) fn extract_cases(
    cases: Vec<Case>,
    sequences: Vec<String>,
    settings: Vec<Settings>,
    patients: usize,
    common: &Common,
) -> anyhow::Result<(FeatureTable, Vec<String>)> {
    let mut table = FeatureTable::new(patients, sequences);
    let cache = Cache::new(common.places().cache());
    let plan = Plan::by_sequence(settings, cache.clone());
    let news: Arc<Mutex<Vec<CaseNews>>> = Arc::default();
    let (done, ended) = std::sync::mpsc::channel();
    let heard = Arc::clone(&news);
    let listener: Listener = Arc::new(move |told| match told {
        News::Case(case) => heard.lock().unwrap_or_else(PoisonError::into_inner).push(case),
        News::ExtractionEnded { .. } => drop(done.send(())),
        _ => {}
    });
    let running = Extraction::start(cases, plan, common.threads(), Priority::Ordinary, &listener)?;
    ended.recv()?;
    drop(running);
    if let Some(trouble) = cache.trouble() {
        output::warn(&trouble);
    }
    let mut failed = Vec::new();
    for case in news.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        match case {
            CaseNews::Started(_) => {}
            CaseNews::Failed { reason, .. } => failed.push(reason.to_string()),
            CaseNews::Finished { id, features, .. } => {
                if !table.insert(id.patient, id.sequence, id.repeat, &features.names, features.values) {
                    bail!("the features of patient {} are not those of the others", id.patient + 1);
                }
            }
        }
    }
    failed.sort();
    Ok((table, failed))
}
