//! The cases of a system file: numbers of eight bytes, plain, packed by bytes, or packed by blocks of that.

use std::io::Read;

use super::super::bytes::Bytes;
use super::dictionary::Dictionary;

/// A case: eight bytes for each number and each piece of a text.
type Case = Vec<[u8; 8]>;

/// No file is unpacked beyond this.
const LARGEST: u64 = 4 << 30;

pub(super) fn read(dictionary: &Dictionary, bytes: Bytes<'_>) -> Result<Vec<Case>, String> {
    if dictionary.width == 0 {
        return Err("it has no variables".to_owned());
    }
    let cases = match dictionary.compression {
        0 => plain(dictionary, bytes.rest()),
        1 => unpack(dictionary, bytes.rest())?,
        2 => unpack(dictionary, &inflate(bytes)?)?,
        other => return Err(format!("a compression of kind {other} is not known")),
    };
    match dictionary.n_cases {
        Some(n) if n > cases.len() => Err(format!("it should have {n} cases and ends after {}", cases.len())),
        Some(n) => Ok(cases.into_iter().take(n).collect()),
        None => Ok(cases),
    }
}

fn plain(dictionary: &Dictionary, data: &[u8]) -> Vec<Case> {
    let case = |bytes: &[u8]| -> Case {
        bytes.chunks_exact(8).map(|b| [b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]).collect()
    };
    data.chunks_exact(8 * dictionary.width).map(case).collect()
}

/// Eight codes of a byte, then what the codes of 253 stand for.
fn unpack(dictionary: &Dictionary, data: &[u8]) -> Result<Vec<Case>, String> {
    let mut bytes = Bytes::ordered(data, dictionary.is_big_endian);
    let number = |x: f64| if dictionary.is_big_endian { x.to_be_bytes() } else { x.to_le_bytes() };
    let mut cases = Vec::new();
    let mut case: Case = Vec::with_capacity(dictionary.width);
    'blocks: while bytes.len() >= 8 {
        let codes: [u8; 8] = bytes.array()?;
        for code in codes {
            match code {
                0 => continue,
                252 => break 'blocks,
                253 => case.push(bytes.array()?),
                254 => case.push([b' '; 8]),
                255 => case.push(number(-f64::MAX)),
                code => case.push(number(f64::from(code) - dictionary.bias)),
            }
            if case.len() == dictionary.width {
                cases.push(std::mem::replace(&mut case, Vec::with_capacity(dictionary.width)));
            }
        }
    }
    if case.is_empty() { Ok(cases) } else { Err("its last case is not whole".to_owned()) }
}

/// The blocks of a .zsav file, unpacked one after the other.
fn inflate(mut bytes: Bytes<'_>) -> Result<Vec<u8>, String> {
    let before = bytes;
    let start = bytes.i64()?;
    let trailer = bytes.i64()?;
    bytes.i64()?;
    let place = |offset: i64| usize::try_from(offset - start).map_err(|_| "its table of blocks is damaged".to_owned());
    let mut table = before;
    table.take(place(trailer)?)?;
    table.take(20)?;
    let n = table.count()?;
    let mut data = Vec::new();
    for _ in 0..n {
        table.i64()?;
        let offset = place(table.i64()?)?;
        table.i32()?;
        let packed = usize::try_from(table.i32()?).map_err(|_| "a block is damaged".to_owned())?;
        let mut block = before;
        block.take(offset)?;
        let reader = flate2::read::ZlibDecoder::new(block.take(packed)?);
        reader.take(LARGEST).read_to_end(&mut data).map_err(|error| format!("a block is damaged: {error}"))?;
        if data.len() as u64 >= LARGEST {
            return Err("it is larger than 4 GB unpacked".to_owned());
        }
    }
    Ok(data)
}
