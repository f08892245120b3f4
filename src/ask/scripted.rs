//! Answers found again elsewhere: the scripts of several questions.

use std::sync::Arc;

use serde::Serialize;

use super::{Ask, AskError, Asked, Dataset, Question, Selection, Source};
use crate::study::Study;
use watch::Watch;

/// The scripts of several questions, one behind the other. Of a question that has none the script says why.
#[derive(Debug, Clone, Serialize)]
pub struct Scripts {
    /// The questions.
    pub of: Vec<Asked>,
    /// The study that they are asked of.
    #[serde(skip)]
    pub study: Arc<Study>,
}

impl Question for Scripts {
    type Answer = String;
    const NAME: &'static str = "script for R";

    fn on(&self) -> Option<&Selection> {
        None
    }

    fn uses_features(&self) -> bool {
        true
    }

    fn run(&self, data: &Dataset, ask: &dyn Ask, watch: &dyn Watch) -> Result<String, AskError> {
        let source = Source { study: &self.study, data };
        let (mut scripts, mut without) = (Vec::new(), Vec::new());
        for asked in &self.of {
            match asked.script(&source, ask, watch) {
                Ok(script) => scripts.push(script),
                Err(AskError::Impossible(why) | AskError::NotYet(why)) => without.push(why),
                Err(error) => return Err(error),
            }
        }
        if scripts.is_empty() {
            return Err(AskError::Impossible(without.join("; ")));
        }
        scripts.extend(without.iter().map(|why| format!("# {}", why.replace(['\n', '\r'], " "))));
        Ok(scripts.join("\n\n"))
    }
}
