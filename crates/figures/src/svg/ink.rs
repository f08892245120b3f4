//! Colours, dashes and numbers of drawings.

use crate::role::Role;
use crate::surface::Pattern;

/// The colour-blind safe palette of Okabe and Ito, the yellow left out as it does not show on white.
const SERIES: [&str; Role::SERIES] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/// From blue over white to red.
const HEAT: [&str; Role::HEAT] =
    ["#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7", "#fddbc7", "#f4a582", "#d6604d", "#b2182b"];

/// The colour of a role.
pub fn colour(role: Role) -> &'static str {
    match role {
        Role::Text | Role::Title => "#1a1a1a",
        Role::Dim => "#5f5f5f",
        Role::Axis => "#333333",
        Role::Reference => "#8c8c8c",
        Role::Series(index) => SERIES[usize::from(index) % SERIES.len()],
        Role::Band => "#d9d9d9",
        Role::RiskLow => SERIES[0],
        Role::RiskHigh => SERIES[1],
        Role::Heat(level) => HEAT[usize::from(level).min(HEAT.len() - 1)],
        Role::Selection => "#a6004d",
        Role::Accent => "#a6004d",
        Role::Warn => "#b00020",
    }
}

/// The dashes of a line, if it has any.
pub fn dashes(pattern: Pattern, thin: bool) -> Option<&'static str> {
    match pattern {
        Pattern::Solid => None,
        Pattern::Dashed => Some("7 3"),
        Pattern::Dotted if thin => Some("2 3"),
        Pattern::Dotted => Some("2 2.5"),
        Pattern::DashDot => Some("7 3 2 3"),
        Pattern::LongDashed => Some("14 3"),
        Pattern::DashDotDot => Some("7 3 2 3 2 3"),
    }
}

/// A length with two decimals at most.
pub fn number(x: f64) -> String {
    let text = crate::format::fixed(x, 2);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
