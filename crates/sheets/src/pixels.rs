//! A drawing as pixels, and the files that hold them.

use std::io::Cursor;

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::Tree;
use tiff::encoder::colortype::RGB8;
use tiff::encoder::{Compression, Rational, TiffEncoder};
use tiff::tags::ResolutionUnit;

use crate::{SVG_DPI, SheetError};

const MOST: f64 = 20_000.0;
const MILLIMETRES: f64 = 25.4;

/// Red, green and blue of every pixel on white.
pub struct Pixels {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
    dpi: f64,
}

impl Pixels {
    pub fn of(tree: &Tree, dpi: f64) -> Result<Self, SheetError> {
        let scale = dpi / f64::from(SVG_DPI);
        let (width, height) = (f64::from(tree.size().width()) * scale, f64::from(tree.size().height()) * scale);
        let too_large = SheetError::Size(width.round(), height.round());
        let fits = |length: f64| (1.0..=MOST).contains(&length.round());
        if !fits(width) || !fits(height) {
            return Err(too_large);
        }
        let Some(mut map) = Pixmap::new(width.round() as u32, height.round() as u32) else { return Err(too_large) };
        map.fill(Color::WHITE);
        resvg::render(tree, Transform::from_scale(scale as f32, scale as f32), &mut map.as_mut());
        // On white nothing is transparent.
        let rgb = map.pixels().iter().flat_map(|p| [p.red(), p.green(), p.blue()]).collect();
        Ok(Self { width: map.width(), height: map.height(), rgb, dpi })
    }

    pub fn png(&self) -> Result<Vec<u8>, SheetError> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        // Lines and even areas are shortest as they are.
        encoder.set_filter(png::FilterType::NoFilter);
        encoder.set_compression(png::Compression::Default);
        let on_a_metre = (self.dpi / MILLIMETRES * 1000.0).round() as u32;
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: on_a_metre,
            yppu: on_a_metre,
            unit: png::Unit::Meter,
        }));
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.rgb)?;
        writer.finish()?;
        Ok(bytes)
    }

    pub fn tiff(&self) -> Result<Vec<u8>, SheetError> {
        let mut bytes = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut bytes)?.with_compression(Compression::Lzw);
        let mut image = encoder.new_image::<RGB8>(self.width, self.height)?;
        image.resolution(ResolutionUnit::Inch, Rational { n: (self.dpi * 100.0).round() as u32, d: 100 });
        image.write_data(&self.rgb)?;
        Ok(bytes.into_inner())
    }
}
