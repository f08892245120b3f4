//! The study's models as files of their own.

use watch::Unwatched;

use super::folder::File;
use crate::ask::{AskError, Dataset, Memo};
use crate::cli::model::{complete, text};
use crate::plan::{Answering, Choices, Plan};
use crate::study::Study;

/// A file for every model that can be fitted, of every endpoint; why others cannot is said in their chapters.
pub(super) fn files(study: &Study, data: &Dataset, endpoints: &[String], memo: &Memo) -> anyhow::Result<Vec<File>> {
    let answering = Answering { memo, watch: &Unwatched };
    let mut files = Vec::new();
    for endpoint in endpoints {
        let choices = Choices { endpoint: Some(endpoint.clone()), ..Choices::default() };
        let plan = Plan { study, data, choices: &choices };
        for model in plan.models() {
            let name = if endpoints.len() > 1 { format!("{endpoint}-{}", model.name) } else { model.name.clone() };
            match plan.model_file(model, plan.times(), &answering) {
                Ok(mut file) => {
                    complete(&mut file, study, &data.cohort)?;
                    let plain = name.replace(|c: char| !c.is_alphanumeric() && c != '-' && c != '_', "_");
                    files.push(File { path: format!("models/{plain}.json"), bytes: text(&file)?.into_bytes() });
                }
                Err(AskError::Fault(fault)) => anyhow::bail!("{name}: {fault}"),
                Err(_) => {}
            }
        }
    }
    Ok(files)
}
