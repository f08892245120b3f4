//! The penalized model as a document: path, cross-validation, coefficients, score.

pub mod chosen;
mod figure;
pub mod stability;

pub use figure::{coefficients_figure, cv_figure, cv_figure_at, path_figure, path_figure_at, score_figure, waterfall};

use figures::format;
use survival::coxnet::Measure;

use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::methods::lasso::{Answer, Repeated, Term};
use crate::study::ScoreCut;

/// Everything but the scores of single patients.
pub fn document(answer: &Answer) -> Document {
    let mut document = Document::new(format!("{} Cox model, {}", method(answer.alpha), answer.endpoint))
        .about(&answer.endpoint)
        .paragraph(summary(answer))
        .with(Block::Figure(Box::new(path_figure(answer))))
        .with(Block::Figure(Box::new(cv_figure(answer))))
        .with(terms_table(answer))
        .paragraph(answer.formula.clone());
    if let Some(repeated) = &answer.repeated {
        document = document.heading("Selected at lambda.min of each deal of the folds").with(deals_table(repeated));
    }
    if answer.z_scores {
        document = document.paragraph(z_words(answer));
    }
    document = document.paragraph(cut_in_words(answer));
    document = document.heading("Score by cohort").with(cohorts_table(answer));
    document.notes.clone_from(&answer.notes);
    document
}

/// The scores of all patients.
pub fn scores(answer: &Answer) -> Document {
    let mut document = Document::new(format!("{}, {}", score_name(answer), answer.endpoint))
        .about(&answer.endpoint)
        .paragraph(answer.formula.clone())
        .paragraph(cut_in_words(answer))
        .with(Block::Figure(Box::new(coefficients_figure(answer))));
    if let Some(figure) = chosen::figure(answer) {
        document = document.with(figure);
    }
    document = document.with(Block::Figure(Box::new(score_figure(answer))));
    for cohort in &answer.cohorts {
        document = document.with(Block::Figure(Box::new(waterfall(answer, &cohort.cohort))));
    }
    document = document.with(cohorts_table(answer)).with(scores_table(answer));
    document.notes.clone_from(&answer.notes);
    document
}

/// `LASSO`, `ridge`, or `elastic net (alpha 0.5)`.
pub fn method(alpha: f64) -> String {
    match alpha {
        1.0 => "LASSO".to_owned(),
        0.0 => "Ridge".to_owned(),
        alpha => format!("Elastic net (alpha {})", format::significant(alpha, 3)),
    }
}

fn score_name(answer: &Answer) -> &'static str {
    if answer.z_scores { "Rad-score" } else { "Score" }
}

/// `lambda.min`, `lambda.1se`, or `lambda as given`.
pub fn rule_words(answer: &Answer) -> &'static str {
    match answer.rule {
        "min" => "lambda.min",
        "1se" => "lambda.1se",
        _ => "lambda as given",
    }
}

/// `Partial likelihood deviance` or `C-index`.
pub fn measure_words(measure: Measure) -> &'static str {
    if measure == Measure::Concordance { "C-index" } else { "Partial likelihood deviance" }
}

/// `training cohort, n = 81, 31 events; 5,064 candidates, 4,120 reliable, 7 selected at lambda.min = 0.0812; 10 folds,
/// seed 1, by partial likelihood deviance`.
pub fn summary(answer: &Answer) -> String {
    let cohort = answer.training.as_ref().map(|t| format!("{t} cohort, ")).unwrap_or_default();
    let seed = answer.seed.map(|s| format!(", seed {s}")).unwrap_or_default();
    format!(
        "{cohort}n = {}, {} events; {} at {} = {}; {} folds{seed}, by {}{}",
        format::count(answer.n),
        format::count(answer.events),
        stages(answer),
        rule_words(answer),
        format::significant(answer.selected.lambda, 4),
        folds(answer),
        if answer.cv.measure == Measure::Concordance { "C-index" } else { "partial likelihood deviance" },
        refinements(answer)
    )
}

/// The sentences for the methods section of a paper.
pub fn methods(answer: &Answer) -> String {
    let cohort = answer.training.as_ref().map_or("all patients".to_owned(), |t| format!("the {t} cohort"));
    let z = if answer.z_scores {
        format!("Features were standardized by mean and SD of {cohort}. ")
    } else {
        String::new()
    };
    format!(
        "{z}A Cox model penalized by {} (alpha {}{}) was fitted in {cohort} (n = {}, {} events); the penalty was {} of \
         {}-fold cross-validation{} by {}{}. The score is the sum of the selected features weighted by their coefficients; \
         {}.",
        if answer.alpha == 0.0 {
            "the ridge"
        } else if answer.alpha == 1.0 {
            "the LASSO"
        } else {
            "the elastic net"
        },
        format::significant(answer.alpha, 3),
        answer
            .adaptive
            .as_ref()
            .map(|a| {
                let gamma = format::significant(a.gamma, 3);
                format!("; adaptive weights 1/|b|^{gamma} from a cross-validated ridge regression")
            })
            .unwrap_or_default(),
        format::count(answer.n),
        format::count(answer.events),
        rule_words(answer),
        folds(answer),
        answer.seed.map(|s| format!(" (seed {s}, folds balanced by event)")).unwrap_or_default(),
        if answer.cv.measure == Measure::Concordance { "Harrell's C" } else { "partial likelihood deviance" },
        answer.repeated.as_ref().map(|r| format!(", averaged over {} deals of the folds", r.deals)).unwrap_or_default(),
        groups_in_words(answer, &cohort),
    )
}

