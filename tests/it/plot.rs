//! Every kind of figure, at three sizes, in UTF-8 and ASCII, and on paper.

mod data;

use riskset::format::Glyphs;
use riskset::plot::figures::kaplan_meier;
use riskset::plot::{CellStyle, Figure, TimeUnit, render_cells, svg};

/// The figure at 78x16, 40x12 and 118x30, in UTF-8 and ASCII.
fn sheets(figure: &Figure) -> String {
    let mut out = String::new();
    for (width, height) in [(78, 16), (40, 12), (118, 30)] {
        for (glyphs, name) in [(Glyphs::Utf8, "UTF-8"), (Glyphs::Ascii, "ASCII")] {
            let grid = render_cells(figure, width, height, CellStyle { glyphs, colour: false });
            assert_eq!((grid.width(), grid.height()), (width, height));
            out.push_str(&format!("== {width}x{height} {name} ==\n{}\n", grid.to_text()));
        }
    }
    out
}

/// Checks the figure on paper and, where asked for, leaves it to be looked at.
fn check_paper(name: &str, figure: &Figure) {
    let drawing = svg(figure, 640.0, 420.0);
    assert_well_formed(&drawing);
    if let Some(folder) = std::env::var_os("RISKSET_FIGURES") {
        let file = std::path::Path::new(&folder).join(format!("{name}.svg"));
        std::fs::write(file, &drawing).expect("the folder can be written to");
    }
}

/// Every tag is closed in its order, nothing is `NaN` or infinite.
fn assert_well_formed(drawing: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = drawing;
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>').expect("every tag ends");
        let tag = &rest[start + 1..end];
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split_whitespace().next().unwrap_or("")),
        }
        assert!(!tag.contains("NaN") && !tag.contains("inf"), "{tag}");
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

fn check(name: &str, figure: &Figure) {
    insta::assert_snapshot!(name, sheets(figure));
    check_paper(name, figure);
    for (width, height) in (0..60).flat_map(|width| (0..24).map(move |height| (width, height))) {
        for glyphs in [Glyphs::Utf8, Glyphs::Ascii] {
            let text = render_cells(figure, width, height, CellStyle { glyphs, colour: true }).to_text();
            assert!(glyphs == Glyphs::Utf8 || text.is_ascii());
        }
    }
}

#[test]
fn survival_curves() {
    let figure = kaplan_meier(
        "Overall survival",
        TimeUnit::Days,
        &data::lung(),
        vec!["log-rank p = 0.001".into(), "HR 1.70 (1.22-2.36)".into()],
    );
    check("figure_kaplan_meier", &figure);
}
