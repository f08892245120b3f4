//! New patients from a table, read as the study of the model reads its own, or from a study.

use std::path::Path;

use anyhow::{anyhow, bail};
use tables::problem::{self, Problem, Severity};
use tables::{Column, Expr, Frame, Kind};

use super::{New, Options};
use crate::cli::source::{listed, trust_id};
use crate::jobs::extraction::cases_of;
use crate::methods::model_file::{Derived as Computed, ModelFile, Variable};
use crate::study::{Cohort, CohortSpec, ColumnSpec, Criterion, Derived, LevelSpec, Study};

/// The patients of a bare table.
pub(super) fn of_table(file: &ModelFile, path: &Path, options: &Options) -> anyhow::Result<New> {
    let mut how = options.reading.opening()?;
    for variable in file.variables.iter().filter(|variable| !variable.derived) {
        let said = specified(variable);
        match how.columns.iter_mut().find(|column| column.name == variable.name) {
            Some(column) => {
                *column = ColumnSpec {
                    missing: column.missing.take().or(said.missing.clone()),
                    limits: column.limits.or(said.limits),
                    ..said
                };
            }
            None => how.columns.push(said),
        }
    }
    // Only columns that are there can be described; those that are not are named by the prediction itself.
    let (study, problems) = Study::from_table(path, how);
    let Some(mut study) = study else { bail!(listed(&problems)) };
    let (frame, _) = study.read_table();
    let has = |name: &str| frame.as_ref().is_some_and(|frame| frame.get(name).is_some());
    study.columns.retain(|column| has(&column.name));
    if let Some(frame) = &frame {
        other_units(file, frame)?;
    }
    absent(file, has)?;
    study.endpoints.clear();
    study.cohorts = CohortSpec::One;
    study.features = None;
    study.enrolment = Vec::<Criterion>::new();
    let parts = |d: &Computed| Expr::parse(&d.expression).map(|e| e.names().into_iter().map(str::to_owned).collect());
    let mut there: Vec<String> = frame.iter().flat_map(|frame| frame.names()).map(str::to_owned).collect();
    let mut possible = Vec::new();
    for d in &file.derived {
        let parts: Vec<String> = parts(d).unwrap_or_default();
        if !there.contains(&d.name) && parts.iter().all(|part| there.contains(part)) {
            there.push(d.name.clone());
            possible.push(d);
        }
    }
    let computed = possible.into_iter().map(|d| {
        let expression = Expr::parse(&d.expression).map_err(|error| anyhow!("{}: {error}", d.name))?;
        Ok(Derived { name: d.name.clone(), expression })
    });
    study.derived = computed.collect::<anyhow::Result<_>>()?;
    let is_computed = |v: &&Variable| study.derived.iter().any(|d| d.name == v.name);
    let described = file.variables.iter().filter(|v| v.derived && !v.levels.is_empty()).filter(is_computed);
    let described: Vec<ColumnSpec> = described.map(specified).collect();
    study.columns.extend(described);
    if let Some(extraction) = &file.extraction {
        study.images = Some(extraction.images.clone());
        study.folder = options.images.clone().unwrap_or(study.folder);
        study.table.path = std::path::absolute(path)?;
    }
    let mut notes = Vec::new();
    match &options.id {
        Some(id) => study.id = Some(id.clone()),
        None => notes.extend(trust_id(&mut study)),
    }
    let cohort = cohort(&study)?;
    unread(file, &cohort)?;
    let sequences = study.sequence_names().map(str::to_owned).collect();
    let inputs = study.sources(Some(&cohort));
    Ok(New { cases: cases_of(&study, &cohort), cohort, sequences, settings: None, inputs, notes })
}

