//! The subdistribution hazard model against R's cmprsk::crr.

use survival::competing_risks::CompetingRisks;
use survival::cox::Design;
use survival::fine_gray::FineGraySpec;
use watch::Unwatched;

use crate::reference::{Table, Tally, json, number, numbers, strings};

#[test]
pub(super) fn every_cause() {
    let Some(stored) = json("survival/extra_shared.json").map(|s| s["competing"].clone()) else { return };
    let Some(table) = Table::read(stored["data"].as_str().expect("a name")) else { return };
    let time = table.column("time");
    let cause: Vec<u32> = table.column("cause").into_iter().map(|c| c as u32).collect();
    let risks = CompetingRisks::new(time, cause).expect("valid");
    let mut tally = Tally::new("fine-gray", 1e-6, 1e-6);
    for model in stored["fine_gray"].as_array().expect("a list") {
        let names = strings(&model["names"]);
        let design =
            names.iter().fold(Design::new(risks.len()), |d, name| d.linear(name, &table.column(name)).expect("finite"));
        let of_interest = number(&model["cause"]) as u32;
        let checked = FineGraySpec::of_cause(of_interest).check().expect("a cause");
        let fit = checked.fit(&risks, &design, &Unwatched).expect("a fit");
        let place = format!("cause {of_interest}");
        let estimates: Vec<_> = fit.coefficients.iter().flat_map(|c| c.estimate).collect();
        let coef: Vec<f64> = estimates.iter().map(|e| e.coef).collect();
        let se: Vec<f64> = estimates.iter().map(|e| e.se).collect();
        tally.numbers(&format!("{place}.coef"), &coef, &numbers(&model["coef"]));
        tally.numbers(&format!("{place}.se"), &se, &numbers(&model["se"]));
        tally.number(&format!("{place}.loglik"), fit.loglik, number(&model["loglik"]));
        tally.number(&format!("{place}.loglik_null"), fit.loglik_null, number(&model["loglik_null"]));
    }
    tally.finish();
}
