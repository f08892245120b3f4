//! Where the settings of a study stand in its file.

use std::collections::BTreeMap;

/// Where the settings of a study stand in its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    spots: BTreeMap<String, (usize, usize)>,
}

impl Places {
    /// Notes where the setting called `key` stands.
    pub fn note(&mut self, key: String, line: usize, column: usize) {
        self.spots.insert(key, (line, column));
    }

    /// Line and column of the setting itself.
    pub fn exact(&self, key: &str) -> Option<(usize, usize)> {
        self.spots.get(key).copied()
    }

    /// Line and column of the setting, or of the nearest section around it that is written down.
    pub fn find(&self, key: &str) -> Option<(usize, usize)> {
        let mut key = key;
        loop {
            if let Some(&spot) = self.spots.get(key) {
                return Some(spot);
            }
            key = &key[..key.rfind('.')?];
        }
    }
}
