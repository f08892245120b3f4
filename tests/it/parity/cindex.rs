//! Concordance against survival and Hmisc.

use serde_json::Value;
use survival::concordance::{Concordance, ConcordanceSpec, TiedScores, TimeWeight, compare, harrell};
use survival::cox::{Design, Reference};
use survival::{Groups, Survival};

use super::models;
use crate::reference::{Table, Tally, json, number, numbers, strings};

fn complete(table: &Table, variables: &[String]) -> (Survival, Vec<Vec<f64>>) {
    let columns: Vec<Vec<f64>> = variables.iter().map(|v| table.column(v)).collect();
    let (time, event) = (table.column("time"), table.column("event"));
    let rows: Vec<usize> = (0..time.len()).filter(|&i| columns.iter().all(|c| !c[i].is_nan())).collect();
    let data = Survival::new(rows.iter().map(|&i| time[i]).collect(), rows.iter().map(|&i| event[i] == 1.0).collect());
    (data.expect("valid follow-up"), columns.iter().map(|c| rows.iter().map(|&i| c[i]).collect()).collect())
}

fn compare_one(tally: &mut Tally, place: &str, found: &Concordance, stored: &Value) {
    tally.number(&format!("{place} n"), found.n as f64, number(&stored["n"]));
    let values = [
        ("c", found.c),
        ("se", found.se),
        ("lower95", found.lower),
        ("upper95", found.upper),
        ("cvar_null", found.null_variance),
        ("concordant", found.concordant),
        ("discordant", found.discordant),
        ("tied_x", found.tied_score),
        ("tied_y", found.tied_time),
        ("tied_xy", found.tied_both),
    ];
    for (name, value) in values {
        tally.number(&format!("{place} {name}"), value, number(&stored[name]));
    }
}

const WEIGHTS: [(&str, TimeWeight); 5] = [
    ("n", TimeWeight::N),
    ("S", TimeWeight::S),
    ("S/G", TimeWeight::SOverG),
    ("n/G2", TimeWeight::NOverG2),
    ("I", TimeWeight::I),
];

/// Hmisc counts every pair from both sides; its standard deviation is that of Somers' d.
fn compare_hmisc(tally: &mut Tally, place: &str, data: &Survival, score: &[f64], ties: TiedScores, stored: &Value) {
    let found = ConcordanceSpec { tied_scores: ties, ..ConcordanceSpec::default() }
        .check()
        .and_then(|spec| spec.fit(data, score, Groups::one()))
        .expect("a C");
    let half = if ties == TiedScores::Half { found.tied_score } else { 0.0 };
    let relevant = 2.0 * (found.concordant + found.discordant + half);
    // What is left of all pairs: those that censoring hides.
    let mut sorted = score.to_vec();
    sorted.sort_by(f64::total_cmp);
    let equal: usize = sorted.chunk_by(|a, b| a == b).map(|g| g.len() * (g.len() - 1)).sum();
    let all = (found.n * (found.n - 1)) as f64;
    let uncertain = match ties {
        TiedScores::Half => all - relevant - 2.0 * (found.tied_time + found.tied_both),
        TiedScores::LeftOut => all - equal as f64 - relevant - 2.0 * found.tied_time,
    };
    let values = [
        ("C Index", found.c),
        ("Dxy", 2.0 * found.c - 1.0),
        ("S.D.", 2.0 * found.se),
        ("n", found.n as f64),
        ("missing", 0.0),
        ("uncensored", found.events as f64),
        ("Relevant Pairs", relevant),
        ("Concordant", 2.0 * found.concordant + half),
        ("Uncertain", uncertain),
    ];
    for (name, value) in values {
        tally.number(&format!("{place} {name}"), value, number(&stored[name]));
    }
}

fn compare_pair(tally: &mut Tally, place: &str, data: &Survival, scores: [&[f64]; 2], stored: &Value) {
    let found = scores.map(|s| harrell(data, s).expect("a C"));
    let difference = compare(&found[0], &found[1], 0.95).expect("the same subjects");
    tally.number(&format!("{place} n"), found[0].n as f64, number(&stored["n"]));
    tally.numbers(&format!("{place} c"), &found.each_ref().map(|f| f.c), &numbers(&stored["c"]));
    for (k, row) in difference.covariance.iter().enumerate() {
        tally.numbers(&format!("{place} var[{k}]"), row, &numbers(&stored["var"][k]));
    }
    let names = ["difference", "se", "z", "p"];
    for (name, value) in names.iter().zip([difference.difference, difference.se, difference.z, difference.p]) {
        tally.number(&format!("{place} {name}"), value, number(&stored[name]));
    }
    for (k, f) in found.iter().enumerate() {
        let counts = [f.concordant, f.discordant, f.tied_score, f.tied_time, f.tied_both];
        tally.numbers(&format!("{place} count[{k}]"), &counts, &numbers(&stored["count"][k]));
    }
}

