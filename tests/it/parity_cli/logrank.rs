//! `riskset logrank` against R's survdiff.

use super::{answer, data, each, list, with_endpoint};
use crate::reference::{Tally, json, number, numbers};

#[test]
fn tests_with_strata_weights_and_trend() {
    for set in ["lung", "veteran", "gbsg", "rotterdam", "aml"] {
        let (Some(table), Some(reference)) = (data(set), json(&format!("survival/logrank_{set}.json"))) else { return };
        let mut tally = Tally::new(format!("riskset logrank {set}"), 1e-8, 1e-300);
        for stored in list(&reference["tests"]) {
            let rhs = stored["rhs"].as_str().expect("a formula");
            let rho = number(&stored["rho"]).to_string();
            let terms: Vec<&str> = rhs.split(" + ").collect();
            let stratum = |t: &&str| t.strip_prefix("strata(").and_then(|t| t.strip_suffix(')')).map(str::to_owned);
            let strata: Vec<String> = terms.iter().filter_map(stratum).collect();
            let by: Vec<&str> = terms.iter().copied().filter(|t| stratum(t).is_none()).collect();
            let (by, strata) = (by.join(","), strata.join(","));
            let mut arguments = vec!["--by", by.as_str(), "--rho", rho.as_str()];
            if !strata.is_empty() {
                arguments.extend(["--strata", strata.as_str()]);
            }
            let found = answer("logrank", &table, &with_endpoint(&arguments));
            let at = |what: &str| format!("{rhs} rho {rho} {what}");
            for (key, name) in [("statistic", "chisq"), ("df", "df"), ("p", "p"), ("n_dropped", "n_dropped")] {
                tally.number(&at(key), number(&found[key]), number(&stored[name]));
            }
            for key in ["n", "observed", "expected"] {
                tally.numbers(&at(key), &each(&found["groups"], key), &numbers(&stored[key]));
            }
        }
        for stored in list(&reference["trend"]) {
            let by = stored["group"].as_str().expect("a name");
            let found = answer("logrank", &table, &with_endpoint(&["--by", by, "--trend"]));
            tally.number(by, number(&found["statistic"]), number(&stored["logrank_trend_chisq"]));
            tally.number(by, number(&found["p"]), number(&stored["p_logrank_trend"]));
        }
        tally.finish();
    }
}
