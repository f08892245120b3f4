//! What can be traced, and what is shared with others.

use super::{extraction_of, known, met, not_met, of_models, open, radiomic};
use crate::methods::audit::Judged;
use crate::methods::audit::facts::Facts;

pub(in super::super) fn traceable(_: &Facts) -> Judged {
    met("versions, settings, seeds and hashes of all files read and written", "manifest.json")
}

pub(in super::super) fn safeguards(facts: &Facts) -> Judged {
    let said = "`riskset predict` refuses what a model was not made for and flags values beyond training";
    of_models(facts, said, "models/")
}

pub(in super::super) fn shared_settings(facts: &Facts) -> Judged {
    extraction_of(facts, |_, _| known("manifest.json holds all settings; where it is shared is for you to say"))
}

pub(in super::super) fn shared_features(facts: &Facts) -> Judged {
    radiomic(facts, |_| known("features.csv holds them; where it is shared is for you to say"))
}

pub(in super::super) fn shared_code(_: &Facts) -> Judged {
    known("the study file with riskset's version repeats the analysis; where it is shared is for you to say")
}

pub(in super::super) fn shared_model(facts: &Facts) -> Judged {
    match facts.is_judged() {
        true => known("`riskset model` writes it, without patients' data; where it is shared is for you to say"),
        false => not_met("no model is named", "study.toml: [models]"),
    }
}

pub(in super::super) fn shared_features_or_data(facts: &Facts) -> Judged {
    match facts.radiomics {
        Some(_) => shared_features(facts),
        None => open(facts),
    }
}
