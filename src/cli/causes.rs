//! `riskset causes`: one set of covariates against every competing cause, by Fine and Gray's model and by that of the
//! cause's own hazard.

use anyhow::bail;
use clap::Args;

use super::choice::one_of;
use super::output::Output;
use super::source::{Data, Source};
use super::{Common, Usage};
use crate::methods::cox;
use survival::cox::Ties;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// Covariates: columns, splines rcs(COL,KNOTS) and products A*B [default: those of the study's first model]
    #[arg(long, value_name = "A,B,..", conflicts_with = "model")]
    covariates: Option<String>,
    /// The covariates of this model of the study
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Value of the event column for those without any event; every other value is a cause [default: the study's, else 0]
    #[arg(long, value_name = "NAME")]
    censored: Option<String>,
    /// How tied events count in the cause-specific models [default: the study's, else efron]
    #[arg(long, value_name = "METHOD", value_parser = one_of(Ties::by_name()))]
    ties: Option<Ties>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let of_study = options.censored.is_none() && options.data.censored().is_some();
    let censored = options.censored.clone().unwrap_or_else(|| "0".to_owned());
    // Of an endpoint without causes only the times are used: which of its values is the event does not matter.
    let source = if of_study { options.data.survival()? } else { options.data.survival_until(&[&censored])? };
    let covariates = options.covariates(&source)?;
    let source = source.knowing_covariates(common, &covariates)?;
    let spec = match source.plan().models_of_causes(covariates.clone()).filter(|_| of_study) {
        Some(spec) => spec,
        None => {
            let Some(column) = source.event_column().map(str::to_owned) else {
                bail!(Usage("name the columns of time and cause with --time COL --event COL".to_owned()));
            };
            let ties = source.plan().ties();
            cox::causes::Spec { on: source.on.clone(), column, censored, covariates, ties }
        }
    };
    let spec = cox::causes::Spec { ties: source.ties(options.ties), ..spec };
    let answer = source.ask(spec.clone())?;
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    source.write(&options.output, &*answer, cox::document::causes::document)
}

impl Options {
    fn covariates(&self, source: &Source) -> anyhow::Result<Vec<String>> {
        let named = source.model(self.model.as_deref(), self.covariates.as_deref())?.map(|model| model.covariates);
        let Some(covariates) = named.or_else(|| source.plan().covariates_of_causes()) else {
            bail!(Usage("name the covariates with --covariates A,B,..".to_owned()));
        };
        Ok(covariates)
    }
}
