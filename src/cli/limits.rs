//! Numbers that say how much work is to be done, with limits beyond any use: a slip of the pen is a message, not hours of
//! work or all memory.

/// A whole number up to `MOST`.
pub(super) fn up_to<const MOST: usize>(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number <= MOST => Ok(number),
        _ => Err(format!("write a whole number of at most {MOST}")),
    }
}

/// A number between 0 and 1.
pub(super) fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("write a number between 0 and 1".to_owned()),
    }
}
