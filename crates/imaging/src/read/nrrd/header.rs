//! The text header of a NRRD file (format versions 1 to 5).

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;
use std::str::FromStr;

use crate::read::ReadError;
use volume::PixelType;

/// A header may not be longer than this many bytes.
const LONGEST: usize = 1 << 22;

pub(super) const REMEDY: &str = "the header is damaged or not NRRD; export it again";

/// How the values are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Raw,
    Gzip,
    Text,
    Hex,
}

/// Where the values are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DataFiles {
    /// After the header.
    Attached,
    /// In these files, which follow each other along the slowest axis (one unless they are listed).
    Detached(Vec<String>),
}

/// What a header says, its fields by name in lower case and its key/value pairs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Header {
    fields: BTreeMap<String, String>,
    pub keys: BTreeMap<String, String>,
    pub sizes: Vec<usize>,
    pub pixel: PixelType,
    pub encoding: Encoding,
    pub big_endian: bool,
    pub line_skip: usize,
    /// Bytes to skip, `None`: count back from the end of the file.
    pub byte_skip: Option<u64>,
    pub data: DataFiles,
    /// Bytes that the header takes in its file.
    pub length: u64,
}

impl Header {
    /// Reads the header up to and with the empty line that ends it.
    pub fn read(path: &Path, reader: &mut dyn BufRead) -> Result<Self, ReadError> {
        let problem = |what: String| ReadError::malformed(path, what, REMEDY);
        let mut length = 0;
        let mut lines = Vec::new();
        loop {
            let mut line = Vec::new();
            let got = reader.read_until(b'\n', &mut line).map_err(|e| ReadError::io(path, e))?;
            length += got;
            if length > LONGEST {
                return Err(problem("its header does not end".into()));
            }
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            if got == 0 || text.is_empty() {
                break;
            }
            lines.push(text);
        }
        if !lines.first().is_some_and(|l| l.starts_with("NRRD")) {
            return Err(problem("it does not begin with NRRD".into()));
        }
        let (mut fields, mut keys, mut listed) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        for (number, line) in lines.iter().enumerate().skip(1).filter(|(_, l)| !l.starts_with('#')) {
            match (line.split_once(":="), line.split_once(": ").or_else(|| line.split_once(':'))) {
                _ if !listed.is_empty() || is_list(&fields) => listed.push(line.clone()),
                // A colon before the := makes it a field whose text happens to hold one.
                (Some((key, value)), field) if field.is_none_or(|(name, _)| name.len() >= key.len()) => {
                    keys.insert(key.to_owned(), value.to_owned());
                }
                (_, Some((name, value))) => {
                    fields.insert(canonical(name), value.trim().to_owned());
                }
                _ => return Err(problem(format!("line {} is neither a field nor a key: {line}", number + 1))),
            }
        }
        Self::check(path, fields, keys, listed, length as u64)
    }

    fn check(
        path: &Path,
        fields: BTreeMap<String, String>,
        keys: BTreeMap<String, String>,
        listed: Vec<String>,
        length: u64,
    ) -> Result<Self, ReadError> {
        let problem = |what: String| ReadError::malformed(path, what, REMEDY);
        let required = |name: &str| fields.get(name).ok_or_else(|| problem(format!("it has no field \"{name}\"")));
        let sizes: Vec<usize> = numbers(path, "sizes", required("sizes")?)?;
        let dimension: usize = parse(path, "dimension", required("dimension")?)?;
        if sizes.is_empty() || sizes.len() != dimension || sizes.contains(&0) {
            return Err(problem(format!("sizes {sizes:?} do not make {dimension} dimensions")));
        }
        let pixel = pixel_type(path, required("type")?)?;
        let encoding = encoding(path, required("encoding")?)?;
        let big_endian = match fields.get("endian").map(String::as_str) {
            Some("big") => true,
            Some("little") => false,
            None if matches!(encoding, Encoding::Text) || matches!(pixel, PixelType::U8 | PixelType::I8) => false,
            None => return Err(problem("it does not say its byte order (field \"endian\")".into())),
            Some(other) => return Err(problem(format!("unknown byte order \"{other}\""))),
        };
        let skip = |name: &str| fields.get(name).map_or(Ok(0), |text| parse::<i64>(path, name, text));
        let byte_skip = match skip("byte skip")? {
            -1 if encoding == Encoding::Raw => None,
            n if n >= 0 => Some(n as u64),
            n => return Err(problem(format!("byte skip {n} makes no sense here"))),
        };
        let line_skip = usize::try_from(skip("line skip")?).map_err(|_| problem("negative line skip".into()))?;
        let data = match fields.get("data file") {
            None => DataFiles::Attached,
            Some(_) if is_list(&fields) => DataFiles::Detached(listed),
            Some(text) => DataFiles::Detached(data_files(path, text)?),
        };
        Ok(Self { fields, keys, sizes, pixel, encoding, big_endian, line_skip, byte_skip, data, length })
    }

