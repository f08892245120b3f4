//! How an image was taken, by its DICOM headers.

use std::path::Path;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::super::{ReadError, VolumeChoice};
use super::attributes::{array, count, float, floats, item, items, text};
use super::traits::{View, b_value};
use super::{files, find};

/// A parameter of an acquisition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name: `Repetition time`.
    pub name: &'static str,
    /// Its unit; empty if it has none.
    pub unit: &'static str,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number in the parameter's unit.
    Number(f64),
    /// A word.
    Text(String),
}

type Of = fn(&View<'_>) -> Option<Value>;

/// Every parameter, in the order of a table.
const PARAMETERS: [(&str, &str, Of); 28] = [
    ("Modality", "", |v| word(v, tags::MODALITY)),
    ("Manufacturer", "", |v| word(v, tags::MANUFACTURER)),
    ("Model", "", |v| word(v, tags::MANUFACTURER_MODEL_NAME)),
    ("Field strength", "T", |v| {
        let tesla = number(v, tags::MAGNETIC_FIELD_STRENGTH)?;
        // Some programs write gauss.
        Some(Value::Number(if tesla > 100.0 { tesla / 10_000.0 } else { tesla }))
    }),
    ("Series", "", |v| word(v, tags::SERIES_DESCRIPTION)),
    ("Scanning sequence", "", |v| word(v, tags::SCANNING_SEQUENCE).or_else(|| word(v, tags::PULSE_SEQUENCE_NAME))),
    ("Acquisition type", "", |v| word(v, tags::MR_ACQUISITION_TYPE)),
    ("Repetition time", "ms", |v| of(v, tags::MR_TIMING_AND_RELATED_PARAMETERS_SEQUENCE, tags::REPETITION_TIME)),
    ("Echo time", "ms", |v| {
        of(v, tags::MR_ECHO_SEQUENCE, tags::EFFECTIVE_ECHO_TIME).or_else(|| of_top(v, tags::ECHO_TIME))
    }),
    ("Inversion time", "ms", |v| of(v, tags::MR_MODIFIER_SEQUENCE, tags::INVERSION_TIME)),
    ("Flip angle", "°", |v| of(v, tags::MR_TIMING_AND_RELATED_PARAMETERS_SEQUENCE, tags::FLIP_ANGLE)),
    ("b-value", "s/mm²", |v| b_value(v).map(Value::Number)),
    ("Tube voltage", "kV", |v| of(v, tags::CTX_RAY_DETAILS_SEQUENCE, tags::KVP)),
    ("Tube current", "mA", |v| of_top(v, tags::X_RAY_TUBE_CURRENT)),
    ("Exposure", "mAs", |v| of_top(v, tags::EXPOSURE)),
    ("Kernel", "", |v| word(v, tags::CONVOLUTION_KERNEL)),
    ("Contrast agent", "", |v| word(v, tags::CONTRAST_BOLUS_AGENT)),
    ("Temporal position", "", |v| of(v, tags::FRAME_CONTENT_SEQUENCE, tags::TEMPORAL_POSITION_IDENTIFIER)),
    ("Trigger time", "ms", |v| of_top(v, tags::TRIGGER_TIME)),
    ("Tracer", "", |v| {
        let tracer = item(v.header, tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE)?;
        text(tracer, tags::RADIOPHARMACEUTICAL).map(Value::Text)
    }),
    ("Injected dose", "MBq", |v| {
        let tracer = item(v.header, tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE)?;
        float(tracer, tags::RADIONUCLIDE_TOTAL_DOSE).map(|bq| Value::Number(bq / 1e6))
    }),
    ("Attenuation correction", "", |v| word(v, tags::ATTENUATION_CORRECTION_METHOD)),
    ("Slice thickness", "mm", |v| of(v, tags::PIXEL_MEASURES_SEQUENCE, tags::SLICE_THICKNESS)),
    ("Slice spacing", "mm", |v| of(v, tags::PIXEL_MEASURES_SEQUENCE, tags::SPACING_BETWEEN_SLICES)),
    ("Pixel spacing", "mm", |v| {
        let [y, x] = array(v.group(tags::PIXEL_MEASURES_SEQUENCE), tags::PIXEL_SPACING)?;
        Some(if x == y { Value::Number(x) } else { Value::Text(format!("{x} x {y}")) })
    }),
    ("Matrix", "", |v| {
        let (columns, rows) = (count(v.header, tags::COLUMNS)?, count(v.header, tags::ROWS)?);
        Some(Value::Text(format!("{columns} x {rows}")))
    }),
    ("Acquisition matrix", "", |v| {
        let sizes = floats(v.header, tags::ACQUISITION_MATRIX)?;
        let sizes: Vec<String> = sizes.iter().filter(|n| **n > 0.0).map(f64::to_string).collect();
        (!sizes.is_empty()).then(|| Value::Text(sizes.join(" x ")))
    }),
    ("Software", "", |v| word(v, tags::SOFTWARE_VERSIONS)),
];

/// The parameters of the volume at `path`, those that its first slice tells; `None` if it is not DICOM.
///
/// # Errors
/// [`ReadError`]: a file that cannot be opened, of no known format, damaged, cut short or too large, or that uses what is not
/// read; several volumes or regions of which none is chosen.
pub fn acquisition(path: &Path, choice: &VolumeChoice) -> Result<Option<Vec<(Parameter, Value)>>, ReadError> {
    if !path.is_dir() && !files::is_dicom(path) {
        return Ok(None);
    }
    let stack = find(path, choice)?;
    let first = &stack.planes[0];
    let header = files::header(&first.file)?;
    let view = View {
        header: &header,
        shared: item(&header, tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE),
        own: items(&header, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE).get(first.frame),
        frame: first.frame,
    };
    let told = PARAMETERS.iter().filter_map(|(name, unit, of)| Some((Parameter { name, unit }, of(&view)?)));
    let mut told: Vec<(Parameter, Value)> = told.collect();
    told.push((Parameter { name: "Slices", unit: "" }, Value::Number(stack.planes.len() as f64)));
    Ok(Some(told))
}

fn word(view: &View<'_>, tag: Tag) -> Option<Value> {
    text(view.header, tag).map(|text| Value::Text(text.replace('\\', "/")))
}

fn number(view: &View<'_>, tag: Tag) -> Option<f64> {
    float(view.header, tag).filter(|x| x.is_finite())
}

fn of_top(view: &View<'_>, tag: Tag) -> Option<Value> {
    number(view, tag).map(Value::Number)
}

/// A number in a functional group, else at the top level.
fn of(view: &View<'_>, group: Tag, tag: Tag) -> Option<Value> {
    let inside: &InMemDicomObject = view.group(group);
    float(inside, tag).or_else(|| float(view.header, tag)).filter(|x| x.is_finite()).map(Value::Number)
}

/// Where a parameter stands in a table.
pub fn position(parameter: &Parameter) -> usize {
    PARAMETERS.iter().position(|(name, ..)| *name == parameter.name).unwrap_or(PARAMETERS.len())
}
