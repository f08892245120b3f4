//! Images, features, and the score made of them.

use super::{Asking, Chapter, Missing, Outcome, not_asked, once, plain, with_methods};
use crate::methods::{clusters, extraction, features, icc, images, lasso};

pub(super) const CHAPTERS: &[Chapter] = &[
    Chapter { name: "images.cases", title: "Images", of_endpoint: false, variants: once, write: cases },
    Chapter { name: "features.list", title: "Features", of_endpoint: false, variants: once, write: list },
    Chapter { name: "features.groups", title: "Groups of features", of_endpoint: false, variants: once, write: groups },
    Chapter { name: "features.screen", title: "Screen of features", of_endpoint: true, variants: once, write: screen },
    Chapter { name: "lasso.path", title: "Penalized model", of_endpoint: true, variants: once, write: path },
    Chapter { name: "lasso.score", title: "Rad-score", of_endpoint: true, variants: once, write: score },
    Chapter {
        name: "lasso.stability",
        title: "Stability of the selection",
        of_endpoint: true,
        variants: once,
        write: stability,
    },
];

const NO_FEATURES: &str = "the study has no radiomic features";

/// Whether the study has features; else the reason why a chapter on them is not written.
fn needs_features(asking: &Asking<'_>) -> Result<(), Missing> {
    if asking.plan.has_features() { Ok(()) } else { Err(Missing::NotAsked(NO_FEATURES.to_owned())) }
}

/// How features were extracted, in the study's own settings.
fn extracted(asking: &Asking<'_>) -> Option<String> {
    extraction::methods_of_study(asking.plan.study).filter(|_| asking.plan.has_images())
}

fn cases(asking: &Asking<'_>) -> Outcome {
    if !asking.plan.has_images() {
        return not_asked("the study has no images");
    }
    let answer = asking.ask(images::Spec { study: asking.plan.study.file.clone() })?;
    with_methods(images::document::document(&answer), extracted(asking))
}

fn list(asking: &Asking<'_>) -> Outcome {
    needs_features(asking)?;
    let answer = asking.ask(asking.plan.features())?;
    let compared = (!answer.comparisons.is_empty())
        .then(|| icc::document::methods(&answer.comparisons, answer.icc.kind, answer.icc.threshold));
    with_methods(features::document::document(&answer), compared)
}

fn groups(asking: &Asking<'_>) -> Outcome {
    needs_features(asking)?;
    let answer = asking.ask(asking.plan.clusters())?;
    with_methods(clusters::document::document(&answer), clusters::document::methods(&answer))
}

fn screen(asking: &Asking<'_>) -> Outcome {
    needs_features(asking)?;
    let answer = asking.ask(asking.plan.features())?;
    with_methods(features::document::screen::document(&answer), features::document::screen::methods(&answer))
}

/// The question of the Rad-score.
fn rad_score(asking: &Asking<'_>) -> Result<lasso::Spec, Missing> {
    needs_features(asking)?;
    let column = || Missing::NotAsked("the table has a column rad_score of its own".to_owned());
    asking.plan.rad_score().ok_or_else(column)
}

fn path(asking: &Asking<'_>) -> Outcome {
    let answer = asking.ask(rad_score(asking)?)?;
    with_methods(lasso::document::document(&answer), lasso::document::methods(&answer))
}

fn score(asking: &Asking<'_>) -> Outcome {
    let answer = asking.ask(rad_score(asking)?)?;
    plain(lasso::document::scores(&answer))
}

fn stability(asking: &Asking<'_>) -> Outcome {
    rad_score(asking)?;
    let Some(stability) = asking.plan.stability() else { return not_asked(NO_FEATURES) };
    let answer = asking.ask(stability)?;
    with_methods(lasso::document::stability::document(&answer), lasso::document::stability::methods(&answer))
}
