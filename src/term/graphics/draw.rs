//! From a figure to what shows it: the same drawing as its SVG, in pixels.

use figures::{Figure, svg};
use sheets::Sheet;

use super::{Pixels, Protocol, iterm, kitty, sixel};
use crate::theme::Plate;

/// Pixels on an inch at which a pixel of the drawing is one of the picture.
const DPI: f64 = 96.0;
/// Bytes that all pictures of a screen may take together: they go over the line whole.
pub const MOST_BYTES: usize = 150_000;

/// The pixels of a cell of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Across.
    pub width: u16,
    /// Down.
    pub height: u16,
}

impl Default for Cell {
    /// What a terminal has that does not say.
    fn default() -> Self {
        Self { width: 8, height: 16 }
    }
}

/// What a picture of too many bytes is drawn smaller by, where the terminal enlarges it again.
const SMALLER: [f64; 3] = [1.0, 0.75, 0.5];

/// `figure` as a PNG of so many pixels, or of `scale` times as many each way.
fn png(figure: &Figure, (width, height): (u16, u16), scale: f64) -> Option<Vec<u8>> {
    Sheet::new(&svg(figure, f64::from(width), f64::from(height))).ok()?.png(DPI * scale).ok()
}

/// The pixels of a PNG of red, green and blue.
pub fn pixels(png: &[u8]) -> Option<Pixels> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().ok()?;
    let mut bytes = vec![0; reader.output_buffer_size()];
    let info = reader.next_frame(&mut bytes).ok()?;
    if info.color_type != png::ColorType::Rgb || info.bit_depth != png::BitDepth::Eight {
        return None;
    }
    let rgb = bytes[..info.buffer_size()].chunks_exact(3).map(|rgb| [rgb[0], rgb[1], rgb[2]]).collect();
    Some(Pixels { width: info.width as usize, rgb })
}

/// The bytes that show plates, each with its number, at their places, the cursor where it was before; nothing where they are
/// too many, even of smaller pictures, or a figure cannot be drawn.
pub fn drawn(plates: &[(usize, Plate)], protocol: Protocol, cell: Cell) -> Option<Vec<u8>> {
    let scales = if protocol == Protocol::Sixel { &SMALLER[..1] } else { &SMALLER[..] };
    scales.iter().find_map(|scale| at_scale(plates, protocol, cell, *scale))
}

fn at_scale(plates: &[(usize, Plate)], protocol: Protocol, cell: Cell, scale: f64) -> Option<Vec<u8>> {
    let mut out = b"\x1b7".to_vec();
    for (at, plate) in plates {
        let cells = (plate.area.width, plate.area.height);
        let size = (cells.0.checked_mul(cell.width)?, cells.1.checked_mul(cell.height)?);
        let png = png(&plate.figure, size, scale)?;
        out.extend_from_slice(format!("\x1b[{};{}H", plate.area.y + 1, plate.area.x + 1).as_bytes());
        out.extend(match protocol {
            Protocol::Kitty => kitty(&png, cells, *at),
            Protocol::Iterm => iterm(&png, cells),
            Protocol::Sixel => sixel(&pixels(&png)?),
        });
    }
    out.extend_from_slice(b"\x1b8");
    (out.len() <= MOST_BYTES).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use figures::{Axis, Chart, Layer, Mark, Role};
    use ratatui::layout::Rect;

    fn plate() -> Plate {
        let x: Vec<f64> = (0..50).map(f64::from).collect();
        let y = x.iter().map(|x| (-x / 20.0).exp()).collect();
        let chart = Chart {
            x: Axis::linear("Time, months"),
            y: Axis::linear("Survival"),
            layers: vec![Layer::plain(Role::series(0), Mark::Points { x, y, limits: None, names: Vec::new() })],
            ..Chart::default()
        };
        Plate { area: Rect::new(2, 3, 60, 18), figure: Figure::new("", chart) }
    }

    /// How many pixels are not white, and the size.
    fn ink(pixels: &Pixels) -> (usize, usize, usize) {
        let inked = pixels.rgb.iter().filter(|rgb| rgb.iter().any(|value| *value < 128)).count();
        (inked, pixels.width, pixels.height())
    }

    #[test]
    fn a_figure_is_read_back_from_every_protocol() {
        let plate = plate();
        let cell = Cell::default();
        let wanted = pixels(&png(&plate.figure, (480, 288), 1.0).expect("a drawing")).expect("its pixels");
        let (inked, width, height) = ink(&wanted);
        assert_eq!((width, height), (480, 288));
        assert!(inked > 500, "{inked}");
        let of = |protocol| {
            String::from_utf8(drawn(&[(0, plate.clone())], protocol, cell).expect("few bytes")).expect("ASCII")
        };
        let kitty = of(Protocol::Kitty);
        assert!(kitty.starts_with("\x1b7\x1b[4;3H\x1b_G") && kitty.ends_with("\x1b8"));
        let parts = kitty.split("\x1b_G").skip(1).filter_map(|part| part.split_once(';'));
        let base64: String = parts.filter_map(|(_, rest)| rest.split_once("\x1b\\")).map(|(data, _)| data).collect();
        assert_eq!(pixels(&STANDARD.decode(base64).expect("base64")), Some(wanted.clone()));
        let iterm = of(Protocol::Iterm);
        let data = iterm.split_once("File=").and_then(|(_, rest)| rest.split_once(':')).map(|(_, rest)| rest);
        let data = data.and_then(|rest| rest.split_once('\x07')).expect("a file").0;
        assert_eq!(pixels(&STANDARD.decode(data).expect("base64")), Some(wanted.clone()));
        let sixel = of(Protocol::Sixel);
        let (from, to) = (sixel.find("\x1bP").expect("sixels"), sixel.rfind("\x1b8").expect("an end"));
        let read = sixel::tests::decoded(&sixel.as_bytes()[from..to]);
        let far = |(a, b): (&[u8; 3], &[u8; 3])| a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
        assert!(read.rgb.iter().zip(&wanted.rgb).map(far).all(|far| far <= 28));
    }

    #[test]
    fn too_many_bytes_are_not_sent() {
        let large = Plate { area: Rect::new(0, 0, 300, 200), ..plate() };
        let many: Vec<(usize, Plate)> = vec![large; 40].into_iter().enumerate().collect();
        assert_eq!(drawn(&many, Protocol::Kitty, Cell::default()), None);
    }

    #[test]
    fn a_picture_of_too_many_bytes_is_drawn_smaller_where_the_terminal_enlarges_it() {
        let noise = |at: usize| ((at * 7919) % 9973) as f64;
        let (x, y) = ((0..9000).map(noise).collect(), (0..9000).map(|at| noise(at * at % 9001)).collect());
        let chart = Chart {
            layers: vec![Layer::plain(Role::series(0), Mark::Points { x, y, limits: None, names: Vec::new() })],
            ..Chart::default()
        };
        let plate = Plate { area: Rect::new(0, 0, 90, 30), figure: Figure::new("", chart) };
        let of = |scale| at_scale(&[(0, plate.clone())], Protocol::Kitty, Cell::default(), scale);
        assert!(of(1.0).is_none() && drawn(&[(0, plate.clone())], Protocol::Sixel, Cell::default()).is_none());
        let sent = drawn(&[(0, plate.clone())], Protocol::Kitty, Cell::default()).expect("a smaller picture");
        assert!(sent.len() <= MOST_BYTES);
        // In as many cells.
        assert!(String::from_utf8_lossy(&sent).contains("c=90,r=30"));
    }
}
