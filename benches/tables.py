#!/usr/bin/env python3
"""Times the reading of large tables side by side with polars, pandas, data.table and R's read.csv.

    python3 benches/tables.py [--bin target/release/riskset] [--rows 10000,100000,1000000] [--wide] [--parquet]
                              [--xlsx] [--reading target/release/examples/reading] [--threads N] [--runs 3]

Needs `pip install numpy` and whichever of polars, pandas (with pyarrow) and R with data.table are to be beside it. A table
has an id, two columns of words, three of whole numbers and 14 of decimals, drawn with a fixed seed; `--wide` is 81 rows of
4,848 columns. riskset runs the whole of `km` on it, with one curve a stage, from the start of the process to the written
answer; the others read and type the table and stop, and so does riskset's `reading`, an example of crates/tables that can
read a workbook by calamine alone as well. Every run is a process of its own, all programs in turn; its CPU time is what the
operating system counts for it, less that of the same process without a table for what has an interpreter to start. The
least and the most of the runs are given, with the largest resident set.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NUMBERS = 14


def table(rows, path):
    """Writes the table, in pieces."""
    import numpy as np

    draw = np.random.default_rng(7)
    stages, sexes = np.array(["I", "II", "III", "IV"]), np.array(["female", "male"])
    with open(path, "w") as file:
        file.write("id,sex,stage,age,time,event," + ",".join(f"x{k}" for k in range(NUMBERS)) + "\n")
        for start in range(0, rows, 50_000):
            n = min(50_000, rows - start)
            words = zip(sexes[draw.integers(0, 2, n)], stages[draw.integers(0, 4, n)])
            whole = np.column_stack([draw.integers(20, 90, n), draw.integers(1, 3000, n), draw.integers(0, 2, n)])
            decimals = draw.normal(10, 4, (n, NUMBERS))
            for i, (sex, stage) in enumerate(words):
                numbers = ",".join("%d" % v for v in whole[i]) + "," + ",".join("%.3f" % v for v in decimals[i])
                file.write(f"P{start + i + 1:07d},{sex},{stage},{numbers}\n")


def wide(path, rows=81, columns=4848):
    import numpy as np

    draw = np.random.default_rng(8)
    with open(path, "w") as file:
        file.write("id,time,event," + ",".join(f"f{k}" for k in range(columns - 3)) + "\n")
        for i in range(rows):
            values = ",".join("%.15g" % v for v in draw.normal(100, 40, columns - 3))
            file.write(f"P{i:03d},{draw.integers(1, 90)},{draw.integers(0, 2)},{values}\n")


def made(kind, path, rows=0):
    """A table made by a process of its own: what this one has taken up, its children would be said to take."""
    subprocess.run([sys.executable, __file__, "--make", kind, str(rows), str(path)], check=True)
    return path


def make(kind, rows, path):
    if kind == "wide":
        wide(path)
    elif kind == "parquet":
        import polars

        polars.read_csv(path.with_suffix(".csv")).write_parquet(path)
    elif kind == "xlsx":
        import pandas

        pandas.read_csv(path.with_suffix(".csv")).to_excel(path, index=False)
    else:
        table(rows, path)


def measured(command, environment):
    """CPU seconds and megabytes of one process."""
    start = os.times()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        error = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {error.decode().strip()[-300:]}")
    clock = os.times().elapsed - start.elapsed
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, clock


def peers(path, threads, reading):
    """Who is there, how it reads the table, and the same without one."""
    python = sys.executable
    kind = path.suffix
    if reading:
        yield "riskset's reading", [reading, path], None
    if reading and kind == ".xlsx":
        yield "calamine", [reading, path, "calamine"], None
    reads = {".csv": "csv", ".parquet": "parquet", ".xlsx": "excel"}[kind]
    for name, package in [("polars", "polars"), ("pandas", "pandas")]:
        if kind != ".xlsx" and subprocess.run([python, "-c", f"import {package}"], capture_output=True).returncode == 0:
            load = f"import {package}"
            yield name, [python, "-c", f"{load}; {package}.read_{reads}({str(path)!r})"], [python, "-c", load]
    if kind == ".csv" and shutil.which("Rscript"):
        load = f"suppressMessages(library(data.table)); setDTthreads({threads})"
        if subprocess.run(["Rscript", "-e", load], capture_output=True).returncode == 0:
            yield "data.table", ["Rscript", "-e", f"{load}; x <- fread('{path}')"], ["Rscript", "-e", load]
        yield "read.csv", ["Rscript", "-e", f"x <- read.csv('{path}')"], ["Rscript", "-e", "1"]


def compare(asked, path, what, options):
    threads = str(asked.threads)
    environment = {**os.environ, "POLARS_MAX_THREADS": threads, "RAYON_NUM_THREADS": threads}
    command = [asked.bin, "km", path, "--time", "time", "--event", "event", *options, "--threads", threads, "--format", "json"]
    programs = [("riskset, the whole of km", command, None), *peers(path, asked.threads, asked.reading)]
    found = {name: [] for name, _, _ in programs}
    for run in range(asked.runs):
        for name, read, empty in programs:
            # It takes as long as all others together.
            if name == "read.csv" and run > 0:
                continue
            cpu, resident, took = measured(read, environment)
            base, _, started = measured(empty, environment) if empty else (0, 0, 0)
            found[name].append((max(cpu - base, 0.0), max(took - started, 0.0), resident))
    print(f"\n{what}, {path.stat().st_size / 1e6:.1f} MB\n")
    print("| program | CPU s, least | most | by the clock, s | peak MB | beside km |")
    print("|---|---|---|---|---|---|")
    own = min(cpu for cpu, _, _ in found[programs[0][0]])
    for name, runs in found.items():
        cpu, clock, resident = zip(*runs)
        print(f"| {name} | {min(cpu):.2f} | {max(cpu):.2f} | {min(clock):.2f} | {max(resident):.0f} | {min(cpu) / own:.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="target/release/riskset")
    parser.add_argument("--rows", default="10000,100000,1000000")
    parser.add_argument("--wide", action="store_true")
    parser.add_argument("--parquet", action="store_true", help="the largest table as Parquet as well")
    parser.add_argument("--xlsx", action="store_true", help="100,000 rows as a workbook as well")
    parser.add_argument("--reading", help="the example of crates/tables that reads and does nothing else")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--make", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.make:
        kind, rows, path = asked.make
        return make(kind, int(rows), Path(path))
    by = ["--by", "stage"]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        sizes = [int(n) for n in asked.rows.split(",") if n]
        for rows in sizes:
            path = made("table", folder / f"{rows}.csv", rows)
            compare(asked, path, f"{rows:,} x {6 + NUMBERS}", by)
            if asked.parquet and rows == max(sizes):
                made("parquet", path.with_suffix(".parquet"))
                compare(asked, path.with_suffix(".parquet"), f"{rows:,} x {6 + NUMBERS} as Parquet", by)
            path.unlink()
        if asked.xlsx:
            made("table", folder / "book.csv", 100_000)
            compare(asked, made("xlsx", folder / "book.xlsx"), f"100,000 x {6 + NUMBERS} as XLSX", by)
        if asked.wide:
            compare(asked, made("wide", folder / "wide.csv"), "81 x 4,848", [])


if __name__ == "__main__":
    main()
