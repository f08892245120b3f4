//! Intraclass correlation against psych's ICC.

use std::sync::Arc;

use crate::reference::{Table, Tally, json, numbers, strings};
use riskset::ask::Dataset;
use riskset::ask::Memo;
use riskset::jobs::open;
use riskset::methods::icc::{Ratings, Spec};
use survival::stats::icc::{Icc, IccTable, IccType};
use survival::stats::kappa::KappaWeights;
use watch::Unwatched;

/// A column of R's table.
type Column = fn(&Icc) -> f64;

#[test]
pub(super) fn six_kinds() {
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
        let kinds: Vec<String> = found.iter().map(|icc| icc.kind.name().to_owned()).collect();
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

#[test]
pub(super) fn columns_of_a_table() {
    let (Some(reference), Some(path)) =
        (json("survival/icc_sim.json"), crate::oracle::path("survival/data/icc_sim.csv"))
    else {
        return;
    };
    let cohort = open::open(&path).cohort.expect("a table");
    let data = Dataset::new(cohort, Arc::default());
    let expected = reference["features"].as_array().expect("features");
    let names: Vec<String> = expected.iter().map(|f| f["feature"].as_str().expect("a name").to_owned()).collect();
    let mut tally = Tally::new("icc of a table", 1e-8, 1e-12);
    for (k, kind) in IccType::ALL.into_iter().enumerate() {
        let ratings = Ratings::Columns {
            subject: "subject".to_owned(),
            rater: "rater".to_owned(),
            features: names.clone(),
            categories: Vec::new(),
            weights: KappaWeights::Unweighted,
        };
        let question = Spec { ratings, kind, threshold: 0.75 };
        let answer = Memo::default().ask(&data, question, &Unwatched).expect("an answer");
        for (found, expected) in answer.features.iter().zip(expected) {
            let icc = numbers(&expected["icc"])[k];
            tally.number(&found.feature, found.weakest.icc, icc);
            tally.same(&found.feature, found.kept, icc >= 0.75);
        }
    }
    tally.finish();
}
