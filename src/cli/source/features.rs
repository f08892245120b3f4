//! The radiomic features of a study with images, for analyses that use them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{anyhow, bail};

use super::{Source, listed};
use crate::ask::{Dataset, FeatureTable, Memo};
use crate::cli::{Common, output};
use crate::jobs::cache::Cache;
use crate::jobs::extraction::{Case, CaseId, CaseNews, Extraction, Plan, Priority, cases_of};
use crate::jobs::{Listener, News};
use crate::study::{Cohort, Study};
use radiomics::Settings;

/// The features of many cases.
pub(in crate::cli) struct Extracted {
    pub table: FeatureTable,
    /// Why cases have none, with their names in front.
    pub failed: Vec<String>,
    /// What is to be known of their regions.
    pub remarks: Vec<String>,
}

impl Extracted {
    /// Everything that a user of the features should know.
    pub fn notes(&self) -> impl Iterator<Item = String> + '_ {
        let failed = self.failed.iter().map(|reason| format!("without features: {reason}"));
        failed.chain(self.remarks.iter().cloned())
    }
}

impl Source {
    /// Takes in the features of the study's images, extracting those that are not in the cache. A case that fails is
    /// noted and has no features.
    pub fn with_features(mut self, common: &Common) -> anyhow::Result<Self> {
        let extracted = extract_features(&self.study, &self.data.cohort, common)?;
        self.notes.extend(extracted.notes());
        self.data.features = Arc::new(extracted.table);
        Ok(self)
    }

    /// The same study with its images' grey levels in bins of this width.
    pub fn with_bin_width(&self, width: f64, common: &Common) -> anyhow::Result<Self> {
        let mut study = self.study.clone();
        if study.images.is_none() {
            bail!("the features of this study are not extracted from images: there are no bins to vary");
        }
        let extraction = &mut study.extraction;
        let own = std::iter::once(&mut extraction.bin_width)
            .chain(extraction.sequences.iter_mut().map(|(_, e)| &mut e.bin_width));
        own.for_each(|bin| *bin = Some(width));
        extraction.bin_count = None;
        extraction.sequences.iter_mut().for_each(|(_, e)| e.bin_count = None);
        let source = Self {
            data: Dataset::new(Arc::clone(&self.data.cohort), Arc::clone(&self.data.features)),
            study,
            on: self.on.clone(),
            choices: self.choices.clone(),
            is_bare: self.is_bare,
            aside: self.aside.clone(),
            notes: Vec::new(),
            memo: Memo::default(),
        };
        source.with_features(common)
    }
}

/// The features of a study's images, extracting those that are not in the cache.
pub(in crate::cli) fn extract_features(study: &Study, cohort: &Cohort, common: &Common) -> anyhow::Result<Extracted> {
    let names: Vec<String> = study.sequence_names().map(str::to_owned).collect();
    let cases = cases_of(study, cohort);
    if cases.is_empty() {
        let table = FeatureTable::new(cohort.len(), names);
        return Ok(Extracted { table, failed: Vec::new(), remarks: Vec::new() });
    }
    let settings = study.settings_by_sequence().map_err(|problems| anyhow!(listed(&problems)))?;
    extract_cases(cases, names, settings, cohort.len(), common)
}

/// The features of `cases`, extracting those that are not in the cache.
pub(in crate::cli) fn extract_cases(
    cases: Vec<Case>,
    sequences: Vec<String>,
    settings: Vec<Settings>,
    patients: usize,
    common: &Common,
) -> anyhow::Result<Extracted> {
    let mut table = FeatureTable::new(patients, sequences);
    let with_regions = cases.iter().filter(|case| case.id.repeat.is_none() && !case.regions.specs.is_empty());
    let called: HashMap<CaseId, String> = with_regions.map(|case| (case.id.clone(), case.name.clone())).collect();
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
    let (mut failed, mut remarks) = (Vec::new(), BTreeMap::<String, Vec<String>>::new());
    for case in news.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        match case {
            CaseNews::Started(_) => {}
            CaseNews::Failed { reason, .. } => failed.push(reason.to_string()),
            CaseNews::Finished { id, features, .. } => {
                // What is said of the lesion itself is said by `check` and `extract`.
                if let Some(name) = called.get(&id) {
                    let of_regions = features.notes.iter().filter(|note| note.starts_with("region "));
                    of_regions.for_each(|note| remarks.entry(note.clone()).or_default().push(name.clone()));
                }
                if !table.insert(id.patient, id.sequence, id.repeat, &features.names, features.values) {
                    bail!("the features of patient {} are not those of the others", id.patient + 1);
                }
            }
        }
    }
    failed.sort();
    let remarks = remarks.into_iter().map(|(note, cases)| format!("{}: {note}", first_of(cases))).collect();
    Ok(Extracted { table, failed, remarks })
}

/// The first three, and how many more there are.
fn first_of(mut cases: Vec<String>) -> String {
    const MOST: usize = 3;
    cases.sort();
    let more = if cases.len() > MOST { format!(" and {} more", cases.len() - MOST) } else { String::new() };
    cases.truncate(MOST);
    format!("{}{more}", cases.join(", "))
}
