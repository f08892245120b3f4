//! Images, regions, features and what is made of them.

use super::{extraction_of, known, met, not_applicable, not_met, radiomic};
use crate::methods::audit::Judged;
use crate::methods::audit::facts::{Facts, Named};
use crate::study::ScoreCut;
use figures::format;

pub(in super::super) fn protocol(facts: &Facts) -> Judged {
    radiomic(facts, |r| match r.dicom {
        true => met("parameters from the DICOM headers by centre and sequence", "`riskset images STUDY --acquisition`"),
        false => known("the images' files do not say how they were taken"),
    })
}

pub(in super::super) fn segmentation(facts: &Facts) -> Judged {
    radiomic(facts, |r| match r.repeats {
        true => known("regions are read from masks, some of them drawn repeatedly"),
        false => known("regions are read from masks"),
    })
}

pub(in super::super) fn automatic(facts: &Facts) -> Judged {
    radiomic(facts, |r| match r.repeats {
        true => not_applicable("regions are drawn by readers"),
        false => known("answer `not applicable: ..` if regions were drawn by hand"),
    })
}

pub(in super::super) fn drawn_by_machine(facts: &Facts) -> Judged {
    radiomic(facts, |r| match r.repeats {
        true => not_met("regions are drawn by readers", "study.toml: [images] repeats"),
        false => known(""),
    })
}

pub(in super::super) fn repeats(facts: &Facts) -> Judged {
    radiomic(facts, |r| match r.repeats {
        true => met("repeated segmentations, intraclass correlation of every feature", "report: Reliability"),
        false => not_met("no region is drawn twice", "study.toml: [images] repeats"),
    })
}

pub(in super::super) fn reliable(facts: &Facts) -> Judged {
    radiomic(facts, |r| match r.repeats {
        true => met(format!("features are kept with {}", r.reliability), "study.toml: [icc]; report: Reliability"),
        false => not_met("no region is drawn twice, so no feature is dropped for that", "study.toml: [images] repeats"),
    })
}

pub(in super::super) fn redundant(facts: &Facts) -> Judged {
    radiomic(facts, |r| match &r.redundancy {
        Some(how) => met(how.clone(), "study.toml: [scores]"),
        None => known("the penalized model leaves out what others say as well; no step before it does"),
    })
}

pub(in super::super) fn reduction(facts: &Facts) -> Judged {
    radiomic(facts, |r| met(r.penalized.clone(), "study.toml: [lasso]; report: Penalized model"))
}

pub(in super::super) fn harmonised(facts: &Facts) -> Judged {
    radiomic(facts, |r| match &r.harmonised {
        Some(how) => met(how.clone(), "study.toml: [scores]"),
        None => not_met("features of sites are not brought to one scale", "study.toml: [scores]"),
    })
}

const EXTRACTION: &str = "study.toml: [extraction]; report: Methods";

pub(in super::super) fn extraction(facts: &Facts) -> Judged {
    extraction_of(facts, |_, how| met(how, EXTRACTION))
}

pub(in super::super) fn preprocessing(facts: &Facts) -> Judged {
    extraction_of(facts, |r, _| met(r.points.steps.join("; "), EXTRACTION))
}

pub(in super::super) fn discretised(facts: &Facts) -> Judged {
    extraction_of(facts, |r, _| met(r.points.discretised.clone(), EXTRACTION))
}

pub(in super::super) fn image_types(facts: &Facts) -> Judged {
    extraction_of(facts, |r, _| met(r.points.images.clone(), EXTRACTION))
}

pub(in super::super) fn classes(facts: &Facts) -> Judged {
    extraction_of(facts, |r, _| met(r.points.classes.clone(), EXTRACTION))
}

pub(in super::super) fn resampling(facts: &Facts) -> Judged {
    extraction_of(facts, |r, _| match r.resampled {
        true => met("images are resampled to one voxel size before filters and discretisation", EXTRACTION),
        false => not_met("images keep their own voxel sizes: name `spacing`", "study.toml: [extraction]"),
    })
}

