//! The faces that text is set in.

use std::sync::Arc;

use resvg::usvg::FontResolver;
use resvg::usvg::fontdb::{Database, Family, Query, Weight};

/// The face of this crate: the metrics of Helvetica and Arial.
pub const FAMILY: &str = "Arimo";

const REGULAR: &[u8] = include_bytes!("../fonts/Arimo-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../fonts/Arimo-Bold.ttf");

/// The faces for one drawing.
pub struct Faces {
    pub database: Arc<Database>,
    /// Characters that none of them has.
    pub lacking: Vec<char>,
}

impl Faces {
    /// Those of this crate, and the system's if the text of `svg` has characters that these lack.
    pub fn of(svg: &str) -> Self {
        let mut database = Database::new();
        database.load_font_data(REGULAR.to_vec());
        database.load_font_data(BOLD.to_vec());
        let mut lacking = lacking(&database, svg.chars());
        if !lacking.is_empty() {
            database.load_system_fonts();
            lacking = self::lacking(&database, lacking.into_iter());
        }
        Self { database: Arc::new(database), lacking }
    }
}

/// The characters that no face has, each once.
fn lacking(database: &Database, text: impl Iterator<Item = char>) -> Vec<char> {
    let mut wanted: Vec<char> = text.filter(|c| !c.is_ascii() && !c.is_control() && !c.is_whitespace()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    for face in database.faces() {
        if wanted.is_empty() {
            break;
        }
        let has = |font: &ttf_parser::Face<'_>, c: char| font.glyph_index(c).is_some();
        database.with_face_data(face.id, |data, index| {
            if let Ok(font) = ttf_parser::Face::parse(data, index) {
                wanted.retain(|c| !has(&font, *c));
            }
        });
    }
    wanted
}

/// Every text begins in this crate's face, whatever the drawing names and whatever the machine has; a character that it
/// lacks is taken from the first other face that has it.
pub fn resolver() -> FontResolver<'static> {
    let select = |font: &resvg::usvg::Font, database: &mut Arc<Database>| {
        let weight = if font.weight() >= Weight::SEMIBOLD.0 { Weight::BOLD } else { Weight::NORMAL };
        database.query(&Query { families: &[Family::Name(FAMILY)], weight, ..Query::default() })
    };
    FontResolver { select_font: Box::new(select), select_fallback: FontResolver::default_fallback_selector() }
}
