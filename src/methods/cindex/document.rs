//! A concordance as a document.

use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::cindex::{Answer, Concordance};
use figures::format;

/// One row a score.
pub fn document(answer: &Answer) -> Document {
    let until = answer.concordance.tau.map_or(String::new(), |tau| format!(" up to {}", format::chosen(tau)));
    let direction = if answer.higher_is_better { "longer survival" } else { "higher risk" };
    let mut table = Table::new([
        ColumnSpec::left("Score"),
        ColumnSpec::right("n"),
        ColumnSpec::right("Events"),
        ColumnSpec::decimal("C (95 % CI)"),
        ColumnSpec::decimal("SE"),
        ColumnSpec::right("Concordant").priority(1),
        ColumnSpec::right("Discordant").priority(1),
        ColumnSpec::right("Tied score").priority(2),
        ColumnSpec::right("Tied time").priority(2),
    ]);
    table.push(row(&answer.score, &answer.concordance));
    for other in &answer.compared {
        table.push(row(&other.score, &other.concordance));
    }
    let meaning = match answer.compared.as_slice() {
        [] => format!("A higher {} means {direction}", answer.score),
        _ => format!("Higher scores mean {direction}"),
    };
    let title = format!("{}{until}, {}", answer.concordance.method.words(), answer.endpoint);
    let mut document = Document::new(title).about(&answer.endpoint).paragraph(meaning).with(table);
    if !answer.compared.is_empty() {
        document = document.heading("Differences on the same patients").with(differences(answer));
    }
    document.notes.clone_from(&answer.notes);
    document
}

fn row(score: &str, c: &Concordance) -> [Cell; 9] {
    let pairs = |x: f64| if x.fract() == 0.0 { Cell::count(x as usize) } else { Cell::significant(x, 6) };
    [
        Cell::text(score),
        Cell::count(c.n),
        Cell::count(c.events),
        Cell::probability_ci(c.c, c.lower, c.upper, 3),
        Cell::fixed(c.se, 4),
        pairs(c.concordant),
        pairs(c.discordant),
        pairs(c.tied_risk),
        pairs(c.tied_time + c.tied_both),
    ]
}

/// The first score less each of the others.
fn differences(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Scores"),
        ColumnSpec::decimal("Difference in C (95 % CI)"),
        ColumnSpec::decimal("SE"),
        ColumnSpec::decimal("p"),
    ]);
    for other in &answer.compared {
        let d = &other.difference;
        table.push([
            Cell::text(format!("{} less {}", answer.score, other.score)),
            Cell::estimate_ci(d.difference, d.lower, d.upper, 3),
            Cell::fixed(d.se, 4),
            Cell::p_value(d.p),
        ]);
    }
    table
}
