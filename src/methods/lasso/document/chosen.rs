//! What is selected, counted by sequence and class.

use crate::methods::features::Column;
use crate::methods::lasso::Answer;
use figures::{Axis, Chart, Figure, Layer, Mark, Role, Ticks, format};

/// How many of the selected features are of each class, a column of points for each sequence; none where names tell no
/// class.
pub fn figure(answer: &Answer) -> Option<Figure> {
    let counted = counts(answer);
    if counted.classes.is_empty() {
        return None;
    }
    let bars: Vec<(String, f64, String)> = counted
        .classes
        .iter()
        .zip(&counted.of)
        .map(|(class, of)| {
            let each = counted.sequences.iter().zip(of).filter(|(_, n)| **n > 0);
            let said: Vec<String> = each.map(|(sequence, n)| format!("{sequence} {n}").trim().to_owned()).collect();
            let total: usize = of.iter().sum();
            (class.clone(), total as f64, said.join(", "))
        })
        .collect();
    let most = bars.iter().map(|(_, n, _)| *n).fold(1.0, f64::max);
    let step = (most / 8.0).ceil().max(1.0);
    let whole = (0..=(most / step) as usize).map(|k| k as f64 * step).map(|x| (x, format::chosen(x))).collect();
    let (values, texts) = bars.iter().map(|(_, n, text)| (*n, text.clone())).unzip();
    let names: Vec<String> = bars.into_iter().map(|(name, ..)| name).collect();
    let chart = Chart {
        // Room for what stands at the ends of the bars.
        x: Axis::linear("Selected features").between(0.0, most * 1.6).ticks(Ticks::At(whole)),
        y: Axis::category("", names),
        layers: vec![Layer::plain(Role::series(0), Mark::Bars { values, texts })],
        ..Chart::default()
    };
    Some(Figure::new("", chart))
}

/// Selected features by class and sequence, the most frequent class first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Counts {
    classes: Vec<String>,
    sequences: Vec<String>,
    /// For each class, how many of each sequence.
    of: Vec<Vec<usize>>,
}

fn counts(answer: &Answer) -> Counts {
    let columns = answer.selected.terms.iter().map(|term| Column::called(&term.term));
    let columns: Vec<Column> = columns.filter(|column| !column.class.is_empty()).collect();
    let mut counts = Counts::default();
    for column in &columns {
        if !counts.sequences.contains(&column.sequence) {
            counts.sequences.push(column.sequence.clone());
        }
        if !counts.classes.contains(&column.class) {
            counts.classes.push(column.class.clone());
        }
    }
    counts.sequences.sort();
    let number = |class: &String, sequence: &String| {
        columns.iter().filter(|c| c.class == *class && c.sequence == *sequence).count()
    };
    let sequences = counts.sequences.clone();
    let of_class = |class: &String| sequences.iter().map(|sequence| number(class, sequence)).collect::<Vec<_>>();
    counts.classes.sort_by_key(|class| (std::cmp::Reverse(of_class(class).iter().sum::<usize>()), class.clone()));
    counts.of = counts.classes.iter().map(of_class).collect();
    counts
}
