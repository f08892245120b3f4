//! A model and its predictions as tables.

use super::Answer as Fitted;
use super::predict::Answer;
use super::schema::{ModelFile, Training};
use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::model::label;
use crate::study::ModelSpec;
use figures::format;
use survival::stats::tails::{normal_upper, t_two_sided, t_upper_quantile};

/// How a prediction follows from coefficients and baseline.
pub const HOW: &str =
    "Survival at a time is the baseline survival to the power of exp(sum of coefficient x (value - mean)).";

/// What a model file holds.
pub fn document(file: &ModelFile) -> Document {
    let facts = Document::new(format!("Model {}: {}", file.label, file.endpoint.label)).paragraph(format!(
        "{} patients, {} events{}; {}",
        format::count(file.training.n),
        format::count(file.training.events),
        file.training.cohort.as_ref().map(|cohort| format!(" ({cohort})")).unwrap_or_default(),
        said_of_performance(file)
    ));
    let mut document = facts.heading("Coefficients").with(coefficients(file)).heading("Baseline").with(baseline(file));
    if let Some(filled) = filled(file) {
        document = document.heading("Missing covariates").with(filled);
    }
    for score in &file.scores {
        let mut table = Table::new([
            ColumnSpec::left("Feature"),
            ColumnSpec::decimal("Coefficient of z"),
            ColumnSpec::decimal("Mean"),
            ColumnSpec::decimal("SD"),
        ]);
        for feature in &score.features {
            table.push([
                Cell::text(feature.name.clone()),
                Cell::significant(feature.coef, 4),
                Cell::significant(feature.mean, 4),
                Cell::significant(feature.sd, 4),
            ]);
        }
        let cuts = if score.cuts.is_empty() { std::slice::from_ref(&score.cut) } else { &score.cuts };
        let cuts: Vec<String> = cuts.iter().map(|cut| format::significant(*cut, 4)).collect();
        document = document.heading(score.name.clone()).paragraph(format!(
            "{}; groups {} up to {} and above",
            score.method,
            score.groups.join(", "),
            cuts.join(", ")
        ));
        document = document.with(table);
    }
    Document { notes: file.notes.clone(), ..document }
}

fn said_of_performance(file: &ModelFile) -> String {
    let of_cohort = file.performance.cohorts.iter().filter_map(|of| {
        Some(format!("C {} in {}{}", format::fixed(of.c?, 3), of.cohort, if of.apparent { " (apparent)" } else { "" }))
    });
    let corrected = file.performance.corrected.and_then(|c| Some(format!("corrected {}", format::fixed(c.c?, 3))));
    of_cohort.chain(corrected).collect::<Vec<_>>().join(", ")
}

/// What stands for missing covariates, a row each; nothing where nothing does.
pub fn filled(file: &ModelFile) -> Option<Table> {
    let imputation = file.imputation.as_ref()?;
    let mut table = Table::new([ColumnSpec::left("Missing covariate"), ColumnSpec::left("What stands for it")]);
    for variable in &imputation.variables {
        let label = file.variables.iter().find(|v| v.name == variable.variable).map(|v| v.label.clone());
        table.push([
            Cell::text(label.unwrap_or_else(|| variable.variable.clone())),
            Cell::text(variable.stands_for_it(&imputation.method)),
        ]);
    }
    Some(table)
}

/// A row a column of the design; limits and p where they are those of pooled sets.
pub fn coefficients(file: &ModelFile) -> Table {
    if file.coefficients.iter().any(|one| one.df.is_some()) {
        return pooled(file);
    }
    let mut table = Table::new([
        ColumnSpec::left("Column"),
        ColumnSpec::decimal("Coefficient"),
        ColumnSpec::decimal("SE"),
        ColumnSpec::decimal("HR"),
        ColumnSpec::decimal("Mean"),
    ]);
    for one in &file.coefficients {
        table.push([
            Cell::text(one.column.clone()),
            Cell::significant(one.coef, 4),
            one.se.map_or_else(Cell::missing, |se| Cell::significant(se, 4)),
            Cell::significant(one.coef.exp(), 4),
            // The mean of a score of z-scores is 0 but for rounding.
            match one.mean.abs() < 1e-12 * one.se.map_or(1.0, |se| se.recip()).max(1.0) {
                true => Cell::number(one.mean, "0"),
                false => Cell::significant(one.mean, 4),
            },
        ]);
    }
    table
}

/// The same for print: each column under the name that `called` gives it.
pub fn coefficients_called(file: &ModelFile, called: &dyn Fn(&str) -> String) -> Table {
    let mut table = coefficients(file);
    table.columns[0] = ColumnSpec::left("Variable");
    for (row, one) in table.rows.iter_mut().zip(&file.coefficients) {
        row.cells[0] = Cell::text(called(&one.column));
    }
    table
}

/// The coefficients of imputed sets, pooled by Rubin's rules.
fn pooled(file: &ModelFile) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Column"),
        ColumnSpec::decimal("Coefficient"),
        ColumnSpec::decimal("SE"),
        ColumnSpec::decimal("HR (95 % CI)"),
        ColumnSpec::decimal("p"),
        ColumnSpec::decimal("Missing information"),
        ColumnSpec::decimal("Mean"),
    ]);
    for one in &file.coefficients {
        let mut cells = vec![Cell::text(one.column.clone()), Cell::significant(one.coef, 4)];
        match (one.se, one.df) {
            (Some(se), Some(df)) => {
                let half = t_upper_quantile(OUTSIDE / 2.0, df) * se;
                let limits = [one.coef, one.coef - half, one.coef + half].map(f64::exp);
                let parts = vec![("", limits[0]), ("lower", limits[1]), ("upper", limits[2])];
                let p = t_two_sided(one.coef / se, df);
                cells.extend([
                    Cell::significant(se, 4),
                    Cell::parts(parts, format::ratio_ci(limits[0], limits[1], limits[2])),
                    Cell::number(p, format::p_value(p)),
                    one.fmi.map_or_else(Cell::missing, |fmi| Cell::fixed(fmi, 3)),
                ]);
            }
            _ => cells.extend((0..4).map(|_| Cell::missing())),
        }
        cells.push(Cell::significant(one.mean, 4));
        table.push(cells);
    }
    table
}

