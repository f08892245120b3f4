//! Every question, and every answer.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    AnalysisError, Ask, Dataset, Selection, calibrate, cindex, clusters, cox, cuminc, cutpoint, dca, features, icc,
    images, km, lasso, logrank, nomogram, optimism, over_time, performance, readings, reclassification, roc, table1,
};
use watch::Watch;

/// A question about a [`Dataset`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Query {
    /// Survival curves.
    Km(km::Spec),
    /// The baseline table.
    Table1(table1::Spec),
    /// The log-rank test.
    LogRank(logrank::Spec),
    /// Proportional hazards models.
    Cox(cox::Spec),
    /// One proportional hazards model.
    CoxModel(cox::model::Spec),
    /// Numbers as splines in a proportional hazards model.
    Splines(cox::splines::Spec),
    /// Models of competing causes.
    Causes(cox::causes::Spec),
    /// Reliability of features.
    Icc(icc::Spec),
    /// Agreement of readers.
    Readings(readings::Spec),
    /// The penalized model and its score.
    Lasso(lasso::Spec),
    /// How often candidates of the penalized model are selected.
    Stability(lasso::stability::Spec),
    /// Every radiomic feature by itself.
    Features(features::Spec),
    /// Radiomic features that go together.
    Clusters(clusters::Spec),
    /// What images and masks hold.
    Images(images::Spec),
    /// One image from near.
    Image(images::one::Spec),
    /// Concordance of a score.
    Cindex(cindex::Spec),
    /// ROC curves of a score.
    Roc(roc::Spec),
    /// Discrimination of models in every cohort.
    Performance(performance::Spec),
    /// Models as curves over time.
    OverTime(over_time::Spec),
    /// Whether a model moves patients the right way.
    Reclassification(reclassification::Spec),
    /// Bootstrap validation of models.
    Optimism(optimism::Spec),
    /// Predicted against observed survival.
    Calibrate(calibrate::Spec),
    /// A cut-off.
    Cutpoint(cutpoint::Spec),
    /// Decision curves.
    Dca(dca::Spec),
    /// A nomogram.
    Nomogram(nomogram::Spec),
    /// Cumulative incidence of competing causes.
    Cuminc(cuminc::Spec),
}

/// The answer to a [`Query`].
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// Survival curves.
    Km(km::Answer),
    /// The baseline table.
    Table1(table1::Answer),
    /// The log-rank test.
    LogRank(logrank::Answer),
    /// Proportional hazards models.
    Cox(cox::Answer),
    /// One proportional hazards model.
    CoxModel(cox::model::Answer),
    /// Numbers as splines in a proportional hazards model.
    Splines(cox::splines::Answer),
    /// Models of competing causes.
    Causes(cox::causes::Answer),
    /// Reliability of features.
    Icc(icc::Answer),
    /// Agreement of readers.
    Readings(readings::Answer),
    /// The penalized model and its score.
    Lasso(lasso::Answer),
    /// How often candidates of the penalized model are selected.
    Stability(lasso::stability::Answer),
    /// Every radiomic feature by itself.
    Features(features::Answer),
    /// Radiomic features that go together.
    Clusters(clusters::Answer),
    /// What images and masks hold.
    Images(images::Answer),
    /// One image from near.
    Image(Box<images::one::Answer>),
    /// Concordance of a score.
    Cindex(cindex::Answer),
    /// ROC curves of a score.
    Roc(roc::Answer),
    /// Discrimination of models in every cohort.
    Performance(performance::Answer),
    /// Models as curves over time.
    OverTime(over_time::Answer),
    /// Whether a model moves patients the right way.
    Reclassification(reclassification::Answer),
    /// Bootstrap validation of models.
    Optimism(optimism::Answer),
    /// Predicted against observed survival.
    Calibrate(calibrate::Answer),
    /// A cut-off.
    Cutpoint(cutpoint::Answer),
    /// Decision curves.
    Dca(dca::Answer),
    /// A nomogram.
    Nomogram(nomogram::Answer),
    /// Cumulative incidence of competing causes.
    Cuminc(cuminc::Answer),
}

/// A question together with what it is asked of: equal keys have equal answers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key([u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:02x}{:02x}{:02x}{:02x})", self.0[0], self.0[1], self.0[2], self.0[3])
    }
}

