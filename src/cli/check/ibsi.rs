//! The reference values of the image biomarker standardisation initiative, computed here.

use std::path::{Path, PathBuf};

use anyhow::bail;
use serde::Serialize;

use crate::cli::output::Output;
use crate::document::{Cell, ColumnSpec, Document, Table};
use imaging::{CaseChoice, Pair, read_pair};
use radiomics::ibsi::Parts;
use radiomics::ibsi::consensus::{Compared, Phantom, SETS, digital_phantom};
use watch::Unwatched;

/// Names that the image and the mask of the CT phantom have: as a pair in one folder, and as the initiative hands them out.
const CT_PHANTOM: [[&str; 2]; 3] = [
    ["ct_image.nii.gz", "ct_label.nii.gz"],
    ["image/phantom.nii.gz", "mask/mask.nii.gz"],
    ["phantom.nii.gz", "mask.nii.gz"],
];

#[derive(Serialize)]
struct Answer {
    sets: Vec<Set>,
    notes: Vec<String>,
}

/// The values of one configuration.
#[derive(Serialize)]
struct Set {
    name: &'static str,
    met: usize,
    of: usize,
    values: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    column: String,
    code: String,
    value: f64,
    reference: f64,
    tolerance: f64,
    consensus: &'static str,
    met: bool,
}

impl From<Compared> for Row {
    fn from(compared: Compared) -> Self {
        let met = compared.is_met();
        let Compared { column, code, found, reference, tolerance, consensus } = compared;
        Self { column, code, value: found, reference, tolerance, consensus, met }
    }
}

pub(super) fn run(folder: Option<&Path>, output: &Output) -> anyhow::Result<()> {
    let digital = digital_phantom();
    let ct = folder.map(ct_phantom).transpose()?;
    let mut sets = Vec::new();
    for set in SETS {
        let of = match set.phantom {
            Phantom::Digital => Some(&digital),
            Phantom::Ct => ct.as_ref(),
        };
        let Some((image, mask)) = of else { continue };
        let values: Vec<Row> = set.compare(image, mask, &Unwatched)?.into_iter().map(Row::from).collect();
        sets.push(Set { name: set.name, met: values.iter().filter(|row| row.met).count(), of: values.len(), values });
    }
    let mut notes = vec![
        "A value is met where it lies within the tolerance of the consensus after rounding to three significant digits."
            .to_owned(),
    ];
    if ct.is_none() {
        notes.push(
            "The CT phantom (configurations A to E, and the filters) is not part of the program: its licence, CC BY-NC 3.0, \
             forbids commercial use. Download it from https://github.com/theibsi/data_sets and name its folder: --ibsi FOLDER."
                .to_owned(),
        );
    }
    let answer = Answer { sets, notes };
    output.write(&answer, || document(&answer))?;
    let missed: usize = answer.sets.iter().map(|set| set.of - set.met).sum();
    if missed > 0 {
        bail!("{missed} reference values are not met");
    }
    Ok(())
}

/// The image and the mask of the CT phantom, in `folder` or the folder of a data set below it.
fn ct_phantom(folder: &Path) -> anyhow::Result<(radiomics::Volume, radiomics::Mask)> {
    let below = ["", "nifti", "ibsi_1_ct_radiomics_phantom/nifti", "ibsi_1/ct_phantom/nifti"];
    let pairs = below.iter().flat_map(|part| {
        let folder = folder.join(part);
        CT_PHANTOM.map(|names| names.map(|name| folder.join(name)))
    });
    let found: Option<[PathBuf; 2]> = pairs.into_iter().find(|pair| pair.iter().all(|path| path.exists()));
    match found {
        Some([image, mask]) => {
            let Pair { image, mask, .. } = read_pair(&image, &mask, &CaseChoice::label(1))?;
            Ok((image, mask))
        }
        None => bail!(
            "{}: the CT phantom is not here; looked for {}",
            folder.display(),
            CT_PHANTOM.map(|[image, mask]| format!("{image} with {mask}")).join(", ")
        ),
    }
}

fn document(answer: &Answer) -> Document {
    let mut summary = Table::new([
        ColumnSpec::left("Configuration"),
        ColumnSpec::right("Values"),
        ColumnSpec::right("Met"),
        ColumnSpec::right("Very strong"),
        ColumnSpec::right("Strong"),
        ColumnSpec::right("Moderate"),
    ]);
    let mut values = Table::new([
        ColumnSpec::left("Configuration"),
        ColumnSpec::left("Image"),
        ColumnSpec::left("Family"),
        ColumnSpec::left("Feature"),
        ColumnSpec::left("Aggregation"),
        ColumnSpec::left("Code"),
        ColumnSpec::decimal("Value"),
        ColumnSpec::decimal("Consensus"),
        ColumnSpec::decimal("Tolerance"),
        ColumnSpec::left("Strength"),
        ColumnSpec::left("Met"),
    ]);
    for set in &answer.sets {
        let by = |strength: &str| {
            let of: Vec<&Row> = set.values.iter().filter(|row| row.consensus == strength).collect();
            let met = of.iter().filter(|row| row.met).count();
            Cell::text(if of.is_empty() { String::new() } else { format!("{met}/{}", of.len()) })
        };
        summary.push([
            Cell::text(set.name),
            Cell::count(set.of),
            Cell::count(set.met),
            by("very strong"),
            by("strong"),
            by("moderate"),
        ]);
        for row in &set.values {
            let parts = Parts::of(&row.column);
            let text = |of: fn(&Parts<'_>) -> String| Cell::text(parts.as_ref().map(of).unwrap_or_default());
            values.push([
                Cell::text(set.name),
                text(|parts| parts.image.to_owned()),
                text(|parts| parts.family.name().to_owned()),
                text(|parts| parts.feature.name.to_owned()),
                text(|parts| parts.aggregation.map_or("", |way| way.name()).to_owned()),
                Cell::text(row.code.get(parts.map_or(0, |parts| parts.image.len() + 1)..).unwrap_or_default()),
                Cell::significant(row.value, 4),
                Cell::significant(row.reference, 3),
                Cell::significant(row.tolerance, 3),
                Cell::text(row.consensus),
                Cell::text(if row.met { "yes" } else { "no" }),
            ]);
        }
    }
    let title = "Reference values of the image biomarker standardisation initiative";
    Document { notes: answer.notes.clone(), ..Document::new(title).with(summary).with(values) }
}
