//! Scripts of what needs no table: a few numbers in, a few out.

use super::{END, SAME, number, numbers, text};

/// A script as it grows.
pub struct Sums(String);

impl Sums {
    /// A script of `what`, in base R.
    pub fn new(what: &str) -> Self {
        Self(format!("# {what}, by riskset {}; run it with Rscript.\n\n{SAME}\n", env!("CARGO_PKG_VERSION")))
    }

    /// Adds lines as they are.
    pub fn add(&mut self, lines: impl AsRef<str>) {
        self.0.push_str(lines.as_ref());
        self.0.push('\n');
    }

    /// Gives numbers a name.
    pub fn set(&mut self, name: &str, values: &[f64]) {
        let value = if let [one] = values { number(*one) } else { numbers(values) };
        self.add(format!("{name} <- {value}"));
    }

    /// Compares what R finds with a number; not where there is none.
    pub fn same(&mut self, what: &str, found: &str, value: f64) {
        if value.is_finite() {
            self.add(format!("same({}, {found}, {})", text(what), number(value)));
        }
    }

    /// The script.
    pub fn finish(mut self) -> String {
        self.add(END);
        self.0
    }
}