impl Query {
    /// What the question is called where work is listed.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Km(_) => "survival curves",
            Self::Table1(_) => "baseline table",
            Self::LogRank(_) => "log-rank test",
            Self::Cox(_) => "Cox models",
            Self::CoxModel(_) => "Cox model",
            Self::Splines(_) => "splines",
            Self::Causes(_) => "competing causes",
            Self::Icc(_) => "reliability of features",
            Self::Readings(_) => "agreement of readers",
            Self::Lasso(_) => "penalized model",
            Self::Stability(_) => "stability of the selection",
            Self::Features(_) => "radiomic features",
            Self::Clusters(_) => "clustering features",
            Self::Images(_) => "reading images",
            Self::Image(_) => "image",
            Self::Cindex(_) => "concordance",
            Self::Roc(_) => "ROC curves",
            Self::Performance(_) => "performance",
            Self::OverTime(_) => "models over time",
            Self::Reclassification(_) => "reclassification",
            Self::Optimism(_) => "bootstrap validation",
            Self::Calibrate(_) => "calibration",
            Self::Cutpoint(_) => "cut-off",
            Self::Dca(_) => "decision curves",
            Self::Nomogram(_) => "nomogram",
            Self::Cuminc(_) => "cumulative incidence",
        }
    }

    /// Whom the question is about; nobody in particular if it is about features.
    fn selection(&self) -> Option<&Selection> {
        match self {
            Self::Km(spec) => Some(&spec.on),
            Self::Table1(spec) => Some(&spec.on),
            Self::LogRank(spec) => Some(&spec.on),
            Self::Cox(spec) => Some(&spec.on),
            Self::CoxModel(spec) => Some(&spec.on),
            Self::Splines(spec) => Some(&spec.on),
            Self::Causes(spec) => Some(&spec.on),
            Self::Lasso(spec) => Some(&spec.on),
            Self::Stability(spec) => Some(&spec.lasso.on),
            Self::Readings(spec) => Some(&spec.on),
            Self::Icc(_) | Self::Images(_) | Self::Image(_) => None,
            Self::Features(spec) => Some(&spec.on),
            Self::Clusters(spec) => Some(&spec.on),
            Self::Cindex(spec) => Some(&spec.on),
            Self::Roc(spec) => Some(&spec.on),
            Self::Performance(spec) => Some(&spec.on),
            Self::OverTime(spec) => Some(&spec.on),
            Self::Reclassification(spec) => Some(&spec.on),
            Self::Optimism(spec) => Some(&spec.on),
            Self::Calibrate(spec) => Some(&spec.on),
            Self::Cutpoint(spec) => Some(&spec.on),
            Self::Dca(spec) => Some(&spec.on),
            Self::Nomogram(spec) => Some(&spec.on),
            Self::Cuminc(spec) => Some(&spec.on),
        }
    }

    /// The score that the question has among its columns. The question of the score itself has none.
    fn score(&self) -> Option<&lasso::Spec> {
        match self {
            Self::Lasso(_) | Self::Stability(_) => None,
            _ => self.selection()?.score.as_deref(),
        }
    }

    /// Whether the answer depends on radiomic features.
    pub fn uses_features(&self) -> bool {
        match self {
            Self::Icc(spec) => spec.ratings == icc::Ratings::Repeats,
            Self::Features(_) | Self::Clusters(_) => true,
            Self::Lasso(spec) => spec.candidates == lasso::Candidates::Radiomics,
            Self::Stability(spec) => spec.lasso.candidates == lasso::Candidates::Radiomics,
            _ => self.score().is_some(),
        }
    }

    /// The key of this question on `data`.
    pub fn key(&self, data: &Dataset) -> Key {
        let mut hash = blake3::Hasher::new();
        hash.update(env!("CARGO_PKG_VERSION").as_bytes());
        hash.update(data.cohort.revision().to_string().as_bytes());
        if self.uses_features() {
            hash.update(&data.features.revision());
        }
        // A query is plain data without maps that have no order: its JSON is always the same.
        hash.update(&serde_json::to_vec(self).unwrap_or_default());
        Key(*hash.finalize().as_bytes())
    }
}

/// Answers a question; `ask` gives the answers that it builds on.
pub fn run(data: &Dataset, query: &Query, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AnalysisError> {
    let scored;
    let data = match query.score() {
        Some(score) => {
            scored = data.with_score(score, ask, watch)?;
            &scored
        }
        None => data,
    };
    match query {
        Query::Km(spec) => km::run(data, spec, watch).map(Answer::Km),
        Query::Table1(spec) => table1::run(data, spec, watch).map(Answer::Table1),
        Query::LogRank(spec) => logrank::run(data, spec).map(Answer::LogRank),
        Query::Cox(spec) => cox::run(data, spec, watch).map(Answer::Cox),
        Query::CoxModel(spec) => cox::model::run(data, spec, watch).map(Answer::CoxModel),
        Query::Splines(spec) => cox::splines::run(data, spec, watch).map(Answer::Splines),
        Query::Causes(spec) => cox::causes::run(data, spec, watch).map(Answer::Causes),
        Query::Icc(spec) => icc::run(data, spec, watch).map(Answer::Icc),
        Query::Readings(spec) => readings::run(data, spec).map(Answer::Readings),
        Query::Lasso(spec) => lasso::run(data, spec, ask, watch).map(Answer::Lasso),
        Query::Stability(spec) => lasso::stability::run(data, spec, ask, watch).map(Answer::Stability),
        Query::Features(spec) => features::run(data, spec, ask, watch).map(Answer::Features),
        Query::Clusters(spec) => clusters::run(data, spec, watch).map(Answer::Clusters),
        Query::Images(spec) => images::run(data, spec, watch).map(Answer::Images),
        Query::Image(spec) => images::one::run(data, spec, watch).map(|answer| Answer::Image(Box::new(answer))),
        Query::Cindex(spec) => cindex::run(data, spec).map(Answer::Cindex),
        Query::Roc(spec) => roc::run(data, spec).map(Answer::Roc),
        Query::Performance(spec) => performance::run(data, spec, watch).map(Answer::Performance),
        Query::OverTime(spec) => over_time::run(data, spec, watch).map(Answer::OverTime),
        Query::Reclassification(spec) => reclassification::run(data, spec, watch).map(Answer::Reclassification),
        Query::Optimism(spec) => optimism::run(data, spec, watch).map(Answer::Optimism),
        Query::Calibrate(spec) => calibrate::run(data, spec, ask, watch).map(Answer::Calibrate),
        Query::Cutpoint(spec) => cutpoint::run(data, spec, watch).map(Answer::Cutpoint),
        Query::Dca(spec) => dca::run(data, spec, watch).map(Answer::Dca),
        Query::Nomogram(spec) => nomogram::run(data, spec, watch).map(Answer::Nomogram),
        Query::Cuminc(spec) => cuminc::run(data, spec).map(Answer::Cuminc),
    }
}