/// How the score makes groups of patients.
fn groups_in_words(answer: &Answer, cohort: &str) -> String {
    let above =
        |what: &str| format!("patients above {what} form the high-risk group, with the same cut in every cohort");
    match answer.cut_by {
        ScoreCut::Median => above(&format!("its median in {cohort}")),
        ScoreCut::Tertiles => format!(
            "its tertiles in {cohort} divide patients into low, middle and high risk, with the same cuts in every cohort"
        ),
        ScoreCut::Optimal => above(&format!("the cut with the largest log-rank statistic in {cohort}")),
        ScoreCut::Value(value) => above(&format!("{}, a cut that was given,", format::significant(value, 4))),
    }
}

/// `, mean of 20 deals` and `, adaptive weights`, where that is so.
fn refinements(answer: &Answer) -> String {
    let deals = answer.repeated.as_ref().map(|r| format!(", mean of {} deals", r.deals)).unwrap_or_default();
    let adaptive = if answer.adaptive.is_some() { ", adaptive weights" } else { "" };
    format!("{deals}{adaptive}")
}

/// How often each candidate is selected over the deals of the folds.
fn deals_table(repeated: &Repeated) -> Table {
    let mut table = Table::new([ColumnSpec::left("Candidate"), ColumnSpec::right("Deals")]);
    for one in &repeated.selected {
        table.push([Cell::text(one.term.clone()), Cell::number(one.share, format::percent(one.share, 0))]);
    }
    table
}

/// One row a penalty: candidates selected, deviance explained, the cross-validation.
pub fn penalties_table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::decimal("Lambda"),
        ColumnSpec::right("Selected"),
        ColumnSpec::right("Explained").priority(1),
        ColumnSpec::decimal(measure_words(answer.cv.measure)),
        ColumnSpec::decimal("SE").priority(2),
        ColumnSpec::left(""),
    ]);
    for (k, lambda) in answer.lambda.iter().enumerate() {
        let marks = [
            (*lambda == answer.cv.lambda_1se, "lambda.1se"),
            (*lambda == answer.cv.lambda_min, "lambda.min"),
            (*lambda == answer.selected.lambda, "in use"),
        ];
        let marks: Vec<&str> = marks.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
        table.push([
            Cell::significant(*lambda, 4),
            Cell::count(answer.df[k]),
            Cell::number(answer.dev_ratio[k], format::percent(answer.dev_ratio[k], 1)),
            Cell::fixed(answer.cv.cvm.get(k).copied().unwrap_or(f64::NAN), 4),
            Cell::fixed(answer.cv.cvsd.get(k).copied().unwrap_or(f64::NAN), 4),
            Cell::text(marks.join(", ")),
        ]);
    }
    table
}

/// The place in the path of the penalty in use, or the one nearest to it.
pub fn place_in_use(answer: &Answer) -> usize {
    let distance = |k: &usize| (answer.lambda[*k] - answer.selected.lambda).abs();
    (0..answer.lambda.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0)
}

/// Number of folds.
pub fn folds(answer: &Answer) -> usize {
    answer.cv.foldid.iter().copied().max().unwrap_or(0)
}

/// `5,064 candidates, 4,120 reliable, 7 selected`.
pub fn stages(answer: &Answer) -> String {
    let mut told: Vec<(&str, usize)> = Vec::new();
    for stage in &answer.stages {
        // A stage that loses nobody says nothing; the last one is the result.
        if stage.stage == "selected" || stage.stage == "reliable" || told.last().is_none_or(|t| t.1 != stage.features) {
            told.push((stage.stage, stage.features));
        }
    }
    told.iter().map(|(stage, n)| format!("{} {stage}", format::count(*n))).collect::<Vec<_>>().join(", ")
}

fn z_words(answer: &Answer) -> String {
    let cohort = answer.training.as_deref().unwrap_or("fitted");
    format!("z(x) = (x - mean) / SD, with mean and SD of the {cohort} cohort.")
}

