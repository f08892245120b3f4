//! How good the study's models are: discrimination, error, calibration, what acting on them is worth.

use super::{Asking, Chapter, Missing, Outcome, once, plain, with_methods};
use crate::methods::{calibrate, dca, nomogram, optimism, over_time, performance, reclassification, validate};
use crate::plan::{Choices, Plan};
use crate::study::ModelSpec;

/// What a reader looks for first: how good each model is, and which value to believe.
pub(super) const FIRST: &[Chapter] = &[Chapter {
    name: "performance.pipeline",
    title: "Validation of the whole pipeline",
    of_endpoint: true,
    variants: once,
    write: pipeline,
}];

pub(super) const CHAPTERS: &[Chapter] = &[
    Chapter {
        name: "performance.concordance",
        title: "Concordance of the models",
        of_endpoint: true,
        variants: once,
        write: concordance,
    },
    Chapter { name: "performance.ROC", title: "ROC curves", of_endpoint: true, variants: once, write: roc },
    Chapter { name: "performance.Brier", title: "Brier scores", of_endpoint: true, variants: once, write: brier },
    Chapter {
        name: "performance.over-time",
        title: "Models over time",
        of_endpoint: true,
        variants: once,
        write: course,
    },
    Chapter {
        name: "performance.bootstrap",
        title: "Bootstrap of the models",
        of_endpoint: true,
        variants: once,
        write: bootstrap,
    },
    Chapter {
        name: "performance.reclassification",
        title: "Reclassification",
        of_endpoint: true,
        variants: once,
        write: moved,
    },
    Chapter {
        name: "calibration.plot",
        title: "Calibration",
        of_endpoint: true,
        variants: each_model,
        write: calibration,
    },
    Chapter { name: "calibration.nomogram", title: "Nomogram", of_endpoint: true, variants: once, write: scales },
    Chapter {
        name: "calibration.net-benefit",
        title: "Decision curves",
        of_endpoint: true,
        variants: once,
        write: benefit,
    },
];

/// Whether the study has models; else the reason why a chapter on them is not written.
fn needs_models(asking: &Asking<'_>) -> Result<(), Missing> {
    let none = || Missing::NotAsked("the study names no models: write some under [models] in study.toml".to_owned());
    if asking.plan.models().is_empty() { Err(none()) } else { Ok(()) }
}

fn pipeline(asking: &Asking<'_>) -> Outcome {
    needs_models(asking)?;
    let plan = &asking.plan;
    let (in_use, first) = (plan.endpoint(), plan.cohort().endpoints().first());
    if in_use.map(|e| &e.name) != first.map(|e| &e.name) {
        let name = in_use.map_or("NAME", |e| &e.name);
        return Err(Missing::NotAsked(format!("riskset validate --endpoint {name} validates it for this endpoint")));
    }
    let Some(spec) = plan.validation(asking.fits.clone()) else {
        return Err(Missing::NotAsked("the study asks for no validation: [validation] design = \"none\"".to_owned()));
    };
    let answer = asking.ask(spec)?;
    with_methods(validate::document::document(&answer), validate::document::methods(&answer))
}

fn concordance(asking: &Asking<'_>) -> Outcome {
    needs_models(asking)?;
    let answer = asking.ask(asking.plan.performance())?;
    with_methods(performance::document::concordance(&answer), performance::document::methods(&answer))
}

fn roc(asking: &Asking<'_>) -> Outcome {
    needs_models(asking)?;
    let answer = asking.ask(asking.plan.performance())?;
    plain(performance::document::discrimination(&answer, None))
}

fn brier(asking: &Asking<'_>) -> Outcome {
    needs_models(asking)?;
    let answer = asking.ask(asking.plan.performance())?;
    plain(performance::document::error(&answer))
}

fn course(asking: &Asking<'_>) -> Outcome {
    needs_models(asking)?;
    let answer = asking.ask(asking.plan.over_time())?;
    with_methods(over_time::document::document(&answer), over_time::document::methods(&answer))
}

fn bootstrap(asking: &Asking<'_>) -> Outcome {
    needs_models(asking)?;
    let spec = asking.plan.optimism();
    let methods = optimism::document::methods(&spec);
    let answer = asking.ask(spec)?;
    with_methods(optimism::document::document(&answer), methods)
}

fn moved(asking: &Asking<'_>) -> Outcome {
    needs_models(asking)?;
    let answer = asking.ask(asking.plan.reclassification())?;
    with_methods(reclassification::document::document(&answer), reclassification::document::methods(&answer))
}

/// Each model by itself.
fn each_model(plan: &Plan<'_>) -> Vec<Choices> {
    let models = plan.models();
    if models.is_empty() {
        return once(plan);
    }
    let of = |model: ModelSpec| {
        let mut choices = plan.choices.clone();
        choices.calibration.model = Some(model.name);
        choices
    };
    models.into_iter().map(of).collect()
}

/// The model that is calibrated.
fn calibrated(asking: &Asking<'_>) -> Result<ModelSpec, Missing> {
    needs_models(asking)?;
    asking.plan.calibrated().ok_or_else(|| Missing::NotAsked("there is no such model".to_owned()))
}

fn calibration(asking: &Asking<'_>) -> Outcome {
    let answer = asking.ask(asking.plan.calibration(calibrated(asking)?))?;
    with_methods(calibrate::document::document(&answer), calibrate::document::methods(&answer))
}

fn scales(asking: &Asking<'_>) -> Outcome {
    let answer = asking.ask(asking.plan.nomogram(calibrated(asking)?))?;
    with_methods(nomogram::document::document(&answer), nomogram::document::METHODS.to_owned())
}

fn benefit(asking: &Asking<'_>) -> Outcome {
    needs_models(asking)?;
    let answer = asking.ask(asking.plan.decision_curves())?;
    let methods = if answer.bootstraps > 0 { dca::document::METHODS_WITH_LIMITS } else { dca::document::METHODS };
    with_methods(dca::document::document(&answer), methods.to_owned())
}
