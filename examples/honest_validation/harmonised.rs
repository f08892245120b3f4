//! Noise at two sites, one with most of the events: what a harmonisation outside of the cross-validation adds to C.

use std::error::Error;

use figures::Figure;
use survival::Survival;
use survival::harmonize::{CombatSpec, SiteData};
use survival::score::{Harmonisation, ScoreData, ScoreSpec};
use survival::stats::rng::Rng;
use survival::validation::{CrossValidationSpec, Left};
use watch::Unwatched;

use crate::selected::simulated;
use crate::summary::{boxes, said};

const PATIENTS: usize = 81;
const FEATURES: usize = 100;
/// The share of patients of site b among those with the event and among the others.
const AT_B: [f64; 2] = [0.85, 0.15];

const NAMES: [&str; 3] = ["all patients, event kept", "all patients, no outcomes", "in every training part"];

/// Cross-validated C of each data set by where ComBat was fitted.
pub struct Found([Vec<f64>; 3]);

impl Found {
    pub fn of(datasets: usize) -> Result<Self, Box<dyn Error>> {
        let mut found = Self(Default::default());
        for number in 0..datasets as u64 {
            let (data, survival) = at_two_sites(number)?;
            let event: Vec<f64> = survival.event().iter().map(|e| f64::from(u8::from(*e))).collect();
            let treated = |kept: &[&[f64]]| -> Result<ScoreData, Box<dyn Error>> {
                let slices: Vec<&[f64]> = data.features.iter().map(Vec::as_slice).collect();
                let names: Vec<&str> = data.site.iter().map(String::as_str).collect();
                let all = SiteData { features: &slices, site: &names, kept };
                let combat = CombatSpec::default().check()?.fit(&all, &Unwatched)?;
                Ok(ScoreData { features: combat.apply(&all, &Unwatched)?.features, ..ScoreData::default() })
            };
            let left = Left::Folds { folds: 10, repeats: 1, seed: number };
            let cross = CrossValidationSpec { left, times: vec![], candidates: FEATURES }.check()?;
            let c = |spec: ScoreSpec, data: &ScoreData| -> Result<f64, Box<dyn Error>> {
                Ok(cross.fit(&spec.check(data)?, &survival, &Unwatched)?.models[0].measures.c.value)
            };
            let inside = Some(Harmonisation::Combat(CombatSpec::default()));
            found.0[0].push(c(ScoreSpec::default(), &treated(&[&event])?)?);
            found.0[1].push(c(ScoreSpec::default(), &treated(&[])?)?);
            found.0[2].push(c(ScoreSpec { harmonisation: inside, ..ScoreSpec::default() }, &data)?);
        }
        Ok(found)
    }

    pub fn print(&self) {
        println!("noise at two sites: cross-validated C by what ComBat was fitted to, truth 0.5");
        for (name, values) in NAMES.iter().zip(&self.0) {
            println!("  {name:<27} {}", said(values));
        }
    }

    pub fn figure(&self) -> Figure {
        let named: Vec<(&str, &[f64])> = NAMES.into_iter().zip(self.0.iter().map(Vec::as_slice)).collect();
        Figure::new("Noise at two sites: ComBat fitted to ..", boxes(&named, 0.5, "truth"))
    }
}

fn at_two_sites(number: u64) -> Result<(ScoreData, Survival), Box<dyn Error>> {
    let mut rng = Rng::stream(3, number);
    let (mut features, survival) = simulated(PATIENTS, FEATURES, 0.0, &mut rng)?;
    let at_b = |i: usize, rng: &mut Rng| rng.uniform() < if survival.event()[i] { AT_B[0] } else { AT_B[1] };
    let site: Vec<String> = (0..PATIENTS).map(|i| if at_b(i, &mut rng) { "b" } else { "a" }.to_owned()).collect();
    for column in &mut features {
        let shift = rng.normal();
        (0..PATIENTS).filter(|&i| site[i] == "b").for_each(|i| column[i] += shift);
    }
    Ok((ScoreData { features, site, ..ScoreData::default() }, survival))
}
