//! Column names: trimmed, never empty, never twice.

use std::collections::HashSet;
use std::path::Path;

use crate::number::plain_digits;
use crate::problem::{Place, Problem};

/// Gives every column a name of its own and lists what was wrong with the header.
pub(super) fn unique_names(names: Vec<String>, file: &Path, line: usize, problems: &mut Vec<Problem>) -> Vec<String> {
    let place = || Place { line: Some(line.max(1)), ..Place::file(file) };
    let mut taken: HashSet<String> = HashSet::with_capacity(names.len());
    let mut unique = Vec::with_capacity(names.len());
    if names.len() > 1 && names.iter().all(|n| n.trim().parse::<f64>().is_ok()) {
        let message = "the first line holds numbers only and is read as the columns' names";
        problems.push(Problem::warning(place(), message).remedy("add a line with names"));
    }
    for (k, written) in names.into_iter().enumerate() {
        // Invisible characters would make a name that nobody can write.
        let written = plain_digits(&written);
        let mut name = written.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            name = format!("column_{}", k + 1);
            problems.push(Problem::note(place(), format!("column {} has no name and is called {name}", k + 1)));
        } else if name != *written {
            problems.push(Problem::note(place(), format!("blanks in the name of column {name} are left out")));
        }
        if taken.contains(&name) {
            let second = (2..).map(|n| format!("{name}_{n}")).find(|n| !taken.contains(n)).unwrap_or_default();
            let message = format!("two columns are called {name}; the later one is called {second} here");
            problems.push(Problem::warning(place(), message).remedy("give every column a name of its own"));
            name = second;
        }
        taken.insert(name.clone());
        unique.push(name);
    }
    unique
}
