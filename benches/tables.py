#!/usr/bin/env python3
"""Times the reading of large tables side by side with polars, pandas, data.table and R's read.csv.

    python3 benches/tables.py [--bin target/release/riskset] [--rows 10000,100000,1000000] [--wide] [--parquet]
                              [--xlsx] [--threads N] [--runs 3]

Needs `pip install numpy` and whichever of polars, pandas (with pyarrow) and R with data.table are to be beside it. A table
has an id, two columns of words, three of whole numbers and 14 of decimals, drawn with a fixed seed; `--wide` is 81 rows of
4,848 columns. riskset runs the whole of `km` on it, with one curve a stage, from the start of the process to the written
answer; the others read and type the table and stop. Every run is a process of its own; its CPU time is what the operating
system counts for it, less that of the same process without a table for what has an interpreter to start. The least of the
runs is given, with the largest resident set.
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


def least(command, environment, runs):
    found = [measured(command, environment) for _ in range(runs)]
    return min(f[0] for f in found), max(f[1] for f in found), min(f[2] for f in found)


def peers(path, threads):
    """Who is there, how it reads the table, and the same without one."""
    python = sys.executable
    kind = path.suffix
    reads = {".csv": "csv", ".parquet": "parquet", ".xlsx": "excel"}[kind]
    for name, package in [("polars", "polars"), ("pandas", "pandas")]:
        if subprocess.run([python, "-c", f"import {package}"], capture_output=True).returncode == 0:
            load = f"import {package}"
            yield name, [python, "-c", f"{load}; {package}.read_{reads}({str(path)!r})"], [python, "-c", load]
    if kind == ".xlsx":
        read = ("import python_calamine as c; b = c.CalamineWorkbook.from_path({!r}); b.get_sheet_by_index(0).to_python()")
        if subprocess.run([python, "-c", "import python_calamine"], capture_output=True).returncode == 0:
            yield "calamine", [python, "-c", read.format(str(path))], [python, "-c", "import python_calamine"]
    if kind == ".csv" and shutil.which("Rscript"):
        load = f"suppressMessages(library(data.table)); setDTthreads({threads})"
        if subprocess.run(["Rscript", "-e", load], capture_output=True).returncode == 0:
            yield "data.table", ["Rscript", "-e", f"{load}; x <- fread('{path}')"], ["Rscript", "-e", load]
        yield "read.csv", ["Rscript", "-e", f"x <- read.csv('{path}')"], ["Rscript", "-e", "1"]


def compare(binary, path, what, options, threads, runs):
    environment = {**os.environ, "POLARS_MAX_THREADS": str(threads), "RAYON_NUM_THREADS": str(threads)}
    megabytes = path.stat().st_size / 1e6
    command = [binary, "km", path, "--time", "time", "--event", "event", *options, "--threads", str(threads), "--format", "json"]
    own, memory, clock = least(command, environment, runs)
    print(f"\n{what}, {megabytes:.1f} MB\n")
    print("| program | CPU s | by the clock, s | peak MB | beside riskset |")
    print("|---|---|---|---|---|")
    print(f"| riskset, the whole of km | {own:.2f} | {clock:.2f} | {memory:.0f} | |")
    for name, read, empty in peers(path, threads):
        try:
            cpu, resident, took = least(read, environment, runs if name != "read.csv" else 1)
            base, _, started = least(empty, environment, 1)
        except RuntimeError as error:
            print(f"{name}: {error}", file=sys.stderr)
            continue
        cpu, took = max(cpu - base, 0.0), max(took - started, 0.0)
        print(f"| {name}, reading alone | {cpu:.2f} | {took:.2f} | {resident:.0f} | {cpu / own:.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="target/release/riskset")
    parser.add_argument("--rows", default="10000,100000,1000000")
    parser.add_argument("--wide", action="store_true")
    parser.add_argument("--parquet", action="store_true", help="the largest table as Parquet as well")
    parser.add_argument("--xlsx", action="store_true", help="100,000 rows as a workbook as well")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    by = ["--by", "stage"]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        sizes = [int(n) for n in asked.rows.split(",") if n]
        for rows in sizes:
            path = folder / f"{rows}.csv"
            table(rows, path)
            compare(asked.bin, path, f"{rows:,} x {6 + NUMBERS}", by, asked.threads, asked.runs)
            if asked.parquet and rows == max(sizes):
                import polars

                polars.read_csv(path).write_parquet(path.with_suffix(".parquet"))
                what = f"{rows:,} x {6 + NUMBERS} as Parquet"
                compare(asked.bin, path.with_suffix(".parquet"), what, by, asked.threads, asked.runs)
            path.unlink()
        if asked.xlsx:
            import pandas

            path = folder / "book.csv"
            table(100_000, path)
            pandas.read_csv(path).to_excel(folder / "book.xlsx", index=False)
            compare(asked.bin, folder / "book.xlsx", f"100,000 x {6 + NUMBERS} as XLSX", by, asked.threads, 1)
        if asked.wide:
            path = folder / "wide.csv"
            wide(path)
            compare(asked.bin, path, "81 x 4,848", [], asked.threads, asked.runs)


if __name__ == "__main__":
    main()
