//! Writers for tests: one volume and its regions as a DICOM series, segmentation object, structure set and as a
//! segmentation of 3D Slicer.

use std::fs;
use std::io::Write;
use std::path::Path;

use dicom_core::value::{C, DataSetSequence, PixelFragmentSequence, PrimitiveValue, Value};
use dicom_core::{DataElement, Tag, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use flate2::{Compression, write::GzEncoder};
use radiomics::{Geometry, Volume, Voxels};

/// A named region: the linear indices of its voxels, ascending.
pub struct Region {
    pub name: &'static str,
    pub voxels: Vec<usize>,
}

/// A data set that is filled attribute by attribute.
#[derive(Clone)]
pub struct Attributes(InMemDicomObject);

impl Attributes {
    pub fn new() -> Self {
        Self(InMemDicomObject::new_empty())
    }

    pub fn text(mut self, tag: Tag, vr: VR, value: impl Into<String>) -> Self {
        self.0.put(DataElement::new(tag, vr, PrimitiveValue::from(value.into())));
        self
    }

    pub fn us(mut self, tag: Tag, value: usize) -> Self {
        self.0.put(DataElement::new(tag, VR::US, PrimitiveValue::from(value as u16)));
        self
    }

    /// Decimal strings, to the sixteen characters that DICOM allows.
    pub fn ds(self, tag: Tag, values: &[f64]) -> Self {
        let short = |v: &f64| (0..15).rev().map(|d| format!("{v:.d$}")).find(|t| t.len() <= 16).unwrap_or_default();
        let texts: Vec<String> = values.iter().map(short).collect();
        self.text(tag, VR::DS, texts.join("\\"))
    }

    pub fn sequence(mut self, tag: Tag, items: Vec<Attributes>) -> Self {
        let items: C<InMemDicomObject> = items.into_iter().map(|i| i.0).collect();
        self.0.put(DataElement::new(tag, VR::SQ, DataSetSequence::from(items)));
        self
    }

    /// Without an attribute.
    pub fn without(mut self, tag: Tag) -> Self {
        self.0.remove_element(tag);
        self
    }

    pub fn floats(mut self, tag: Tag, values: &[f32]) -> Self {
        let vr = if values.len() > 1 { VR::OF } else { VR::FL };
        self.0.put(DataElement::new(tag, vr, PrimitiveValue::F32(values.iter().copied().collect())));
        self
    }

    pub fn doubles(mut self, tag: Tag, values: &[f64]) -> Self {
        self.0.put(DataElement::new(tag, VR::FD, PrimitiveValue::F64(values.iter().copied().collect())));
        self
    }

    pub fn words(mut self, tag: Tag, values: Vec<u16>) -> Self {
        self.0.put(DataElement::new(tag, VR::OW, PrimitiveValue::U16(values.into())));
        self
    }

    pub fn bytes(mut self, tag: Tag, mut values: Vec<u8>) -> Self {
        if !values.len().is_multiple_of(2) {
            values.push(0);
        }
        self.0.put(DataElement::new(tag, VR::OB, PrimitiveValue::U8(values.into())));
        self
    }

    /// Encapsulated pixel data, one fragment a frame.
    pub fn fragments(mut self, frames: Vec<Vec<u8>>) -> Self {
        let fragments = PixelFragmentSequence::new(Vec::<u32>::new(), frames);
        self.0.put(DataElement::new(tags::PIXEL_DATA, VR::OB, Value::PixelSequence(fragments)));
        self
    }

    pub fn save(self, path: &Path, transfer_syntax: &str) {
        let class = self.0.get(tags::SOP_CLASS_UID).expect("class").to_str().expect("text").into_owned();
        let meta = FileMetaTableBuilder::new().transfer_syntax(transfer_syntax).media_storage_sop_class_uid(class);
        let file = self.0.with_meta(meta).expect("meta group");
        file.write_to_file(path).expect("write");
    }
}

/// A unique identifier for each name.
fn uid(name: &str) -> String {
    let hash = name.bytes().fold(7_u64, |h, b| h.wrapping_mul(131).wrapping_add(u64::from(b)));
    format!("1.2.826.0.1.{hash}")
}

/// Rows, then columns.
fn orientation(g: &Geometry) -> [f64; 6] {
    std::array::from_fn(|i| g.direction[i % 3][i / 3])
}

/// Position of the first voxel of slice `z`.
fn slice_position(g: &Geometry, z: usize) -> [f64; 3] {
    g.position([0.0, 0.0, z as f64])
}

/// The attributes of one slice of 16-bit values but its pixels.
pub fn slice(volume: &Volume, z: usize, series: &str) -> Attributes {
    let g = &volume.geometry;
    let signed = matches!(volume.voxels, Voxels::I16(_));
    Attributes::new()
        .text(tags::SOP_CLASS_UID, VR::UI, uids::MR_IMAGE_STORAGE)
        .text(tags::SOP_INSTANCE_UID, VR::UI, uid(&format!("{series} {z}")))
        .text(tags::SERIES_INSTANCE_UID, VR::UI, uid(series))
        .text(tags::SERIES_DESCRIPTION, VR::LO, series)
        .text(tags::MODALITY, VR::CS, "MR")
        .us(tags::ROWS, g.size[1])
        .us(tags::COLUMNS, g.size[0])
        .us(tags::SAMPLES_PER_PIXEL, 1)
        .text(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2")
        .us(tags::BITS_ALLOCATED, 16)
        .us(tags::BITS_STORED, 16)
        .us(tags::HIGH_BIT, 15)
        .us(tags::PIXEL_REPRESENTATION, usize::from(signed))
        .ds(tags::IMAGE_POSITION_PATIENT, &slice_position(g, z))
        .ds(tags::IMAGE_ORIENTATION_PATIENT, &orientation(g))
        .ds(tags::PIXEL_SPACING, &[g.spacing[1], g.spacing[0]])
}

/// The 16-bit values of slice `z`.
pub fn slice_values(volume: &Volume, z: usize) -> Vec<u16> {
    let [nx, ny, _] = volume.geometry.size;
    let range = z * nx * ny..(z + 1) * nx * ny;
    match &volume.voxels {
        Voxels::I16(v) => v[range].iter().map(|&x| x as u16).collect(),
        Voxels::U16(v) => v[range].to_vec(),
        _ => panic!("only 16-bit volumes are written"),
    }
}

/// Writes a file for each slice, the last first: `T2_001.dcm`, `T2_002.dcm`, ...
pub fn write_series(folder: &Path, volume: &Volume, series: &str, transfer_syntax: &str) {
    fs::create_dir_all(folder).expect("folder");
    let slices = volume.geometry.size[2];
    for z in 0..slices {
        let name = format!("{series}_{:03}.dcm", slices - z);
        let pixels = slice_values(volume, z);
        slice(volume, z, series).words(tags::PIXEL_DATA, pixels).save(&folder.join(name), transfer_syntax);
    }
}

/// Writes a segmentation object with frames only for slices in which a region has voxels. `fractional`: bytes up to
/// 200, in which 100 counts.
pub fn write_seg(path: &Path, geometry: &Geometry, regions: &[Region], fractional: bool) {
    let [nx, ny, nz] = geometry.size;
    let (mut frames, mut bits, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
    for (number, region) in (1..).zip(regions) {
        for z in (0..nz).rev() {
            let slice: Vec<bool> =
                (z * nx * ny..(z + 1) * nx * ny).map(|i| region.voxels.binary_search(&i).is_ok()).collect();
            if !slice.contains(&true) {
                continue;
            }
            bytes.extend(slice.iter().map(|&inside| if inside { 100_u8 } else { 99 }));
            bits.extend(slice);
            let position = Attributes::new().ds(tags::IMAGE_POSITION_PATIENT, &slice_position(geometry, z));
            let segment = Attributes::new().us(tags::REFERENCED_SEGMENT_NUMBER, number);
            frames.push(
                Attributes::new()
                    .sequence(tags::PLANE_POSITION_SEQUENCE, vec![position])
                    .sequence(tags::SEGMENT_IDENTIFICATION_SEQUENCE, vec![segment]),
            );
        }
    }
    let packed = bits.chunks(8).map(|c| c.iter().enumerate().fold(0, |byte, (i, &b)| byte | u8::from(b) << i));
    let measures = Attributes::new()
        .ds(tags::PIXEL_SPACING, &[geometry.spacing[1], geometry.spacing[0]])
        .ds(tags::SLICE_THICKNESS, &[geometry.spacing[2]]);
    let plane = Attributes::new().ds(tags::IMAGE_ORIENTATION_PATIENT, &orientation(geometry));
    let shared = Attributes::new()
        .sequence(tags::PIXEL_MEASURES_SEQUENCE, vec![measures])
        .sequence(tags::PLANE_ORIENTATION_SEQUENCE, vec![plane]);
    let segments = (1..).zip(regions).map(|(number, region)| {
        Attributes::new().us(tags::SEGMENT_NUMBER, number).text(tags::SEGMENT_LABEL, VR::LO, region.name)
    });
    Attributes::new()
        .text(tags::SOP_CLASS_UID, VR::UI, uids::SEGMENTATION_STORAGE)
        .text(tags::SOP_INSTANCE_UID, VR::UI, uid("seg"))
        .text(tags::SERIES_INSTANCE_UID, VR::UI, uid("seg series"))
        .text(tags::MODALITY, VR::CS, "SEG")
        .text(tags::SEGMENTATION_TYPE, VR::CS, if fractional { "FRACTIONAL" } else { "BINARY" })
        .us(tags::MAXIMUM_FRACTIONAL_VALUE, 200)
        .us(tags::ROWS, ny)
        .us(tags::COLUMNS, nx)
        .us(tags::SAMPLES_PER_PIXEL, 1)
        .text(tags::NUMBER_OF_FRAMES, VR::IS, frames.len().to_string())
        .us(tags::BITS_ALLOCATED, if fractional { 8 } else { 1 })
        .us(tags::BITS_STORED, if fractional { 8 } else { 1 })
        .us(tags::PIXEL_REPRESENTATION, 0)
        .sequence(tags::SEGMENT_SEQUENCE, segments.collect())
        .sequence(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![shared])
        .sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, frames)
        .bytes(tags::PIXEL_DATA, if fractional { bytes } else { packed.collect() })
        .save(path, uids::EXPLICIT_VR_LITTLE_ENDIAN);
}

/// A closed contour in voxel indices.
pub type Contour = Vec<[f64; 3]>;

/// The outline of every run of voxels along x: together they enclose the centres of just these voxels.
pub fn outlines(geometry: &Geometry, region: &Region) -> Vec<Contour> {
    let [nx, ny, _] = geometry.size;
    let runs = region.voxels.chunk_by(|a, b| a + 1 == *b && b % nx != 0);
    let outline = |run: &[usize]| {
        let (first, last) = (run[0], run[run.len() - 1]);
        let (y, z) = ((first / nx % ny) as f64, (first / nx / ny) as f64);
        let (left, right) = ((first % nx) as f64 - 0.5, (last % nx) as f64 + 0.5);
        vec![[left, y - 0.5, z], [right, y - 0.5, z], [right, y + 0.5, z], [left, y + 0.5, z]]
    };
    runs.map(outline).collect()
}

/// Writes a structure set with one region of interest for each name.
pub fn write_rtstruct(path: &Path, geometry: &Geometry, regions: &[(&str, Vec<Contour>)]) {
    write_rtstruct_in(path, geometry, regions, None);
}

/// The same in a frame of reference; a contour of one point is a point.
pub fn write_rtstruct_in(path: &Path, geometry: &Geometry, regions: &[(&str, Vec<Contour>)], frame: Option<&str>) {
    let contour = |contour: &Contour| {
        let points: Vec<f64> = contour.iter().flat_map(|&p| geometry.position(p)).collect();
        Attributes::new()
            .text(tags::CONTOUR_GEOMETRIC_TYPE, VR::CS, if contour.len() == 1 { "POINT" } else { "CLOSED_PLANAR" })
            .text(tags::NUMBER_OF_CONTOUR_POINTS, VR::IS, contour.len().to_string())
            .ds(tags::CONTOUR_DATA, &points)
    };
    let roi = |(number, (name, _)): (usize, &(&str, Vec<Contour>))| {
        Attributes::new().text(tags::ROI_NUMBER, VR::IS, number.to_string()).text(tags::ROI_NAME, VR::LO, *name)
    };
    let drawn = |(number, (_, contours)): (usize, &(&str, Vec<Contour>))| {
        Attributes::new()
            .text(tags::REFERENCED_ROI_NUMBER, VR::IS, number.to_string())
            .sequence(tags::CONTOUR_SEQUENCE, contours.iter().map(contour).collect())
    };
    let of = frame.map_or_else(Attributes::new, |f| Attributes::new().text(tags::FRAME_OF_REFERENCE_UID, VR::UI, f));
    of.text(tags::SOP_CLASS_UID, VR::UI, uids::RT_STRUCTURE_SET_STORAGE)
        .text(tags::SOP_INSTANCE_UID, VR::UI, uid("rtstruct"))
        .text(tags::SERIES_INSTANCE_UID, VR::UI, uid("rtstruct series"))
        .text(tags::MODALITY, VR::CS, "RTSTRUCT")
        .sequence(tags::STRUCTURE_SET_ROI_SEQUENCE, (1..).zip(regions).map(roi).collect())
        .sequence(tags::ROI_CONTOUR_SEQUENCE, (1..).zip(regions).map(drawn).collect())
        .save(path, uids::IMPLICIT_VR_LITTLE_ENDIAN);
}

/// Writes a segmentation as 3D Slicer does: layers along the first axis, segments by name, label and layer.
pub fn write_slicer(path: &Path, geometry: &Geometry, layers: &[Vec<u8>], segments: &[(&str, u8, usize)]) {
    let [nx, ny, nz] = geometry.size;
    let vector = |v: [f64; 3]| format!("({},{},{})", v[0], v[1], v[2]);
    let axes: [String; 3] =
        std::array::from_fn(|a| vector(std::array::from_fn(|r| geometry.direction[r][a] * geometry.spacing[a])));
    let mut header = "NRRD0005\n# Complete NRRD file format specification\ntype: unsigned char\n".to_owned();
    header += "space: left-posterior-superior\nencoding: gzip\n";
    match layers.len() {
        1 => header += &format!("dimension: 3\nsizes: {nx} {ny} {nz}\nspace directions: {}\n", axes.join(" ")),
        n => {
            header += &format!("dimension: 4\nsizes: {n} {nx} {ny} {nz}\nspace directions: none {}\n", axes.join(" "));
            header += "kinds: list domain domain domain\n";
        }
    }
    header += &format!("space origin: {}\n", vector(geometry.origin));
    for (i, (name, label, layer)) in segments.iter().enumerate() {
        header += &format!("Segment{i}_ID:=Segment_{i}\nSegment{i}_Name:={name}\n");
        header += &format!("Segment{i}_LabelValue:={label}\nSegment{i}_Layer:={layer}\n");
    }
    header += "Segmentation_MasterRepresentation:=Binary labelmap\n\n";
    let mut packed = GzEncoder::new(header.into_bytes(), Compression::fast());
    for i in 0..geometry.len() {
        let values: Vec<u8> = layers.iter().map(|layer| layer[i]).collect();
        packed.write_all(&values).expect("compress");
    }
    fs::write(path, packed.finish().expect("compress")).expect("write");
}
