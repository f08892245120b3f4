//! How long subjects were followed.

use super::{CheckedKaplanMeier, Curve, KaplanMeierError};
use crate::data::Survival;
use crate::groups::Groups;

/// The reverse Kaplan-Meier curves: being censored is the event, so their median is the median follow-up
/// (Schemper and Smith 1996).
pub fn reverse(km: &CheckedKaplanMeier, data: &Survival, groups: Groups<'_>) -> Result<Vec<Curve>, KaplanMeierError> {
    km.fit(&data.with_events_reversed(), groups)
}
