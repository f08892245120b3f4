//! Tables that were read already: opening a study looks at its table several times, and a large one is read once.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use tables::problem::Problem;
use tables::{Frame, ReadError, ReadOptions, Table};

/// The last table that a study and its copies read. It says nothing of the study: all are equal.
#[derive(Clone, Default)]
pub struct TableMemory {
    last: Arc<Mutex<Option<Known>>>,
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
    /// What [`tables::read_table`] gives, without reading a file again that is known and has not changed.
    pub(super) fn read(
        &self,
        path: &Path,
        shown: &Path,
        options: &ReadOptions,
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
        let mut table = Table::read(path, shown, options)?;
        let read = table.with(options).unwrap_or_default();
        *last = stamp.map(|stamp| Known { path: path.to_owned(), shown: shown.to_owned(), stamp, table });
        Ok(read)
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
