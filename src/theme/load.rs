//! Theme files: a palette, and for each role a foreground, a background and attributes.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use super::{Depth, Role, Theme};

/// Why a theme cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    /// Not a shipped theme.
    #[error("there is no theme called `{0}`; there are terminal, dark, light, high-contrast, colour-blind and mono")]
    Unknown(String),
    /// Not a theme file.
    #[error("{0}")]
    Syntax(String),
    /// A key that is no role.
    #[error("`{0}` is no role of a theme")]
    UnknownRole(String),
    /// Not a colour.
    #[error("{role}: `{colour}` is neither in [palette], nor #rrggbb, nor the name of one of the 16 colours")]
    UnknownColour {
        /// The role.
        role: String,
        /// What was written.
        colour: String,
    },
    /// Not an attribute.
    #[error("{role}: `{attribute}` is not one of bold, dim, italic, underlined, reversed")]
    UnknownAttribute {
        /// The role.
        role: String,
        /// What was written.
        attribute: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    inherits: Option<String>,
    #[serde(default)]
    palette: BTreeMap<String, String>,
    #[serde(default)]
    roles: BTreeMap<String, Look>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Look {
    fg: Option<String>,
    bg: Option<String>,
    #[serde(default)]
    attributes: Vec<String>,
    /// What it looks like in the terminal's own 16 colours; without it the nearest of them is taken.
    ansi: Option<Box<Look>>,
}

/// The style of every role, by its number, before colours are reduced to those of `depth`.
pub(super) fn styles(source: &str, depth: Depth) -> Result<Vec<Style>, ThemeError> {
    let file: File = toml::from_str(source).map_err(|e| ThemeError::Syntax(e.to_string()))?;
    let mut styles = match &file.inherits {
        Some(parent) => {
            let source = Theme::source(parent).ok_or_else(|| ThemeError::Unknown(parent.clone()))?;
            styles(source, depth)?
        }
        None => vec![Style::new(); Role::ALL.len()],
    };
    for (name, look) in &file.roles {
        let role = Role::ALL.into_iter().find(|r| r.name() == name);
        let role = role.ok_or_else(|| ThemeError::UnknownRole(name.clone()))?;
        // The terminal's own colours are named by themselves, whatever the palette calls so.
        styles[role as usize] = match look.ansi.as_deref().filter(|_| depth == Depth::Ansi16) {
            Some(few) => style(name, few, &BTreeMap::new())?,
            None => style(name, look, &file.palette)?,
        };
    }
    Ok(styles)
}

fn style(role: &str, look: &Look, palette: &BTreeMap<String, String>) -> Result<Style, ThemeError> {
    let colour = |name: &String| {
        let written = palette.get(name).unwrap_or(name);
        let parsed: Result<Color, _> = written.parse();
        parsed.map_err(|_| ThemeError::UnknownColour { role: role.to_owned(), colour: name.clone() })
    };
    let mut style = Style::new();
    style.fg = look.fg.as_ref().map(colour).transpose()?;
    style.bg = look.bg.as_ref().map(colour).transpose()?;
    for attribute in &look.attributes {
        style = style.add_modifier(match attribute.as_str() {
            "bold" => Modifier::BOLD,
            "dim" => Modifier::DIM,
            "italic" => Modifier::ITALIC,
            "underlined" => Modifier::UNDERLINED,
            "reversed" => Modifier::REVERSED,
            _ => {
                return Err(ThemeError::UnknownAttribute { role: role.to_owned(), attribute: attribute.clone() });
            }
        });
    }
    Ok(style)
}

#[cfg(test)]
mod tests {
    use super::*;
    use figures::format::Glyphs;

    #[test]
    fn shipped_themes_load_and_differ_in_every_risk() {
        for name in Theme::names() {
            let theme = Theme::named(name, Depth::True, Glyphs::Utf8).expect(name);
            let (low, high) = (theme.style(Role::RiskLow), theme.style(Role::RiskHigh));
            assert!(low != high || name == "mono", "{name}");
        }
    }

    #[test]
    fn mistakes_in_a_theme_are_named() {
        let wrong = |text: &str| styles(text, Depth::True).expect_err("must not load").to_string();
        assert!(wrong("[roles]\ntexxt = { fg = 'red' }").contains("texxt"));
        assert!(wrong("[roles]\ntext = { fg = 'rouge' }").contains("rouge"));
        assert!(wrong("[roles]\ntext = { attributes = ['blink'] }").contains("blink"));
        assert!(wrong("inherits = 'sepia'").contains("sepia"));
    }
}
