//! JPEG-LS of one component, lossless and near-lossless, as ITU-T T.87 (ISO 14495-1) defines it.

/// A decoded picture.
#[derive(Debug)]
pub(super) struct Picture {
    pub width: usize,
    pub height: usize,
    /// Bits of a sample.
    pub bits: u32,
    /// Samples row by row.
    pub samples: Vec<u16>,
}

/// No picture has more samples.
const MOST_SAMPLES: usize = 1 << 28;

/// Lengths of runs that one bit stands for, as powers of 2 (table A.2).
const RUNS: [u32; 32] =
    [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// Contexts of gradients; two more are those of interrupted runs.
const CONTEXTS: usize = 365;

const SHORT: &str = "JPEG-LS data end early";

/// Decodes one picture of at most `most` samples.
pub(super) fn decode(data: &[u8], most: usize) -> Result<Picture, String> {
    let (frame, scan) = headers(data, most.min(MOST_SAMPLES))?;
    Decoder::new(&frame, Bits { bytes: scan, at: 0, held: 0, count: 0, after_ff: false }).picture()
}

/// What the markers before the samples say.
#[derive(Debug, Clone, Default)]
struct Frame {
    bits: u32,
    width: usize,
    height: usize,
    near: i32,
    /// MAXVAL, T1, T2, T3, RESET; 0 where the default counts.
    preset: [i32; 5],
}

/// The markers, and the bytes behind them.
fn headers(data: &[u8], most: usize) -> Result<(Frame, &[u8]), String> {
    let mut frame = Frame::default();
    let mut rest = data.strip_prefix(&[0xff, 0xd8]).ok_or("it does not begin as JPEG-LS does")?;
    loop {
        let &[0xff, marker, high, low, ..] = rest else { return Err(SHORT.to_owned()) };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let body = rest.get(4..2 + length).ok_or(SHORT)?;
        rest = &rest[2 + length..];
        let word = |i: usize| body.get(i..i + 2).map(|b| i32::from(u16::from_be_bytes([b[0], b[1]]))).ok_or(SHORT);
        let byte = |i: usize| body.get(i).copied().ok_or(SHORT);
        match marker {
            0xf7 => {
                frame.bits = u32::from(byte(0)?);
                (frame.height, frame.width) = (word(1)? as usize, word(3)? as usize);
                if byte(5)? != 1 {
                    return Err("JPEG-LS in colours".to_owned());
                }
                let samples = frame.width * frame.height;
                if !(2..=16).contains(&frame.bits) || samples == 0 || samples > most {
                    let Frame { width, height, bits, .. } = frame;
                    return Err(format!("JPEG-LS of {width} x {height} samples with {bits} bits"));
                }
            }
            0xf8 if byte(0)? == 1 => {
                for (i, value) in frame.preset.iter_mut().enumerate() {
                    *value = word(1 + 2 * i)?;
                }
            }
            0xf8 => return Err("JPEG-LS with tables, which are not read here".to_owned()),
            0xdd if body.iter().any(|b| *b != 0) => {
                return Err("JPEG-LS with restart intervals, which are not read here".to_owned());
            }
            0xda => {
                if frame.bits == 0 || byte(0)? != 1 {
                    return Err("a JPEG-LS scan without its frame".to_owned());
                }
                frame.near = i32::from(byte(3)?);
                if byte(5)? != 0 {
                    return Err("JPEG-LS with a point transform, which is not read here".to_owned());
                }
                return Ok((frame, rest));
            }
            _ => {}
        }
    }
}

/// Bits of a scan, in which a 0 is stuffed behind each byte of ones.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    held: u32,
    count: u32,
    after_ff: bool,
}

impl Bits<'_> {
    fn fill(&mut self) -> Result<(), String> {
        let byte = *self.bytes.get(self.at).ok_or(SHORT)?;
        if self.after_ff && byte >= 0x80 {
            return Err(SHORT.to_owned());
        }
        let bits = if self.after_ff { 7 } else { 8 };
        self.held = self.held << bits | u32::from(byte);
        self.count += bits;
        self.after_ff = byte == 0xff;
        self.at += 1;
        Ok(())
    }

    fn bit(&mut self) -> Result<bool, String> {
        self.bits(1).map(|bit| bit == 1)
    }

    /// Up to 16 bits as a number.
    fn bits(&mut self, n: u32) -> Result<i32, String> {
        while self.count < n {
            self.fill()?;
        }
        self.count -= n;
        let value = self.held >> self.count;
        self.held &= (1 << self.count) - 1;
        Ok(value as i32)
    }
}

