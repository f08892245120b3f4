//! The list itself.

use super::enabled::{
    always, can_extract, extracting, filtered, has_questions, is_bare_table, redoable, several_cohorts,
    several_endpoints, undoable,
};
use super::{CommandId, CommandSpec, Enabled, Scope};
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use CommandId as Id;

const fn command(
    scope: Scope,
    id: CommandId,
    name: &'static str,
    keys: &'static [&'static str],
    title: &'static str,
    help: &'static str,
) -> CommandSpec {
    CommandSpec { id, name, title, help, keys, scope, hint: 0, argument: None, enabled: always }
}

const fn global(
    id: Id,
    name: &'static str,
    keys: &'static [&'static str],
    title: &'static str,
    help: &'static str,
) -> CommandSpec {
    command(Scope::Global, id, name, keys, title, help)
}

const fn table(
    id: Id,
    name: &'static str,
    keys: &'static [&'static str],
    title: &'static str,
    help: &'static str,
) -> CommandSpec {
    command(Scope::Table, id, name, keys, title, help)
}

const fn open(pane: PaneId, keys: &'static [&'static str], help: &'static str) -> CommandSpec {
    command(Scope::Global, Id::Open(pane), pane.name(), keys, pane.title(), help)
}

impl CommandSpec {
    const fn hint(mut self, place: u8) -> Self {
        self.hint = place;
        self
    }

    const fn takes(mut self, argument: &'static str) -> Self {
        self.argument = Some(argument);
        self
    }

    const fn when(mut self, enabled: fn(&State) -> Enabled) -> Self {
        self.enabled = enabled;
        self
    }
}

