//! How long subjects were followed.

use super::{CheckedKaplanMeier, Curve, KaplanMeierError};
use crate::data::Survival;
use crate::groups::Groups;

impl CheckedKaplanMeier {
    /// The reverse Kaplan-Meier curves of each group: being censored is the event, so that their median is the median
    /// follow-up (Schemper and Smith, Control Clin Trials 17:343, 1996).
    ///
    /// # Errors
    /// As [`CheckedKaplanMeier::fit`].
    pub fn reverse(&self, data: &Survival, groups: Groups<'_>) -> Result<Vec<Curve>, KaplanMeierError> {
        self.fit(&data.with_events_reversed(), groups)
    }
}
