//! Colours by role: what a thing means is decided by panes, how it looks by a file in `themes/`, and how many colours
//! the terminal has in one place, here.

#[cfg(test)]
mod contrast;
mod depth;
mod load;
mod plates;
mod role;

use ratatui::style::{Modifier, Style};

pub use depth::Depth;
pub use load::ThemeError;
pub use plates::{Plate, Plates};
pub use role::Role;

use figures::format::Glyphs;

/// How every role looks on this terminal.
#[derive(Debug, Clone)]
pub struct Theme {
    name: String,
    styles: Vec<Style>,
    depth: Depth,
    glyphs: Glyphs,
    /// Where figures are taken down as they are painted, if they are.
    plates: Option<Plates>,
}

/// The shipped themes: name and file.
const SHIPPED: [(&str, &str); 6] = [
    ("terminal", include_str!("../../themes/terminal.toml")),
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("high-contrast", include_str!("../../themes/high-contrast.toml")),
    ("colour-blind", include_str!("../../themes/colour-blind.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
];

impl Theme {
    /// Names of the shipped themes; the first is the default.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(name, _)| *name)
    }

    /// The file of a shipped theme.
    pub fn source(name: &str) -> Option<&'static str> {
        SHIPPED.iter().find(|(n, _)| *n == name).map(|(_, source)| *source)
    }

    /// A shipped theme at a colour depth.
    pub fn named(name: &str, depth: Depth, glyphs: Glyphs) -> Result<Self, ThemeError> {
        let source = Self::source(name).ok_or_else(|| ThemeError::Unknown(name.to_owned()))?;
        Self::from_toml(name, source, depth, glyphs)
    }

    /// A theme from the text of its file; `inherits` may name a shipped one.
    pub fn from_toml(name: &str, source: &str, depth: Depth, glyphs: Glyphs) -> Result<Self, ThemeError> {
        let mut styles = load::styles(source, depth)?;
        for style in &mut styles {
            *style = depth.reduce(*style);
        }
        // Selection must be seen without colours too.
        if depth == Depth::None {
            let selection = &mut styles[Role::Selection as usize];
            *selection = selection.add_modifier(Modifier::REVERSED);
        }
        Ok(Self { name: name.to_owned(), styles, depth, glyphs, plates: None })
    }

    /// The same, taking down the figures that are painted with it.
    #[must_use]
    pub fn taking_down(&self, plates: &Plates) -> Self {
        Self { plates: Some(plates.clone()), ..self.clone() }
    }

    /// Where figures are taken down as they are painted, if they are.
    pub fn plates(&self) -> Option<&Plates> {
        self.plates.as_ref()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many colours it uses.
    pub fn depth(&self) -> Depth {
        self.depth
    }

    /// Whether series differ by colour; without, lines and fields carry marks of their own.
    pub fn coloured(&self) -> bool {
        self.depth != Depth::None && self.style(Role::Series1).fg.is_some()
    }

    /// Which characters the terminal can show.
    pub fn glyphs(&self) -> Glyphs {
        self.glyphs
    }

    /// How `role` looks.
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }
}
