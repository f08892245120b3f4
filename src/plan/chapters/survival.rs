//! Cox models, survival curves, cut-offs, competing events.

use tables::Kind;

use super::{Asking, Chapter, Outcome, Written, not_asked, once, plain, with_methods};
use crate::ask::AskError;
use crate::document::Document;
use crate::methods::{cox, cuminc, cutpoint, km, model, model_file};
use crate::plan::{Answering, Choices, Plan};

pub(super) const CHAPTERS: &[Chapter] = &[
    Chapter {
        name: "cox.univariable",
        title: "Univariable models",
        of_endpoint: true,
        variants: once,
        write: univariable,
    },
    Chapter {
        name: "cox.multivariable",
        title: "Multivariable model",
        of_endpoint: true,
        variants: once,
        write: multivariable,
    },
    Chapter { name: "cox.named", title: "Coefficients of the models", of_endpoint: true, variants: once, write: named },
    Chapter { name: "cox.subgroups", title: "Subgroups", of_endpoint: true, variants: once, write: subgroups },
    Chapter { name: "km.curves", title: "Survival curves", of_endpoint: true, variants: each_cohort, write: curves },
    Chapter { name: "km.details", title: "Survival in detail", of_endpoint: true, variants: once, write: details },
    Chapter {
        name: "km.incidence",
        title: "Cumulative incidence",
        of_endpoint: true,
        variants: once,
        write: incidence,
    },
    Chapter {
        name: "km.causes",
        title: "Models of competing causes",
        of_endpoint: true,
        variants: once,
        write: causes,
    },
    Chapter { name: "km.cut-off", title: "Cut-off", of_endpoint: true, variants: each_number, write: cut_off },
];

fn univariable(asking: &Asking<'_>) -> Outcome {
    let answer = asking.ask(asking.plan.cox())?;
    with_methods(cox::document::univariable(&answer), sentences(&asking.plan))
}

fn multivariable(asking: &Asking<'_>) -> Outcome {
    let answer = asking.ask(asking.plan.cox())?;
    match &answer.joint {
        Some(model) => plain(cox::document::joint(&answer, model)),
        None => plain(
            Document::new(format!("Multivariable model, {}", answer.endpoint))
                .about(&answer.endpoint)
                .paragraph(format!("No variable entered the multivariable model ({}).", answer.rule)),
        ),
    }
}

/// Every model of the study with what a prediction needs.
fn named(asking: &Asking<'_>) -> Outcome {
    let plan = &asking.plan;
    if plan.models().is_empty() {
        return not_asked("the study names no models: write some under [models] in study.toml");
    }
    let endpoint = plan.endpoint().map_or("", |endpoint| &endpoint.label);
    let answering = Answering { memo: asking.memo, watch: asking.watch };
    let mut document =
        Document::new(format!("Coefficients and baseline survival of the models, {endpoint}")).about(endpoint);
    let mut why = None;
    for model in plan.models() {
        match plan.model_file(model, plan.times(), &answering) {
            Ok(file) => {
                let training = format!("{} patients, {} events", file.training.n, file.training.events);
                document = document
                    .heading(file.label.clone())
                    .paragraph(training)
                    .with(model_file::document::coefficients(&file))
                    .with(model_file::document::baseline(&file));
                if let Some(filled) = model_file::document::filled(&file) {
                    document = document.with(filled);
                    document.notes.extend(file.notes.iter().filter(|note| note.contains("filled in by")).cloned());
                }
            }
            Err(error) => {
                document = document.note(error.to_string());
                why = why.or(Some(error));
            }
        }
    }
    match why {
        Some(why) if document.blocks.is_empty() => Err(why.into()),
        _ => with_methods(document.paragraph(model_file::document::HOW), model::imputation::methods(&plan.models())),
    }
}

fn subgroups(asking: &Asking<'_>) -> Outcome {
    let Some(spec) = asking.plan.subgroups() else {
        return not_asked("the study names no effect to look at in subgroups: a score, or [models]");
    };
    if spec.by.is_empty() {
        return not_asked("no variable of the study divides its patients into subgroups");
    }
    let answer = asking.ask(spec)?;
    with_methods(cox::document::subgroups::document(&answer), cox::subgroups::methods(&answer))
}

fn sentences(plan: &Plan<'_>) -> String {
    let firth = if plan.choices.cox.firth { " with Firth's penalty" } else { "" };
    format!(
        "Hazard ratios were estimated by Cox regression ({} ties){firth}, p by likelihood ratio tests for variables and Wald \
         tests for terms. {} Proportional hazards were tested by score tests against the Kaplan-Meier transform of time.",
        cox::document::author(plan.ties()),
        plan.rule_of_entry()
    )
}

