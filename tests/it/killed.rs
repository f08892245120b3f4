//! Extractions that are killed again and again, and go on where they were: the table is the same to the byte.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::cli_extract::{batch, files_below};
use crate::cli_scores;

const KILLS: usize = 10;

/// Numbers from 0 to 1, other ones in every run (xorshift).
struct Random(u64);

impl Random {
    fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        Self(now.as_nanos() as u64 | 1)
    }

    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Files in `folder` that were on their way when their process was killed.
fn remains(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    entries.filter(|path| path.to_string_lossy().contains("-part")).collect()
}

/// Extracts `what` straight in one thread, then in two with kills at random, both below `folder`.
fn killed_and_resumed(folder: &Path, what: &[&str]) {
    let run = |cache: &str, jobs: &str, out: &Path| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("riskset"));
        command.args(["extract", "--jobs", jobs, "--cache-dir"]).arg(folder.join(cache));
        command.args(what).arg("-o").arg(out).stderr(Stdio::null());
        command
    };
    let began = Instant::now();
    let straight = folder.join("straight.csv");
    assert!(run("one", "1", &straight).status().expect("it runs").success());
    let total = files_below(&folder.join("one/cases"));
    let of_one = began.elapsed() / total as u32;

    let resumed = folder.join("resumed.csv");
    let kept = || files_below(&folder.join("two/cases"));
    let mut random = Random::new();
    // How many cases are kept when the kill comes, give or take those of the next moment.
    let mut targets: Vec<usize> = (0..KILLS).map(|_| (random.next() * 0.9 * total as f64) as usize).collect();
    targets.sort_unstable();
    for (nth, target) in (1..).zip(targets) {
        let mut child = run("two", "2", &resumed).spawn().expect("it starts");
        let began = Instant::now();
        while kept() < target && began.elapsed() < Duration::from_secs(600) {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(of_one.mul_f64(random.next()));
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        println!("kill {nth}: {} of {total} cases are kept", kept());
        assert!(!resumed.exists(), "nothing is written before all cases are done");
    }
    assert!(run("two", "2", &resumed).status().expect("it runs").success());
    let (straight, resumed) = (fs::read(&straight).expect("a table"), fs::read(&resumed).expect("a table"));
    println!("{} bytes in one go, {} bytes after {KILLS} kills", straight.len(), resumed.len());
    assert!(straight == resumed, "the tables differ");
    let left = [folder.to_owned(), folder.join("two")].into_iter().flat_map(|folder| remains(&folder));
    let left: Vec<PathBuf> = left.collect();
    assert!(left.is_empty(), "files of processes that are no more: {left:?}");
}

#[test]
fn a_batch_that_is_killed_ten_times() {
    let scratch = tempfile::tempdir().expect("a folder");
    let table = batch(scratch.path(), 60);
    killed_and_resumed(scratch.path(), &["--preset", "default", "--batch", table.to_str().expect("a plain path")]);
}

#[test]
#[cfg(unix)]
fn what_a_killed_process_left_is_cleared_by_the_next_and_what_a_live_one_holds_is_not() {
    let scratch = tempfile::tempdir().expect("a folder");
    let at = |name: &str| scratch.path().join(name);
    let table = batch(scratch.path(), 1);
    fs::create_dir_all(at("cache")).expect("room");
    for folder in ["", "cache/", "maps/"] {
        fs::create_dir_all(at(folder)).expect("room");
        fs::write(at(&format!("{folder}.riskset-dEaD42-part")), "half").expect("room");
        fs::write(at(&format!("{folder}.riskset-a1iVe0-part")), "half").expect("room");
    }
    let held: Vec<fs::File> = ["", "cache/", "maps/"]
        .iter()
        .map(|folder| {
            let file = fs::File::options().write(true).open(at(&format!("{folder}.riskset-a1iVe0-part")));
            let file = file.expect("ours");
            file.lock().expect("a lock");
            file
        })
        .collect();
    let riskset = |args: &[&str]| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("riskset"));
        let done = command.args(args).arg("--cache-dir").arg(at("cache")).current_dir(scratch.path()).output();
        assert!(done.expect("it runs").status.success(), "{args:?}");
    };
    riskset(&["extract", "--preset", "default", "--batch", table.to_str().expect("a plain path"), "-o", "f.csv"]);
    let row = fs::read_to_string(&table).expect("a table");
    let case: Vec<&str> = row.lines().nth(1).expect("a case").split(',').collect();
    riskset(&["extract", case[1], case[2], "--preset", "default", "--save-images", "maps", "--force"]);
    for folder in ["", "cache", "maps"] {
        assert_eq!(remains(&at(folder)), [at(folder).join(".riskset-a1iVe0-part")], "{folder}");
    }
    drop(held);
}

#[test]
fn a_validation_that_is_killed_halfway() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    cli_scores::write(at, cli_scores::STUDY);
    let run = |cache: &str| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("riskset"));
        command.arg("validate").arg(at).args([
            "--design",
            "bootstrap",
            "--n",
            "60",
            "--format",
            "json",
            "--threads",
            "2",
        ]);
        command.arg("--cache-dir").arg(at.join(cache)).env("RISKSET_STATE_DIR", at.join("state"));
        command.stderr(Stdio::null());
        command
    };
    let straight = run("one").output().expect("it runs");
    assert!(straight.status.success());
    let kept = || {
        let files = fs::read_dir(at.join("two/validation")).into_iter().flatten().flatten();
        files
            .map(|file| fs::read_to_string(file.path()).unwrap_or_default().matches("\"check\"").count())
            .sum::<usize>()
    };
    let mut child = run("two").stdout(Stdio::null()).spawn().expect("it starts");
    let began = Instant::now();
    while kept() < 30 && began.elapsed() < Duration::from_secs(600) {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    println!("killed with {} of 61 fits kept", kept());
    let resumed = run("two").output().expect("it runs");
    assert!(resumed.status.success() && resumed.stdout == straight.stdout, "the answers differ");
}

/// All 687 cases: some minutes. `cargo test --release --test it -- --ignored --nocapture the_whole_sample_study`
#[test]
#[ignore = "takes minutes"]
fn the_whole_sample_study_killed_ten_times() {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_cohorts/hcc_pa_tace");
    killed_and_resumed(scratch.path(), &["--preset", "paper", study]);
}