    /// The text of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// One number per axis (NaN where the file says so).
    pub fn per_axis(&self, path: &Path, name: &str) -> Result<Option<Vec<f64>>, ReadError> {
        let Some(text) = self.field(name) else { return Ok(None) };
        let values: Vec<f64> = numbers(path, name, text)?;
        match values.len() == self.sizes.len() {
            true => Ok(Some(values)),
            false => {
                let what = format!("{} {name} for {} axes", values.len(), self.sizes.len());
                Err(ReadError::malformed(path, what, REMEDY))
            }
        }
    }

    /// The vectors of a field: `(1,0,0) none (0,1,0)`.
    pub fn vectors(&self, path: &Path, name: &str) -> Result<Option<Vec<Option<Vec<f64>>>>, ReadError> {
        let Some(text) = self.field(name) else { return Ok(None) };
        let mut rest = text.trim();
        let mut vectors = Vec::new();
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix("none") {
                vectors.push(None);
                rest = after.trim_start();
                continue;
            }
            let Some((inside, after)) = rest.strip_prefix('(').and_then(|r| r.split_once(')')) else {
                return Err(ReadError::malformed(path, format!("{name} cannot be understood: {text}"), REMEDY));
            };
            let components: Result<Vec<f64>, _> =
                inside.split(',').map(|component| parse(path, name, component)).collect();
            vectors.push(Some(components?));
            rest = after.trim_start();
        }
        Ok(Some(vectors))
    }
}

fn is_list(fields: &BTreeMap<String, String>) -> bool {
    fields.get("data file").is_some_and(|text| text.starts_with("LIST"))
}

/// Field names in lower case, synonyms as one.
fn canonical(name: &str) -> String {
    let name = name.trim().to_lowercase();
    match name.as_str() {
        "datafile" => "data file",
        "lineskip" => "line skip",
        "byteskip" => "byte skip",
        "axismins" => "axis mins",
        "centerings" => "centers",
        other => other,
    }
    .to_owned()
}

fn parse<T: FromStr>(path: &Path, name: &str, text: &str) -> Result<T, ReadError> {
    text.trim().parse().map_err(|_| ReadError::malformed(path, format!("{name} is no number: {text}"), REMEDY))
}

fn numbers<T: FromStr>(path: &Path, name: &str, text: &str) -> Result<Vec<T>, ReadError> {
    text.split_whitespace().map(|word| parse(path, name, word)).collect()
}

fn encoding(path: &Path, text: &str) -> Result<Encoding, ReadError> {
    match text.to_lowercase().as_str() {
        "raw" => Ok(Encoding::Raw),
        "gzip" | "gz" => Ok(Encoding::Gzip),
        "text" | "txt" | "ascii" => Ok(Encoding::Text),
        "hex" => Ok(Encoding::Hex),
        other => {
            let what = format!("its encoding is {other}");
            Err(ReadError::unsupported(path, what, "save it with encoding gzip or raw"))
        }
    }
}

fn pixel_type(path: &Path, text: &str) -> Result<PixelType, ReadError> {
    let words: Vec<String> = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let unsigned = words.iter().any(|w| w.starts_with('u'));
    let signed = if unsigned { 0 } else { 1 };
    let name: String = words.iter().filter(|w| !matches!(w.as_str(), "unsigned" | "signed")).cloned().collect();
    let name = name.trim_start_matches('u').trim_end_matches("_t");
    let pair = match name {
        "char" | "int8" => [PixelType::U8, PixelType::I8],
        "short" | "shortint" | "int16" => [PixelType::U16, PixelType::I16],
        "int" | "int32" => [PixelType::U32, PixelType::I32],
        "longlong" | "longlongint" | "int64" => [PixelType::U64, PixelType::I64],
        "float" => [PixelType::F32; 2],
        "double" => [PixelType::F64; 2],
        _ => {
            let what = format!("its values are of type {text}");
            return Err(ReadError::unsupported(path, what, "save it as integers or floats"));
        }
    };
    Ok(pair[signed])
}

/// One name, or a pattern with its numbers: `slice%03d.raw 1 40 1`.
fn data_files(path: &Path, text: &str) -> Result<Vec<String>, ReadError> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let pattern = words.first().and_then(|word| {
        let (before, rest) = word.split_once('%')?;
        let (width, after) = rest.split_once('d')?;
        Some((before, width, after))
    });
    let (Some((before, width, after)), 4 | 5) = (pattern, words.len()) else { return Ok(vec![text.to_owned()]) };
    let [first, last, step]: [i64; 3] = [1, 2, 3].map(|i| parse(path, "data file", words[i]).unwrap_or(0));
    if step == 0 || (last - first) / step < 0 || (last - first) / step > 1_000_000 {
        return Err(ReadError::malformed(path, format!("data file pattern cannot be understood: {text}"), REMEDY));
    }
    let digits: usize = width.trim_start_matches('0').parse().unwrap_or(0);
    let names = (0..=(last - first) / step).map(|i| format!("{before}{:0digits$}{after}", first + i * step));
    Ok(names.collect())
}
