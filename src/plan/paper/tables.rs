//! The tables of a paper.

use super::{Content, Made, absent, radiomics};
use crate::document::Table;
use crate::methods::images::acquisition as acquired;
use crate::methods::model_file::document as file;
use crate::methods::{audit, cox as models, km, lasso, performance as judged, table1, validate};
use crate::plan::Answering;
use crate::plan::chapters::{Asking, Missing};
use figures::format;

fn made(title: impl Into<String>, tables: Vec<Table>, legend: Vec<String>) -> Made {
    // The number and the title stand above; a caption of its own only where there are several.
    let several = tables.len() > 1;
    let plain = |table: Table| if several { table } else { Table { caption: None, ..table } };
    Made { title: title.into(), legend, content: Content::Tables(tables.into_iter().map(plain).collect()) }
}

pub(super) fn baseline(asking: &Asking<'_>) -> Result<Made, Missing> {
    let answer = asking.ask(asking.plan.baseline())?;
    let by = answer.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    let legend = std::iter::once(table1::document::LEGEND.to_owned());
    let legend = legend.chain(table1::document::methods(&answer)).chain(answer.notes.clone()).collect();
    Ok(made(format!("Baseline characteristics{by}"), vec![table1::document::table(&answer, true)], legend))
}

pub(super) fn cox(asking: &Asking<'_>) -> Result<Made, Missing> {
    if asking.plan.endpoint().is_none() {
        return Err(absent("the study names no endpoint"));
    }
    let answer = asking.ask(asking.plan.cox())?;
    let of = asking.plan.training().filter(|_| asking.plan.cohorts().len() > 1);
    let of = of.map(|cohort| format!(" in the {cohort} cohort")).unwrap_or_default();
    let said = match &answer.joint {
        Some(model) => models::document::summary(&answer, model),
        None => format!("no variable entered the multivariable model ({})", answer.rule),
    };
    let title = format!("Univariable and multivariable Cox models of {}{of}", answer.endpoint);
    Ok(made(title, vec![models::document::side_by_side(&answer)], vec![said]))
}

pub(super) fn performance(asking: &Asking<'_>) -> Result<Made, Missing> {
    if asking.plan.models().is_empty() {
        return Err(absent("the study names no models"));
    }
    let answer = asking.ask(asking.plan.performance())?;
    let title = format!("Performance of the models, {}", answer.label);
    let said = judged::document::summary(&answer);
    Ok(made(title, vec![judged::document::discrimination::main_table(&answer)], vec![said]))
}

/// How images were taken, a table for each sequence, where their headers say so.
pub(super) fn acquisition(asking: &Asking<'_>) -> Result<Made, Missing> {
    let plan = &asking.plan;
    if !plan.has_images() {
        return Err(absent("the study has no images"));
    }
    if plan.audited().radiomics.is_none_or(|radiomics| !radiomics.dicom) {
        return Err(absent("the images' files do not say how they were taken"));
    }
    let answer = acquired::run(plan.study, plan.cohort(), None).map_err(|why| absent(&why))?;
    let tables: Vec<Table> = acquired::document::tables(&answer).collect();
    if tables.is_empty() {
        return Err(absent("no image says how it was taken"));
    }
    Ok(made("Acquisition parameters by centre and sequence", tables, answer.notes.clone()))
}

pub(super) fn features(asking: &Asking<'_>) -> Result<Made, Missing> {
    let score = radiomics::score(asking)?;
    let legend = vec![lasso::document::summary(&score), score.formula.clone()];
    Ok(made(format!("Features of {}", score.label), vec![lasso::document::terms_table(&score)], legend))
}

/// Coefficients and baseline of every named model: all that others need to predict.
pub(super) fn named_models(asking: &Asking<'_>) -> Result<Made, Missing> {
    let plan = &asking.plan;
    let answering = Answering { memo: asking.memo, watch: asking.watch };
    let (mut tables, mut legend, mut why) = (Vec::new(), Vec::new(), None);
    for model in plan.models() {
        match plan.model_file(model, plan.times(), &answering) {
            Ok(found) => {
                let of = format!("{}: {} patients, {} events", found.label, found.training.n, found.training.events);
                let printed = |column: &str| plan.printed(column);
                tables.push(file::coefficients_called(&found, &printed).caption(of));
                tables.push(file::baseline(&found).caption(format!("{}: baseline survival", found.label)));
            }
            Err(error) => {
                legend.push(error.to_string());
                why = why.or(Some(error));
            }
        }
    }
    if tables.is_empty() {
        return Err(why.map_or_else(|| absent("the study names no models"), Missing::Failed));
    }
    legend.push(file::HOW.to_owned());
    Ok(made("Coefficients and baseline survival of every model", tables, legend))
}

pub(super) fn validation(asking: &Asking<'_>) -> Result<Made, Missing> {
    let spec = asking.plan.validation(asking.fits.clone());
    let answer = asking.ask(spec.ok_or_else(|| absent("the study asks for no validation, or has no models"))?)?;
    let mut legend = vec![validate::document::summary(&answer)];
    legend.extend(validate::document::to_publish(&answer));
    Ok(made("Validation of the whole pipeline", vec![validate::document::first_table(&answer)], legend))
}

pub(super) fn differences(asking: &Asking<'_>) -> Result<Made, Missing> {
    if asking.plan.models().len() < 2 {
        return Err(absent("the study names fewer than two models"));
    }
    let answer = asking.ask(asking.plan.performance())?;
    let c = judged::document::difference_table(&answer).caption("Concordance");
    let auc = judged::document::discrimination::auc_differences(&answer).caption("AUC");
    let said = "On the patients for whom every model has a prediction.".to_owned();
    Ok(made("Differences between models", vec![c, auc], vec![said]))
}

pub(super) fn rates(asking: &Asking<'_>) -> Result<Made, Missing> {
    if asking.plan.endpoint().is_none() {
        return Err(absent("the study names no endpoint"));
    }
    let answer = match asking.ask(asking.plan.curves()) {
        Ok(answer) => answer,
        Err(_) => asking.ask(asking.plan.curves_together())?,
    };
    let by = answer.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    let n: usize = answer.groups.iter().map(|g| g.n).sum();
    let legend = vec![format!("n = {}. {}", format::count(n), km::document::rates::LEGEND)];
    Ok(made(format!("{}: events and rates{by}", answer.label), vec![km::document::rates::table(&answer)], legend))
}

pub(super) fn checklists(asking: &Asking<'_>) -> Result<Made, Missing> {
    let answer = audit::run(&asking.plan.audited());
    let document = audit::document::document(&answer);
    let names = answer.checklists.iter().filter(|list| list.counts.not_applicable < list.items.len());
    let names: Vec<String> = names.map(|list| format!("{} {}", list.name, list.version)).collect();
    let mut tables: Vec<Table> = document.tables().cloned().collect();
    // Scores, what would raise them, then a table for each list.
    let lists = tables.len() - names.len();
    let captions = ["Scores", "What would raise METRICS most"].map(str::to_owned);
    let captions = captions.into_iter().take(lists).chain(names);
    tables.iter_mut().zip(captions).for_each(|(table, caption)| table.caption = Some(caption));
    Ok(made("The study before checklists of reporting and quality", tables, answer.notes.clone()))
}
