//! A place in the bytes of a file that never reads beyond their end.

/// What is left to read of some bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'b> {
    rest: &'b [u8],
    pub is_big_endian: bool,
}

impl<'b> Bytes<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes, is_big_endian: false }
    }

    /// Bytes whose numbers have this order.
    pub fn ordered(bytes: &'b [u8], is_big_endian: bool) -> Self {
        Self { rest: bytes, is_big_endian }
    }

    pub fn len(&self) -> usize {
        self.rest.len()
    }

    pub fn rest(&self) -> &'b [u8] {
        self.rest
    }

    /// The next `n` bytes.
    pub fn take(&mut self, n: usize) -> Result<&'b [u8], String> {
        let Some((taken, rest)) = self.rest.split_at_checked(n) else {
            return Err("the file ends too early".to_owned());
        };
        self.rest = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub fn i32(&mut self) -> Result<i32, String> {
        let bytes = self.array()?;
        Ok(if self.is_big_endian { i32::from_be_bytes(bytes) } else { i32::from_le_bytes(bytes) })
    }

    pub fn i64(&mut self) -> Result<i64, String> {
        let bytes = self.array()?;
        Ok(if self.is_big_endian { i64::from_be_bytes(bytes) } else { i64::from_le_bytes(bytes) })
    }

    pub fn f64(&mut self) -> Result<f64, String> {
        let bytes = self.array()?;
        Ok(self.double(bytes))
    }

    pub fn double(&self, bytes: [u8; 8]) -> f64 {
        if self.is_big_endian { f64::from_be_bytes(bytes) } else { f64::from_le_bytes(bytes) }
    }

    /// A count, which cannot be negative nor beyond what is left.
    pub fn count(&mut self) -> Result<usize, String> {
        let count = self.i32()?;
        usize::try_from(count).ok().filter(|n| *n <= self.len()).ok_or_else(|| format!("a count of {count} cannot be"))
    }
}
