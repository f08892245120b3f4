//! Charts of any content at any size are drawn without fault.

use figures::format::Glyphs;
use figures::{
    Axis, Band, CellStyle, Chart, Figure, Forest, ForestRow, HeatMap, Label, Layer, Mark, Reference, Role, TimeUnit,
    render_cells, sparkline, svg,
};
use proptest::prelude::*;

/// Ordinary numbers, and those that computations end in.
fn number() -> impl Strategy<Value = f64> + Clone {
    prop_oneof![
        6 => -100.0..100.0f64,
        1 => Just(0.0),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(f64::NEG_INFINITY),
        1 => Just(1e300),
        1 => Just(-1e-300),
    ]
}

fn numbers() -> impl Strategy<Value = Vec<f64>> + Clone {
    prop::collection::vec(number(), 0..30)
}

fn mark() -> impl Strategy<Value = Mark> {
    let band = (numbers(), numbers()).prop_map(|(lower, upper)| Some(Band { lower, upper }));
    let band = prop_oneof![Just(None), band];
    let places = (numbers(), numbers(), band, numbers());
    prop_oneof![
        places.clone().prop_map(|(x, y, band, censored)| Mark::Steps { x, y, band, censored }),
        places.clone().prop_map(|(x, y, band, _)| Mark::Line { x, y, band }),
        places.prop_map(|(x, y, limits, _)| Mark::Points {
            x,
            y,
            limits,
            names: vec![(0, "first".into()), (99, "none".into())]
        }),
        (numbers(), numbers()).prop_map(|(edges, heights)| Mark::Histogram { edges, heights }),
        numbers().prop_map(|values| Mark::Bars { values, texts: vec!["text".into(); 3] }),
        (numbers(), numbers(), numbers(), any::<bool>()).prop_map(|(x, lower, upper, steps)| Mark::Area {
            x,
            lower,
            upper,
            steps
        }),
        (number(), [number(), number(), number(), number(), number()], numbers())
            .prop_map(|(at, summary, values)| Mark::Box { at, summary, values }),
    ]
}

fn axis() -> impl Strategy<Value = Axis> {
    let ends = (prop::option::of(number()), prop::option::of(number()));
    let kind = prop_oneof![
        Just(Axis::linear("Quantity")),
        Just(Axis::log("Ratio")),
        Just(Axis::time("Time", TimeUnit::Months)),
        Just(Axis::category("", ["one".to_owned(), "two".to_owned(), "三".to_owned()])),
    ];
    (kind, ends).prop_map(|(axis, (from, to))| Axis { from, to, ..axis })
}

fn label() -> impl Strategy<Value = Label> {
    let name =
        prop_oneof![Just("A".to_owned()), Just("a name that goes on and on".to_owned()), Just("患者".to_owned())];
    (0..4, name).prop_map(|(kind, name)| match kind {
        0 => Label::None,
        1 => Label::Legend(name),
        2 => Label::End(name),
        _ => Label::Inside(name),
    })
}

fn chart() -> impl Strategy<Value = Chart> {
    let layer = (mark(), label()).prop_map(|(mark, label)| Layer::plain(Role::series(0), mark).label(label));
    let layers = prop::collection::vec(layer, 0..4);
    (axis(), axis(), layers, number(), any::<bool>()).prop_map(|(x, y, layers, place, square)| Chart {
        x,
        y,
        layers,
        references: vec![Reference::vertical(place, "here"), Reference::horizontal(place, ""), Reference::identity()],
        remarks: vec!["p = 0.034".into()],
        square,
        ..Chart::default()
    })
}

/// Draws `figure` in every way and checks what must hold of each.
fn draw(figure: &Figure, width: usize, height: usize) {
    for glyphs in [Glyphs::Utf8, Glyphs::Ascii] {
        let grid = render_cells(figure, width, height, CellStyle { glyphs, colour: true });
        assert_eq!((grid.width(), grid.height()), (width, if width == 0 { 0 } else { height }));
        let text = grid.to_text();
        assert!(glyphs == Glyphs::Utf8 || text.is_ascii(), "{text}");
        assert!(text.lines().all(|line| figures::format::width(line) <= width), "{text}");
    }
    super::assert_well_formed(&svg(figure, width as f64 * 8.0, height as f64 * 16.0));
}

proptest! {
    #[test]
    fn any_chart_at_any_size(chart in chart(), width in 0..130usize, height in 0..40usize) {
        draw(&Figure::new("Title", chart), width, height);
    }

    #[test]
    fn any_forest_at_any_size(rows in prop::collection::vec([number(), number(), number()], 0..20), width in 0..130usize, height in 0..40usize) {
        let rows = rows.into_iter().map(|estimate| ForestRow::ratio("a covariate", estimate, estimate[0]).n("12"));
        draw(&Figure::new("", Forest::hazard_ratios(rows.collect())), width, height);
    }

    #[test]
    fn any_heat_map_at_any_size(values in numbers(), columns in 0..9usize, rows in 0..9usize, width in 0..90usize, height in 0..30usize) {
        let rows = (0..rows).map(|row| format!("row {row}")).collect();
        let map = HeatMap { rows, columns, values, limit: 2.0, quantity: "z".into(), ..HeatMap::default() };
        draw(&Figure::new("", map), width, height);
    }

    #[test]
    fn any_sparkline(values in numbers(), columns in 0..40usize) {
        prop_assert_eq!(sparkline(&values, columns, Glyphs::Ascii).len(), columns.min(values.len()));
    }
}
