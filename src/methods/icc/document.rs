//! Reliability of features as tables and figures.

use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::distribution;
use crate::methods::icc::{Agreement, Answer, Comparison};
use figures::Figure;
use figures::format;
use survival::stats::icc::IccType;

/// `1,204 of 1,688 features reach an ICC2 of 0.75 (readers A, B; 40 subjects)`.
pub fn summary(answer: &Answer) -> String {
    let compared: Vec<String> =
        answer.comparisons.iter().map(|c| format!("{}: {} subjects", c.name, format::count(c.subjects))).collect();
    format!(
        "{} of {} features reach an {} of {} ({})",
        format::count(answer.n_kept),
        format::count(answer.features.len()),
        answer.kind,
        answer.threshold,
        compared.join("; ")
    )
}

/// Every feature with its weakest coefficient; where several comparisons were made, with that of each.
pub fn table(answer: &Answer) -> Table {
    let several = answer.comparisons.len() > 1;
    let mut columns = vec![ColumnSpec::left("Feature"), ColumnSpec::decimal(format!("{} (95% CI)", answer.kind))];
    if several {
        columns[1].title = format!("Weakest {} (95% CI)", answer.kind);
        columns.extend(answer.comparisons.iter().map(|c| ColumnSpec::decimal(c.name.clone()).priority(2)));
    }
    columns.extend([
        ColumnSpec::decimal("F").priority(3),
        ColumnSpec::decimal("df1").priority(5),
        ColumnSpec::decimal("df2").priority(4),
        ColumnSpec::decimal("p").priority(1),
        ColumnSpec::left("Kept"),
    ]);
    let mut table = Table::new(columns);
    for feature in &answer.features {
        let Agreement { icc, lower, upper, f, df1, df2, p } = feature.weakest;
        let mut cells = vec![Cell::text(feature.feature.clone()), Cell::estimate_ci(icc, lower, upper, 3)];
        if several {
            cells.extend(feature.agreement.iter().map(|a| Cell::fixed(a.icc, 3)));
        }
        cells.extend([
            Cell::significant(f, 3),
            Cell::fixed(df1, 0),
            Cell::fixed(df2, 0),
            Cell::p_value(p),
            Cell::text(if feature.kept { "yes" } else { "no" }),
        ]);
        table.push(cells);
    }
    table
}

/// One row a column of categories.
fn kappas(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Rating"),
        ColumnSpec::left("Kappa of"),
        ColumnSpec::right("Subjects"),
        ColumnSpec::right("Categories"),
        ColumnSpec::decimal("Kappa (95% CI)"),
        ColumnSpec::decimal("SE").priority(1),
        ColumnSpec::decimal("p"),
    ]);
    for c in &answer.categories {
        let method = match c.method {
            "cohen" => "Cohen",
            "cohen_linear" => "Cohen, linear weights",
            "cohen_quadratic" => "Cohen, quadratic weights",
            _ => "Fleiss",
        };
        table.push([
            Cell::text(c.feature.clone()),
            Cell::text(method),
            Cell::count(c.subjects),
            Cell::count(c.categories.len()),
            Cell::estimate_ci(c.kappa, c.lower, c.upper, 3),
            Cell::fixed(c.std_err, 4),
            Cell::p_value(c.p),
        ]);
    }
    table
}

/// How the coefficients are distributed, with the threshold.
pub fn figure(answer: &Answer) -> Figure {
    let values: Vec<f64> = answer.features.iter().map(|f| f.weakest.icc).collect();
    let mark = (answer.threshold, format!("threshold {}", answer.threshold));
    distribution::histogram(answer.kind.name(), &values, &[mark])
}

/// All of it.
pub fn document(answer: &Answer) -> Document {
    let document = Document::new("Reliability of features");
    let document = match answer.features.is_empty() {
        true => document,
        false => document.paragraph(summary(answer)).with(table(answer)),
    };
    let document = match answer.categories.is_empty() {
        true => document,
        false => document.heading("Agreement on categories").with(kappas(answer)),
    };
    let document = if answer.features.len() > 1 { document.with(figure(answer)) } else { document };
    Document { notes: answer.notes.clone(), ..document }
}

/// The sentence for a paper.
pub fn methods(comparisons: &[Comparison], kind: IccType, threshold: f64) -> String {
    let sides: Vec<&str> = [(true, "intra-observer"), (false, "inter-observer")]
        .into_iter()
        .filter(|(within, _)| comparisons.iter().any(|c| c.within == *within))
        .map(|(_, name)| name)
        .collect();
    format!(
        "Reliability ({}) was judged by the intraclass correlation {kind} (Shrout and Fleiss) of repeated segmentations; \
         features with a coefficient below {threshold} in any comparison were left out.",
        sides.join(" and ")
    )
}