/// All patients, then each cohort by itself.
fn each_cohort(plan: &Plan<'_>) -> Vec<Choices> {
    let all = plan.choices.clone();
    let several = all.cohort.is_none() && plan.cohorts().len() > 1;
    let cohorts = plan.cohorts().iter().filter(|_| several);
    let each = cohorts.map(|cohort| Choices { cohort: Some(cohort.clone()), ..all.clone() });
    std::iter::once(all.clone()).chain(each).collect()
}

fn curves(asking: &Asking<'_>) -> Outcome {
    let plan = &asking.plan;
    // Where nobody asked for curves by the Rad-score, one of everybody stands in their place.
    let (answer, why) = match asking.ask(plan.curves()) {
        Err(AskError::Impossible(why) | AskError::NotYet(why))
            if plan.choices.km.by.is_none() && plan.curves_by().is_some() =>
        {
            (asking.ask(plan.curves_together())?, Some(why))
        }
        answered => (answered?, None),
    };
    let mut document = km::document::document(&answer);
    document.notes.extend(why.map(|why| format!("not by Rad-score: {why}")));
    if let Some(cohort) = &plan.choices.cohort {
        document.title = format!("{}, {cohort} cohort", document.title);
    }
    with_methods(document, km::document::methods(&answer, plan.choices.km.band, plan.ties()))
}

fn details(asking: &Asking<'_>) -> Outcome {
    let answer = asking.ask(asking.plan.curves_in_detail())?;
    let Some(found) = &answer.details else { return not_asked("nothing is asked beside the curves") };
    let document = km::document::details::document(&answer, found);
    let rates = km::document::rates::table(&answer).caption("Events and rates");
    let document = document.with(rates).paragraph(km::document::rates::LEGEND);
    with_methods(document, km::document::details::methods(&answer, found))
}

const NO_CAUSES: &str = "the study names no events that compete with the endpoint's";

fn incidence(asking: &Asking<'_>) -> Outcome {
    let Some(incidence) = asking.plan.incidence() else { return not_asked(NO_CAUSES) };
    let answer = asking.ask(incidence)?;
    with_methods(cuminc::document::document(&answer), cuminc::document::methods(&answer, &asking.plan.times()))
}

fn causes(asking: &Asking<'_>) -> Outcome {
    if asking.plan.causes().is_none() {
        return not_asked(NO_CAUSES);
    }
    let Some(covariates) = asking.plan.covariates_of_causes() else { return not_asked("the study names no models") };
    let Some(spec) = asking.plan.models_of_causes(covariates.clone()) else { return not_asked(NO_CAUSES) };
    let answer = asking.ask(spec)?;
    with_methods(cox::document::causes::document(&answer), cox::document::causes::methods(&answer, &covariates))
}

/// Each number among the covariates of the models; without any, the one that would be cut first.
fn each_number(plan: &Plan<'_>) -> Vec<Choices> {
    let mut names: Vec<String> = Vec::new();
    for name in plan.models().iter().flat_map(|m| &m.covariates) {
        let is_number = plan.cohort().frame().get(name).is_some_and(|c| c.kind() == Kind::Number);
        if is_number && !names.contains(name) {
            names.push(name.clone());
        }
    }
    if names.is_empty() {
        return once(plan);
    }
    let cut = |name: String| {
        let mut choices = plan.choices.clone();
        choices.km.cut = Some(name);
        choices
    };
    names.into_iter().map(cut).collect()
}

fn cut_off(asking: &Asking<'_>) -> Outcome {
    let plan = &asking.plan;
    let Some(variable) = plan.choices.km.cut.clone().or_else(|| plan.to_cut()) else {
        return not_asked("no variable of the study is a number that can be cut");
    };
    let found = asking.ask(plan.cut_off(&variable, cutpoint::Method::Lau92))?;
    let permutation = plan.cut_off(&variable, cutpoint::Method::Permutation);
    let permuted = asking.ask(permutation.clone()).ok().map(|answer| answer.p);
    let curves = |cohort: &String| asking.ask(plan.sides(&variable, found.cutpoint, cohort)).ok();
    let sides: Vec<_> = plan.cohorts().iter().map(|cohort| (cohort, curves(cohort))).collect();
    let of_cohorts: Vec<(&str, &km::Answer)> =
        sides.iter().filter_map(|(cohort, curves)| Some((cohort.as_str(), curves.as_deref()?))).collect();
    Ok(Written {
        document: cutpoint::document::carried(&found, permuted, &of_cohorts),
        methods: Some(cutpoint::document::methods(&found, &permutation)),
    })
}