/// What is known of the errors of one context (A.2.1).
#[derive(Clone, Copy)]
struct Context {
    /// Sum of sizes of errors.
    a: i32,
    /// Bias; for interrupted runs the number of negative errors.
    b: i32,
    /// Correction of the prediction.
    c: i32,
    n: i32,
}

impl Context {
    /// The Golomb parameter for errors whose sizes sum to `sum`.
    fn k(&self, sum: i32) -> Result<u32, String> {
        (0..24).find(|k| i64::from(self.n) << k >= i64::from(sum)).ok_or_else(|| "JPEG-LS data are damaged".to_owned())
    }
}

struct Decoder<'a> {
    bits: Bits<'a>,
    width: usize,
    height: usize,
    depth: u32,
    near: i32,
    maximum: i32,
    thresholds: [i32; 3],
    reset: i32,
    range: i32,
    /// Bits of an error that is written out.
    qbpp: u32,
    limit: u32,
    contexts: Vec<Context>,
    run: usize,
}

impl<'a> Decoder<'a> {
    fn new(frame: &Frame, bits: Bits<'a>) -> Self {
        let or = |value: i32, default: i32| if value != 0 { value } else { default };
        let [maximum, t1, t2, t3, reset] = frame.preset;
        let maximum = or(maximum, (1 << frame.bits) - 1);
        let near = frame.near;
        let [d1, d2, d3] = default_thresholds(maximum, near);
        let range = (maximum + 2 * near) / (2 * near + 1) + 1;
        let bits_of = |n: i32| i32::BITS - (n - 1).max(0).leading_zeros();
        let bpp = bits_of(maximum + 1).max(2);
        let start = Context { a: ((range + 32) / 64).max(2), b: 0, c: 0, n: 1 };
        Self {
            bits,
            width: frame.width,
            height: frame.height,
            depth: frame.bits,
            near,
            maximum,
            thresholds: [or(t1, d1), or(t2, d2), or(t3, d3)],
            reset: or(reset, 64),
            range,
            qbpp: bits_of(range),
            limit: 2 * (bpp + bpp.max(8)),
            contexts: vec![start; CONTEXTS + 2],
            run: 0,
        }
    }

    fn picture(mut self) -> Result<Picture, String> {
        let width = self.width;
        let mut samples = Vec::with_capacity(width * self.height);
        // A line has a neighbour more at either end.
        let (mut above, mut line) = (vec![0; width + 2], vec![0; width + 2]);
        for _ in 0..self.height {
            above[width + 1] = above[width];
            line[0] = above[1];
            self.line(&above, &mut line)?;
            samples.extend(line[1..=width].iter().map(|&x| x as u16));
            std::mem::swap(&mut above, &mut line);
        }
        Ok(Picture { width, height: self.height, bits: self.depth, samples })
    }

    fn line(&mut self, above: &[i32], line: &mut [i32]) -> Result<(), String> {
        let mut x = 1;
        while x <= self.width {
            let (a, b, c, d) = (line[x - 1], above[x], above[x - 1], above[x + 1]);
            let q = 81 * self.quantized(d - b) + 9 * self.quantized(b - c) + self.quantized(c - a);
            if q != 0 {
                line[x] = self.regular(a, b, c, q)?;
                x += 1;
            } else {
                x = self.run(above, line, x)?;
            }
        }
        Ok(())
    }

    fn quantized(&self, d: i32) -> i32 {
        let [t1, t2, t3] = self.thresholds;
        let size = match d.abs() {
            d if d <= self.near => 0,
            d if d < t1 => 1,
            d if d < t2 => 2,
            d if d < t3 => 3,
            _ => 4,
        };
        size * d.signum()
    }

    /// A sample by its prediction and error (A.4 to A.6).
    fn regular(&mut self, a: i32, b: i32, c: i32, q: i32) -> Result<i32, String> {
        let (sign, q) = (q.signum(), q.unsigned_abs() as usize);
        let edge = match c {
            c if c >= a.max(b) => a.min(b),
            c if c <= a.min(b) => a.max(b),
            c => a + b - c,
        };
        let context = self.contexts[q];
        let predicted = (edge + sign * context.c).clamp(0, self.maximum);
        let k = context.k(context.a)?;
        let mapped = self.golomb(k, self.limit)?;
        let turned = self.near == 0 && k == 0 && 2 * context.b <= -context.n;
        let error = match (mapped % 2 == 0, turned) {
            (true, false) => mapped / 2,
            (false, false) => -(mapped + 1) / 2,
            (true, true) => -mapped / 2 - 1,
            (false, true) => (mapped - 1) / 2,
        };
        self.learn(q, error);
        Ok(self.sample(predicted, sign * error))
    }

