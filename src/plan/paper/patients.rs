//! Who the patients are, and what was done with them.

use figures::format;
use figures::{Body, Figure, Stage, Stages};

use super::{Made, Panel, panels};
use crate::methods::images::{self, Plane, Window, Zoom, one};
use crate::methods::lasso;
use crate::methods::{cohort, model};
use crate::plan::chapters::{Asking, Missing};
use crate::study::{ModelSpec, RAD_SCORE};

/// Picture elements of an example slice each way.
const ELEMENTS: usize = 96;
/// No other drawing of the region is outlined.
const NO_OTHER: usize = usize::MAX;

pub(super) fn enrolment(asking: &Asking<'_>) -> Result<Made, Missing> {
    let patients = asking.plan.cohort();
    Ok(panels(
        "Enrolment and division of the patients",
        vec![vec![Panel::new("", cohort::flow(patients), cohort::methods(patients))]],
        Vec::new(),
    ))
}

/// What was done, and slices of typical patients with the outlines of their regions.
pub(super) fn workflow(asking: &Asking<'_>) -> Result<Made, Missing> {
    let figure = Figure::new("", Stages { stages: stages(asking) });
    let mut rows = vec![vec![Panel::new("Workflow", figure, "What was done, one stage after the other.")]];
    rows.extend(examples(asking));
    Ok(panels("Workflow of the study", rows, Vec::new()))
}

fn stage(title: &str, lines: Vec<String>) -> Stage {
    Stage { title: title.to_owned(), lines }
}

/// The stages that the study has.
fn stages(asking: &Asking<'_>) -> Vec<Stage> {
    let plan = &asking.plan;
    let patients = plan.cohort();
    let (flow, groups) = (patients.flow(), patients.groups());
    let mut stages = Vec::new();
    let mut lines =
        vec![format!("{} screened, {} enrolled", format::count(flow.screened), format::count(flow.enrolled))];
    if groups.levels.len() > 1 {
        let each = groups.levels.iter().zip(groups.counts()).map(|(name, n)| format!("{n} {name}"));
        lines.push(each.collect::<Vec<_>>().join(", "));
    }
    stages.push(stage("Patients", lines));
    if plan.has_images() {
        let names: Vec<&str> = plan.study.sequence_names().collect();
        let mut lines = vec![names.join(", ")];
        lines.push(if plan.has_repeats() {
            "tumours outlined, some again by the same and by another reader".to_owned()
        } else {
            "regions from masks".to_owned()
        });
        stages.push(stage("Images and segmentation", lines));
    }
    let score = plan.rad_score().and_then(|spec| asking.ask(spec).ok());
    if let Some(score) = &score {
        stages.extend(of_score(asking, score));
    }
    let models = plan.models();
    if !models.is_empty() {
        let each = models.iter().map(|m| format!("{}: {}", model::label(m), covariates(asking, m).join(", ")));
        stages.push(stage("Cox models", each.collect()));
        let unit = plan.endpoint().map_or("", |endpoint| endpoint.unit.word());
        let times: Vec<String> = plan.times().into_iter().map(format::chosen).collect();
        let mut lines = vec!["C-index, ROC curves, Brier scores, calibration, decision curves".to_owned()];
        if !times.is_empty() {
            lines.push(format!("at {} {unit}", times.join(", ")));
        }
        stages.push(stage("Validation", lines));
    }
    stages
}

/// The covariates of a model as they are printed.
pub(super) fn covariates(asking: &Asking<'_>, model: &ModelSpec) -> Vec<String> {
    let plan = &asking.plan;
    let score = plan.rad_score().and_then(|spec| asking.ask(spec).ok());
    let named = |covariate: &String| match (plan.cohort().frame().get(covariate), &score) {
        (Some(column), _) => column.label().to_owned(),
        (None, Some(score)) if covariate == RAD_SCORE => score.label.clone(),
        _ => covariate.clone(),
    };
    model.covariates.iter().map(named).collect()
}

fn of_score(asking: &Asking<'_>, score: &lasso::Answer) -> Vec<Stage> {
    let plan = &asking.plan;
    let counted = |wanted: &str| score.stages.iter().find(|stage| stage.stage == wanted).map(|stage| stage.features);
    let mut stages = Vec::new();
    let all = score.stages.first().map_or(0, |stage| stage.features);
    let mut lines = vec![format!("{} candidates", format::count(all))];
    if let (true, Some(kept)) = (plan.has_repeats(), counted("reliable")) {
        let icc = plan.icc();
        lines.push(format!("{} of at least {}: {} kept", icc.kind, icc.threshold, format::count(kept)));
    }
    stages.push(stage(if plan.has_images() { "Features" } else { "Candidates" }, lines));
    stages.push(stage(
        "Selection",
        vec![
            format!("{} Cox model, {} folds", lasso::document::method(score.alpha), lasso::document::folds(score)),
            format!("{}: {} selected", lasso::document::rule_words(score), score.selected.terms.len()),
        ],
    ));
    let mut lines = vec!["sum of features by their coefficients".to_owned()];
    let groups = score.cut_by.groups()[1..].iter().zip(&score.cuts);
    lines.extend(groups.map(|(group, cut)| format!("{group} above {}", format::significant(*cut, 3))));
    stages.push(stage(&score.label, lines));
    stages
}

/// A row of sequences for a typical patient of each group of the score, or for one patient where there is no score.
fn examples(asking: &Asking<'_>) -> Vec<Vec<Panel>> {
    if !asking.plan.has_images() {
        return Vec::new();
    }
    let sequences: Vec<String> = asking.plan.study.sequence_names().map(str::to_owned).collect();
    let row = |(row, who): (usize, String)| -> Vec<Panel> {
        let panel = |(sequence, name): (usize, &String)| {
            let spec = one::Spec {
                study: asking.plan.study.file.clone(),
                row,
                sequence,
                most: ELEMENTS,
                zoom: Zoom::Near,
                plane: Plane::Acquired,
                reading: NO_OTHER,
                derived: None,
            };
            let answer = asking.ask(spec).ok()?;
            let mut figure = images::document::slice(&answer, answer.best, Window::Auto)?;
            // Beside others there is no room for more.
            if let Body::Picture(picture) = &mut figure.body {
                picture.caption = images::document::place(&answer, answer.best);
            }
            let said = format!("{name}, {who}: the slice in which the region is largest, with its outline.");
            Some(Panel::new(format!("{name}, {who}"), figure, said))
        };
        sequences.iter().enumerate().filter_map(panel).collect()
    };
    typical(asking).into_iter().map(row).collect()
}

/// Rows of the cohort: in training, whose score is the median of its group; the first patient with images otherwise.
fn typical(asking: &Asking<'_>) -> Vec<(usize, String)> {
    let training = asking.plan.cohort().training();
    let score = asking.plan.rad_score().and_then(|spec| asking.ask(spec).ok());
    let Some(score) = score.filter(|score| score.scores.iter().any(|s| s.score.is_finite())) else {
        return training.first().map(|row| (*row, "a patient".to_owned())).into_iter().collect();
    };
    let of_group = |name: &&str| {
        let wanted = |s: &&lasso::Score| s.score.is_finite() && score.group(s.score) == Some(*name);
        let mut group: Vec<&lasso::Score> =
            score.scores.iter().filter(wanted).filter(|s| training.contains(&s.row)).collect();
        group.sort_by(|a, b| a.score.total_cmp(&b.score));
        let middle = group.get(group.len() / 2)?;
        Some((middle.row, format!("{name} {}", score.label)))
    };
    score.cut_by.groups().iter().filter_map(of_group).collect()
}
