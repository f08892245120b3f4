//! Tables far wider than a screen: what is drawn is made, and nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use figures::format::Glyphs;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use riskset::app::command::Move;
use riskset::app::key;
use riskset::document::{Cell, ColumnSpec, LongTable};
use riskset::program::settled::Settled;
use riskset::theme::{Depth, Theme};
use riskset::ui::grid::Grid;

const COLUMNS: usize = 10_000;
const ROWS: usize = 500;
const SCREEN: Rect = Rect::new(0, 0, 120, 36);
/// No more columns than these have room beside each other on that screen.
const MOST_IN_SIGHT: usize = 60;

/// A table that counts how many of its cells were made.
#[derive(Default)]
struct Counted(AtomicUsize);

impl Counted {
    /// Cells made since this was last asked.
    fn cells(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

impl LongTable for Counted {
    fn columns(&self) -> Vec<ColumnSpec> {
        (0..COLUMNS).map(|k| ColumnSpec::decimal(format!("x{k}"))).collect()
    }

    fn width(&self) -> usize {
        COLUMNS
    }

    fn len(&self) -> usize {
        ROWS
    }

    fn cell(&self, row: usize, column: usize) -> Cell {
        self.0.fetch_add(1, Ordering::Relaxed);
        Cell::fixed((row * COLUMNS + column) as f64 / 7.0, 3)
    }
}

fn theme() -> Theme {
    Theme::named("terminal", Depth::Indexed256, Glyphs::Utf8).expect("a theme")
}

fn drawn(grid: &Grid) -> String {
    let mut buf = Buffer::empty(SCREEN);
    grid.view(&theme(), true, SCREEN, &mut buf);
    (0..SCREEN.width).map(|x| buf[(x, 0)].symbol().to_owned()).collect()
}

#[test]
fn only_columns_in_sight_are_made_and_once() {
    let table = Arc::new(Counted::default());
    let mut grid = Grid::default();
    grid.set_long(Arc::clone(&table) as Arc<dyn LongTable>, &(0..ROWS as u32).collect::<Vec<_>>());
    assert_eq!(table.cells(), 0, "nothing is made before it is drawn");
    assert!(drawn(&grid).contains("x0"));
    let first = table.cells();
    assert!(first > 0 && first <= ROWS * MOST_IN_SIGHT, "{first} cells");
    for _ in 0..10 {
        grid.act(Move::Down, 35);
        drawn(&grid);
    }
    assert_eq!(table.cells(), 0, "a row further down shows what is made");
    grid.act(Move::Right, 35);
    drawn(&grid);
    assert!(table.cells() <= ROWS, "a column further right is one more at most");
    // The far end is as near as the beginning.
    grid.act(Move::LastColumn, 35);
    assert!(drawn(&grid).contains("x9999"), "the last column is in sight, and the first");
    assert!(drawn(&grid).contains("x0"));
    let last = table.cells();
    assert!(last <= ROWS * MOST_IN_SIGHT, "{last} cells");
    for to in [Move::Mark, Move::Top, Move::Bottom, Move::HalfPageUp] {
        grid.act(to, 35);
        drawn(&grid);
    }
    assert_eq!(table.cells(), 0);
}

#[test]
fn marked_rows_are_whole() {
    let mut grid = Grid::default();
    grid.set_long(Arc::new(Counted::default()), &(0..ROWS as u32).rev().collect::<Vec<_>>());
    grid.act(Move::Mark, 35);
    let marked = grid.marked();
    assert_eq!(marked.rows.len(), 1);
    assert_eq!(marked.rows[0].cells.len(), COLUMNS);
    assert_eq!(marked.rows[0].cells[0], Cell::fixed((499 * COLUMNS) as f64 / 7.0, 3));
}

/// A bare table with more columns than rows: its panes are there, and what is typed finds columns at its far end.
#[test]
fn a_bare_table_of_many_columns_is_looked_at_like_any_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("wide.csv");
    let columns = 3_000;
    let mut text = String::from("id,time,event");
    (0..columns).for_each(|k| text.push_str(&format!(",g{k}")));
    for row in 0..60 {
        text.push_str(&format!("\nP{row:02},{},{}", 100 + (row * 53) % 2900, row % 2));
        (0..columns).for_each(|k| text.push_str(&format!(",{}.{}", (row * 31 + k * 17) % 97 + 1, (row * k) % 10)));
    }
    std::fs::write(&path, text).expect("a table");
    let mut program = Settled::open(&path, (120, 40), theme(), None, 2).expect("a table");
    let mut screen = |keys: &str| {
        program.keys(&key::script(keys).expect("keys"));
        program.text()
    };
    let patients = screen("1<tab>");
    assert!(patients.contains("P00") && patients.contains("[patients]"), "{patients}");
    let far = screen("$");
    assert!(far.contains("g2999") && far.contains("P00"), "{far}");
    let sorted = screen("s");
    assert!(sorted.contains("g2999▲"), "{sorted}");
    let found = screen("/P07<enter>");
    assert!(found.contains("P07") && found.contains("row 1 of 1"), "{found}");
    let card = screen("<enter>");
    assert!(card.contains("[patient]") && card.contains("Percentile"), "{card}");
}

/// What may be wrong with thousands of columns alike is one warning, with their number and the first of them.
#[test]
fn what_is_doubtful_of_thousands_of_columns_is_said_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rng = survival::stats::rng::Rng::new(7);
    let mut text = String::from("id,time,event");
    (0..2_000).for_each(|k| text.push_str(&format!(",g{k}")));
    for row in 0..120 {
        text.push_str(&format!("\nP{row:03},{},{}", 100 + (row * 53) % 2900, row % 2));
        (0..2_000).for_each(|_| text.push_str(&format!(",{:.5}", rng.normal())));
    }
    std::fs::write(folder.path().join("wide.csv"), text).expect("a table");
    let found =
        crate::binary::answer(crate::binary::riskset(folder.path(), "check").arg(folder.path().join("wide.csv")));
    let problems = found["problems"].as_array().expect("problems");
    let slips: Vec<&str> =
        problems.iter().filter_map(|p| p["message"].as_str()).filter(|m| m.contains("median")).collect();
    assert!(problems.len() < 10, "{} problems", problems.len());
    assert_eq!(slips.len(), 1, "{slips:?}");
    assert!(
        slips[0].contains(" columns have values about 10, 100 or 1000 times away from their median: g"),
        "{slips:?}"
    );
}