/// `Above 0.12 (its median in the training cohort) is the high group.`
pub fn cut_in_words(answer: &Answer) -> String {
    let cohort =
        answer.training.as_ref().map_or_else(|| "all patients".to_owned(), |name| format!("the {name} cohort"));
    let found = match answer.cut_by {
        ScoreCut::Median => format!("its median in {cohort}"),
        ScoreCut::Tertiles => format!("its tertiles in {cohort}"),
        ScoreCut::Optimal => format!("the largest log-rank statistic in {cohort}"),
        ScoreCut::Value(_) => "a value given".to_owned(),
    };
    let cuts: Vec<String> = answer.cuts.iter().map(|cut| format::significant(*cut, 4)).collect();
    let groups = answer.cut_by.groups()[1..].join(" and the ");
    let are = if answer.cuts.len() > 1 { "are" } else { "is" };
    format!("Above {} ({found}) {are} the {groups} group.", cuts.join(" and "))
}

/// One row a selected candidate.
pub fn terms_table(answer: &Answer) -> Table {
    let reliability = answer.selected.terms.iter().any(|t| t.icc.is_some());
    let mut columns = vec![
        ColumnSpec::left(if answer.z_scores { "Feature" } else { "Variable" }),
        ColumnSpec::decimal("Coefficient of z"),
        ColumnSpec::left("Coefficient").priority(2),
        ColumnSpec::left("Mean (SD)").priority(3),
    ];
    if !answer.z_scores {
        // The scale of the columns comes first where no z-scores are used.
        columns.swap(1, 2);
        columns[1].priority = 0;
        columns[2].priority = 2;
    }
    if reliability {
        columns.push(ColumnSpec::decimal("ICC").priority(1));
    }
    let mut table = Table::new(columns);
    for term in &answer.selected.terms {
        let mut cells = vec![Cell::text(term.term.clone()), Cell::fixed(term.z_coef, 4), raw(term), moments(term)];
        if !answer.z_scores {
            cells.swap(1, 2);
        }
        if reliability {
            cells.push(term.icc.map_or(Cell::missing(), |icc| Cell::fixed(icc, 2)));
        }
        table.push(cells);
    }
    table
}

fn raw(term: &Term) -> Cell {
    Cell::significant(term.coef, 4)
}

fn moments(term: &Term) -> Cell {
    let shown = format!("{} ({})", format::significant(term.mean, 4), format::significant(term.sd, 4));
    Cell::parts([("mean", term.mean), ("sd", term.sd)], shown)
}

/// One row a cohort.
pub fn cohorts_table(answer: &Answer) -> Table {
    let mut columns = vec![
        ColumnSpec::left("Cohort"),
        ColumnSpec::right("n"),
        ColumnSpec::right("Scored"),
        ColumnSpec::decimal("Median [quartiles]"),
        ColumnSpec::left("Range").priority(2),
    ];
    match answer.cut_by.groups() {
        [_, _] => columns.push(ColumnSpec::left("Above the cut")),
        groups => columns.extend(groups.iter().map(|group| ColumnSpec::left(format!("Group {group}")))),
    }
    let mut table = Table::new(columns);
    for c in &answer.cohorts {
        let d = |x: f64| format::fixed(x, 3);
        let mut cells = vec![
            Cell::text(c.cohort.clone()),
            Cell::count(c.n),
            Cell::count(c.scored),
            Cell::parts(
                [("median", c.median), ("q1", c.q1), ("q3", c.q3)],
                format!("{} [{} to {}]", d(c.median), d(c.q1), d(c.q3)),
            ),
            Cell::parts([("min", c.min), ("max", c.max)], format!("{} to {}", d(c.min), d(c.max))),
        ];
        let counted = if c.groups.len() == 2 { &c.groups[1..] } else { &c.groups[..] };
        cells.extend(counted.iter().map(|n| Cell::count_percent(*n, c.scored)));
        table.push(cells);
    }
    table
}

/// One row a patient.
pub fn scores_table(answer: &Answer) -> Table {
    let mut columns = vec![
        ColumnSpec::left("Patient"),
        ColumnSpec::left("Cohort"),
        ColumnSpec::decimal("Score"),
        ColumnSpec::left("Group"),
    ];
    let any_filled = answer.scores.iter().any(|s| !s.filled.is_empty());
    if any_filled {
        columns.push(ColumnSpec::left("Filled in").priority(1));
    }
    let mut table = Table::new(columns);
    for s in &answer.scores {
        let group = answer.group(s.score).map_or_else(Cell::missing, Cell::text);
        let score = if s.score.is_nan() { Cell::missing() } else { Cell::fixed(s.score, 3) };
        let mut cells = vec![Cell::text(s.id.clone()), Cell::text(s.cohort.clone().unwrap_or_default()), score, group];
        if any_filled {
            cells.push(Cell::text(s.filled.join(", ")));
        }
        table.push(cells);
    }
    table
}
