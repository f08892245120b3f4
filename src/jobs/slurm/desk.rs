//! A task's part: which cases it does next.
//!
//! A piece is taken by renaming its file, which succeeds for one task only. When no piece is open any more, a task does
//! cases that others hold and have not come to, from the end of their pieces: those of a task that was killed or is slow
//! are done all the same, and what is done twice has the same bytes. A case is begun at most twice, so that one which ends
//! whatever works on it ends no more than two tasks.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};

use super::shards::{Piece, Settled, State, of_settings, said, say};
use crate::jobs::extraction::{Case, Plan};

/// What a task of an array sits at.
#[derive(Debug)]
pub struct Desk {
    folder: PathBuf,
    task: usize,
    /// At most so many cases of others are taken at a time.
    hands: usize,
    /// Whether it has been asked for work before.
    began: bool,
}

/// Cases to be worked on, with their indices.
#[derive(Debug)]
pub struct Work {
    /// The cases.
    pub cases: Vec<(usize, Case)>,
    /// The piece that they are, if it is this task's own.
    piece: Option<Piece>,
}

impl Desk {
    /// That of `task` at the folder of its array; none if the array is for other settings or another program than `plan`.
    pub fn at(folder: &Path, task: usize, hands: usize, plan: &Plan) -> Option<Self> {
        let written = std::fs::read_to_string(folder.join("settings")).ok()?;
        (written == of_settings(plan)).then(|| Self {
            folder: folder.to_owned(),
            task,
            hands: hands.max(1),
            began: false,
        })
    }

    /// What to do next; none if nothing is left that this task could do.
    ///
    /// # Errors
    /// A piece that cannot be read.
    pub fn work(&mut self) -> io::Result<Option<Work>> {
        let begins = !std::mem::replace(&mut self.began, true);
        if let Some(piece) = begins.then(|| self.left()).flatten() {
            let settled = self.settled_by(self.task);
            let cases = piece.cases()?.into_iter().filter(|(index, _)| !settled.contains(index)).collect();
            return Ok(Some(Work { cases, piece: Some(piece) }));
        }
        if let Some(piece) = self.take() {
            return Ok(Some(Work { cases: piece.cases()?, piece: Some(piece) }));
        }
        Ok(self.of_others().map(|cases| Work { cases, piece: None }))
    }

    /// Says what came of a case.
    ///
    /// # Errors
    /// What the system says where that cannot be written.
    pub fn settle(&self, case: usize, settled: &Settled) -> io::Result<()> {
        say(&self.folder, self.task, case, settled)
    }

    /// All cases of `work` are settled.
    pub fn finish(&self, work: &Work) {
        // A piece that stays held is looked through by others, who find nothing to do in it.
        let _ = work.piece.as_ref().and_then(|piece| piece.moved(&self.folder, State::Done));
    }

    /// The piece that this task held when it was ended, if it is started anew.
    fn left(&self) -> Option<Piece> {
        Piece::all(&self.folder).into_iter().find(|piece| piece.state == State::Held { by: self.task })
    }

    /// Takes the piece that this task begins with, or the first that is open.
    fn take(&self) -> Option<Piece> {
        let held = State::Held { by: self.task };
        let first = Piece::in_state(&self.folder, self.task, State::Open);
        first.moved(&self.folder, held).or_else(|| {
            let all = Piece::all(&self.folder);
            all.iter().filter(|piece| piece.state == State::Open).find_map(|piece| piece.moved(&self.folder, held))
        })
    }

    /// Cases that others hold, have not settled, and nobody has begun once more.
    fn of_others(&self) -> Option<Vec<(usize, Case)>> {
        let mut cases = Vec::new();
        let all = Piece::all(&self.folder);
        // Each begins with another piece, so that not all look at the same.
        let turn = self.task % all.len().max(1);
        for piece in all[turn..].iter().chain(&all[..turn]) {
            let State::Held { by } = piece.state else { continue };
            let settled = self.settled_by(by);
            // A piece that was done meanwhile is where it was no more.
            let held = piece.cases().unwrap_or_default();
            for (index, case) in held.into_iter().rev().filter(|(index, _)| !settled.contains(index)) {
                if self.begins_again(index) {
                    cases.push((index, case));
                }
                if cases.len() == self.hands {
                    return Some(cases);
                }
            }
        }
        (!cases.is_empty()).then_some(cases)
    }

    /// Whether this task is the one that begins a case once more.
    fn begins_again(&self, case: usize) -> bool {
        let path = self.folder.join("again").join(case.to_string());
        OpenOptions::new().write(true).create_new(true).open(path).is_ok()
    }

    fn settled_by(&self, task: usize) -> BTreeSet<usize> {
        said(&self.folder, task, 0).map(|(said, _)| said.into_keys().collect()).unwrap_or_default()
    }
}
