//! NRRD with header attached and gzipped data.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};

use bytemuck::Pod;
use flate2::{Compression, write::GzEncoder};

use super::GZIP_LEVEL;
use crate::read::stream::swap_bytes;
use volume::each_type;
use volume::{Geometry, PixelType, Volume};

pub(super) fn write(to: impl Write, volume: &Volume) -> io::Result<()> {
    let mut to = BufWriter::new(to);
    to.write_all(header(&volume.geometry, volume.voxels.pixel_type()).as_bytes())?;
    let mut packed = GzEncoder::new(to, Compression::new(GZIP_LEVEL));
    each_type!(&volume.voxels, v => write_little_endian(&mut packed, v))?;
    packed.finish()?.flush()
}

fn write_little_endian<T: Pod>(to: &mut impl Write, values: &[T]) -> io::Result<()> {
    if cfg!(target_endian = "little") {
        return to.write_all(bytemuck::cast_slice(values));
    }
    values.chunks(1 << 16).try_for_each(|chunk| {
        let mut chunk = chunk.to_vec();
        swap_bytes(&mut chunk);
        to.write_all(bytemuck::cast_slice(&chunk))
    })
}

fn header(geometry: &Geometry, pixel: PixelType) -> String {
    let kind = match pixel {
        PixelType::U8 => "unsigned char",
        PixelType::I8 => "signed char",
        PixelType::U16 => "unsigned short",
        PixelType::I16 => "short",
        PixelType::U32 => "unsigned int",
        PixelType::I32 => "int",
        PixelType::U64 => "unsigned long long int",
        PixelType::I64 => "long long int",
        PixelType::F32 => "float",
        PixelType::F64 => "double",
    };
    let [nx, ny, nz] = geometry.size;
    let vector = |v: [f64; 3]| format!("({},{},{})", v[0], v[1], v[2]);
    let axes: [String; 3] = std::array::from_fn(|axis| {
        vector(std::array::from_fn(|row| geometry.direction[row][axis] * geometry.spacing[axis]))
    });
    let mut text = format!("NRRD0004\ntype: {kind}\ndimension: 3\nspace: left-posterior-superior\n");
    let _ = writeln!(text, "sizes: {nx} {ny} {nz}\nspace directions: {}", axes.join(" "));
    let _ = writeln!(text, "kinds: domain domain domain\nendian: little\nencoding: gzip");
    let _ = writeln!(text, "space origin: {}\n", vector(geometry.origin));
    text
}
