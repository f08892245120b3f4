#!/usr/bin/env python3
"""Times riskset's survival methods and R's side by side, on the same data, and tells how well their answers agree.

    python3 benches/survival.py

Needs R with the packages survival and glmnet. Builds `crates/survival/benches/survival_tasks.rs`; that program and `benches/survival.R` stay
open, make the data of a task (by the same formulas), and then do it in turn, each with one thread. What is compared is the
CPU time (user and system) that the operating system counts for each program between the word to start and the answer that
it is done: data in memory before, results in memory after, nothing read or printed. Garbage that R has left is collected
before. Differences are relative to the largest value of R's, the worst of all results compared.

Then riskset alone: how time grows with the number of subjects, and two threads against one, by the clock.
"""

import argparse
import ctypes
import json
import math
import os
import statistics
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent

# What is said in the table; task, subjects, riskset's option, R's option. glmnet's default `thresh` leaves errors of percents
# near the end of a path. riskset's solutions meet their conditions to 1e-8, which glmnet nears as its threshold falls; its
# own iterations, to have its own digits, are there too.
TASKS = [
    ("LASSO, 10-fold CV; glmnet at thresh 1e-7", "lasso", 81, "optimum", "1e-7"),
    ("LASSO, 10-fold CV; glmnet at thresh 1e-7", "lasso", 149, "optimum", "1e-7"),
    ("LASSO, 10-fold CV; glmnet at thresh 1e-11", "lasso", 81, "optimum", "1e-11"),
    ("LASSO, 10-fold CV; glmnet at thresh 1e-11", "lasso", 149, "optimum", "1e-11"),
    ("LASSO, 10-fold CV; both glmnet's iterations, thresh 1e-7", "lasso", 81, "1e-7", "1e-7"),
    ("LASSO, 10-fold CV; both glmnet's iterations, thresh 1e-7", "lasso", 149, "1e-7", "1e-7"),
    ("5,064 Cox models", "screen", 81, "-", "formula"),
    ("5,064 Cox models", "screen", 149, "-", "formula"),
    ("5,064 Cox models, R's coxph.fit alone", "screen", 149, "-", "fit"),
    ("1,000 bootstraps of Cox and C", "bootstrap", 149, "-", "-"),
    ("1,000 bootstraps of Cox and C", "bootstrap", 500, "-", "-"),
    ("coxph, 10 covariates", "coxph", 1_000_000, "-", "-"),
    ("survfit, 2 curves", "survfit", 1_000_000, "-", "-"),
    ("survfit, 2 curves, times in days", "survfit", 1_000_000, "days", "days"),
    ("survdiff, 2 groups", "survdiff", 1_000_000, "-", "-"),
    ("survdiff, 2 groups, times in days", "survdiff", 1_000_000, "days", "days"),
    ("concordance", "concordance", 1_000_000, "-", "-"),
    ("concordance, times in days", "concordance", 1_000_000, "days", "days"),
]
GROWING = ["coxph", "survfit", "survdiff", "concordance"]
PARALLEL = [("lasso", 149, "optimum"), ("screen", 149, "-"), ("bootstrap", 500, "-"), ("coxph", 1_000_000, "-")]


class Program:
    """One of the two programs, spoken to line by line."""

    def __init__(self, command, **environment):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
                                        env={**os.environ, **environment})
        clock = ctypes.c_int()
        ctypes.CDLL(None).clock_getcpuclockid(self.process.pid, ctypes.byref(clock))
        self.clock = clock.value

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.process.args} ended at: {line}")
        return answer.strip()

    def prepare(self, task, n, option):
        self.ask(f"prepare {task} {n} {option}")
        self.run()

    def run(self):
        """Seconds of CPU and by the clock."""
        start, wall = time.clock_gettime(self.clock), time.monotonic()
        self.ask("run")
        return time.clock_gettime(self.clock) - start, time.monotonic() - wall

    def values(self):
        return json.loads(self.ask("values"))


