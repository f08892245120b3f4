//! `riskset diff`: two runs or two models told apart. Exit status 0: they are the same; 1: they are not.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use serde_json::Value;

use super::Differ;
use super::output::Output;
use crate::methods::differences::{self, Side};
use crate::methods::model_file::FORMAT;

#[derive(Args)]
pub(super) struct Options {
    /// A folder that `riskset run` wrote, or a model file
    a: PathBuf,
    /// The other one
    b: PathBuf,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let (a, b) = (side(&options.a)?, side(&options.b)?);
    if options.a.is_dir() != options.b.is_dir() {
        bail!("one is a run and the other a model: name two of a kind");
    }
    options.output.refuse_inputs(&[options.a.clone(), options.b.clone()])?;
    let answer = differences::run(&a, &b);
    options.output.write(&answer, || differences::document::document(&answer))?;
    if answer.same { Ok(()) } else { Err(Differ.into()) }
}

/// What is at `path`: a run with its tables, or a model.
fn side(path: &Path) -> anyhow::Result<Side> {
    let shown = path.display();
    let name = shown.to_string();
    if path.is_dir() {
        let manifest = path.join("manifest.json");
        let text = fs::read_to_string(&manifest)
            .with_context(|| format!("{shown} holds no run: {} cannot be read", manifest.display()))?;
        let facts: Value = serde_json::from_str(&text).with_context(|| manifest.display().to_string())?;
        let Some(listed) = facts["files"].as_array().filter(|_| facts["riskset"].is_string()) else {
            bail!("{} is no manifest of a run", manifest.display());
        };
        let (mut tables, mut files) = (BTreeMap::new(), BTreeMap::new());
        for file in listed {
            let (Some(own), Some(hash)) = (file["path"].as_str(), file["hash"].as_str()) else { continue };
            // A path that leads out of the folder is none of a run.
            if Path::new(own).components().any(|part| !matches!(part, std::path::Component::Normal(_))) {
                bail!("{}: {own} lies outside of the folder", manifest.display());
            }
            files.insert(own.to_owned(), hash.to_owned());
            if own.ends_with(".csv") {
                let table = path.join(own);
                tables.insert(own.to_owned(), fs::read_to_string(&table).with_context(|| table.display().to_string())?);
            }
        }
        return Ok(Side { name, facts, tables, files });
    }
    let text = fs::read_to_string(path).with_context(|| name.clone())?;
    let facts: Value = serde_json::from_str(&text).with_context(|| format!("{shown} is no model file"))?;
    if facts["format"] != FORMAT {
        bail!("{shown} is neither a folder of a run nor a model file");
    }
    Ok(Side { name, facts, ..Side::default() })
}
