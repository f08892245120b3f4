//! A table of cases, as PyRadiomics' batch mode takes it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::bail;
use tables::{PlainTable, read_plain};

use super::slurm::in_task;
use super::table::{Failure, FeatureRows, aligned};
use super::{Label, Options};
use crate::cli::{Common, Usage};
use crate::jobs::extraction::{Case, CaseId};
use crate::study::{CaseRegions, Picked, RegionSpec};
use radiomics::catalogue;

pub(super) fn run(path: &Path, options: &Options, common: &Common) -> anyhow::Result<()> {
    let settings = options.settings()?.unwrap_or_default();
    if options.label == Some(Label::All) {
        bail!(Usage("--label all is for one image and mask; give one row a label".to_owned()));
    }
    options.check_names(&settings)?;
    if let Some(folder) = &options.cluster.array_task {
        return in_task(folder, options.plan(vec![settings], common)?, options.jobs);
    }
    let mut table = read_plain(path)?;
    // Spreadsheets leave rows of separators below a table.
    table.rows.retain(|(_, fields)| fields.iter().any(|field| !field.is_empty()));
    let Rows { cases, mut failures } = rows(path, &table, &options.picked())?;
    let read: Vec<&Path> = cases.iter().flat_map(|case| [case.image.as_path(), &case.mask]).collect();
    options.refuse_inputs(&read)?;
    let names: Vec<(CaseId, String)> = cases.iter().map(|case| (case.id.clone(), case.name.clone())).collect();
    let columns = catalogue::columns(&settings);
    let plan = options.plan(vec![settings], common)?;
    let settled = options.settle(cases, plan, common)?;
    let mut done = Vec::new();
    for (id, name) in names {
        if let Some(features) = settled.features.get(&id) {
            done.push((table.rows[id.patient].1.clone(), aligned(features, &columns)));
        } else if let Some(reason) = settled.failures.get(&id) {
            // The row says which case it is.
            let reason = reason.strip_prefix(&format!("{name}: ")).unwrap_or(reason).to_owned();
            failures.push((id.patient, reason));
        }
    }
    failures.sort();
    let mut notes = settled.notes(|id| format!("row {}", table.rows[id.patient].0.row));
    notes.extend(without_columns(&mut table, &mut done, &columns));
    let failure = |(row, reason): (usize, String)| Failure { texts: table.rows[row].1.clone(), reason };
    let failures: Vec<Failure> = failures.into_iter().map(failure).collect();
    let columns = columns.iter().map(|name| options.named(name)).collect();
    FeatureRows { head: table.names.clone(), columns, rows: done, notes }.write(&failures, options)
}

/// Takes columns out of the table that are called as `features`, which would otherwise be there twice: the table is an
/// earlier output.
fn without_columns(
    table: &mut PlainTable,
    done: &mut [(Vec<String>, Vec<f64>)],
    features: &[String],
) -> Option<String> {
    let known: HashSet<&str> = features.iter().map(String::as_str).collect();
    let twice: Vec<bool> = table.names.iter().map(|name| known.contains(name.as_str())).collect();
    let first = table.names.iter().zip(&twice).find(|(_, twice)| **twice).map(|(name, _)| name.clone())?;
    let kept = |fields: &mut Vec<String>| {
        let mut column = 0..;
        fields.retain(|_| column.next().is_none_or(|j: usize| !twice.get(j).copied().unwrap_or(false)));
    };
    kept(&mut table.names);
    table.rows.iter_mut().for_each(|(_, fields)| kept(fields));
    done.iter_mut().for_each(|(texts, _)| kept(texts));
    let n = twice.iter().filter(|twice| **twice).count();
    Some(format!(
        "{n} columns of the table of cases ({first}, ..) are called as features that are computed; the new values replace them"
    ))
}

/// The rows of a table of cases.
struct Rows {
    /// Those that name a case; the patient of each is its row in the table.
    cases: Vec<Case>,
    /// Those that do not: row and reason.
    failures: Vec<(usize, String)>,
}

fn rows(path: &Path, table: &PlainTable, picked: &Picked) -> anyhow::Result<Rows> {
    let column = |name: &str| {
        let names = || table.names.join(", ");
        table
            .position(name)
            .ok_or_else(|| anyhow::anyhow!("{}: there is no column {name}; there is {}", path.display(), names()))
    };
    let (image, mask, labels) = (column("Image")?, column("Mask")?, table.position("Label"));
    let channels = table.position("Label_channel");
    let folder = path.parent().unwrap_or(Path::new(""));
    let (mut cases, mut failures) = (Vec::new(), Vec::new());
    for (row, (place, fields)) in table.rows.iter().enumerate() {
        let text = |column: Option<usize>| column.map_or("", |column| fields[column].as_str());
        let region = match text(labels) {
            "" => picked.region.clone(),
            written => match whole(written) {
                Some(label) => RegionSpec::Number(label.into()),
                None => RegionSpec::Named(vec![written.to_owned()]),
            },
        };
        let channel = text(channels);
        let channel = if channel.is_empty() { Some(None) } else { whole(channel).map(|n| Some(n as usize)) };
        let empty = [("Image", image), ("Mask", mask)].into_iter().find(|(_, column)| fields[*column].is_empty());
        let mut fail = |reason: String| failures.push((row, format!("row {}: {reason}", place.row)));
        match (channel, empty) {
            (_, Some((name, _))) => fail(format!("{name} is empty")),
            (None, _) => fail(format!("{} is not a channel", text(channels))),
            (Some(channel), None) => cases.push(Case {
                id: CaseId { patient: row, sequence: 0, repeat: None },
                name: format!("{}, row {} (line {})", path.display(), place.row, place.line),
                image: file(folder, &fields[image]),
                mask: file(folder, &fields[mask]),
                picked: Picked { region, ..picked.clone() },
                channel,
                regions: CaseRegions::default(),
            }),
        }
    }
    Ok(Rows { cases, failures })
}

/// A file of the table, which lies beside the table or where its path says; written with the separators of Windows if that
/// is how it is there.
fn file(folder: &Path, written: &str) -> PathBuf {
    let path = folder.join(written);
    let other = folder.join(written.replace('\\', "/"));
    if !path.exists() && other.exists() { other } else { path }
}

/// A whole number of 0 or more, be it written as 2 or 2.0.
fn whole(text: &str) -> Option<u32> {
    let value: f64 = text.parse().ok()?;
    (value >= 0.0 && value <= f64::from(u32::MAX) && value.fract() == 0.0).then_some(value as u32)
}
