//! One patient, whose values and images are named one by one.

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use tables::{Category, Column, Expr, Frame, Values};

use super::{New, Options};
use crate::cli::Usage;
use crate::jobs::extraction::{Case, CaseId};
use crate::methods::model_file::{Extraction, ModelFile, Variable};
use crate::study::{
    AT_REGION, CaseRegions, Cohort, CohortParts, DerivedRegion, DrawnMask, EnrolmentFlow, Picked, RegionShape,
    SequenceSpec,
};

/// What the patient is called.
const NAME: &str = "patient";

pub(super) fn new(file: &ModelFile, options: &Options) -> anyhow::Result<New> {
    let mut given = options.value.iter().map(|text| pair(text, "--value")).collect::<anyhow::Result<Vec<_>>>()?;
    let mut columns = Vec::new();
    let said: Vec<String> = given.iter().map(|(name, _)| name.clone()).collect();
    let needed = file.needed(|name| said.iter().any(|said| said == name));
    for variable in &file.variables {
        let at = given.iter().position(|(name, _)| *name == variable.name);
        match at.map(|at| given.swap_remove(at)) {
            Some((_, text)) => columns.push(column(variable, &text)?),
            None if needed.iter().all(|needed| needed.name != variable.name) => {}
            None => {
                let unit = variable.unit.as_ref().map(|unit| format!(" in {unit}")).unwrap_or_default();
                let (name, label) = (&variable.name, &variable.label);
                bail!("the model {} takes {name} ({label}){unit}: --value {name}=..", file.model);
            }
        }
    }
    let features: Vec<&str> = file.scores.iter().flat_map(|s| &s.features).map(|f| f.name.as_str()).collect();
    for (name, text) in given {
        if !features.contains(&name.as_str()) {
            bail!(Usage(format!("--value {name}={text}: the model takes no {name}")));
        }
        columns.push(Column::new(&name, Values::Number(vec![number(&name, &text)?]), "given"));
    }
    let mut frame = Frame::from_columns(columns)?;
    for computed in &file.derived {
        let expression = Expr::parse(&computed.expression).map_err(|error| anyhow!("{}: {error}", computed.name))?;
        let has = |name: &str| frame.get(name).is_some();
        if has(&computed.name) || !expression.names().into_iter().all(has) {
            continue;
        }
        let values = expression.eval(&frame).map_err(|error| anyhow!("{}: {error}", computed.name))?;
        frame.set(Column::new(&computed.name, values, "computed"))?;
    }
    let cohort = Cohort::new(CohortParts {
        id: None,
        ids: vec![NAME.to_owned()],
        endpoints: Vec::new(),
        groups: Category::new(vec!["all".to_owned()], vec![Some(0)]),
        variables: Vec::new(),
        features: Vec::new(),
        flow: EnrolmentFlow::default(),
        frame: if frame.is_empty() { placeholder()? } else { frame },
    })?;
    let (cases, sequences) = cases(file, options)?;
    let inputs = cases.iter().flat_map(|case| [case.image.clone(), case.mask.clone()]).collect();
    Ok(New { cohort, cases, sequences, settings: None, inputs, notes: Vec::new() })
}

/// A frame of one row for a model that takes no column.
fn placeholder() -> anyhow::Result<Frame> {
    Ok(Frame::from_columns(vec![Column::new(NAME, Values::Text(vec![Some(NAME.to_owned())]), "given")])?)
}

fn pair(text: &str, option: &str) -> anyhow::Result<(String, String)> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => bail!(Usage(format!("{option} {text}: write NAME=VALUE"))),
    }
}

fn number(name: &str, text: &str) -> anyhow::Result<f64> {
    match text.trim().parse::<f64>() {
        Ok(x) if x.is_finite() => Ok(x),
        _ => bail!("{name}: {text} is no number"),
    }
}

