//! The designs' results as one kind of answer, and what is to be said of them.

use survival::validation::{
    Bootstrap, BootstrapModel, Corrected as OfBootstrap, CrossModel, CrossValidation, Judged as Value, Measures,
    ModelDifference, Permutation, Selection as Choice, judge,
};

use super::answer::{AtTime, Cohort, Corrected, Difference, Feature, Measured, Model, Permuted, Size};
use super::pipeline::FittedStudy;
use super::{Design, Spec};
use crate::ask::{AskError, Dataset, Selection};
use crate::methods::model;

/// The models by one design.
pub(super) struct Judged {
    pub models: Vec<Model>,
    pub differences: Vec<Difference>,
    pub used: usize,
    pub failed: usize,
    first_failure: Option<String>,
}

/// At most so many features are listed.
const MOST_FEATURES: usize = 200;

fn measured(values: &Measures<f64>, times: &[f64]) -> Measured {
    Measured {
        c: values.c,
        slope: values.slope,
        auc: at("auc", times, values.auc.iter().map(|v| (*v, None))),
        brier: at("brier", times, values.brier.iter().map(|v| (*v, None))),
        ipa: at("ipa", times, values.ipa.iter().map(|v| (*v, None))),
    }
}

fn corrected(values: &Measures<Value>, times: &[f64]) -> Corrected {
    let Measures { c, slope, auc, brier, ipa } = values;
    let limits = |x: &Value| (x.value, Some([x.se, x.lower, x.upper]));
    Corrected {
        c: c.value,
        se: c.se,
        lower: c.lower,
        upper: c.upper,
        slope: slope.value,
        slope_se: slope.se,
        slope_lower: slope.lower,
        slope_upper: slope.upper,
        auc: at("auc", times, auc.iter().map(limits)),
        brier: at("brier", times, brier.iter().map(limits)),
        ipa: at("ipa", times, ipa.iter().map(limits)),
        out_of_bag: None,
        point632_plus: None,
    }
}

fn at(name: &'static str, times: &[f64], values: impl Iterator<Item = (f64, Option<[f64; 3]>)>) -> Vec<AtTime> {
    times.iter().zip(values).map(|(time, (value, limits))| AtTime { name, time: *time, value, limits }).collect()
}

fn features(choice: &Choice, names: &[&str]) -> Vec<Feature> {
    let one = |f: &survival::validation::Frequency| Feature {
        feature: names[f.feature].to_owned(),
        share: f.share,
        rank: f.rank,
    };
    choice.features.iter().take(MOST_FEATURES).map(one).collect()
}

fn size(choice: &Choice) -> Option<Size> {
    (choice.max > 0).then_some(Size { mean: choice.mean, min: choice.min, max: choice.max })
}

fn of_model(name: &str, apparent: Measured, choice: &Choice, names: &[&str]) -> Model {
    Model {
        model: name.to_owned(),
        label: name.to_owned(),
        apparent,
        optimism: None,
        corrected: None,
        cohorts: Vec::new(),
        centres: Vec::new(),
        permutation: None,
        size: size(choice),
        features: features(choice, names),
        stability: Some(choice.stability).filter(|s| !s.is_nan()),
    }
}

/// Optimism by the bootstrap.
pub(super) fn of_bootstrap(found: Bootstrap, times: &[f64], names: &[&str]) -> Judged {
    let one = |m: &BootstrapModel| {
        let all = &m.measures;
        let apparent = measured(&all.map(|x| x.apparent), times);
        let value = |x: &OfBootstrap| Value { value: x.corrected, se: x.se, lower: x.lower, upper: x.upper };
        let corrected = Corrected {
            out_of_bag: Some(all.c.out_of_bag),
            point632_plus: Some(all.c.point632_plus),
            ..corrected(&all.map(value), times)
        };
        let optimism = Some(measured(&all.map(|x| x.optimism), times));
        Model { optimism, corrected: Some(corrected), ..of_model(&m.name, apparent, &m.selection, names) }
    };
    let models: Vec<Model> = found.models.iter().map(one).collect();
    let differences = differences(&models, &found.differences);
    Judged { models, differences, used: found.used, failed: found.failed, first_failure: found.first_failure }
}

fn differences(models: &[Model], found: &[ModelDifference]) -> Vec<Difference> {
    let one = |d: &ModelDifference| Difference {
        first: models[d.first].model.clone(),
        second: models[d.second].model.clone(),
        difference: d.c.value,
        se: d.c.se,
        lower: d.c.lower,
        upper: d.c.upper,
        p: d.p,
    };
    found.iter().map(one).collect()
}

/// Cross-validation, with the centres' names where those are left out.
pub(super) fn of_cross_validation(
    found: CrossValidation,
    times: &[f64],
    names: &[&str],
    centres: Option<&[String]>,
) -> Judged {
    let one = |m: &CrossModel| {
        let all = &m.measures;
        let corrected = corrected(all, times);
        let (apparent, left_out) = (measured(&m.apparent, times), measured(&all.map(|x| x.value), times));
        let optimism = Some(less(&apparent, &left_out));
        let part = |p: &survival::validation::PartModel| Cohort {
            cohort: centres.map_or_else(String::new, |names| names[p.part].clone()),
            n: p.n,
            events: p.events,
            c: p.measures.c.value,
            lower: p.measures.c.lower,
            upper: p.measures.c.upper,
            slope: p.measures.slope.value,
        };
        let centres = centres.map(|_| m.parts.iter().map(part).collect()).unwrap_or_default();
        Model { optimism, corrected: Some(corrected), centres, ..of_model(&m.name, apparent, &m.selection, names) }
    };
    let models: Vec<Model> = found.models.iter().map(one).collect();
    let differences = differences(&models, &found.differences);
    Judged { models, differences, used: found.used, failed: found.failed, first_failure: found.first_failure }
}

