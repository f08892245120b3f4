//! A gzip stream unpacked as a whole: where its size is known before, that takes half the time of piece by piece.

use bytemuck::Pod;
use libdeflater::Decompressor;

/// Shorter data are unpacked piece by piece, and longer ones: of those two copies may be too much.
const SIZES: std::ops::RangeInclusive<u64> = 1 << 20..=1 << 30;

/// Whether so many bytes of data may be unpacked as a whole from so many packed ones. More packed bytes than those of the
/// data hold other volumes as well.
pub(super) fn is_fit(data: u64, packed: u64) -> bool {
    SIZES.contains(&data) && packed <= data
}

/// The `count` values behind `skip` bytes of the gzip stream `packed`, its checksum verified; none where the stream does not
/// hold just that, or is damaged: whoever reads it piece by piece can say what is wrong with it.
pub(super) fn gunzip<T: Pod>(packed: &[u8], skip: u64, count: usize) -> Option<Vec<T>> {
    let skip = usize::try_from(skip).ok().filter(|skip| skip.is_multiple_of(size_of::<T>()))? / size_of::<T>();
    let size = skip.checked_add(count)?.checked_mul(size_of::<T>())?;
    // The last four bytes are the size of what was packed, modulo 2^32 (RFC 1952, section 2.3.1).
    let said = u32::from_le_bytes(*packed.last_chunk()?);
    if size as u64 & u64::from(u32::MAX) != u64::from(said) {
        return None;
    }
    let mut values = vec![T::zeroed(); skip + count];
    let unpacked = Decompressor::new().gzip_decompress(packed, bytemuck::cast_slice_mut(&mut values)).ok()?;
    (unpacked == size).then(|| {
        values.drain(..skip);
        values
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("bytes in memory");
        encoder.finish().expect("bytes in memory")
    }

    #[test]
    fn only_what_a_stream_holds_as_a_whole_is_unpacked() {
        let values: Vec<u16> = (0..50_000_u32).map(|i| (i * i % 4093) as u16).collect();
        let bytes = [&[7; 352], bytemuck::cast_slice::<u16, u8>(&values)].concat();
        let packed = gzip(&bytes);
        assert_eq!(gunzip::<u16>(&packed, 352, values.len()), Some(values.clone()));
        // Another number of values, values that do not begin at a multiple of their size, a stream that goes on.
        assert_eq!(gunzip::<u16>(&packed, 352, values.len() - 1), None);
        assert_eq!(gunzip::<u16>(&packed, 351, values.len()), None);
        assert_eq!(gunzip::<u16>(&[packed.as_slice(), &[0; 8]].concat(), 352, values.len()), None);
        // Damage anywhere, and a stream that is cut.
        for at in [5_000, packed.len() - 6] {
            let mut damaged = packed.clone();
            damaged[at] ^= 0x10;
            assert_eq!(gunzip::<u16>(&damaged, 352, values.len()), None);
        }
        assert_eq!(gunzip::<u16>(&packed[..packed.len() / 2], 352, values.len()), None);
        assert_eq!(gunzip::<u16>(&[], 0, 0), None);
    }
}
