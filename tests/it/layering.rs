//! Who may use whom: the map of `src/lib.rs`, held against the sources.

use std::fs;
use std::path::{Path, PathBuf};

/// The layers from the bottom up; a module uses its own layer and those below.
const LAYERS: [&[&str]; 7] = [
    &["stats", "survival", "radiomics", "watch"],
    &["study", "data", "imaging", "problem", "simulate"],
    &["analysis", "report", "plot", "format"],
    &["jobs"],
    &["app", "config", "session"],
    &["panes", "ui", "theme"],
    &["term", "cli"],
];

/// Libraries that only some modules may use: the name in the source, and the modules that may.
const CONFINED: [(&str, &[&str]); 4] = [
    ("polars::", &["data"]),
    ("ratatui::", &["panes", "ui", "theme", "term"]),
    ("crossterm::", &["term"]),
    ("clap::", &["cli"]),
];

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).expect("a source");
                found.push((path.strip_prefix(&root).expect("below src").to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// The module that a file belongs to: its first folder, or its own name.
fn module(path: &Path) -> String {
    let first = path.components().next().map(|c| c.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
    first.trim_end_matches(".rs").to_owned()
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// The lines of a source that are code, without those of its tests.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(i, line)| (i + 1, line.trim()));
    lines.take_while(|(_, line)| *line != "#[cfg(test)]").filter(|(_, line)| !line.starts_with("//"))
}

/// Modules of this crate that a line names behind `crate::`.
fn used(line: &str) -> Vec<String> {
    line.match_indices("crate::")
        .map(|(at, found)| line[at + found.len()..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

#[test]
fn modules_use_their_own_layer_and_those_below() {
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for (path, text) in sources() {
        let Some(own) = layer(&module(&path)) else { continue };
        for (number, line) in code(&text) {
            for name in used(line) {
                looked_at += 1;
                if layer(&name).is_some_and(|l| l > own) {
                    wrong.push(format!("{}:{number}: {line}", path.display()));
                }
            }
        }
    }
    assert!(looked_at > 500, "only {looked_at} uses were found: the test reads the wrong files");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_layer() {
    let unknown: Vec<String> = sources()
        .iter()
        .map(|(path, _)| module(path))
        .filter(|m| !["lib", "main"].contains(&m.as_str()) && layer(m).is_none())
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn survival_and_radiomics_do_not_know_each_other() {
    for (path, text) in sources() {
        let (own, other) = match module(&path).as_str() {
            "survival" => ("survival", "radiomics"),
            "radiomics" => ("radiomics", "survival"),
            _ => continue,
        };
        let found = code(&text).find(|(_, line)| used(line).iter().any(|name| name == other));
        assert!(found.is_none(), "{own} uses {other} in {}: {found:?}", path.display());
    }
}

#[test]
fn libraries_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for (library, allowed) in CONFINED {
            let home = module(&path);
            // A screen is turned into escape sequences for `render --ansi` by ratatui's own backend.
            let found = code(&text).find(|(_, line)| line.contains(library) && !line.contains("ratatui::backend"));
            if let (Some((number, line)), false) = (found, allowed.contains(&home.as_str())) {
                wrong.push(format!("{}:{number}: {line}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
