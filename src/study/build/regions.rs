//! Regions held against the extraction and the names of a study.

use radiomics::catalogue;
use tables::problem::Problem;

use super::matches;
use crate::study::spec::{AT_REGION, Study};

impl Study {
    /// Patterns of regions' features that no feature of the extraction fits, and sequences whose names could be those of
    /// regions.
    pub(super) fn check_regions(&self, problems: &mut Vec<Problem>) {
        let Some(images) = self.images.as_ref().filter(|images| !images.regions.is_empty()) else { return };
        for name in self.sequence_names().filter(|name| name.contains(AT_REGION)) {
            let message = format!("the sequence {name} could be a region of another one");
            let problem = Problem::error(self.place(&format!("images.{name}")), message);
            problems.push(problem.remedy("@ stands between sequence and region in names of columns: leave it out"));
        }
        // What is wrong with the settings is said where they are read.
        let Ok(settings) = self.settings_by_sequence() else { return };
        let columns: Vec<String> = settings.iter().flat_map(catalogue::columns).collect();
        for region in &images.regions {
            for pattern in region.patterns().iter().filter(|p| !columns.iter().any(|name| matches(p, name))) {
                let said = if region.features.is_some() { ".features" } else { "" };
                let place = self.place(&format!("regions.{}{said}", region.name));
                let message = format!("region {}: no feature of the extraction is called {pattern}", region.name);
                let first = columns.first().map(String::as_str).unwrap_or_default();
                let remedy = format!("names are without sequence and region, such as {first}");
                problems.push(Problem::error(place, message).remedy(remedy));
            }
        }
    }
}
