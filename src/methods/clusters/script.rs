//! Groups of correlated features again in R, by complete linkage of 1 - |r|.

use super::{Answer, Spec};
use crate::ask::{AskError, Source};
use crate::methods::script::{Script, number};

/// The script.
///
/// # Errors
/// When a feature cannot be read.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    let mut script = Script::new(source, &spec.on, "Groups of correlated features")?;
    let ids = source.data.cohort.ids();
    let mut rows: Vec<usize> =
        answer.patients.iter().filter_map(|id| ids.iter().position(|other| other == id)).collect();
    rows.sort_unstable();
    let mut features: Vec<(usize, String)> = answer.features.iter().map(|f| (f.place, f.column.name.clone())).collect();
    features.sort_unstable();
    let columns: Vec<String> = features.into_iter().map(|(_, name)| name).collect();
    script.features(source.study, &columns, &rows)?;
    script.add(format!(
        "z <- scale(features)\nz[is.na(z)] <- 0\nr <- abs(cor(z))\n\
         group <- cutree(hclust(as.dist(1 - r), \"complete\"), h = {})\n\
         members <- Filter(function(of) length(of) > 1, split(seq_along(group), group))\n\
         least <- sapply(members, function(of) min(r[of, of]))",
        number(1.0 - spec.correlation)
    ));
    script.same("features", "ncol(z)", answer.features.len() as f64);
    script.same("groups", "length(members)", answer.groups.len() as f64);
    let mut sizes: Vec<f64> = answer.groups.iter().map(|group| group.members.len() as f64).collect();
    sizes.sort_by(f64::total_cmp);
    script.same_all("sizes of the groups", "sort(lengths(members))", &sizes);
    let mut least: Vec<f64> = answer.groups.iter().map(|group| group.least).collect();
    least.sort_by(f64::total_cmp);
    script.same_all("least correlation in each", "sort(least)", &least);
    Ok(script.finish())
}
