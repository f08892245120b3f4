//! Every file that a study is read from.

use std::path::PathBuf;

use super::cohort::Cohort;
use super::spec::Study;

impl Study {
    /// Its own file, its tables and parameters, and the images and masks of the patients of `cohort`: folders stand for
    /// what is in them.
    pub fn sources(&self, cohort: Option<&Cohort>) -> Vec<PathBuf> {
        let mut sources = vec![self.file.clone(), self.resolve(&self.table.path)];
        sources.extend(self.tables.iter().map(|joined| self.resolve(&joined.table.path)));
        sources.extend(self.features.iter().filter_map(|f| f.table.as_ref()).map(|table| self.resolve(&table.path)));
        let extractions = std::iter::once(&self.extraction).chain(self.extraction.sequences.iter().map(|(_, own)| own));
        sources.extend(extractions.filter_map(|e| e.params.as_ref()).map(|params| self.resolve(params)));
        for files in cohort.map(|cohort| self.files(cohort)).into_iter().flatten() {
            let repeats = files.repeats.iter().map(|repeat| &repeat.path);
            let drawn = files.regions.iter().map(|region| &region.mask);
            let found =
                [&files.image, &files.mask].into_iter().chain(drawn).filter(|file| file.exists).map(|file| &file.path);
            sources.extend(found.chain(repeats).map(|path| self.resolve(path)));
        }
        sources.sort();
        sources.dedup();
        sources
    }
}
