//! The header of a MetaImage: lines `Key = Value`, of which `ElementDataFile` is the last.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;
use std::str::FromStr;

use crate::read::ReadError;
use volume::IDENTITY;
use volume::{Geometry, PixelType};

pub(super) const REMEDY: &str = "save it again, as MetaImage, NRRD or NIfTI";

/// No header is longer.
const LONGEST: usize = 1 << 20;

/// Where the values are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DataFiles {
    /// Behind the header.
    Local,
    /// In files beside it, in this order.
    Beside(Vec<String>),
}

/// What is needed of a header.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Header {
    pub geometry: Geometry,
    /// Values of a channel that follow each other before those of the next.
    pub inner: usize,
    /// Channels of a voxel, or volumes of a series.
    pub channels: usize,
    pub pixel: PixelType,
    pub big_endian: bool,
    pub compressed: bool,
    /// Values are written as text.
    pub text: bool,
    /// Bytes before the values in a file of their own; `None` where they stand at its end.
    pub skip: Option<u64>,
    pub data: DataFiles,
    /// Bytes that the header takes.
    pub length: u64,
}

impl Header {
    /// Reads the header up to and with the line of `ElementDataFile`.
    pub fn read(path: &Path, reader: &mut dyn BufRead) -> Result<Self, ReadError> {
        let problem = |what: String| ReadError::malformed(path, what, REMEDY);
        let mut fields = BTreeMap::new();
        let mut length = 0;
        let mut line = |length: &mut usize| -> Result<Option<String>, ReadError> {
            let mut bytes = Vec::new();
            let got = reader.read_until(b'\n', &mut bytes).map_err(|e| ReadError::io(path, e))?;
            *length += got;
            if *length > LONGEST {
                return Err(problem("its header does not end".to_owned()));
            }
            Ok((got > 0).then(|| String::from_utf8_lossy(&bytes).trim().to_owned()))
        };
        let data = loop {
            let Some(text) = line(&mut length)? else {
                return Err(problem("its header has no ElementDataFile".to_owned()));
            };
            let Some((key, value)) = text.split_once('=') else {
                match text.is_empty() {
                    true => continue,
                    false => return Err(problem(format!("a line of its header is no `Key = Value`: {text}"))),
                }
            };
            let (key, value) = (key.trim().to_owned(), value.trim().to_owned());
            if key == "ElementDataFile" {
                break value;
            }
            fields.insert(key, value);
        };
        let mut listed = Vec::new();
        if data.starts_with("LIST") {
            while let Some(text) = line(&mut length)? {
                listed.extend((!text.is_empty()).then_some(text));
            }
        }
        Fields { path, fields }.header(&data, listed, length as u64)
    }
}

struct Fields<'a> {
    path: &'a Path,
    fields: BTreeMap<String, String>,
}

