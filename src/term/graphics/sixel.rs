//! Sixels: six rows of pixels at a time, colour by colour, as the VT340 takes them.

use std::collections::BTreeMap;
use std::io::Write;

use super::Pixels;

/// Steps of each colour: figures have few colours, images have grays.
const STEPS: u16 = 6;
/// Steps of gray.
const GREYS: u16 = 24;

/// The sequence that shows `pixels` from the cursor on, each colour the nearest of 6 x 6 x 6 and 24 grays.
pub fn sixel(pixels: &Pixels) -> Vec<u8> {
    let (width, height) = (pixels.width, pixels.height());
    let mut out = Vec::with_capacity(width * height / 4);
    // Pixels are square, and what is not drawn keeps the background. Writing into memory cannot fail.
    let _ = write!(out, "\x1bP0;1;0q\"1;1;{width};{height}");
    let indices: Vec<u16> = pixels.rgb.iter().map(|rgb| nearest(*rgb)).collect();
    let mut used: Vec<u16> = indices.clone();
    used.sort_unstable();
    used.dedup();
    for (register, index) in used.iter().enumerate() {
        let [red, green, blue] = colour(*index).map(|value| (u16::from(value) * 100 + 127) / 255);
        let _ = write!(out, "#{register};2;{red};{green};{blue}");
    }
    let registers: BTreeMap<u16, usize> = used.iter().enumerate().map(|(register, index)| (*index, register)).collect();
    for top in (0..height).step_by(6) {
        let rows = top..(top + 6).min(height);
        let mut band: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
        for y in rows {
            for x in 0..width {
                let register = registers[&indices[y * width + x]];
                band.entry(register).or_insert_with(|| vec![0; width])[x] |= 1 << (y - top);
            }
        }
        for (register, bits) in band {
            let _ = write!(out, "#{register}");
            line(&mut out, &bits);
            out.push(b'$');
        }
        out.pop();
        out.push(b'-');
    }
    out.extend_from_slice(b"\x1b\\");
    out
}

/// One colour of six rows, equal neighbours counted; what is empty at the end is left out.
fn line(out: &mut Vec<u8>, bits: &[u8]) {
    let last = bits.iter().rposition(|bits| *bits != 0).map_or(0, |at| at + 1);
    for run in bits[..last].chunk_by(|a, b| a == b) {
        let character = 63 + run[0];
        if run.len() > 3 {
            let _ = write!(out, "!{}", run.len());
            out.push(character);
        } else {
            out.extend(std::iter::repeat_n(character, run.len()));
        }
    }
}

/// The number of the nearest colour.
fn nearest(rgb: [u8; 3]) -> u16 {
    let [red, green, blue] = rgb.map(u16::from);
    if rgb.iter().max().zip(rgb.iter().min()).is_some_and(|(most, least)| most - least < 8) {
        let mean = (red + green + blue) / 3;
        return STEPS.pow(3) + (mean * (GREYS - 1) + 127) / 255;
    }
    let step = |value: u16| (value * (STEPS - 1) + 127) / 255;
    (step(red) * STEPS + step(green)) * STEPS + step(blue)
}

/// The colour of a number.
fn colour(index: u16) -> [u8; 3] {
    let of = |step: u16, steps: u16| (step * 255 / (steps - 1)) as u8;
    match index.checked_sub(STEPS.pow(3)) {
        Some(grey) => [of(grey, GREYS); 3],
        None => [index / STEPS / STEPS, index / STEPS % STEPS, index % STEPS].map(|step| of(step, STEPS)),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What a terminal makes of the sequence.
    pub fn decoded(sequence: &[u8]) -> Pixels {
        let text = std::str::from_utf8(sequence).expect("ASCII");
        let body = text.strip_prefix("\x1bP0;1;0q\"1;1;").and_then(|text| text.strip_suffix("\x1b\\")).expect("sixels");
        let number = |text: &str| -> (usize, usize) {
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            (text[..digits].parse().expect("a number"), digits)
        };
        let (width, used) = number(body);
        let (height, more) = number(&body[used + 1..]);
        let mut rest = &body[used + 1 + more..];
        let mut pixels = Pixels { width, rgb: vec![[0; 3]; width * height] };
        let mut registers = BTreeMap::new();
        let (mut register, mut x, mut top, mut times) = (0, 0, 0, 1);
        while let Some(first) = rest.bytes().next() {
            rest = &rest[1..];
            match first {
                b'#' => {
                    let (found, digits) = number(rest);
                    (register, rest) = (found, &rest[digits..]);
                    if let Some(definition) = rest.strip_prefix(";2;") {
                        let (red, a) = number(definition);
                        let (green, b) = number(&definition[a + 1..]);
                        let (blue, c) = number(&definition[a + b + 2..]);
                        registers.insert(register, [red, green, blue].map(|share| (share * 255 / 100) as u8));
                        rest = &definition[a + b + c + 2..];
                    }
                }
                b'!' => {
                    let (count, digits) = number(rest);
                    (times, rest) = (count, &rest[digits..]);
                }
                b'$' => x = 0,
                b'-' => (x, top) = (0, top + 6),
                bits => {
                    for _ in 0..times {
                        for row in (0..6).filter(|row| (bits - 63) >> row & 1 == 1) {
                            pixels.rgb[(top + row) * width + x] = registers[&register];
                        }
                        x += 1;
                    }
                    times = 1;
                }
            }
        }
        pixels
    }

    #[test]
    fn sixels_are_read_back_as_they_were() {
        let colours = [[255, 255, 255], [0, 0, 0], [0, 114, 178], [213, 94, 0], [128, 128, 128]];
        let rgb: Vec<[u8; 3]> = (0..50 * 17).map(|at| colours[(at / 7 + at / 50) % colours.len()]).collect();
        let pixels = Pixels { width: 50, rgb };
        let read = decoded(&sixel(&pixels));
        assert_eq!((read.width, read.height()), (50, 17));
        for (drawn, wanted) in read.rgb.iter().zip(&pixels.rgb) {
            let far = drawn.iter().zip(wanted).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(far <= Some(28), "{drawn:?} instead of {wanted:?}");
        }
    }

    #[test]
    fn even_areas_cost_next_to_nothing() {
        let white = Pixels { width: 640, rgb: vec![[255; 3]; 640 * 420] };
        assert!(sixel(&white).len() < 1000);
    }
}