/// The enrolled patients of a study, as it reads them itself.
pub(super) fn of_study(file: &ModelFile, path: &Path, options: &Options) -> anyhow::Result<New> {
    let (study, problems) = Study::open_as(path, options.reading.opening()?);
    let Some(study) = study.filter(|_| !problem::any_error(&problems)) else { bail!(listed(&problems)) };
    let mut whole = cohort(&study)?;
    absent(file, |name| whole.frame().get(name).is_some())?;
    let needs = |d: &&Computed, whole: &Cohort| {
        let has = |name: &str| whole.frame().get(name).is_some();
        !has(&d.name) && Expr::parse(&d.expression).is_ok_and(|e| e.names().into_iter().all(has))
    };
    for computed in &file.derived {
        if !needs(&computed, &whole) {
            continue;
        }
        let expression = Expr::parse(&computed.expression).map_err(|error| anyhow!("{}: {error}", computed.name))?;
        let values = expression.eval(whole.frame()).map_err(|error| anyhow!("{}: {error}", computed.name))?;
        whole = whole.with_column(Column::new(&computed.name, values, "computed by the model"))?;
    }
    let settings = match study.images {
        None => None,
        Some(_) => Some(study.settings_by_sequence().map_err(|problems| anyhow!(listed(&problems)))?),
    };
    let sequences = study.sequence_names().map(str::to_owned).collect();
    let inputs = study.sources(Some(&whole));
    Ok(New { cases: cases_of(&study, &whole), cohort: whole, sequences, settings, inputs, notes: Vec::new() })
}

/// An error that names every column that the model takes and that is not there.
fn absent(file: &ModelFile, has: impl Fn(&str) -> bool) -> anyhow::Result<()> {
    let all: Vec<String> = file
        .needed(&has)
        .into_iter()
        .filter(|v| !has(&v.name))
        .map(|v| {
            let unit = v.unit.as_ref().map(|unit| format!(" in {unit}")).unwrap_or_default();
            format!("{} ({}, a {}{unit})", v.name, v.label, v.kind)
        })
        .collect();
    if !all.is_empty() {
        bail!("the model {} takes columns that are not there: {}", file.model, all.join("; "));
    }
    Ok(())
}

/// An error where a column is there under its name with a unit behind it, which only whoever wrote it can put away.
fn other_units(file: &ModelFile, frame: &Frame) -> anyhow::Result<()> {
    for variable in file.variables.iter().filter(|variable| frame.get(&variable.name).is_none()) {
        let with_unit = |name: &&str| {
            let rest = name.strip_prefix(variable.name.as_str()).map(str::trim_start).unwrap_or_default();
            rest.starts_with(['(', '[']) && rest.ends_with([')', ']'])
        };
        if let Some(found) = frame.names().find(with_unit) {
            let unit = variable.unit.as_deref().unwrap_or("no unit");
            bail!(
                "the column {found}: the model takes {} in {unit}; write its values so, under that name",
                variable.name
            );
        }
    }
    Ok(())
}

/// What the model knows of a column, but for its unit, which the table may say otherwise.
fn specified(variable: &Variable) -> ColumnSpec {
    let pairs = variable.levels.iter().flat_map(|level| {
        level.values.iter().map(|value| LevelSpec { value: value.clone(), label: level.level.clone() })
    });
    let kind = Kind::ALL.into_iter().find(|kind| kind.word() == variable.kind);
    ColumnSpec {
        name: variable.name.clone(),
        label: Some(variable.label.clone()),
        // A derived column has the type of its expression.
        kind: kind.filter(|_| !variable.derived),
        levels: pairs.collect(),
        missing: variable.missing.clone(),
        limits: variable.limits,
        ..ColumnSpec::default()
    }
}

/// The patients; an error of theirs is one here, and so is a level that the model does not know.
fn cohort(study: &Study) -> anyhow::Result<Cohort> {
    let (cohort, problems) = study.cohort();
    let is_unknown = |p: &&Problem| p.severity != Severity::Error && p.message.contains("not among its levels");
    if study.is_guessed()
        && let Some(unknown) = problems.iter().find(is_unknown)
    {
        bail!("{}: the model does not know that level", unknown.message);
    }
    match cohort {
        Some(cohort) if !problem::any_error(&problems) => Ok(cohort),
        _ => bail!(listed(&problems)),
    }
}

/// An error where a number that the model takes is written as something else.
fn unread(file: &ModelFile, cohort: &Cohort) -> anyhow::Result<()> {
    for variable in file.variables.iter().filter(|variable| variable.kind == "number") {
        let Some(column) = cohort.frame().get(&variable.name) else { continue };
        if let Some(doubt) = &column.doubt {
            bail!("{}: {doubt}", variable.name);
        }
        if let Some(first) = column.unread.first() {
            bail!("{}, row {}: {} is no number", variable.name, first.row, first.text);
        }
    }
    Ok(())
}
