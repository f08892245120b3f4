//! Intraclass correlation against psych's ICC.

use crate::reference::{Table, Tally, json, numbers, strings};
use riskset::stats::icc::{Icc, IccTable, IccType};

/// A column of R's table.
type Column = fn(&Icc) -> f64;

#[test]
fn six_kinds() {
    let (Some(reference), Some(table)) = (json("survival/icc_sim.json"), Table::read("icc_sim")) else { return };
    let mut values = Tally::new("icc_sim", 1e-8, 1e-12);
    let mut tails = Tally::new("icc_sim p", 1e-6, 0.0);
    let ((subject, subjects), (rater, raters)) = (table.groups("subject"), table.groups("rater"));
    for expected in reference["features"].as_array().expect("features") {
        let feature = expected["feature"].as_str().expect("a name");
        let mut ratings = vec![vec![f64::NAN; raters.len()]; subjects.len()];
        for ((value, s), r) in table.column(feature).into_iter().zip(&subject).zip(&rater) {
            ratings[s.expect("complete")][r.expect("complete")] = value;
        }
        let analysed = IccTable::new(&ratings).expect("complete");
        let found: Vec<Icc> = IccType::ALL.iter().map(|&kind| analysed.icc(kind, 0.95)).collect();
        let kinds: Vec<String> = found.iter().map(|icc| icc.kind.id().to_owned()).collect();
        values.same(feature, kinds, strings(&expected["type"]));
        let columns: [(&str, Column); 6] = [
            ("icc", |i| i.icc),
            ("f", |i| i.f),
            ("df1", |i| i.df1),
            ("df2", |i| i.df2),
            ("lower", |i| i.lower),
            ("upper", |i| i.upper),
        ];
        for (name, column) in columns {
            let column: Vec<f64> = found.iter().map(column).collect();
            values.numbers(&format!("{feature} {name}"), &column, &numbers(&expected[name]));
        }
        tails.numbers(feature, &found.iter().map(|i| i.p).collect::<Vec<_>>(), &numbers(&expected["p"]));
    }
    values.finish();
    tails.finish();
}