/// All commands, in the order in which help lists them.
#[rustfmt::skip]
pub static COMMANDS: &[CommandSpec] = &[
    open(PaneId::Cohort, &["1"], "Enrolment flow, splits and the table of patients."),
    open(PaneId::Images, &["2"], "Images and masks of every patient: geometry, slices, grey values, checks."),
    open(PaneId::Features, &["3"], "Radiomic features: completeness, reliability, distribution, outcome."),
    open(PaneId::Baseline, &["4"], "Baseline table by cohort or by another variable."),
    open(PaneId::Lasso, &["5"], "LASSO-Cox path, cross-validation and Rad-score."),
    open(PaneId::Cox, &["6"], "Univariable and multivariable Cox models, forest plot."),
    open(PaneId::Km, &["7"], "Kaplan-Meier curves, log-rank test, medians.").takes("[variable]"),
    open(PaneId::Performance, &["8"], "Concordance, ROC curves and Brier scores of the models in every cohort."),
    open(PaneId::Calibration, &["9"], "Predicted against observed survival, nomogram, decision curves."),
    open(PaneId::Jobs, &["0", "w"], "Running and finished work, and the log."),
    open(PaneId::Problems, &["!"], "What is wrong or doubtful in the study's data."),
    global(Id::NextPane, "next_pane", &["}"], "next pane", "Open the pane to the right."),
    global(Id::PreviousPane, "previous_pane", &["{"], "previous pane", "Open the pane to the left."),
    global(Id::NextView, "next_view", &["tab"], "next view", "Show the pane's next view.").hint(40),
    global(Id::PreviousView, "previous_view", &["s-tab"], "previous view", "Show the pane's previous view."),
    global(Id::Back, "back", &["["], "back", "Go back to the pane visited before."),
    global(Id::Forward, "forward", &["]"], "forward", "Go forward again."),
    global(Id::Help, "help", &["?"], "help", "Show the keys of this pane, then all others; type to search.").hint(90),
    global(Id::Palette, "palette", &[":", "ctrl-p"], "command", "Find a command by name, with its arguments.").hint(91).takes("command"),
    global(Id::NextEndpoint, "endpoint", &["o"], "endpoint", "Switch to the next endpoint, in every pane.").hint(60).takes("[endpoint]").when(several_endpoints),
    global(Id::NextCohort, "population", &["p"], "cohort", "Switch to the next cohort or to all patients, in every pane.").hint(61).takes("[cohort]").when(several_cohorts),
    global(Id::FilterCohort, "filter", &["f"], "filter", "Keep only patients that meet a condition, such as age > 60 & stage in III,IV.").hint(62).takes("condition"),
    global(Id::ClearFilter, "clear_filter", &["F"], "clear filter", "Use all patients again.").when(filtered),
    global(Id::Undo, "undo", &["u"], "undo", "Take back the last change of filter, cohort, endpoint or model.").when(undoable),
    global(Id::Redo, "redo", &["ctrl-r"], "redo", "Make the change again.").when(redoable),
    global(Id::CopyCell, "copy_cell", &["y"], "copy cell", "Copy the cell under the cursor."),
    global(Id::CopyRow, "copy_row", &["Y"], "copy row", "Copy the row under the cursor, tab-separated."),
    global(Id::CopyPane, "copy", &["C"], "copy pane", "Copy the whole pane, tab-separated, with full precision."),
    global(Id::Export, "export", &["e"], "export", "Write the pane to a file: csv, tsv, md, xlsx, svg, html or txt by its ending.").hint(70).takes("file"),
    global(Id::Methods, "methods", &["M"], "methods text", "Show the sentence for a paper's methods section; y copies it.").hint(71),
    global(Id::Extract, "extract", &["X"], "extract features", "Extract the radiomic features of all cases that are not in the cache.").when(can_extract),
    global(Id::PauseExtraction, "pause", &["P"], "pause extraction", "Pause the extraction, or go on with it.").when(extracting),
    global(Id::CancelExtraction, "cancel", &["x"], "cancel extraction", "Stop the extraction; finished cases are kept.").when(extracting),
    global(Id::Roles, "roles", &[], "columns' roles", "Answer what a bare table leaves open: patient, time, event, cohort.").when(has_questions),
    global(Id::SaveStudy, "save_study", &[], "save study", "Write the guessed and answered roles of a bare table as study.toml beside it.").when(is_bare_table),
    global(Id::Theme, "theme", &[], "theme", "Choose the colours.").takes("[name]"),
    global(Id::Mouse, "mouse", &["m"], "mouse on/off", "Let the program have the mouse, or leave it to the terminal."),
    global(Id::Redraw, "redraw", &["ctrl-l"], "redraw", "Paint the whole screen again."),
    global(Id::Suspend, "suspend", &["ctrl-z"], "suspend", "Go back to the shell; fg returns."),
    global(Id::Close, "close", &["q", "esc"], "close", "Close what is open on top; at the root, q leaves the program.").hint(92),
    global(Id::Quit, "quit", &["Q"], "quit", "Leave the program."),
    table(Id::Up, "up", &["k", "up"], "up", "One row up."),
    table(Id::Down, "down", &["j", "down"], "down", "One row down."),
    table(Id::Left, "left", &["h", "left"], "left", "One column to the left."),
    table(Id::Right, "right", &["l", "right"], "right", "One column to the right."),
    table(Id::PageUp, "page_up", &["pgup"], "page up", "One page up."),
    table(Id::PageDown, "page_down", &["pgdn", "ctrl-f"], "page down", "One page down."),
    table(Id::HalfPageUp, "half_page_up", &["ctrl-u"], "half page up", "Half a page up."),
    table(Id::HalfPageDown, "half_page_down", &["ctrl-d"], "half page down", "Half a page down."),
    table(Id::Top, "top", &["g", "home"], "top", "To the first row."),
    table(Id::Bottom, "bottom", &["G", "end"], "bottom", "To the last row."),
    table(Id::FirstColumn, "first_column", &["^"], "first column", "To the first column."),
    table(Id::LastColumn, "last_column", &["$"], "last column", "To the last column."),
    table(Id::Enter, "enter", &["enter"], "open", "Open the row's detail.").hint(20),
    table(Id::Mark, "mark", &["space"], "mark", "Mark the row, or take the mark away."),
    table(Id::MarkRange, "mark_range", &["v"], "mark range", "Mark the rows from here to the cursor."),
    table(Id::MarkAll, "mark_all", &["a"], "mark all/none", "Mark all rows, or none."),
    table(Id::Sort, "sort", &["s"], "sort", "Sort by the focused column: up, down, as it was.").hint(50),
    table(Id::HideColumn, "hide_column", &["-"], "hide column", "Hide the focused column."),
    table(Id::ResetColumns, "reset_columns", &["="], "all columns", "Show all columns in their first order."),
    table(Id::MoveColumnLeft, "column_left", &["<"], "column left", "Move the focused column to the left."),
    table(Id::MoveColumnRight, "column_right", &[">"], "column right", "Move the focused column to the right."),
    table(Id::Search, "search", &["/"], "search rows", "Show only rows that contain a text, or match /a regular expression/.").hint(51).takes("text"),
    table(Id::NextMatch, "next_match", &["n"], "next match", "To the next row that matches."),
    table(Id::PreviousMatch, "previous_match", &["N"], "previous match", "To the previous row that matches."),
    command(Scope::Pane(PaneId::Images), Id::ImagesWhole, "images.whole", &["z"], "whole slice", "Draw whole slices, or only the region and what is around it.").hint(10),
    command(Scope::Pane(PaneId::Features), Id::FeaturesIcc, "features.icc", &["i"], "ICC threshold", "Set the least ICC that a feature needs; nothing for the study's.").hint(10).takes("[0..1]"),
    command(Scope::Pane(PaneId::Features), Id::FeaturesNear, "features.near", &["z"], "map row by row", "Draw the heat map whole, or one feature a line around the cursor.").hint(11),
    command(Scope::Pane(PaneId::Baseline), Id::BaselineBy, "baseline.by", &["b"], "compare by", "Compare by the next variable: cohort, event, or a categorical column.").hint(10).takes("[variable]"),
    command(Scope::Pane(PaneId::Baseline), Id::BaselineTest, "baseline.test", &["t"], "test of row", "Choose another test for the row under the cursor.").hint(11),
    command(Scope::Pane(PaneId::Baseline), Id::BaselineSmd, "baseline.smd", &["d"], "SMD", "Show or hide the standardized mean differences.").hint(12),
    command(Scope::Pane(PaneId::Lasso), Id::LassoRule, "lasso.rule", &["r"], "lambda rule", "Take lambda.min or lambda.1se, or the value given.").hint(10).takes("[min|1se|value]"),
    command(Scope::Pane(PaneId::Lasso), Id::LassoAlpha, "lasso.alpha", &["A"], "alpha", "Set the elastic-net mixing: 1 is the LASSO.").hint(12).takes("[0..1]"),
    command(Scope::Pane(PaneId::Lasso), Id::LassoMeasure, "lasso.measure", &["d"], "CV measure", "Cross-validate by partial-likelihood deviance or by C.").hint(11),
    command(Scope::Pane(PaneId::Lasso), Id::LassoSeed, "lasso.seed", &["S"], "seed", "Set the seed of the folds.").hint(13).takes("[number]"),
    command(Scope::Pane(PaneId::Lasso), Id::LassoDeals, "lasso.deals", &["R"], "deals", "Deal the folds several times; the mean chooses the penalty.").takes("[number]"),
    command(Scope::Pane(PaneId::Lasso), Id::LassoAdaptive, "lasso.adaptive", &["W"], "adaptive", "Adaptive LASSO: weights from a ridge regression, or none."),
    command(Scope::Pane(PaneId::Cox), Id::CoxTies, "cox.ties", &["t"], "ties", "Efron's or Breslow's way with ties.").hint(12),
    command(Scope::Pane(PaneId::Cox), Id::CoxEntry, "cox.entry", &["i"], "entry rule", "Enter the variables with univariable p < 0.05 again, after a choice by hand.").hint(11),
    command(Scope::Pane(PaneId::Cox), Id::CoxModel, "cox.model", &["b"], "model", "Show the next of the study's named models.").hint(10).takes("[model]"),
    command(Scope::Pane(PaneId::Cox), Id::CoxSelect, "cox.select", &["E"], "selection", "Select the model backward from all variables by AIC, by BIC, or by the entry rule again."),
    command(Scope::Pane(PaneId::Cox), Id::CoxFirth, "cox.firth", &["x"], "Firth", "Firth's penalty, for separated data and few events, or none."),
    command(Scope::Pane(PaneId::Cox), Id::CoxResidual, "cox.residual", &["r"], "residual", "Show the next kind of residual: deviance, martingale, change of each coefficient."),
    command(Scope::Pane(PaneId::Cox), Id::CoxKnots, "cox.knots", &["K"], "knots", "Number of knots of the splines, 3 to 7; h and l in their view.").takes("[3..7]"),
    command(Scope::Pane(PaneId::Cox), Id::CoxTypical, "cox.typical", &["R"], "typical patient", "Predict survival of the typical patient again; h, l and enter change the value of a row of the profile."),
    command(Scope::Pane(PaneId::Km), Id::KmBy, "km.by", &["b"], "stratify by", "Draw the curves by the next variable.").hint(10).takes("[variable]"),
    command(Scope::Pane(PaneId::Km), Id::KmInterval, "km.interval", &["i"], "interval", "Confidence interval: log, log-log, plain, logit, none.").hint(11),
    command(Scope::Pane(PaneId::Km), Id::KmBand, "km.band", &["B"], "band", "Band in which the whole curve lies: equal precision, Hall-Wellner, none."),
    command(Scope::Pane(PaneId::Km), Id::KmLandmark, "km.landmark", &["L"], "landmark", "Count time from a landmark, of those followed beyond it; nothing for the origin.").takes("[time]"),
    command(Scope::Pane(PaneId::Performance), Id::PerformanceMethod, "performance.method", &["d"], "C method", "Harrell's or Uno's C.").hint(10),
    command(Scope::Pane(PaneId::Calibration), Id::CalibrationTime, "calibration.time", &["t"], "time", "Calibrate at the next of the study's times.").hint(10).takes("[time]"),
    command(Scope::Pane(PaneId::Calibration), Id::CalibrationModel, "calibration.model", &["b"], "model", "Calibrate the next of the models.").hint(11).takes("[model]"),
    command(Scope::Pane(PaneId::Calibration), Id::CalibrationGroups, "calibration.groups", &["d"], "groups", "Number of groups of similar prediction: 3, 4, 5 or 10.").hint(12).takes("[number]"),
];
