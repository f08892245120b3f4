//! `riskset extract --slurm`: with commands that stand in for Slurm's, and with Slurm itself where it is.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::cli_extract::{batch, files_below};

/// Runs each task at once, one after the other, but for those named in the file `lost`: they take the piece that they
/// begin with, and are killed.
const SBATCH: &str = r#"#!/bin/sh
echo "$@" > "$STAND_IN/sbatch-arguments"
for word in "$@"; do
    case $word in
        --array=0-*) last=${word#--array=0-} ;;
        --output=*) log=${word#--output=} ;;
    esac
    script=$word
done
task=0
while [ "$task" -le "$last" ]; do
    out=$(echo "$log" | sed "s/%a/$task/")
    if grep -qx "$task" "$STAND_IN/lost" 2> /dev/null; then
        echo "error: task $task was too big" > "$out"
        pieces=$(dirname "$script")/pieces
        mv "$pieces/open-$task" "$pieces/held-$task-$task"
    else
        SLURM_ARRAY_TASK_ID=$task sh "$script" > "$out" 2>&1
    fi
    task=$((task + 1))
done
echo "Welcome to the cluster"
echo 4711
"#;

/// Shows what the file `queue` holds, and nothing once that is gone.
const SQUEUE: &str = r#"#!/bin/sh
if [ -e "$STAND_IN/queue" ]; then
    cat "$STAND_IN/queue"
else
    echo "slurm_load_jobs error: Invalid job id specified" >&2
    exit 1
fi
"#;

const SCANCEL: &str = r#"#!/bin/sh
echo "$@" > "$STAND_IN/cancelled"
"#;

/// A folder with a cluster of shell scripts.
struct Cluster {
    folder: tempfile::TempDir,
}

impl Cluster {
    fn new() -> Self {
        let cluster = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::create_dir(cluster.path("bin")).expect("a folder");
        for (name, script) in [("sbatch", SBATCH), ("squeue", SQUEUE), ("scancel", SCANCEL)] {
            cluster.command(name, script);
        }
        cluster
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, name: &str, script: &str) {
        let path = self.path("bin").join(name);
        fs::write(&path, script).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be run");
    }

    fn written(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn riskset(&self, cache: &str) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("riskset"));
        let path = std::env::var("PATH").expect("a search path");
        command
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("STAND_IN", self.folder.path())
            .env("RISKSET_STATE_DIR", self.path("state"))
            .env("RISKSET_CACHE_DIR", self.path(cache))
            .current_dir(self.folder.path());
        command
    }

    /// Extracts the table of cases here, into a cache of its own.
    fn local(&self, table: &Path) -> Output {
        self.extract("alone", table, &["-o", "local.csv"])
    }

    fn extract(&self, cache: &str, table: &Path, more: &[&str]) -> Output {
        self.riskset(cache).args(["extract", "--batch"]).arg(table).args(more).output().expect("it runs")
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_job_array_gives_the_same_bytes_as_a_local_run() {
    let cluster = Cluster::new();
    let table = batch(cluster.folder.path(), 7);
    let extra = "broken,nowhere.nii.gz,nowhere.nii.gz,1\n";
    fs::write(&table, fs::read_to_string(&table).expect("a table") + extra).expect("a file");
    assert_eq!(cluster.local(&table).status.code(), Some(1));

    let options = ["--slurm", "--shards", "3", "--slurm-opts", "--partition=long --comment='two words'"];
    let output = cluster.extract("cache", &table, &[&options[..], &["-o", "cluster.csv"]].concat());
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("job 4711: 3 tasks for 8 of 8 cases"), "{}", said(&output));
    assert!(said(&output).contains("1 of 8 cases failed"), "{}", said(&output));
    for table in ["csv", "errors.csv"] {
        assert_eq!(cluster.written(&format!("local.{table}")), cluster.written(&format!("cluster.{table}")));
    }
    let arguments = cluster.written("sbatch-arguments");
    assert!(arguments.contains("--partition=long --comment=two words"), "{arguments}");
    assert_eq!(files_below(&cluster.path("cache/cases")), 7);
    assert_eq!(files_below(&cluster.path("cache/slurm")), 0, "its folder is removed when all is known");
}

#[test]
fn a_study_goes_to_the_cluster_too() {
    let cluster = Cluster::new();
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/hcc_pa_tace");
    let params = cluster.path("shape.yaml");
    fs::write(&params, "imageType:\n  Original: {}\nfeatureClass:\n  firstorder: [Mean]\n").expect("a file");
    let run = |cache: &str, more: &[&str]| {
        let mut command = cluster.riskset(cache);
        command.arg("extract").arg(&study).arg("--params").arg(&params).args(more);
        let output = command.output().expect("it runs");
        assert!(output.status.success(), "{}", said(&output));
    };
    run("alone", &["-o", "local.csv"]);
    run("cache", &["--slurm", "--shards", "2", "-o", "cluster.csv"]);
    assert!(cluster.written("local.csv") == cluster.written("cluster.csv"), "the tables differ");
}

#[test]
fn cases_that_are_known_are_not_submitted_again() {
    let cluster = Cluster::new();
    let table = batch(cluster.folder.path(), 2);
    assert!(cluster.extract("cache", &table, &["--slurm", "-o", "first.csv"]).status.success());
    fs::remove_file(cluster.path("sbatch-arguments")).expect("it was submitted");
    let table = batch(cluster.folder.path(), 3);
    let output = cluster.extract("cache", &table, &["--slurm", "-o", "second.csv"]);
    assert!(said(&output).contains("1 task for 1 of 3 cases"), "{}", said(&output));
    fs::remove_file(cluster.path("sbatch-arguments")).expect("it was submitted");
    let output = cluster.extract("cache", &table, &["--slurm", "-o", "third.csv"]);
    assert!(output.status.success() && !cluster.path("sbatch-arguments").exists(), "{}", said(&output));
    assert_eq!(cluster.written("second.csv"), cluster.written("third.csv"));
}

#[test]
fn what_a_killed_task_leaves_is_done_by_another() {
    let cluster = Cluster::new();
    let table = batch(cluster.folder.path(), 5);
    assert!(cluster.local(&table).status.success());
    fs::write(cluster.path("lost"), "0\n").expect("a file");
    let output = cluster.extract("cache", &table, &["--slurm", "--shards", "2", "-o", "features.csv"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("2 tasks for 5 of 5 cases"), "{}", said(&output));
    assert_eq!(cluster.written("features.csv"), cluster.written("local.csv"));
    assert_eq!(files_below(&cluster.path("cache/slurm")), 0, "its folder is removed when all is known");
}

#[test]
fn tasks_that_are_all_killed_leave_what_is_said_of_them() {
    let cluster = Cluster::new();
    let table = batch(cluster.folder.path(), 4);
    assert!(cluster.local(&table).status.success());
    fs::write(cluster.path("lost"), "0\n1\n").expect("a file");
    fs::write(cluster.path("queue"), "0|COMPLETED\n1|OUT_OF_MEMORY\n").expect("a file");
    let output = cluster.extract("cache", &table, &["--slurm", "--shards", "2", "-o", "features.csv"]);
    assert_eq!(output.status.code(), Some(1));
    let errors = cluster.written("features.errors.csv");
    assert_eq!(errors.lines().count(), 5, "{errors}");
    let reason = "task 1 of job 4711 ended without it (OUT_OF_MEMORY): error: task 1 was too big; see ";
    assert!(errors.contains(reason), "{errors}");
    assert_eq!(cluster.written("features.csv").lines().count(), 1);

    // The same command goes on with what is missing.
    fs::remove_file(cluster.path("lost")).expect("it was there");
    let output = cluster.extract("cache", &table, &["--slurm", "-o", "features.csv", "--force"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("1 task for 4 of 4 cases"), "{}", said(&output));
    assert_eq!(cluster.written("features.csv"), cluster.written("local.csv"));
    assert!(!cluster.path("features.errors.csv").exists());
}

/// The process that waits for an array, once it has named it.
fn waiting(cluster: &Cluster, table: &Path) -> std::process::Child {
    let log = fs::File::create(cluster.path("waiting.log")).expect("a file");
    let mut command = cluster.riskset("cache");
    command.args(["extract", "--slurm", "--shards", "1", "--batch"]).arg(table).stderr(log).stdout(Stdio::null());
    let child = command.spawn().expect("it starts");
    let began = Instant::now();
    while !cluster.written("waiting.log").contains("job 4711") && began.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(300));
    child
}

fn signal(child: &std::process::Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill").success());
}

#[test]
fn an_interrupt_cancels_the_array_and_a_lost_connection_leaves_it() {
    let cluster = Cluster::new();
    let table = batch(cluster.folder.path(), 2);
    // The only task waits for a node.
    cluster.command("sbatch", "#!/bin/sh\necho 4711\n");
    fs::write(cluster.path("queue"), "0|PENDING\n").expect("a file");
    let mut child = waiting(&cluster, &table);
    signal(&child, "-HUP");
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
    assert!(
        cluster.written("waiting.log").contains("job 4711 stays in the queue"),
        "{}",
        cluster.written("waiting.log")
    );
    assert!(!cluster.path("cancelled").exists());

    // The same command waits for the array that is there instead of submitting another one.
    cluster.command("sbatch", "#!/bin/sh\necho 'it was there already' >&2\nexit 1\n");
    let mut child = waiting(&cluster, &table);
    signal(&child, "-INT");
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
    assert_eq!(cluster.written("cancelled").trim(), "4711");
    let log = cluster.written("waiting.log");
    assert!(log.contains("job 4711 is cancelled; 0 of 2 cases are done and kept"), "{log}");
}

#[test]
fn what_cannot_be_done_is_said() {
    let cluster = Cluster::new();
    let table = batch(cluster.folder.path(), 1);
    cluster.command("sbatch", "#!/bin/sh\necho 'sbatch: error: invalid partition specified: long' >&2\nexit 1\n");
    let output = cluster.extract("cache", &table, &["--slurm"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        output.stdout.is_empty() && said(&output).contains("invalid partition specified: long"),
        "{}",
        said(&output)
    );

    let mut command = cluster.riskset("cache");
    command.env("PATH", cluster.path("nowhere")).args(["extract", "--slurm", "--batch"]).arg(&table);
    let output = command.output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("sbatch: there is no such command here"), "{}", said(&output));

    let usage = |arguments: &[&str]| {
        let output = cluster.riskset("cache").arg("extract").args(arguments).output().expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
    };
    usage(&["image.nii", "mask.nii", "--slurm"]);
    usage(&["--batch", "cases.csv", "--shards", "3"]);
    usage(&["--batch", "cases.csv", "--slurm", "--shards", "0"]);
    usage(&["--batch", "cases.csv", "--slurm", "--diagnostics"]);
    let table = table.to_str().expect("a plain path");
    usage(&["--batch", table, "--slurm", "--slurm-opts", "--comment='open"]);
}

#[test]
fn a_real_slurm_gives_the_same_bytes_too() {
    let answers = |command: &str| Command::new(command).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !answers("sinfo").is_ok_and(|status| status.success()) {
        println!("skipped: there is no Slurm whose controller answers here");
        return;
    }
    let scratch = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder that nodes may share");
    let table = batch(scratch.path(), 6);
    let run = |cache: &str, more: &[&str], out: &str| {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("riskset"));
        command.env("RISKSET_CACHE_DIR", scratch.path().join(cache)).args(["extract", "--batch"]).arg(&table);
        let output = command.args(more).arg("-o").arg(scratch.path().join(out)).output().expect("it runs");
        assert!(output.status.success(), "{}", said(&output));
        fs::read(scratch.path().join(out)).expect("a table")
    };
    let here = run("alone", &[], "here.csv");
    let there = run("cache", &["--slurm", "--shards", "3"], "there.csv");
    assert!(here == there, "the tables differ");
}
