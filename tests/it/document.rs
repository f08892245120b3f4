//! Documents in every format that they are written in.

use std::io::Cursor;

use calamine::{Data, Reader};

use figures::format::Glyphs;
use figures::{Figure, Forest, ForestRow};
use riskset::document::delimited::{self, Separator};
use riskset::document::text::{self, TextStyle};
use riskset::document::{
    Block, Cell, ColumnSpec, Document, ExportFormat, Precision, Table, export, html, markdown, xlsx,
};

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
            ("Age, years".into(), Cell::mean_sd(57.6, 9.7, 9.7)),
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

#[test]
fn markdown() {
    insta::assert_snapshot!("document_markdown", markdown::render(&cox_document()));
}

#[test]
fn delimited() {
    let document = cox_document();
    let full = delimited::render(&document, Separator::Comma, Precision::Full);
    insta::assert_snapshot!("document_csv_full", full);
    insta::assert_snapshot!("document_tsv_shown", delimited::render(&document, Separator::Tab, Precision::Shown));
    let mut table = Table::new([ColumnSpec::left("a"), ColumnSpec::left("a")]);
    table.push(vec![Cell::text("x, \"y\"\nz"), Cell::number(1.0 / 3.0, "0.33")]);
    table.push(vec![Cell::text("tab\there"), Cell::number(f64::NEG_INFINITY, "-∞")]);
    table.push(vec![Cell::missing(), Cell::number(1e-300, "<0.001")]);
    let csv = delimited::table(&table, Separator::Comma, Precision::Full);
    assert_eq!(csv, "a,a 2\n\"x, \"\"y\"\"\nz\",0.3333333333333333\ntab\there,-Inf\n,1e-300\n");
    let tsv = delimited::table(&table, Separator::Tab, Precision::Full);
    assert_eq!(tsv, "a\ta 2\nx, \"y\" z\t0.3333333333333333\ntab here\t-Inf\n\t1e-300\n");
}

#[test]
fn html() {
    let page = html::render(&cox_document());
    insta::assert_snapshot!("document_html", page.split_once("</style>").map_or("", |(_, body)| body));
    assert!(!page.contains("http://") && !page.contains("https://"));
}

#[test]
fn workbooks_hold_numbers_in_full() {
    let document = cox_document();
    let bytes = xlsx::render(&document, Precision::Full).expect("a workbook");
    assert_eq!(bytes, xlsx::render(&document, Precision::Full).expect("the same workbook"));
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("it opens");
    assert_eq!(book.sheet_names(), ["Cox model, recurrence-free surv", "Multivariable model", "Notes"]);
    let sheet = book.worksheet_range("Multivariable model").expect("the sheet is there");
    let row = |index: usize| sheet.rows().nth(index).expect("the row is there").to_vec();
    let names = ["group", "Term", "n", "HR (95% CI)", "HR (95% CI) lower", "HR (95% CI) upper", "coef", "p"];
    assert_eq!(row(0), names.map(|name| Data::String(name.into())));
    assert_eq!(row(1)[3..6], [1.4918, 1.1063, 2.0117].map(Data::Float));
    assert_eq!(row(2)[7], Data::Float(0.000_071));
    assert_eq!(row(4)[0..2], ["Child-Pugh", "A"].map(|text| Data::String(text.into())));
}

#[test]
fn every_format_by_its_name() {
    let mut document = cox_document();
    let style = TextStyle::default();
    for format in ExportFormat::ALL {
        let path = std::path::PathBuf::from(format!("result.{}", format.extension().to_uppercase()));
        assert_eq!(ExportFormat::of_path(&path), Some(format));
    }
    let missing = export(&document, ExportFormat::Svg, Precision::Full, style).expect_err("there is no figure");
    assert!(missing.to_string().contains("no figure"));
    let forest = Figure::new("", Forest::hazard_ratios(vec![ForestRow::ratio("NLR", [1.49, 1.11, 2.01], 0.009)]));
    document = document.with(forest.clone());
    for format in ExportFormat::ALL {
        assert!(!export(&document, format, Precision::Full, style).expect("it is written").is_empty());
    }
    insta::assert_snapshot!("document_with_figure", text::render(&document, style));
    let figure_only = Document::new("Forest").with(forest);
    let missing = export(&figure_only, ExportFormat::Csv, Precision::Full, style).expect_err("there is no table");
    assert!(missing.to_string().contains("no table"));
}

#[test]
fn text_that_a_spreadsheet_would_calculate_stays_text() {
    let line = |text: &str| {
        let mut table = Table::new([ColumnSpec::left("a")]);
        table.push(vec![Cell::text(text)]);
        let csv = delimited::table(&table, Separator::Comma, Precision::Full);
        csv.strip_prefix("a\n").expect("a header").to_owned()
    };
    for formula in ["=HYPERLINK(\"http://x\")", "@SUM(1)", "+cmd|' /C calc'!A0", "-SUM(A1)", " =1+1"] {
        let written = line(formula);
        assert!(written.trim_start_matches('"').starts_with('\''), "{written}");
    }
    for level in ["+", "-", "--", "=", "-1.5 (-2.0 to 1.0)", "-- (24) is a level", "a=b", "P@1", "+++"] {
        assert_eq!(line(level), format!("{level}\n"));
    }
}
