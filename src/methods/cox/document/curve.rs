//! The hazard along a number as tables and a figure.

use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::methods::cox::Test;
use crate::methods::cox::curve::Curve;
use crate::methods::cox::figure::log_hazard_ratio;
use crate::methods::cox::splines::{Answer, Bent};
use figures::format;
use figures::{Band, Figure};

/// Every so many points of the curve stand in a table.
const TABLE_STEP: usize = 10;

/// The log hazard ratio with its limits, knots and tests.
pub fn figure(curve: &Curve) -> Figure {
    let unit = curve.unit.as_ref().map(|unit| format!(", {unit}")).unwrap_or_default();
    let limits = Band { lower: curve.lower.clone(), upper: curve.upper.clone() };
    let name = format!("reference {}", format::chosen_to(curve.reference, 4));
    let knots = curve.knots.iter().map(|knot| (*knot, format::chosen_to(*knot, 3))).collect();
    let association = format!("association {}", format::p_equation(curve.wald.association.p));
    let nonlinearity = curve.wald.nonlinearity.map(|t| format!("non-linearity {}", format::p_equation(t.p)));
    let remarks = std::iter::once(association).chain(nonlinearity).collect();
    let points = (curve.x.as_slice(), curve.log_hr.as_slice());
    log_hazard_ratio(&format!("{}{unit}", curve.label), points, limits, (curve.reference, &name), knots, remarks)
}

/// `Association: Wald 12.31 on 3 df, p = 0.006; likelihood ratio ..`.
pub fn tests(curve: &Curve) -> String {
    let of = |name: &str, t: Test| {
        format!("{name} {} on {} df, {}", format::fixed(t.statistic, 2), t.df, format::p_equation(t.p))
    };
    let both = |wald: Test, lr: Option<Test>| {
        let all = std::iter::once(of("Wald", wald)).chain(lr.map(|t| of("likelihood ratio", t)));
        all.collect::<Vec<_>>().join("; ")
    };
    let association = both(curve.wald.association, curve.lr.map(|lr| lr.association));
    let nonlinearity = curve.wald.nonlinearity.map(|wald| {
        let knots: Vec<String> = curve.knots.iter().map(|knot| format::chosen_to(*knot, 4)).collect();
        let against = curve
            .aic_linear
            .map(|aic| format!("; AIC {}, as a straight line {}", format::fixed(curve.aic, 1), format::fixed(aic, 1)));
        let lr = curve.lr.and_then(|lr| lr.nonlinearity);
        format!(". Non-linearity: {}{}. Knots at {}", both(wald, lr), against.unwrap_or_default(), knots.join(", "))
    });
    format!("Association: {association}{}.", nonlinearity.unwrap_or_default())
}

/// Some points of the curve.
pub fn table(curve: &Curve) -> Table {
    let unit = curve.unit.as_ref().map(|unit| format!(" ({unit})")).unwrap_or_default();
    let reference = format::chosen_to(curve.reference, 4);
    let mut table = Table::new([
        ColumnSpec::decimal(format!("{}{unit}", curve.label)),
        ColumnSpec::decimal("Log HR (95 % CI)"),
        ColumnSpec::decimal(format!("HR against {reference} (95 % CI)")),
    ]);
    for k in (0..curve.x.len()).step_by(TABLE_STEP) {
        let log = [curve.log_hr[k], curve.lower[k], curve.upper[k]];
        let [hr, lower, upper] = log.map(f64::exp);
        table.push([
            Cell::number(curve.x[k], format::chosen_to(curve.x[k], 4)),
            Cell::estimate_ci(log[0], log[1], log[2], 3),
            Cell::ratio_ci(hr, lower, upper),
        ]);
    }
    table
}

/// A row a number: whether it matters, and whether a straight line will do, by Wald and likelihood ratio tests.
pub fn models_table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Number"),
        ColumnSpec::right("Knots").priority(3),
        ColumnSpec::decimal("p"),
        ColumnSpec::decimal("p non-linear"),
        ColumnSpec::decimal("the same, LR").priority(1),
        ColumnSpec::decimal("AIC less linear").priority(2),
    ]);
    for Bent { curve, .. } in &answer.models {
        let p = |t: Option<Test>| t.map_or(Cell::missing(), |t| Cell::p_value(t.p));
        let lr = curve.lr.and_then(|lr| lr.nonlinearity);
        table.push([
            Cell::text(curve.label.clone()),
            Cell::count(curve.knots.len()),
            Cell::p_value(curve.wald.association.p),
            p(curve.wald.nonlinearity),
            p(lr),
            curve.aic_linear.map_or(Cell::missing(), |aic| Cell::fixed(curve.aic - aic, 1)),
        ]);
    }
    table
}

/// `Age: log hazard ratio against 54, adjusted for menopause and grade; n = 1,546, 1,080 events`.
pub fn heading(bent: &Bent) -> String {
    let adjusted = match bent.adjusted.as_slice() {
        [] => "not adjusted".to_owned(),
        some => format!("adjusted for {}", some.join(", ")),
    };
    let (n, events) = (format::count(bent.n), format::count(bent.events));
    format!("{} as a restricted cubic spline, {adjusted}; n = {n}, {events} events", bent.curve.label)
}

/// What a heading of one line may be, from long to short: rather the number of covariates than a part of their names.
pub fn headings(bent: &Bent) -> [String; 3] {
    let adjusted = match bent.adjusted.as_slice() {
        [] => "not adjusted".to_owned(),
        [one] => format!("adjusted for {one}"),
        some => format!("adjusted for {} covariates", format::count(some.len())),
    };
    let label = &bent.curve.label;
    [heading(bent), format!("{label} as a restricted cubic spline, {adjusted}"), format!("{label}: spline, {adjusted}")]
}

/// The model of the number in `row`, and all tests.
pub fn document(answer: &Answer, row: usize) -> Document {
    of(answer, answer.models.get(row).into_iter())
}

/// The model of every number, and all tests.
pub fn models(answer: &Answer) -> Document {
    of(answer, answer.models.iter())
}

fn of<'a>(answer: &Answer, models: impl Iterator<Item = &'a Bent>) -> Document {
    let mut document = Document::new(format!("Restricted cubic splines, {} knots, {}", answer.knots, answer.endpoint))
        .about(&answer.endpoint)
        .with(models_table(answer));
    for bent in models {
        document = document
            .heading(heading(bent))
            .with(Block::Figure(Box::new(figure(&bent.curve))))
            .paragraph(tests(&bent.curve))
            .with(table(&bent.curve));
    }
    document.notes.clone_from(&answer.notes);
    document
}