/// `Clinical and score, fitted in training: n = 81, 31 events, 2 left out`.
pub fn of_training(model: &ModelSpec, answer: &Fitted) -> String {
    let Training { cohort, n, events, n_dropped } = &answer.training;
    let fitted = cohort.as_ref().map(|cohort| format!(", fitted in {cohort}")).unwrap_or_default();
    let dropped = if *n_dropped > 0 { format!(", {} left out", format::count(*n_dropped)) } else { String::new() };
    format!("{}{fitted}: n = {}, {} events{dropped}", label(model), format::count(*n), format::count(*events))
}

/// The variable of each row of [`fitted`].
pub fn variables(answer: &Fitted) -> Vec<String> {
    let variable = |column: &str| column.split('=').next().unwrap_or(column).trim_end_matches('\'').to_owned();
    answer.coefficients.iter().map(|one| variable(&one.column)).collect()
}

/// The coefficients of a fitted model under the names that `called` gives them, with limits and p of Wald's test; of imputed
/// sets those of the t distribution.
pub fn fitted(answer: &Fitted, called: &dyn Fn(&str) -> String) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Term"),
        ColumnSpec::decimal("HR (95 % CI)"),
        ColumnSpec::decimal("p"),
        ColumnSpec::decimal("Coefficient").priority(1),
        ColumnSpec::decimal("SE").priority(2),
    ]);
    for one in &answer.coefficients {
        let cells = match one.se {
            Some(se) => {
                let (z, times) = (one.coef / se, one.df.map_or(NORMAL, |df| t_upper_quantile(OUTSIDE / 2.0, df)));
                let [hr, lower, upper] = [0.0, -times, times].map(|by| (one.coef + by * se).exp());
                let p = one.df.map_or_else(|| 2.0 * normal_upper(z.abs()), |df| t_two_sided(z, df));
                [
                    Cell::ratio_ci(hr, lower, upper),
                    Cell::p_value(p),
                    Cell::significant(one.coef, 4),
                    Cell::significant(se, 4),
                ]
            }
            None => std::array::from_fn(|_| Cell::missing()),
        };
        table.push(std::iter::once(Cell::text(called(&one.column))).chain(cells).collect::<Vec<_>>());
    }
    table
}

/// The normal quantile of 95 % limits.
const NORMAL: f64 = 1.959_963_984_540_054;

/// What the limits leave outside.
const OUTSIDE: f64 = 0.05;

/// Baseline survival at each time.
pub fn baseline(file: &ModelFile) -> Table {
    let mut table = Table::new([
        ColumnSpec::decimal("Time").unit(file.endpoint.unit.word()),
        ColumnSpec::decimal("Survival at the means"),
        ColumnSpec::decimal("Cumulative hazard"),
    ]);
    for at in &file.baseline {
        table.push([
            Cell::number(at.time, format::chosen(at.time)),
            Cell::significant(at.survival, 4),
            Cell::significant(at.cumhaz, 4),
        ]);
    }
    table
}

/// Predictions, one row a patient.
pub fn predictions(answer: &Answer) -> Document {
    let title = format!("{} predicted by {}", answer.endpoint_label, answer.label);
    let Some(first) = answer.patients.first() else {
        return Document { notes: answer.notes.clone(), ..Document::new(title) };
    };
    let mut columns = vec![ColumnSpec::left("Patient"), ColumnSpec::decimal("Linear predictor")];
    columns.extend(first.scores.0.iter().map(|(name, _)| ColumnSpec::decimal(name.clone())));
    columns.extend(first.groups.0.iter().map(|(name, _)| ColumnSpec::left(format!("{name} group"))));
    let times = answer.patients.iter().map(|patient| &patient.survival).find(|s| !s.is_empty());
    let times: Vec<f64> = times.map(|at| at.iter().map(|at| at.time).collect()).unwrap_or_default();
    let unit = answer.unit.word();
    columns.extend(times.iter().map(|t| ColumnSpec::decimal(format!("Survival at {} {unit}", format::chosen(*t)))));
    columns.push(ColumnSpec::left("Flags"));
    let mut table = Table::new(columns);
    for patient in &answer.patients {
        let number = |x: Option<f64>| x.map_or_else(Cell::missing, |x| Cell::significant(x, 4));
        let mut cells = vec![Cell::text(patient.id.clone()), number(patient.linear_predictor)];
        cells.extend(patient.scores.0.iter().map(|(_, value)| number(*value)));
        cells.extend(patient.groups.0.iter().map(|(_, group)| group.clone().map_or_else(Cell::missing, Cell::text)));
        let survival = |k: usize| match patient.survival.get(k) {
            None => Cell::missing(),
            Some(at) => {
                let shown = [at.survival, at.lower, at.upper].map(|x| format::fixed(x, 3));
                let parts = vec![("", at.survival), ("lower", at.lower), ("upper", at.upper)];
                Cell::parts(parts, format!("{} ({}-{})", shown[0], shown[1], shown[2]))
            }
        };
        cells.extend((0..times.len()).map(survival));
        cells.push(Cell::text(patient.flags.join("; ")));
        table.push(cells);
    }
    Document { notes: answer.notes.clone(), ..Document::new(title) }.with(table)
}