    fn learn(&mut self, q: usize, error: i32) {
        let (near, reset) = (self.near, self.reset);
        let c = &mut self.contexts[q];
        c.b += error * (2 * near + 1);
        c.a += error.abs();
        if c.n == reset {
            c.a >>= 1;
            c.b >>= 1;
            c.n >>= 1;
        }
        c.n += 1;
        if c.b <= -c.n {
            c.b = (c.b + c.n).max(1 - c.n);
            c.c = (c.c - 1).max(-128);
        } else if c.b > 0 {
            c.b = (c.b - c.n).min(0);
            c.c = (c.c + 1).min(127);
        }
    }

    /// The sample that an error makes of a prediction.
    fn sample(&self, predicted: i32, error: i32) -> i32 {
        let step = 2 * self.near + 1;
        let value = predicted + error * step;
        let value = match value {
            v if v < -self.near => v + self.range * step,
            v if v > self.maximum + self.near => v - self.range * step,
            v => v,
        };
        value.clamp(0, self.maximum)
    }

    /// A number in a Golomb code of limited length (A.5.3).
    fn golomb(&mut self, k: u32, limit: u32) -> Result<i32, String> {
        let most = limit.saturating_sub(self.qbpp + 1);
        let mut zeros = 0;
        while !self.bits.bit()? {
            zeros += 1;
            if zeros > limit {
                return Err("JPEG-LS data are damaged".to_owned());
            }
        }
        if zeros < most { Ok((zeros as i32) << k | self.bits.bits(k)?) } else { Ok(self.bits.bits(self.qbpp)? + 1) }
    }

    /// A run of equal samples from `x` on and the sample that ends it; where the next one is (A.7).
    fn run(&mut self, above: &[i32], line: &mut [i32], mut x: usize) -> Result<usize, String> {
        let value = line[x - 1];
        let end = self.width + 1;
        let mut fill = |x: &mut usize, n: usize| {
            line[*x..*x + n].fill(value);
            *x += n;
        };
        while self.bits.bit()? {
            let whole = 1 << RUNS[self.run];
            let n = whole.min(end - x);
            fill(&mut x, n);
            if n == whole {
                self.run = (self.run + 1).min(31);
            }
            if x == end {
                return Ok(x);
            }
        }
        let n = self.bits.bits(RUNS[self.run])? as usize;
        if n >= end - x {
            return Err("JPEG-LS data are damaged".to_owned());
        }
        fill(&mut x, n);
        line[x] = self.interrupted(value, above[x])?;
        self.run = self.run.saturating_sub(1);
        Ok(x + 1)
    }

    /// The sample that ends a run of `a`, below `b`.
    fn interrupted(&mut self, a: i32, b: i32) -> Result<i32, String> {
        let alike = (a - b).abs() <= self.near;
        let q = CONTEXTS + usize::from(alike);
        let context = self.contexts[q];
        let kind = i32::from(alike);
        let k = context.k(context.a + if alike { context.n >> 1 } else { 0 })?;
        let mapped = self.golomb(k, self.limit - RUNS[self.run] - 1)?;
        let odd = (mapped + kind) % 2 == 1;
        let size = (mapped + kind + i32::from(odd)) / 2;
        let negative = (k != 0 || 2 * context.b >= context.n) == odd;
        let error = if negative { -size } else { size };
        let reset = self.reset;
        let c = &mut self.contexts[q];
        c.b += i32::from(error < 0);
        c.a += (mapped + 1 - kind) >> 1;
        if c.n == reset {
            c.a >>= 1;
            c.b >>= 1;
            c.n >>= 1;
        }
        c.n += 1;
        let (predicted, sign) = if alike { (a, 1) } else { (b, if a > b { -1 } else { 1 }) };
        Ok(self.sample(predicted, sign * error))
    }
}

/// Thresholds of gradients where the file gives none (C.2.4.1.1).
fn default_thresholds(maximum: i32, near: i32) -> [i32; 3] {
    let within = |value: i32, least: i32| if value > maximum || value < least { least } else { value };
    let basic = [3, 7, 21];
    let [a, b, c] = match maximum >= 128 {
        true => {
            let factor = (maximum.min(4095) + 128) / 256;
            std::array::from_fn(|i| factor * (basic[i] - [2, 3, 4][i]) + [2, 3, 4][i] + [3, 5, 7][i] * near)
        }
        false => {
            let factor = 256 / (maximum + 1);
            std::array::from_fn(|i| (basic[i] / factor + [3, 5, 7][i] * near).max([2, 3, 4][i]))
        }
    };
    let t1 = within(a, near + 1);
    let t2 = within(b, t1);
    [t1, t2, within(c, t2)]
}
