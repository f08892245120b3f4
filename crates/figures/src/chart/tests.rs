//! What a chart says of itself, as it is drawn: names, numbers, and what there is no room for.

use super::*;
use crate::format::Glyphs;
use crate::{CellGrid, CellStyle, Figure, render_cells};

fn drawn(chart: &Chart, (columns, lines): (usize, usize), glyphs: Glyphs, colour: bool) -> CellGrid {
    render_cells(&Figure::new("", chart.clone()), columns, lines, CellStyle { glyphs, colour })
}

fn text(chart: &Chart, size: (usize, usize)) -> String {
    drawn(chart, size, Glyphs::Utf8, true).to_text()
}

fn line(slope: f64) -> Mark {
    Mark::Line { x: vec![0.0, 1.0], y: vec![0.0, slope], band: None }
}

/// As many lines as `names`, in looks of their own, all named in the way of `label`.
fn lines(names: &[&str], label: impl Fn(String) -> Label) -> Chart {
    let layer = |(at, name): (usize, &&str)| {
        Layer::series(at, "", line(1.0 - 0.15 * at as f64)).label(label((*name).to_owned()))
    };
    Chart {
        x: Axis::linear("1 - specificity").between(0.0, 1.0),
        y: Axis::linear("Sensitivity").between(0.0, 1.0),
        layers: names.iter().enumerate().map(layer).collect(),
        ..Chart::default()
    }
}

const NAMES: [&str; 8] = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"];

#[test]
fn bars_above_the_plot_are_spoken_of_where_they_are_drawn() {
    let spread = Spread {
        role: Role::series(0),
        counted: "patients".to_owned(),
        edges: vec![0.0, 0.5, 1.0],
        counts: vec![3.0, 4.0],
    };
    let chart = Chart { spread: vec![spread; 3], ..lines(&NAMES[..1], |_| Label::None) };
    let (high, low) = (text(&chart, (60, 20)), text(&chart, (60, 11)));
    assert!(high.contains("1 - specificity (bars: patients)") && high.contains('█'), "{high}");
    assert!(low.contains("1 - specificity") && !low.contains("bars") && !low.contains('█'), "{low}");
}

#[test]
fn names_that_have_no_room_are_counted() {
    for lines_high in 5..14 {
        let at_ends = text(&lines(&NAMES, Label::End), (60, lines_high));
        let shown = NAMES.iter().filter(|name| at_ends.contains(&format!(" {name}"))).count();
        let more = NAMES.len() - shown;
        assert_eq!(at_ends.contains(&format!("+{more} more")), more > 0, "{at_ends}");
    }
    let long: Vec<String> = NAMES.iter().map(|name| format!("{name}, an area of 0.85 (0.75-0.95)")).collect();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    for lines_high in 6..24 {
        let above = text(&lines(&long, Label::Legend), (60, lines_high));
        let shown = NAMES.iter().filter(|name| above.contains(&format!(" {name}, an"))).count();
        let more = NAMES.len() - shown;
        let said = (1..=NAMES.len()).find(|more| above.contains(&format!("+{more} more")));
        assert!(said == (more > 0).then_some(more) || shown == 0, "{lines_high}: {shown} {said:?}\n{above}");
    }
}

#[test]
fn names_at_the_ends_show_what_their_lines_look_like_and_no_two_look_alike() {
    let chart = lines(&NAMES, Label::End);
    for (glyphs, colour) in [(Glyphs::Utf8, true), (Glyphs::Utf8, false), (Glyphs::Ascii, true), (Glyphs::Ascii, false)]
    {
        let grid = drawn(&chart, (72, 16), glyphs, colour);
        let mut looks: Vec<(String, Role)> = Vec::new();
        for row in grid.rows() {
            let words: String = row.iter().map(|cell| cell.character).collect();
            let Some(name) = NAMES.iter().find(|name| words.trim_end().ends_with(&format!(" {name}"))) else {
                continue;
            };
            let begin = words.trim_end().chars().count() - name.len();
            let sample: Vec<char> = words.chars().skip(begin - 5).take(4).collect();
            assert!(sample.iter().any(|c| *c != ' '), "{words}");
            let role = if colour { row[begin].role } else { Role::Text };
            looks.push((sample.iter().collect(), role));
        }
        assert_eq!(looks.len(), NAMES.len());
        for (at, look) in looks.iter().enumerate() {
            assert!(!looks[..at].contains(look), "{glyphs:?} {colour}: {looks:?}");
        }
    }
}