/// The linear predictor of a Cox model of these columns, rounded so that equal profiles stay tied.
fn predictor(data: &Survival, columns: &[Vec<f64>]) -> Vec<f64> {
    let mut design = Design::new(data.len());
    for (k, column) in columns.iter().enumerate() {
        design = design.linear(&format!("x{k}"), column).expect("a complete column");
    }
    let fit = models::fit(&design, data);
    fit.linear_predictor(Reference::Zero).iter().map(|lp| (lp * 1e10).round()).collect()
}

#[test]
pub(super) fn scores() {
    for name in ["lung", "veteran", "gbsg", "rotterdam"] {
        let Some(stored) = json(&format!("survival/cindex_{name}.json")) else { return };
        let Some(table) = Table::read(name) else { return };
        let mut tally = Tally::new(format!("cindex {name}"), 1e-8, 1e-300);
        for one in stored["scores"].as_array().expect("scores") {
            let variable = strings(&one["score"]);
            let (data, columns) = complete(&table, &variable);
            let (score, place) = (&columns[0], &variable[0]);
            let dropped = table.column("time").len() - data.len();
            tally.number(&format!("{place} n_dropped"), dropped as f64, number(&one["n_dropped"]));
            for (weight_name, weight) in WEIGHTS {
                for (key, tau) in [("by_timewt", None), ("by_timewt_ymax", Some(number(&one["ymax"])))] {
                    let spec = ConcordanceSpec { weight, tau, ..ConcordanceSpec::default() };
                    let found = spec.check().and_then(|spec| spec.fit(&data, score, Groups::one())).expect("a C");
                    compare_one(&mut tally, &format!("{place} {key} {weight_name}"), &found, &one[key][weight_name]);
                }
            }
            let influence = numbers(&one["influence_dfbeta_first10"]);
            let found = harrell(&data, score).expect("a C");
            tally.numbers(&format!("{place} influence"), &found.influence[..influence.len()], &influence);
            for (key, ties) in
                [("rcorr_cens_neg_score", TiedScores::Half), ("rcorr_cens_neg_score_outx", TiedScores::LeftOut)]
            {
                compare_hmisc(&mut tally, &format!("{place} {key}"), &data, score, ties, &one[key]);
            }
        }
        for pair in stored["comparisons"].as_array().expect("comparisons") {
            let variables = strings(&pair["raw_scores"]["models"]);
            let (data, columns) = complete(&table, &variables);
            let place = variables.join(" ");
            compare_pair(&mut tally, &format!("{place} raw"), &data, [&columns[0], &columns[1]], &pair["raw_scores"]);
            let [first, second] = [0, 1].map(|k| predictor(&data, &columns[k..=k]));
            let both = predictor(&data, &columns);
            compare_pair(&mut tally, &format!("{place} lp"), &data, [&first, &second], &pair["cox_lp"]);
            compare_pair(&mut tally, &format!("{place} joint"), &data, [&both, &first], &pair["cox_lp_joint_vs_first"]);
        }
        tally.finish();
    }
}

#[test]
pub(super) fn edges() {
    let Some(stored) = json("survival/edge_core.json") else { return };
    let mut tally = Tally::new("cindex edges", 1e-8, 1e-300);
    for (set, stored) in stored["sets"].as_object().expect("sets") {
        let Some(table) = Table::read(&format!("edge_{set}")) else { return };
        for one in stored["concordance"].as_array().expect("scores") {
            let variable = strings(&one["score"]);
            let (data, columns) = complete(&table, &variable);
            let found = harrell(&data, &columns[0]).expect("a C");
            let place = format!("{set} {}", variable[0]);
            tally.number(&format!("{place} c"), found.c, number(&one["c"]));
            tally.number(&format!("{place} se"), found.se, number(&one["se"]));
            let counts = [found.concordant, found.discordant, found.tied_score, found.tied_time, found.tied_both];
            tally.numbers(&format!("{place} count"), &counts, &numbers(&one["count"]));
        }
    }
    tally.finish();
}

#[test]
pub(super) fn case_weights() {
    let Some(stored) = json("survival/extra_shared.json") else { return };
    let stored = &stored["weights"];
    let Some(table) = Table::read(stored["data"].as_str().expect("a name")) else { return };
    let one = &stored["concordance"];
    let score = table.column(one["score"].as_str().expect("a name"));
    let event = table.column("event").iter().map(|e| *e == 1.0).collect();
    let weights = [1.0, 2.0, 0.5].into_iter().cycle().take(score.len()).collect();
    let data = Survival::new(table.column("time"), event).and_then(|d| d.with_weights(weights)).expect("valid");
    let found = harrell(&data, &score).expect("a C");
    let mut tally = Tally::new("cindex weights", 1e-8, 1e-300);
    tally.number("c", found.c, number(&one["c"]));
    tally.number("se", found.se, number(&one["se"]));
    tally.finish();
}
