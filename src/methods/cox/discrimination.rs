//! How well the joint model tells apart, in the patients that it was fitted to, who has the event by a time.

use std::collections::HashMap;

use serde::Serialize;

use crate::ask::{Ask, AskError, Dataset, Question, Selection};
use survival::roc::RocSpec;
use watch::Watch;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// The models, of which the joint one is judged.
    pub models: super::Spec,
    /// The time, in the unit of the endpoint.
    pub time: f64,
}

/// Time-dependent AUC of the linear predictor (cumulative cases, dynamic controls, weighted for censoring), apparent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Answer {
    /// The time.
    pub time: f64,
    /// The area; NaN where nobody has the event by then, or nobody is followed beyond.
    pub auc: f64,
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "AUC of the joint model";

    fn on(&self) -> Option<&Selection> {
        Some(&self.models.on)
    }

    fn run(&self, data: &Dataset, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        let answer = ask.ask(self.models.clone(), watch)?;
        let cases = answer.joint.as_ref().and_then(|model| model.cases.as_ref());
        let cases = cases.ok_or_else(|| AskError::Impossible("no variable entered the joint model".to_owned()))?;
        let selected = data.select(&self.models.on)?;
        let survival = selected.survival.ok_or_else(AskError::no_endpoint)?;
        let ids = data.cohort.ids();
        let place: HashMap<&str, usize> =
            selected.rows.iter().enumerate().map(|(at, row)| (ids[*row].as_str(), at)).collect();
        if place.len() < selected.rows.len() {
            return Err(AskError::Impossible("patients have several rows: an AUC counts each once".to_owned()));
        }
        let of_fit: Option<Vec<usize>> = cases.id.iter().map(|id| place.get(id.as_str()).copied()).collect();
        let of_fit =
            of_fit.ok_or_else(|| AskError::Fault("the model knows patients that are not in use".to_owned()))?;
        let judged = RocSpec::at(&[self.time]).check();
        let judged =
            judged.and_then(|roc| roc.fit(&survival.select(&of_fit), &cases.lp)).map_err(AskError::impossible)?;
        Ok(Answer { time: self.time, auc: judged.first().map_or(f64::NAN, |at| at.auc) })
    }
}