#[test]
fn a_line_that_is_selected_takes_no_ground_of_its_own_from_the_curves() {
    let chosen = Reference { role: Role::Selection, ..Reference::vertical(0.5, "") };
    let chart = Chart { references: vec![chosen], ..lines(&NAMES[..2], |_| Label::None) };
    for glyphs in [Glyphs::Utf8, Glyphs::Ascii] {
        let grid = drawn(&chart, (60, 16), glyphs, true);
        let roles: Vec<Role> = grid.rows().flatten().map(|cell| cell.role).collect();
        assert!(!roles.contains(&Role::Selection) && roles.contains(&Role::Accent));
    }
}

#[test]
fn the_longest_bar_has_its_text() {
    let texts = ["41% selected", "25% selected", "8%"];
    let chart = Chart {
        x: Axis::linear("Share").between(0.0, 0.41),
        y: Axis::category("", ["a", "b", "c"].map(str::to_owned).to_vec()),
        layers: vec![Layer::plain(
            Role::series(0),
            Mark::Bars { values: vec![0.41, 0.25, 0.08], texts: texts.map(str::to_owned).to_vec() },
        )],
        ..Chart::default()
    };
    for columns in 44..120 {
        let drawn = text(&chart, (columns, 8));
        assert!(texts.iter().all(|text| drawn.contains(text)), "{columns}\n{drawn}");
    }
    for width in [400.0, 500.0, 640.0, 900.0] {
        let paper = crate::svg(&Figure::new("", chart.clone()), width, 200.0);
        assert!(texts.iter().all(|text| paper.contains(text)), "{width}");
    }
}

#[test]
fn a_low_square_chart_names_its_curves_beside_it_and_its_axes_to_the_end() {
    let chart = Chart { square: true, ..lines(&["12 months, AUC 0.85", "24 months, AUC 0.80"], Label::Legend) };
    let drawn = text(&chart, (60, 6));
    for said in ["Sensitivity", "12 months", "24 months", "1 - specificity", "1.0"] {
        assert!(drawn.contains(said), "{said}\n{drawn}");
    }
}

#[test]
fn a_reference_is_named_in_three_columns_between_two_lines() {
    let chart = Chart {
        references: vec![Reference::vertical(0.1, "1se"), Reference::vertical(0.18, "min")],
        ..lines(&NAMES[..1], |_| Label::None)
    };
    let drawn = text(&chart, (60, 14));
    assert!(drawn.contains("1se") && drawn.contains("min"), "{drawn}");
    // Nearer to one another and to the axis than a name is wide, the first has its name on itself.
    let near = |x, name| Reference::vertical(x, name);
    let chart = Chart { references: vec![near(0.04, "1se"), near(0.1, "min")], ..chart };
    let drawn = text(&chart, (60, 14));
    assert!(drawn.contains("1se") && drawn.contains("min"), "{drawn}");
}

#[test]
fn both_of_two_lines_are_named_on_paper_wherever_they_are() {
    for step in 3..60 {
        let first = f64::from(step) * 0.015;
        for apart in [0.03, 0.05, 0.08] {
            let references = vec![Reference::vertical(first, "1se"), Reference::vertical(first + apart, "min")];
            let chart = Chart { references, ..lines(&NAMES[..1], |_| Label::None) };
            let paper = crate::svg(&Figure::new("", chart), 640.0, 400.0);
            let named = |name: &str| paper.lines().any(|line| line == name);
            assert!(named("1se") && named("min"), "at {first}, {apart} apart");
        }
    }
}

#[test]
fn a_remark_that_is_cut_says_so() {
    let long = "beyond the axis: AP wav LLL glszm LargeAreaLowGrayLevelEmphasis".to_owned();
    let chart = Chart { remarks: vec![long.clone()], ..lines(&NAMES[..1], |_| Label::None) };
    for columns in 30..90 {
        let drawn = text(&chart, (columns, 12));
        assert!(drawn.contains(&long) || drawn.contains('…'), "{columns}\n{drawn}");
    }
}