pub(in super::super) fn count(facts: &Facts) -> Judged {
    extraction_of(facts, |r, _| match r.features {
        Some(n) => met(
            format!("{} features of each of {} sequences", format::count(n), r.sequences.len()),
            "report: Features; features.csv",
        ),
        None => known(""),
    })
}

pub(in super::super) fn defaults(facts: &Facts) -> Judged {
    let said = "what is not named has PyRadiomics' default; all settings stand in the manifest";
    extraction_of(facts, |_, _| met(said, "manifest.json"))
}

pub(in super::super) fn software(facts: &Facts) -> Judged {
    let said = "PyRadiomics' definitions, or those of the IBSI, held against reference values";
    extraction_of(facts, |_, _| met(said, "docs: radiomics, IBSI"))
}

pub(in super::super) fn scaling(facts: &Facts) -> Judged {
    radiomic(facts, |_| {
        met("z-scores by mean and standard deviation of the training cohort", "report: Penalized model")
    })
}

pub(in super::super) fn statistics(facts: &Facts) -> Judged {
    radiomic(facts, |_| met("every feature: completeness, agreement, outcome", "report: Features; tables/"))
}

pub(in super::super) fn one_sequence(facts: &Facts) -> Judged {
    radiomic(facts, |r| match r.sequences.as_slice() {
        [] => known("features come from a table"),
        [one] => met(format!("one sequence, {one}"), "study.toml: [images]"),
        several => of_several(facts, several),
    })
}

/// Whether models use one of several sequences, or models of one are compared with models of more.
fn of_several(facts: &Facts, all: &[String]) -> Judged {
    let scored = || facts.models.iter().filter(|model| !model.sequences.is_empty());
    let (alone, together): (Vec<&Named>, Vec<&Named>) = scored().partition(|model| model.sequences.len() == 1);
    let place = "study.toml: [models]; report: Concordance of the models";
    match (alone.as_slice(), together.as_slice()) {
        ([first, others @ ..], []) if others.iter().all(|model| model.sequences == first.sequences) => {
            met(format!("the models use one sequence, {}", first.sequences[0]), "study.toml: [scores]")
        }
        ([], _) => not_met(
            format!("{} are put together, and no model is of one of them alone", all.join(", ")),
            "study.toml: [models]",
        ),
        (alone, []) => not_met(format!("{}, and no model is of several together", said(alone)), "study.toml: [models]"),
        (alone, together) => met(format!("{} against {}", said(together), said(alone)), place),
    }
}

/// `both (AP, HBP), early (AP)`.
fn said(models: &[&Named]) -> String {
    let one = |model: &&Named| format!("{} ({})", model.name, model.sequences.join(", "));
    models.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// A cut that was searched for makes groups look better than they are; whether one that is given was published is known to
/// the authors alone.
pub(in super::super) fn cut(facts: &Facts) -> Judged {
    radiomic(facts, |r| {
        let words = match r.cuts.as_slice() {
            [(_, first), others @ ..] if others.iter().all(|(_, cut)| cut.words() == first.words()) => {
                let which = if others.is_empty() { "the score" } else { "each score" };
                format!("{which} is cut at {}, the same in all cohorts", first.words())
            }
            several => {
                let each: Vec<String> =
                    several.iter().map(|(name, cut)| format!("{name} at {}", cut.words())).collect();
                format!("scores are cut, the same in all cohorts: {}", each.join("; "))
            }
        };
        let any = |of: fn(&ScoreCut) -> bool| r.cuts.iter().any(|(_, cut)| of(cut));
        if any(|cut| *cut == ScoreCut::Optimal) {
            not_met(words, "study.toml: [scores] cut")
        } else if any(|cut| matches!(cut, ScoreCut::Value(_))) {
            known(words)
        } else {
            met(words, "report: Survival curves")
        }
    })
}

pub(in super::super) fn deep(_: &Facts) -> Judged {
    not_applicable("nothing is learned from images end to end")
}

pub(in super::super) fn no_deep(_: &Facts) -> Judged {
    not_met("there is no deep learning to combine with", "")
}