def build():
    """Builds the benchmark; the path of its program."""
    command = ["cargo", "bench", "-p", "riskset-survival", "--bench", "survival_tasks", "--no-run", "--message-format", "json"]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=HERE.parent).stdout.splitlines()
    made = [m for m in map(json.loads, lines) if m.get("executable") and m["target"]["name"] == "survival_tasks"]
    return made[-1]["executable"]


def difference(ours, theirs):
    """The worst difference of two sets of results, and which it is in."""
    def of(name):
        pairs = [(a, b) for a, b in zip(ours[name], theirs[name], strict=True)]
        if any((a is None) != (b is None) for a, b in pairs):
            return math.inf
        known = [(a, b) for a, b in pairs if a is not None]
        scale = max(abs(b) for _, b in known)
        return max(abs(a - b) for a, b in known) / (scale or 1)
    name = max(theirs, key=of)
    return f"{of(name):8.1e} ({name})"


def spread(values):
    return f"{min(values):10.4f} {statistics.median(values):10.4f}"


def side_by_side(riskset, r, chosen, runs):
    print(f"{'':72} riskset, CPU s         R, CPU s              ratio         worst difference")
    print(f"{'':68}{'min':>10} {'median':>10} {'min':>10} {'median':>10} {'of min':>8} {'median':>8}")
    for said, task, n, ours, theirs in chosen:
        riskset.prepare(task, n, ours), r.prepare(task, n, theirs)
        agreement = difference(riskset.values(), r.values())
        pairs = []
        for _ in range(runs):
            pairs.append((riskset.run()[0], r.run()[0]))
            r.values()
        cpu = list(zip(*pairs))
        ratio = min(cpu[1]) / min(cpu[0]), statistics.median(b / a for a, b in pairs)
        print(f"{said + ', n = ' + format(n, ','):68}{spread(cpu[0])} {spread(cpu[1])} {ratio[0]:8.1f} {ratio[1]:8.1f} "
              f"{agreement}", flush=True)


def growth(riskset, runs):
    print("\nCPU seconds of n subjects, and over n log n against that of 10,000:")
    sizes = [10_000, 100_000, 1_000_000]
    for task in GROWING:
        seconds = []
        for n in sizes:
            riskset.prepare(task, n, "-")
            seconds.append(min(riskset.run()[0] for _ in range(runs)))
        per = [s / n / math.log(n) for s, n in zip(seconds, sizes)]
        print(f"{task:14}" + "".join(f"{n:10,}: {s:8.4f} ({p / per[0]:4.2f})" for n, s, p in zip(sizes, seconds, per)), flush=True)


def threads(one, two, chosen, runs):
    print("\nSeconds by the clock with one thread and with two:")
    for task, n, option in chosen:
        one.prepare(task, n, option), two.prepare(task, n, option)
        pairs = [(one.run()[1], two.run()[1]) for _ in range(runs)]
        a, b = (min(side) for side in zip(*pairs))
        print(f"{task + ' ' + format(n, ','):24}{a:9.4f} {b:9.4f}  {a / b:5.2f} (of min) "
              f"{statistics.median(a / b for a, b in pairs):5.2f} (median)", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="runs that count (default 5)")
    parser.add_argument("--only", default="", help="tasks whose names contain this")
    parser.add_argument("--part", choices=["r", "growth", "threads"], help="only this part")
    parser.add_argument("--rscript", default="Rscript", help="R's program for scripts")
    parser.add_argument("--program", help="the built benchmark, not to be built here")
    arguments = parser.parse_args()
    program = arguments.program or build()
    named = lambda *words: arguments.only in " ".join(map(str, words))
    riskset = Program([program], RAYON_NUM_THREADS="1")
    if arguments.part in (None, "r"):
        r = Program([arguments.rscript, HERE / "survival.R"], OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
        print(r.ask("versions"))
        side_by_side(riskset, r, [t for t in TASKS if named(*t)], arguments.runs)
    if arguments.part in (None, "growth"):
        growth(riskset, arguments.runs)
    if arguments.part in (None, "threads"):
        two = Program([program], RAYON_NUM_THREADS="2")
        threads(riskset, two, [t for t in PARALLEL if named(*t)], arguments.runs)


if __name__ == "__main__":
    main()
