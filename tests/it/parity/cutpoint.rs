//! Maximally selected log-rank statistics against R's maxstat and survminer.

use crate::reference::{Table, Tally, json, number, numbers};
use survival::cox::{CoxSpec, Design};
use survival::cutpoint::{CutpointError, CutpointSpec, PValueMethod, split};
use survival::logrank::LogRankSpec;
use survival::{Groups, Survival};
use watch::Unwatched;

#[test]
pub(super) fn profiles_and_p_values() {
    // Both sides are random: differences in standard errors of 9,999 draws.
    let mut random = Tally::new("cutpoint random p, in standard errors", 4.5, 1.0);
    for set in ["lung", "veteran", "gbsg", "rotterdam"] {
        let (Some(reference), Some(table)) = (json(&format!("survival/cutpoint_{set}.json")), Table::read(set)) else {
            return;
        };
        let mut tally = Tally::new(format!("cutpoint_{set}"), 1e-8, 1e-12);
        let mut tails = Tally::new(format!("cutpoint_{set} p"), 1e-6, 0.0);
        // maxstat takes 1 - (pnorm(M) - pnorm(-M)) for the tail, which is off by up to 1.2e-16: that is the bound for p
        // below 1.2e-10 (and R's few negative values are within it).
        let mut lau94 = Tally::new(format!("cutpoint_{set} Lau94"), 1e-6, 1.2e-10);
        let mut fits = Tally::new(format!("cutpoint_{set} hazard ratio"), 1e-6, 1e-12);
        let event: Vec<bool> = table.column("event").iter().map(|e| *e == 1.0).collect();
        let data = Survival::new(table.column("time"), event).expect("valid times");
        for expected in reference["cutpoints"].as_array().expect("cut-offs") {
            let variable = expected["variable"].as_str().expect("a name");
            let (minprop, maxprop) = (number(&expected["minprop"]), number(&expected["maxprop"]));
            let at = format!("{variable} {minprop}");
            let x = table.column(variable);
            let search = CutpointSpec { minprop, maxprop }.check().expect("shares");
            let found = search.fit(&data, &x).expect("cuts");
            tally.same(&at, found.n as f64, number(&expected["n"]));
            tally.same(&at, found.dropped as f64, number(&expected["n_dropped"]));
            tally.same(&at, found.cuts.len() as f64, number(&expected["n_cuts"]));
            tally.number(&format!("{at} cut"), found.cut, number(&expected["estimate"]));
            tally.number(&format!("{at} statistic"), found.statistic, number(&expected["statistic"]));
            tally.numbers(&format!("{at} cuts"), &found.cuts, &numbers(&expected["profile_cut"]));
            tally.numbers(&format!("{at} statistics"), &found.statistics, &numbers(&expected["profile_stat"]));
            let n_low: Vec<f64> = found.n_low.iter().map(|n| *n as f64).collect();
            tally.numbers(&format!("{at} n_low"), &n_low, &numbers(&expected["profile_n_low"]));
            let scores: Vec<f64> = found.scores().into_iter().filter(|score| !score.is_nan()).collect();
            let first: Vec<f64> = scores.iter().copied().take(20).collect();
            tally.numbers(&format!("{at} scores"), &first, &numbers(&expected["logrank_scores_first20"]));
            let (sum, squares) = (scores.iter().sum(), scores.iter().map(|a| a * a).sum());
            tally.number(&format!("{at} sum of scores"), sum, number(&expected["scores_sum"]));
            tally.number(&format!("{at} squares of scores"), squares, number(&expected["scores_sumsq"]));
            let p = |method| found.p_value(method, &Unwatched).expect("a p-value");
            tails.number(&format!("{at} Lau92"), p(PValueMethod::Lau92), number(&expected["p_Lau92"]));
            // It is a bound: R lets it exceed 1, a p-value here does not.
            lau94.number(&at, p(PValueMethod::Lau94), number(&expected["p_Lau94"]).min(1.0));
            if let Some(stored) = expected.get("HL").filter(|s| !s.is_null()) {
                match found.hothorn_lausen() {
                    // R's factorials overflow beyond 170 subjects; ours goes a little further.
                    Ok(_) if stored.get("p").is_none() => {}
                    Ok(bound) => {
                        tally.number(&format!("{at} HL"), bound.statistic, number(&stored["statistic"]));
                        tally.number(&format!("{at} HL cut"), bound.cut, number(&stored["estimate"]));
                        tails.number(&format!("{at} HL"), bound.p, number(&stored["p"]));
                    }
                    Err(error) => {
                        let refused = matches!(error, CutpointError::TooLarge { .. }) && stored.get("p").is_none();
                        tally.same(&format!("{at} HL"), refused, true);
                    }
                }
            }
            if let Some(stored) = expected.get("exactGauss_loose").filter(|s| s["p"].is_number()) {
                // Ours is exact; R's is a quasi-random integral that stops at an error of 0.001.
                let difference = p(PValueMethod::ExactGauss) - number(&stored["p"]);
                random.number(&format!("{at} exactGauss"), difference / 0.002, 0.0);
            }
            if let Some(stored) = expected.get("condMC_loose").filter(|s| !s.is_null()) {
                let draws = number(&stored["B"]) as usize;
                let (ours, theirs) = (p(PValueMethod::Permutation { draws, seed: 1 }), number(&stored["p"]));
                let standard_error = (2.0 * ours * (1.0 - ours) / draws as f64).sqrt();
                random.number(&format!("{at} condMC"), (ours - theirs) / standard_error, 0.0);
            }
            let stored = &expected["survminer"];
            tally.number(&format!("{at} survminer"), found.cut, number(&stored["cutpoint"]));
            tally.number(&format!("{at} survminer"), found.statistic, number(&stored["statistic"]));
            tally.number(&format!("{at} low"), found.split.low.n as f64, number(&stored["n_low"]));
            tally.number(&format!("{at} high"), found.split.high.n as f64, number(&stored["n_high"]));

            let stored = &expected["at_estimate"];
            let groups = split(&data, &x, found.cut).expect("lengths").group;
            let rows: Vec<usize> = (0..x.len()).filter(|&i| groups[i].is_some()).collect();
            let codes: Vec<usize> = groups.into_iter().flatten().collect();
            let two = Groups::new(&codes, 2).expect("codes");
            let test = LogRankSpec::default().check().expect("a number");
            let compared = test.fit(&data.select(&rows), two, Groups::one()).expect("compares");
            tally.number(&format!("{at} log-rank"), compared.statistic, number(&stored["logrank_chisq"]));
            tails.number(&format!("{at} log-rank"), compared.p, number(&stored["logrank_p"]));
            let high: Vec<f64> = codes.iter().map(|g| *g as f64).collect();
            let design = Design::new(rows.len()).linear("high", &high).expect("finite");
            let cox = CoxSpec::default().check().expect("default");
            let fit = cox.fit(&data.select(&rows), &design, &Unwatched).expect("a fit");
            let hr = fit.coefficients[0].estimate.as_ref().expect("a coefficient");
            let names = ["hr_high_vs_low", "hr_lower95", "hr_upper95"];
            for (found, name) in [hr.hr, hr.lower, hr.upper].into_iter().zip(names) {
                fits.number(&format!("{at} {name}"), found, number(&stored[name]));
            }
        }
        tally.finish();
        tails.finish();
        lau94.finish();
        fits.finish();
    }
    random.finish();
}
