//! Cohorts of a bare table: a column of words like train and test is only a guess, and divides nobody unless it is named.

use std::path::Path;

use anyhow::bail;
use tables::names::split_names;
use tables::{Expr, did_you_mean};

use crate::ask::ALL_COHORTS;
use crate::study::{CohortSpec, Criterion, CriterionKind, Study};

/// A column that seems to hold cohorts, none of which was asked for.
pub(super) struct SetAside {
    /// The column.
    pub column: String,
    /// What to say of it.
    pub note: String,
}

/// Refuses a table by itself whose study has a sealed cohort: without the study nobody would know whom not to look at.
pub(super) fn refuse_sealed(table: &Path) -> anyhow::Result<()> {
    let study = Study::beside(table);
    match study.as_ref().and_then(|(study, _)| study.seal.closed().next()) {
        Some(name) => {
            bail!("{} is the table of a study whose cohort {name} is sealed: name the study instead", table.display())
        }
        None => Ok(()),
    }
}

/// Takes the guessed cohorts out of a bare table's study, so that every subcommand analyses the same rows: all of them, or
/// those of the cohort that was asked for.
pub(super) fn settle(study: &mut Study, asked: Option<&str>) -> anyhow::Result<Option<SetAside>> {
    let CohortSpec::Column { column, names } = std::mem::replace(&mut study.cohorts, CohortSpec::One) else {
        match asked {
            Some(name) => bail!("--cohort {name}: no column of the table seems to hold cohorts; use --where"),
            None => return Ok(None),
        }
    };
    let listed = || names.iter().map(|n| n.name.as_str()).collect::<Vec<_>>().join(", ");
    let Some(name) = asked else {
        let first = names.first().map(|n| n.name.clone()).unwrap_or_default();
        let note = format!(
            "{column} holds {}, which look like cohorts: all rows are analysed together; --cohort {first} takes those of one",
            listed()
        );
        return Ok(Some(SetAside { column, note }));
    };
    let known = |name: &str| names.iter().find(|n| n.name == name);
    if name == ALL_COHORTS && known(name).is_none() {
        return Ok(None);
    }
    let pooled = if known(name).is_some() { vec![name.to_owned()] } else { split_names(&[name]) };
    let mut conditions = Vec::new();
    for name in &pooled {
        let Some(cohort) = known(name) else {
            let near = did_you_mean(name, names.iter().map(|n| n.name.as_str()));
            let hint = near.unwrap_or_else(|| format!("{column} holds {}", listed()));
            bail!("there is no cohort {name}; {hint}");
        };
        let quote = if cohort.value.contains('\'') { '"' } else { '\'' };
        conditions.push(format!("`{column}` == {quote}{}{quote}", cohort.value));
    }
    let condition = Expr::parse(&conditions.join(" or "))?;
    let name = format!("{column} is {name}");
    study.enrolment.push(Criterion { name, kind: CriterionKind::Include, condition, after_split: false });
    Ok(None)
}
