//! Damaged files: every reader refuses them or makes something of them, and none panics. The same mutants every time.

mod mutate;
mod seeds;

#[path = "../../../fuzz/readers.rs"]
mod readers;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use mutate::Mutator;
use readers::READERS;

/// Mutants of each seed in the suite; `RISKSET_MUTANTS` asks for more.
const MUTANTS: usize = 40;

/// A mutant that takes longer is worth a look.
const LONG: Duration = Duration::from_secs(5);

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

#[test]
fn readers_survive_damaged_files() {
    let mutants = variable("RISKSET_MUTANTS").and_then(|n| n.parse().ok()).unwrap_or(MUTANTS);
    let chosen = variable("RISKSET_TARGET");
    let scratch = tempfile::tempdir().expect("a folder");
    let mut faults = Vec::new();
    for (name, reader) in READERS {
        if chosen.as_ref().is_some_and(|chosen| chosen != name) {
            continue;
        }
        let (began, mut runs, mut slowest) = (Instant::now(), 0, Duration::ZERO);
        for (nth, seed) in seeds::of(name).iter().enumerate() {
            reader(scratch.path(), seed);
            let mut mutator = Mutator::new(nth as u64 + 1);
            for mutant in 0..mutants {
                let bytes = mutator.mutant(seed);
                let began = Instant::now();
                if catch_unwind(AssertUnwindSafe(|| reader(scratch.path(), &bytes))).is_err() {
                    faults.push(format!("{name}: panic, {}", kept(name, nth, mutant, &bytes)));
                }
                if began.elapsed() > LONG {
                    println!("{name}: {:.1?}, {}", began.elapsed(), kept(name, nth, mutant, &bytes));
                }
                slowest = slowest.max(began.elapsed());
                runs += 1;
            }
        }
        println!("{name}: {runs} mutants in {:.1?}, the slowest in {slowest:.1?}", began.elapsed());
        assert!(runs > 0, "{name} has no seed");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Where a mutant that is worth a look was put.
fn kept(name: &str, seed: usize, mutant: usize, bytes: &[u8]) -> String {
    let path = std::env::temp_dir().join(format!("riskset-{name}-{seed}-{mutant}"));
    match std::fs::write(&path, bytes) {
        Ok(()) => path.display().to_string(),
        Err(error) => format!("seed {seed}, mutant {mutant} ({error})"),
    }
}

/// The seeds as files, where `RISKSET_CORPUS` names a folder for them.
#[test]
fn a_corpus_for_the_fuzzer() {
    let folder = variable("RISKSET_CORPUS");
    for (name, _) in READERS {
        let seeds = seeds::of(name);
        assert!(seeds.iter().all(|seed| !seed.is_empty()), "{name}");
        let Some(folder) = &folder else { continue };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        for (nth, seed) in seeds.iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{nth}")), seed).expect("room");
        }
    }
}
