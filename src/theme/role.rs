//! What things on the screen mean.

/// One meaning; each has a style in every theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Role {
    Text,
    Dim,
    Title,
    Accent,
    Selection,
    Border,
    Ok,
    Warn,
    Error,
    Series1,
    Series2,
    Series3,
    Series4,
    Series5,
    Series6,
    Band,
    RiskLow,
    RiskHigh,
    Heat0,
    Heat1,
    Heat2,
    Heat3,
    Heat4,
    Heat5,
    Heat6,
    Heat7,
    Heat8,
}

impl Role {
    /// Every role, in the order of their numbers.
    pub const ALL: [Self; 27] = [
        Self::Text,
        Self::Dim,
        Self::Title,
        Self::Accent,
        Self::Selection,
        Self::Border,
        Self::Ok,
        Self::Warn,
        Self::Error,
        Self::Series1,
        Self::Series2,
        Self::Series3,
        Self::Series4,
        Self::Series5,
        Self::Series6,
        Self::Band,
        Self::RiskLow,
        Self::RiskHigh,
        Self::Heat0,
        Self::Heat1,
        Self::Heat2,
        Self::Heat3,
        Self::Heat4,
        Self::Heat5,
        Self::Heat6,
        Self::Heat7,
        Self::Heat8,
    ];

    /// The name in theme files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Dim => "dim",
            Self::Title => "title",
            Self::Accent => "accent",
            Self::Selection => "selection",
            Self::Border => "border",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Series1 => "series.1",
            Self::Series2 => "series.2",
            Self::Series3 => "series.3",
            Self::Series4 => "series.4",
            Self::Series5 => "series.5",
            Self::Series6 => "series.6",
            Self::Band => "band",
            Self::RiskLow => "risk.low",
            Self::RiskHigh => "risk.high",
            Self::Heat0 => "heat.0",
            Self::Heat1 => "heat.1",
            Self::Heat2 => "heat.2",
            Self::Heat3 => "heat.3",
            Self::Heat4 => "heat.4",
            Self::Heat5 => "heat.5",
            Self::Heat6 => "heat.6",
            Self::Heat7 => "heat.7",
            Self::Heat8 => "heat.8",
        }
    }
}

impl From<figures::Role> for Role {
    fn from(role: figures::Role) -> Self {
        let nth = |first: Self, n: u8| Self::ALL[first as usize + usize::from(n)];
        match role {
            figures::Role::Text => Self::Text,
            figures::Role::Dim => Self::Dim,
            figures::Role::Title => Self::Title,
            figures::Role::Axis => Self::Border,
            figures::Role::Reference => Self::Dim,
            figures::Role::Series(n) => nth(Self::Series1, n % figures::Role::SERIES as u8),
            figures::Role::Band => Self::Band,
            figures::Role::RiskLow => Self::RiskLow,
            figures::Role::RiskHigh => Self::RiskHigh,
            figures::Role::Heat(n) => nth(Self::Heat0, n.min(figures::Role::HEAT as u8 - 1)),
            figures::Role::Selection => Self::Selection,
            figures::Role::Accent => Self::Accent,
            figures::Role::Warn => Self::Warn,
        }
    }
}
