//! A table of cases, as PyRadiomics' batch mode takes it.

use std::path::Path;

use anyhow::bail;

use super::table::{Failure, FeatureRows, aligned};
use super::{Label, Options};
use crate::cli::{Common, Usage};
use crate::data::{PlainTable, read_plain};
use crate::jobs::extraction::{Case, CaseId};
use radiomics::catalogue;

pub(super) fn run(path: &Path, options: &Options, common: &Common) -> anyhow::Result<()> {
    let mut settings = options.settings()?.unwrap_or_default();
    match options.label {
        Some(Label::All) => bail!(Usage("--label all is for one image and mask; give one row a label".to_owned())),
        Some(Label::One(label)) => settings.label = label,
        None => {}
    }
    let table = read_plain(path)?;
    let Rows { cases, mut failures } = rows(path, &table, settings.label)?;
    let read: Vec<&Path> = cases.iter().flat_map(|case| [case.image.as_path(), &case.mask]).collect();
    options.refuse_inputs(&read)?;
    let names: Vec<(CaseId, String)> = cases.iter().map(|case| (case.id.clone(), case.name.clone())).collect();
    let columns = catalogue::columns(&settings);
    let plan = options.plan(settings, common)?;
    let Some(settled) = options.settle(cases, plan, common)? else { return Ok(()) };
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
    let failure = |(row, reason): (usize, String)| Failure { texts: table.rows[row].1.clone(), reason };
    let failures: Vec<Failure> = failures.into_iter().map(failure).collect();
    FeatureRows { head: table.names.clone(), columns, rows: done }.write(&failures, options)
}

/// The rows of a table of cases.
struct Rows {
    /// Those that name a case; the patient of each is its row.
    cases: Vec<Case>,
    /// Those that do not: row and reason.
    failures: Vec<(usize, String)>,
}

fn rows(path: &Path, table: &PlainTable, label: u32) -> anyhow::Result<Rows> {
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
        let (label, channel) = match (text(labels), text(channels)) {
            ("", channel) => (Some(label), channel),
            (written, channel) => (whole(written).filter(|&label| label > 0), channel),
        };
        let channel = if channel.is_empty() { Some(None) } else { whole(channel).map(|n| Some(n as usize)) };
        let empty = [("Image", image), ("Mask", mask)].into_iter().find(|(_, column)| fields[*column].is_empty());
        let mut fail = |reason: String| failures.push((row, format!("row {}: {reason}", place.row)));
        match (label, channel, empty) {
            (_, _, Some((name, _))) => fail(format!("{name} is empty")),
            (None, ..) => fail(format!("{} is not a label", text(labels))),
            (_, None, _) => fail(format!("{} is not a channel", text(channels))),
            (Some(label), Some(channel), None) => cases.push(Case {
                id: CaseId { patient: row, sequence: 0, repeat: None },
                name: format!("{}, row {} (line {})", path.display(), place.row, place.line),
                image: folder.join(&fields[image]),
                mask: folder.join(&fields[mask]),
                label,
                channel,
            }),
        }
    }
    Ok(Rows { cases, failures })
}

/// A whole number of 0 or more, be it written as 2 or 2.0.
fn whole(text: &str) -> Option<u32> {
    let value: f64 = text.parse().ok()?;
    (value >= 0.0 && value <= f64::from(u32::MAX) && value.fract() == 0.0).then_some(value as u32)
}
