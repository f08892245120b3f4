//! Tables that were read already: opening a study looks at its table several times, and a large one is read once.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use tables::problem::Problem;
use tables::{Frame, ReadError, ReadOptions, Table, read_first};

/// What is heard of a table while it is read.
#[derive(Debug)]
pub enum Reading {
    /// Its first rows.
    First(Frame),
    /// The percentage that is read.
    Percent(u8),
}

/// What hears of the reading of tables, from any thread.
pub type OnReading = Arc<dyn Fn(Reading) + Send + Sync>;

/// The last table that a study and its copies read. It says nothing of the study: all are equal.
#[derive(Clone, Default)]
pub struct TableMemory {
    last: Arc<Mutex<Option<Known>>>,
    told: Option<OnReading>,
}

struct Known {
    path: PathBuf,
    shown: PathBuf,
    stamp: Stamp,
    table: Table,
}

/// What tells a file from itself after it was written anew.
type Stamp = (u64, Option<SystemTime>);

impl TableMemory {
    /// A memory that tells of what is read.
    pub(super) fn telling(told: Option<OnReading>) -> Self {
        Self { told, ..Self::default() }
    }

    /// What [`tables::read_table`] gives, without reading a file again that is known and has not changed. Its first rows are
    /// told of only where everything in it may be seen.
    pub(super) fn read(
        &self,
        path: &Path,
        shown: &Path,
        options: &ReadOptions,
        is_open: bool,
    ) -> Result<(Frame, Vec<Problem>), ReadError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = std::fs::metadata(path).ok().map(|file| (file.len(), file.modified().ok()));
        let same =
            |known: &&mut Known| known.path == path && known.shown == shown && Some(&known.stamp) == stamp.as_ref();
        if let Some(read) = last.as_mut().filter(same).and_then(|known| known.table.with(options)) {
            return Ok(read);
        }
        // The room of the one before is free for this one.
        *last = None;
        let mut table = self.read_telling(path, shown, options, is_open)?;
        let read = table.with(options).unwrap_or_default();
        *last = stamp.map(|stamp| Known { path: path.to_owned(), shown: shown.to_owned(), stamp, table });
        Ok(read)
    }

    fn read_telling(
        &self,
        path: &Path,
        shown: &Path,
        options: &ReadOptions,
        is_open: bool,
    ) -> Result<Table, ReadError> {
        let Some(told) = &self.told else { return Table::read(path, shown, options) };
        if let Some(first) = is_open.then(|| read_first(path, shown, options)).flatten() {
            told(Reading::First(first));
        }
        let most = AtomicU8::new(0);
        let tell = |share: f64| {
            let percent = (100.0 * share) as u8;
            if most.fetch_max(percent, Ordering::Relaxed) < percent {
                told(Reading::Percent(percent));
            }
        };
        Table::read_telling(path, shown, options, &tell)
    }
}

impl PartialEq for TableMemory {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl fmt::Debug for TableMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TableMemory")
    }
}
