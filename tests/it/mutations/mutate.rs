//! Mutants of a file: bits turned, bytes and numbers replaced, pieces cut out, doubled, moved, and the end cut off.

/// Numbers that sizes and offsets go wrong with.
const NUMBERS: [u64; 10] = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, 0x8000_0000, u64::MAX];
/// Bytes that texts go wrong with.
const MARKS: &[u8] = b"\0\"'\\,;:\t\n\r[]{}()<>=-+.eE0919#%&/\x1b\xff\xc3\xe2\x80";

/// Makes the same mutants in the same order for the same number (xorshift).
pub struct Mutator(u64);

impl Mutator {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }

    /// A number below `n`, small ones more often where the start of a file matters most.
    fn below(&mut self, n: usize) -> usize {
        let n = n.max(1) as u64;
        match self.next() % 4 {
            0 => (self.next() % n.min(400)) as usize,
            _ => (self.next() % n) as usize,
        }
    }

    /// `seed` with one to eight faults.
    pub fn mutant(&mut self, seed: &[u8]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.next() % 8 {
            self.fault(&mut bytes);
        }
        bytes
    }

    fn fault(&mut self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            bytes.push(self.next() as u8);
            return;
        }
        let at = self.below(bytes.len());
        let length = (1 + self.below(64)).min(bytes.len() - at);
        match self.next() % 9 {
            0 => bytes[at] ^= 1 << (self.next() % 8),
            1 => bytes[at] = self.next() as u8,
            2 => bytes[at] = MARKS[self.below(MARKS.len())],
            3 => {
                let number = NUMBERS[self.below(NUMBERS.len())];
                let number = if self.next().is_multiple_of(2) { number.to_le_bytes() } else { number.to_be_bytes() };
                let width = [1, 2, 4, 8][self.below(4)].min(bytes.len() - at);
                bytes[at..at + width].copy_from_slice(&number[..width]);
            }
            4 => drop(bytes.drain(at..at + length)),
            5 => {
                let piece: Vec<u8> = bytes[at..at + length].to_vec();
                let most = if self.next().is_multiple_of(16) { 500 } else { 3 };
                let times = 1 + self.below(most);
                bytes.splice(at..at, piece.repeat(times));
            }
            6 => {
                let piece: Vec<u8> = bytes.drain(at..at + length).collect();
                let to = self.below(bytes.len() + 1).min(bytes.len());
                bytes.splice(to..to, piece);
            }
            7 => bytes.insert(at, MARKS[self.below(MARKS.len())]),
            _ => bytes.truncate(at),
        }
    }
}