fn column(variable: &Variable, text: &str) -> anyhow::Result<Column> {
    let values = match variable.kind.as_str() {
        "number" => Values::Number(vec![number(&variable.name, text)?]),
        "category" => {
            let levels: Vec<String> = variable.levels.iter().map(|level| level.level.clone()).collect();
            let is_meant = |level: &crate::methods::model_file::Level| {
                level.level == text || level.values.iter().any(|value| value == text)
            };
            let Some(code) = variable.levels.iter().position(is_meant) else {
                bail!("{}: {text} is no level of it ({})", variable.name, levels.join(", "));
            };
            Values::Category(Category::new(levels, vec![Some(code as u32)]))
        }
        "date" => {
            let day = tables::date::parse_iso(text);
            let Some(day) = day else { bail!("{}: {text} is no date; write 2024-03-14", variable.name) };
            Values::Date(vec![Some(day)])
        }
        _ => Values::Text(vec![Some(text.to_owned())]),
    };
    let column = Column::new(&variable.name, values, "given");
    Ok(Column { label: Some(variable.label.clone()), unit: variable.unit.clone(), ..column })
}

/// The images and masks by sequence; an error where one of a pair is missing.
fn cases(file: &ModelFile, options: &Options) -> anyhow::Result<(Vec<Case>, Vec<String>)> {
    let Some(extraction) = &file.extraction else {
        if !options.image.is_empty() {
            bail!("the model {} takes no features of images", file.model);
        }
        return Ok((Vec::new(), Vec::new()));
    };
    let named = |texts: &[String], option: &str| -> anyhow::Result<Vec<(String, PathBuf)>> {
        texts.iter().map(|text| pair(text, option).map(|(name, path)| (name, PathBuf::from(path)))).collect()
    };
    let (images, masks) = (named(&options.image, "--image")?, named(&options.mask, "--mask")?);
    let sequences: Vec<String> = extraction.images.sequences.iter().map(|s| s.name.clone()).collect();
    let own_masks = extraction.images.regions.iter().filter_map(DerivedRegion::own_mask);
    let of_regions: Vec<String> = own_masks
        .flat_map(|(region, _)| sequences.iter().map(move |sequence| format!("{sequence}{AT_REGION}{region}")))
        .collect();
    let is_known = |name: &String| sequences.contains(name) || of_regions.contains(name);
    if let Some((unknown, _)) = images.iter().chain(&masks).find(|(name, _)| !is_known(name)) {
        bail!(Usage(format!("the model takes no sequence {unknown}; it takes {}", sequences.join(", "))));
    }
    let mut cases = Vec::new();
    for (k, sequence) in extraction.images.sequences.iter().enumerate() {
        let of =
            |all: &[(String, PathBuf)]| all.iter().find(|(name, _)| *name == sequence.name).map(|(_, p)| p.clone());
        match (of(&images), of(&masks)) {
            (Some(image), Some(mask)) => cases.push(Case {
                id: CaseId { patient: 0, sequence: k, repeat: None },
                name: sequence.name.clone(),
                regions: regions(extraction, sequence, &mask, &masks)?,
                image,
                mask,
                picked: sequence.picked.clone(),
                channel: None,
            }),
            (None, None) if images.is_empty() => {}
            _ => bail!(Usage(format!("{0}: name both --image {0}=.. and --mask {0}=..", sequence.name))),
        }
    }
    Ok((cases, sequences))
}

/// The regions of a sequence that the model takes; an error where the mask of one of them is missing.
fn regions(
    extraction: &Extraction,
    sequence: &SequenceSpec,
    mask: &Path,
    masks: &[(String, PathBuf)],
) -> anyhow::Result<CaseRegions> {
    let mut drawn = Vec::new();
    for region in &extraction.images.regions {
        let RegionShape::Drawn(template, own) = &region.shape else { continue };
        let called = format!("{}{AT_REGION}{}", sequence.name, region.name);
        let path = match (template, masks.iter().find(|(name, _)| *name == called)) {
            (None, _) => mask.to_owned(),
            (Some(_), Some((_, path))) => path.clone(),
            (Some(_), None) => bail!(Usage(format!(
                "the model takes the region {}, which is drawn in a mask of its own: --mask {called}=..",
                region.name
            ))),
        };
        let picked = Picked { region: own.region.clone(), threshold: own.threshold, ..sequence.picked.clone() };
        drawn.push(DrawnMask { region: region.name.clone(), path, picked });
    }
    Ok(CaseRegions { specs: extraction.images.regions.clone(), drawn })
}