impl Fields<'_> {
    fn problem(&self, what: String) -> ReadError {
        ReadError::malformed(self.path, what, REMEDY)
    }

    fn text(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.fields.get(*name)).map(String::as_str)
    }

    fn numbers<T: FromStr>(&self, names: &[&str]) -> Result<Option<Vec<T>>, ReadError> {
        let Some(text) = self.text(names) else { return Ok(None) };
        let numbers: Result<Vec<T>, _> = text.split_whitespace().map(str::parse).collect();
        numbers.map(Some).map_err(|_| self.problem(format!("{} is not made of numbers: {text}", names[0])))
    }

    /// As many numbers as there are axes, or none.
    fn per_axis(&self, names: &[&str], axes: usize) -> Result<Option<Vec<f64>>, ReadError> {
        match self.numbers::<f64>(names)? {
            Some(v) if v.len() < axes => Err(self.problem(format!("{} has {} of {axes} numbers", names[0], v.len()))),
            other => Ok(other),
        }
    }

    fn flag(&self, names: &[&str]) -> bool {
        self.text(names).is_some_and(|text| text.starts_with(['T', 't', '1', 'Y', 'y']))
    }

    fn header(&self, data: &str, listed: Vec<String>, length: u64) -> Result<Header, ReadError> {
        if let Some(kind) = self.text(&["ObjectType"]).filter(|kind| *kind != "Image") {
            return Err(self.problem(format!("it holds a {kind} and no image")));
        }
        let sizes: Vec<usize> =
            self.numbers(&["DimSize"])?.ok_or_else(|| self.problem("it has no DimSize".to_owned()))?;
        let axes = self.numbers::<usize>(&["NDims"])?.and_then(|n| n.first().copied()).unwrap_or(sizes.len());
        if !(1..=4).contains(&axes) || sizes.len() != axes || sizes.contains(&0) {
            return Err(self.problem(format!("sizes {sizes:?} do not make {axes} dimensions")));
        }
        let of_voxel = self.numbers::<usize>(&["ElementNumberOfChannels"])?.and_then(|n| n.first().copied());
        let of_voxel = of_voxel.unwrap_or(1).max(1);
        let volumes = sizes.get(3).copied().unwrap_or(1);
        if of_voxel > 1 && volumes > 1 {
            let what = format!("it is a series of {volumes} images of {of_voxel} channels");
            return Err(ReadError::unsupported(self.path, what, "extract one volume into a file of its own"));
        }
        let geometry = self.geometry(&sizes)?;
        Ok(Header {
            inner: if volumes > 1 { geometry.len() } else { 1 },
            channels: of_voxel * volumes,
            geometry,
            pixel: self.pixel()?,
            big_endian: self.flag(&["BinaryDataByteOrderMSB", "ElementByteOrderMSB"]),
            compressed: self.flag(&["CompressedData"]),
            text: self.text(&["BinaryData"]).is_some() && !self.flag(&["BinaryData"]),
            skip: match self.numbers::<i64>(&["HeaderSize"])?.and_then(|n| n.first().copied()).unwrap_or(0) {
                -1 => None,
                n => Some(u64::try_from(n).unwrap_or(0)),
            },
            data: self.data_files(data, listed, &sizes)?,
            length,
        })
    }

    /// As ITK lays it: positions are LPS whatever `AnatomicalOrientation` says, and each row of the matrix is the
    /// direction of an axis.
    fn geometry(&self, sizes: &[usize]) -> Result<Geometry, ReadError> {
        let axes = sizes.len();
        let mut geometry = Geometry { size: [1; 3], spacing: [1.0; 3], origin: [0.0; 3], direction: IDENTITY };
        let spacing = self.per_axis(&["ElementSpacing", "ElementSize"], axes)?;
        let origin = self.per_axis(&["Offset", "Position", "Origin"], axes)?;
        let matrix = self.per_axis(&["TransformMatrix", "Rotation", "Orientation"], axes * axes)?;
        for axis in 0..axes.min(3) {
            geometry.size[axis] = sizes[axis];
            if let Some(spacing) = &spacing {
                geometry.spacing[axis] = spacing[axis];
            }
            if let Some(origin) = &origin {
                geometry.origin[axis] = origin[axis];
            }
            if let Some(matrix) = &matrix {
                for row in 0..axes.min(3) {
                    geometry.direction[row][axis] = matrix[axis * axes + row];
                }
            }
        }
        if geometry.spacing.iter().any(|s| !(s.is_finite() && *s > 0.0)) {
            return Err(self.problem(format!("its spacing {:?} is not positive", geometry.spacing)));
        }
        if geometry.direction.as_flattened().iter().chain(&geometry.origin).any(|x| !x.is_finite()) {
            return Err(self.problem("its place in space is not made of numbers".to_owned()));
        }
        Ok(geometry)
    }

    fn pixel(&self) -> Result<PixelType, ReadError> {
        let name = self.text(&["ElementType"]).ok_or_else(|| self.problem("it has no ElementType".to_owned()))?;
        Ok(match name.trim_end_matches("_ARRAY") {
            "MET_CHAR" | "MET_ASCII_CHAR" => PixelType::I8,
            "MET_UCHAR" => PixelType::U8,
            "MET_SHORT" => PixelType::I16,
            "MET_USHORT" => PixelType::U16,
            // A long of MetaIO has 32 bits.
            "MET_INT" | "MET_LONG" => PixelType::I32,
            "MET_UINT" | "MET_ULONG" => PixelType::U32,
            "MET_LONG_LONG" => PixelType::I64,
            "MET_ULONG_LONG" => PixelType::U64,
            "MET_FLOAT" => PixelType::F32,
            "MET_DOUBLE" => PixelType::F64,
            _ => {
                let what = format!("its values are of type {name}");
                return Err(ReadError::unsupported(self.path, what, "save it as integers or floats"));
            }
        })
    }

    /// `LOCAL`, one name, a list of names, or a pattern with its numbers: `slice%03d.raw 1 40 1`.
    fn data_files(&self, text: &str, listed: Vec<String>, sizes: &[usize]) -> Result<DataFiles, ReadError> {
        if matches!(text, "LOCAL" | "Local" | "local") {
            return Ok(DataFiles::Local);
        }
        if text.starts_with("LIST") {
            return Ok(DataFiles::Beside(listed));
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        let pattern = words.first().and_then(|word| {
            let (before, rest) = word.split_once('%')?;
            let (width, after) = rest.split_once('d')?;
            Some((before, width, after))
        });
        let Some((before, width, after)) = pattern else { return Ok(DataFiles::Beside(vec![text.to_owned()])) };
        let number = |i: usize| words.get(i).and_then(|word| word.parse::<i64>().ok());
        let (first, step) = (number(1).unwrap_or(1), number(3).unwrap_or(1));
        let last = number(2).unwrap_or(sizes.last().map_or(1, |n| *n as i64));
        if step == 0 || (last - first) / step < 0 || (last - first) / step > 1_000_000 {
            return Err(self.problem(format!("ElementDataFile cannot be understood: {text}")));
        }
        let digits: usize = width.trim_start_matches('0').parse().unwrap_or(0);
        let name = |i: i64| format!("{before}{:0digits$}{after}", first + i * step);
        Ok(DataFiles::Beside((0..=(last - first) / step).map(name).collect()))
    }
}
