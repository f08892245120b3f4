//! How single points of checklists are judged by what a study has. Several lists ask the same.

mod data;
mod models;
mod radiomics;
mod sharing;

pub(super) use self::data::*;
pub(super) use self::models::*;
pub(super) use self::radiomics::*;
pub(super) use self::sharing::*;

use super::facts::{Facts, Radiomics};
use super::{Judged, Status};

pub(super) type Judge = fn(&Facts) -> Judged;

fn judged(status: Status, evidence: impl Into<String>, place: &str) -> Judged {
    Judged { status, evidence: evidence.into(), place: place.to_owned(), points: None }
}

pub(super) fn met(evidence: impl Into<String>, place: &str) -> Judged {
    judged(Status::Met, evidence, place)
}

pub(super) fn not_met(evidence: impl Into<String>, place: &str) -> Judged {
    judged(Status::NotMet, evidence, place)
}

/// What only the authors know; `evidence` is what the study holds of it.
fn known(evidence: impl Into<String>) -> Judged {
    judged(Status::Open, evidence, "")
}

pub(super) fn not_applicable(evidence: impl Into<String>) -> Judged {
    judged(Status::NotApplicable, evidence, "")
}

/// Nothing in a study says it.
pub(super) fn open(_: &Facts) -> Judged {
    known("")
}

fn radiomic(facts: &Facts, of: impl FnOnce(&Radiomics) -> Judged) -> Judged {
    facts.radiomics.as_ref().map_or_else(|| not_applicable("the study has no radiomic features"), of)
}

fn of_models(facts: &Facts, evidence: &str, place: &str) -> Judged {
    match facts.is_judged() {
        true => met(evidence, place),
        false => not_met("no model is named", "study.toml: [models]"),
    }
}

fn extraction_of(facts: &Facts, of: impl FnOnce(&Radiomics, &str) -> Judged) -> Judged {
    radiomic(facts, |r| match &r.extraction {
        Some(how) => of(r, how),
        None => known("features come from a table; how they were extracted is not in it"),
    })
}
