//! Discrimination as papers print it: C and AUC side by side, and how models differ in AUC.

use super::{cohort_name, cohort_row, label};
use crate::document::{Cell, ColumnSpec, Table};
use crate::methods::performance::{Answer, Difference, Score};
use figures::format;

/// Concordance and the AUC at each time of every model in every cohort.
pub fn main_table(answer: &Answer) -> Table {
    let unit = answer.unit.word();
    let mut columns = vec![
        ColumnSpec::left("Cohort, model"),
        ColumnSpec::right("n"),
        ColumnSpec::right("Events"),
        ColumnSpec::decimal("C (95 % CI)"),
    ];
    let auc = |t: &f64| ColumnSpec::decimal(format!("{} {unit}", format::chosen(*t))).group("AUC (95 % CI)");
    columns.extend(answer.times.iter().map(auc));
    let mut table = Table::new(columns);
    for cohort in &answer.cohorts {
        table.push_header(cohort_row(cohort));
        for score in &cohort.scores {
            let c = &score.concordance;
            let mut cells = vec![Cell::text(label(&answer.models, &score.model)), Cell::empty(), Cell::empty()];
            cells.push(Cell::probability_ci(c.c, c.lower, c.upper, 3));
            cells.extend(auc_cells(score));
            table.push_sub(cells);
        }
    }
    table
}

/// The AUC of one model at each time.
pub(super) fn auc_cells(score: &Score) -> impl Iterator<Item = Cell> {
    score.auc.iter().map(|a| Cell::probability_ci(a.auc, a.lower, a.upper, 3))
}

/// The AUC of every model less that of every later one at each time, on the same patients.
pub fn auc_differences(answer: &Answer) -> Table {
    let unit = answer.unit.word();
    let mut columns = vec![ColumnSpec::left("Cohort, models")];
    for time in &answer.times {
        let group = format!("{} {unit}", format::chosen(*time));
        columns.push(ColumnSpec::decimal("Difference (95 % CI)").group(group.clone()));
        columns.push(ColumnSpec::decimal("p").group(group));
    }
    let mut table = Table::new(columns);
    for cohort in &answer.cohorts {
        table.push_header([Cell::text(cohort_name(&cohort.cohort, cohort.apparent))]);
        for difference in &cohort.differences {
            table.push_sub(row(answer, difference));
        }
    }
    table
}

fn row(answer: &Answer, of: &Difference) -> Vec<Cell> {
    let names = [&of.model, &of.reference].map(|name| label(&answer.models, name));
    let mut cells = vec![Cell::text(format!("{} less {}", names[0], names[1]))];
    for auc in &of.auc {
        let known = auc.difference.is_finite();
        cells.push(match known {
            true => Cell::estimate_ci(auc.difference, auc.lower, auc.upper, 3),
            false => Cell::missing(),
        });
        cells.push(if auc.p.is_finite() { Cell::p_value(auc.p) } else { Cell::missing() });
    }
    cells
}