fn less(a: &Measured, b: &Measured) -> Measured {
    let times = |a: &[AtTime], b: &[AtTime]| {
        a.iter().zip(b).map(|(a, b)| AtTime { value: a.value - b.value, ..*a }).collect::<Vec<_>>()
    };
    Measured {
        c: a.c - b.c,
        slope: a.slope - b.slope,
        auc: times(&a.auc, &b.auc),
        brier: times(&a.brier, &b.brier),
        ipa: times(&a.ipa, &b.ipa),
    }
}

/// Outcomes in random order.
pub(super) fn of_permutation(found: Permutation) -> Judged {
    let one = |m: usize| {
        let apparent = Measured { c: found.apparent[m], slope: f64::NAN, ..Measured::default() };
        let permutation = Some(Permuted { p: found.p[m], c: found.permuted[m].clone() });
        Model {
            model: found.models[m].clone(),
            label: found.models[m].clone(),
            apparent,
            optimism: None,
            corrected: None,
            cohorts: Vec::new(),
            centres: Vec::new(),
            permutation,
            size: None,
            features: Vec::new(),
            stability: None,
        }
    };
    let used = found.permuted.first().map_or(0, Vec::len);
    let models = (0..found.models.len()).map(one).collect();
    Judged { models, differences: Vec::new(), used, failed: found.failed, first_failure: found.first_failure }
}

/// Events for each candidate under which a selection hardly finds the same again.
const FEW_EVENTS: f64 = 10.0;

impl Judged {
    /// What a reviewer would say of the design.
    pub fn caveats(&self, spec: &Spec, selects: bool, notes: &mut Vec<String>) {
        if self.failed > 0 {
            let why = self.first_failure.clone().unwrap_or_default();
            notes.push(format!(
                "{} of {} samples could not be fitted and do not count; the first: {why}",
                self.failed,
                self.failed + self.used
            ));
        }
        match &spec.design {
            Design::Bootstrap(_) if selects => notes.push(
                "after a selection among many features Harrell's optimism takes off too little: of pure noise it leaves a C of \
                 0.56, a nested cross-validation 0.50. Publish the value of --design nested"
                    .to_owned(),
            ),
            Design::Permutation(_) => notes.push(
                "p is the share of orders in which the same steps find as high an apparent C where there is nothing to find"
                    .to_owned(),
            ),
            _ => {}
        }
        let unstable = self.models.iter().filter(|m| m.stability.is_some_and(|s| s < POOR_STABILITY));
        for m in unstable {
            notes.push(format!(
                "{}: other samples choose other features (stability {:.2} of 1): name no feature as a finding",
                m.model,
                m.stability.unwrap_or_default()
            ));
        }
    }
}

/// Stability below this is poor (Nogueira, Sechidis and Brown, J Mach Learn Res 18(174), 2018).
const POOR_STABILITY: f64 = 0.4;

/// Events and candidates, told as a reviewer would.
pub(super) fn of_candidates(events: usize, candidates: usize) -> Option<String> {
    let each = events as f64 / candidates as f64;
    (candidates > 0 && each < FEW_EVENTS).then(|| {
        format!(
            "{events} events for {} candidate features: {} events each, where models of named covariates are asked for 10 or \
             more",
            figures::format::count(candidates),
            figures::format::significant(each, 2)
        )
    })
}

/// The models fitted to all subjects in every other cohort.
pub(super) fn cohorts(
    data: &Dataset,
    spec: &Spec,
    fitted: &FittedStudy,
    subjects: &[usize],
    notes: &mut Vec<String>,
) -> Result<Vec<Vec<Cohort>>, AskError> {
    let mut of_models: Vec<Vec<Cohort>> = vec![Vec::new(); spec.models.len()];
    for name in &data.cohort.groups().levels {
        let on = Selection { cohort: Some(name.clone()), ..spec.on.clone() };
        let selected = match data.select(&on) {
            Ok(selected) => selected,
            Err(AskError::Impossible(why)) => {
                notes.push(why);
                continue;
            }
            Err(error) => return Err(error),
        };
        if selected.rows.iter().any(|row| subjects.binary_search(row).is_ok()) {
            continue;
        }
        let Some(survival) = selected.survival else { continue };
        let predictions = fitted.predict(&selected.rows, &[])?;
        for (k, prediction) in predictions.iter().enumerate() {
            let known: Vec<usize> = (0..selected.rows.len()).filter(|i| !prediction.score[*i].is_nan()).collect();
            if known.len() < selected.rows.len() {
                notes.push(format!(
                    "{}, {name}: {} without a prediction",
                    model::label(&spec.models[k]),
                    figures::format::patients_are(selected.rows.len() - known.len())
                ));
            }
            let survival = survival.select(&known);
            let judged = judge(&survival, &prediction.rows(&known), &[], None);
            of_models[k].push(Cohort {
                cohort: name.clone(),
                n: known.len(),
                events: survival.n_events(),
                c: judged.c.value,
                lower: judged.c.lower,
                upper: judged.c.upper,
                slope: judged.slope.value,
            });
        }
    }
    Ok(of_models)
}