/// So many patients are searched column by column: what is found is what the rows show.
#[test]
fn many_patients_are_found_by_levels_texts_and_numbers() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("long.csv");
    let patients = 24_000;
    let x = |i: usize| (i * 7 % 1_000) as f64 / 4.0;
    let mut text = String::from("id,sex,time,event,x");
    for i in 0..patients {
        let sex = if i % 3 == 0 { "female" } else { "male" };
        text.push_str(&format!("\nQ{i:05},{sex},{},{},{}", 1 + i % 900, i % 2, x(i)));
    }
    std::fs::write(&path, text).expect("a table");
    let mut program = Settled::open(&path, (120, 40), theme(), None, 2).expect("a table");
    program.keys(&key::script("1<tab>").expect("keys"));
    let mut found = |search: &str| {
        program.keys(&key::script(&format!("/<ctrl-u>{search}<enter>")).expect("keys"));
        program.text()
    };
    let count = |wanted: &dyn Fn(usize) -> bool| (0..patients).filter(|i| wanted(*i)).count();
    let with = |i: usize, part: &str| x(i).to_string().contains(part);
    // The letters of a word in their order, with others between them.
    let loosely =
        |i: usize| format!("{i:05}").chars().fold(0, |k, c| k + usize::from("9812".chars().nth(k) == Some(c))) == 4;
    for (search, expected) in [
        ("Q0123", count(&|i| i / 10 == 123)),
        ("female 12.25", count(&|i| i % 3 == 0 && with(i, "12.25"))),
        ("Q00 249.75", count(&|i| i < 1_000 && with(i, "249.75"))),
        // Nobody has these as they stand.
        ("Q9812", count(&loosely)),
    ] {
        let shown = found(search);
        let said = format!("of {}", figures::format::count(expected));
        assert!(expected > 0 && shown.contains(&said), "{search}: {expected}\n{shown}");
    }
}
