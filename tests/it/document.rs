//! Documents in every format that they are written in.

use riskset::format::Glyphs;
use riskset::report::document::text::{self, TextStyle};
use riskset::report::document::{Block, Cell, ColumnSpec, Document, Table};

/// A Cox model as the Cox pane documents it.
fn cox_document() -> Document {
    let mut table = Table::new([
        ColumnSpec::left("Term"),
        ColumnSpec::right("n").priority(2),
        ColumnSpec::decimal("HR (95% CI)"),
        ColumnSpec::decimal("coef").priority(3),
        ColumnSpec::decimal("p"),
    ])
    .caption("Multivariable model");
    table.push(vec![
        "Neutrophil-lymphocyte ratio".into(),
        Cell::count(81),
        Cell::ratio_ci(1.4918, 1.1063, 2.0117),
        Cell::significant(0.4, 3),
        Cell::p_value(0.00876),
    ]);
    table.push(vec![
        "Tumour size, cm".into(),
        Cell::count(81),
        Cell::ratio_ci(1.2776, 1.1321, 1.4419),
        Cell::significant(0.245, 3),
        Cell::p_value(0.000_071),
    ]);
    table.push_header(vec!["Child-Pugh".into()]);
    table.push_sub(vec!["A".into(), Cell::count(70), Cell::text("1 (reference)")]);
    table.push_sub(vec![
        "B".into(),
        Cell::count(11),
        Cell::ratio_ci(12.36, 0.98, 155.2),
        Cell::significant(2.5145, 3),
        Cell::p_value(0.0513),
    ]);
    table.push_total(vec!["Model".into(), Cell::count(81), Cell::empty(), Cell::empty(), Cell::p_value(2e-7)]);
    Document::new("Cox model, recurrence-free survival")
        .paragraph("Training cohort; ties by Efron's method. Hazard ratios are per unit unless a unit is given with the name of the covariate.")
        .with(Block::KeyValues(vec![
            ("n".into(), Cell::count(1234)),
            ("Events".into(), Cell::count_percent(31, 81)),
            ("C-index".into(), Cell::estimate_ci(0.7123, 0.6541, 0.7705, 3)),
            ("Age, years".into(), Cell::mean_sd(57.6, 9.7)),
        ]))
        .with(table)
        .note("31 events for 3 coefficients: 10.3 events per variable.")
        .note("Proportional hazards: χ² = 3.84, p = 0.050 → no sign of violation at the 5 % level, but few events speak.")
}

fn text_at(width: Option<usize>, glyphs: Glyphs) -> String {
    text::render(&cox_document(), TextStyle { width, glyphs })
}

#[test]
fn text() {
    insta::assert_snapshot!("document_text_free", text_at(None, Glyphs::Utf8));
    insta::assert_snapshot!("document_text_60_ascii", text_at(Some(60), Glyphs::Ascii));
    insta::assert_snapshot!("document_text_40", text_at(Some(40), Glyphs::Utf8));
}

#[test]
fn text_keeps_within_its_width_and_characters() {
    for columns in 24..100 {
        let text = text_at(Some(columns), Glyphs::Ascii);
        assert!(text.is_ascii());
        let widest = text.lines().map(str::len).max().unwrap_or(0);
        assert!(widest <= columns.max(47), "{widest} columns at {columns}:\n{text}");
    }
    for columns in 0..24 {
        assert!(!text_at(Some(columns), Glyphs::Utf8).is_empty());
    }
}

#[test]
fn documents_join_into_reports() {
    let mut report = Document::new("Report");
    report.append(cox_document());
    assert_eq!(report.tables().count(), 1);
    assert!(matches!(report.blocks.first(), Some(Block::Heading(title)) if title.starts_with("Cox model")));
    assert!(matches!(report.blocks.last(), Some(Block::Notes(notes)) if notes.len() == 2));
}
