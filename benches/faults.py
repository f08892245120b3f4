#!/usr/bin/env python3
"""Ends riskset at any moment, fills its disk, takes its rights away, starts it twice; compares what is there with what should be.

    sudo python3 benches/faults.py [--bin target/release/riskset] [--patients 16] [--kills 20] [--seed 1]

A synthetic study (`riskset simulate`) is extracted and run once undisturbed: the reference. Then each fault, at points spread over
the time that the reference took. After a fault, an output is either not there or whole: the older one of before, or the new one,
to the byte; once more without a fault it is the reference to the byte, and nothing else is left in the folder. Full disks and
read-only folders are small tmpfs mounts, which need root; without it they are left out, and that is said.
Exit 1 if anything differs. Files whose bytes are to differ between runs (times in a manifest) are compared without them.
"""

import argparse
import hashlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def digest(path):
    """Hashes of all files below a folder, or of the one file, by relative name; None if there is nothing."""
    if not path.exists():
        return None
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    of = {}
    for file in files:
        data = file.read_bytes()
        if file.name == "manifest.json":
            data = re.sub(rb'"(started|finished|seconds|elapsed|date|time|created)": *("[^"]*"|[0-9.e+-]+)', b"", data)
        of[str(file.relative_to(path)) if path.is_dir() else file.name] = hashlib.sha256(data).hexdigest()
    return of


def size(path):
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return sum(p.stat().st_size for p in files)


PAGE = 4096  # bytes that a small disk gives at a time


def room(path):
    """Bytes that a file or folder takes on a small disk, where every file begins a page."""
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return sum(-(-p.stat().st_size // PAGE) * PAGE for p in files)


class Bench:
    def __init__(self, options, folder):
        self.bin, self.folder, self.rows, self.bad = options.bin.resolve(), folder, [], 0
        self.random, self.kills = random.Random(options.seed), options.kills
        self.study = folder / "study"
        made = self.run(["simulate", self.study, "--patients", options.patients])
        if made.returncode:
            sys.exit(f"simulate: {made.stderr}")

    def command(self, args, cache, **more):
        environment = os.environ | {"HOME": str(self.folder / "home"), "XDG_STATE_HOME": str(self.folder / "state"), **more}
        argv = [self.bin, *args] + (["--cache-dir", cache] if cache else [])
        return [str(a) for a in argv], environment

    def run(self, args, cache=None):
        argv, environment = self.command(args, cache)
        return subprocess.run(argv, env=environment, capture_output=True, text=True)

    def start(self, args, cache=None):
        argv, environment = self.command(args, cache)
        return subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def say(self, fault, times, outcome, wrong, compared):
        self.rows.append((fault, times, outcome, wrong, compared))
        self.bad += wrong
        print(f"| {fault} | {times} | {outcome} | {wrong} | {compared:,} |", flush=True)

    def kind(self, name):
        """Arguments of a command, and the name of what it writes."""
        return {"extract": (["extract", self.study, "--preset", "default"], "features.csv"),
                "run": (["run", self.study], "out"),
                "run --force": (["run", self.study, "--force"], "out")}[name]

    def leftovers(self, place, known):
        return sorted(p.name for p in place.iterdir() if p.name not in known)

    def reference(self, name):
        args, output = self.kind(name)
        place = self.folder / f"reference-{output}"
        place.mkdir()
        began = time.monotonic()
        done = self.run([*args, "-o", place / output], self.folder / f"cache-{output}")
        took = time.monotonic() - began
        if done.returncode:
            sys.exit(f"{name}: {done.stderr}")
        return digest(place / output), took, size(place / output), room(place / output)

    def killed(self, name, reference, took, bytes_, older=None):
        """kill -9 at moments spread over the run; every time from a cold cache up to where the last kill was."""
        args, output = self.kind(name)
        tally, wrong, compared = {"absent": 0, "old": 0, "new": 0}, 0, 0
        for nth in range(self.kills):
            place = self.folder / "killed"
            shutil.rmtree(place, ignore_errors=True)
            shutil.rmtree(self.folder / "cache-killed", ignore_errors=True)
            place.mkdir()
            if older:
                shutil.copytree(older, place / output)
            before = digest(place / output)
            child = self.start([*args, "-o", place / output], self.folder / "cache-killed")
            # The last third of the kills come where outputs are written.
            share = (nth + self.random.random()) / self.kills
            moment = took * (share * 1.5 if share < 2 / 3 else 0.9 + (share - 2 / 3) * 0.6)
            time.sleep(moment)
            child.send_signal(signal.SIGKILL)
            child.wait()
            now = digest(place / output)
            state = "absent" if now is None else "new" if now == reference else "old" if now == before else "damaged"
            if state == "damaged":
                wrong += 1
            else:
                tally[state] += 1
            again = [*args, "-o", place / output] + (["--force"] if state != "absent" and "--force" not in args else [])
            done = self.run(again, self.folder / "cache-killed")
            compared += bytes_
            left = self.leftovers(place, {output})
            if done.returncode or digest(place / output) != reference or left:
                wrong += 1
                print(f"  {name}, killed after {moment:.2f} s: exit {done.returncode}, left {left}, {done.stderr[:300]}")
        said = ", ".join(f"{n} {state}" for state, n in tally.items() if n)
        self.say(f"kill -9 of {name}", self.kills, f"{said}; once more: the reference", wrong, compared)

    def full(self, name, reference, bytes_, needed, shares, older=None):
        """A disk with room for a share of the output only."""
        args, output = self.kind(name)
        cache = self.folder / f"cache-{output}"
        wrong, said, compared = 0, set(), 0
        for share in shares:
            place = self.folder / "full"
            place.mkdir(exist_ok=True)
            there = (room(older) if older else 0) + int(needed * share) // PAGE * PAGE
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={max(there, PAGE)}", "none", place], check=True)
            try:
                if older:
                    shutil.copytree(older, place / output)
                before = digest(place / output)
                done = self.run([*args, "-o", place / output], cache)
                now, left = digest(place / output), self.leftovers(place, {output})
                if done.returncode != 1 or now != before or left or "space" not in done.stderr.lower():
                    wrong += 1
                    print(f"  {name}, {there:,} bytes of room: exit {done.returncode}, left {left}, {done.stderr[:300]}")
                said.add(f"exit {done.returncode}")
                subprocess.run(["mount", "-o", "remount,size=1g", place], check=True)
                done = self.run([*args, "-o", place / output], cache)
                compared += bytes_
                if done.returncode or digest(place / output) != reference:
                    wrong += 1
                    print(f"  {name}, with room again: exit {done.returncode}, {done.stderr[:300]}")
            finally:
                subprocess.run(["umount", place], check=True)
        was = "the older output kept" if older else "nothing left"
        self.say(f"full disk, {name}", len(shares), f"{', '.join(sorted(said))}, {was}; with room: the reference", wrong, compared)

    def full_cache(self, name, reference, bytes_):
        """The cache's disk is full: said once, and work goes on."""
        args, output = self.kind(name)
        place, cache = self.folder / "beside", self.folder / "full"
        cache.mkdir(exist_ok=True)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=65536", "none", cache], check=True)
        try:
            done = self.run([*args, "-o", place / output], cache)
            wrong = int(done.returncode != 0 or digest(place / output) != reference)
            if wrong:
                print(f"  {name}: exit {done.returncode}, {done.stderr[:300]}")
        finally:
            subprocess.run(["umount", cache], check=True)
        self.say(f"full disk of the cache, {name}", 1, f"exit {done.returncode}, the reference", wrong, bytes_)

    def read_only(self, name, reference, bytes_):
        """A folder of outputs, then a cache, that cannot be written."""
        args, output = self.kind(name)
        place, other = self.folder / "locked", self.folder / "beside"
        place.mkdir(exist_ok=True)
        shutil.rmtree(other, ignore_errors=True)
        other.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=65536,ro", "none", place], check=True)
        try:
            done = self.run([*args, "-o", place / output], self.folder / f"cache-{output}")
            wrong = int(done.returncode != 1 or "read-only" not in done.stderr.lower())
            first = f"exit {done.returncode}: {done.stderr.strip().splitlines()[-1][-60:] if done.stderr.strip() else ''}"
            done = self.run([*args, "-o", other / output], place / "cache")
            differs = done.returncode != 0 or digest(other / output) != reference
            if wrong or differs:
                print(f"  {name}: {first}; cache: exit {done.returncode}, {done.stderr[:300]}")
        finally:
            subprocess.run(["umount", place], check=True)
        self.say(f"read-only output, then cache, {name}", 2, "exit 1, named; then the reference", wrong + differs, bytes_)

    def two(self, name, reference, bytes_, pairs):
        """Two at once with one cache and one output."""
        args, output = self.kind(name)
        wrong, codes = 0, {}
        for _ in range(pairs):
            place = self.folder / "two"
            shutil.rmtree(place, ignore_errors=True)
            shutil.rmtree(self.folder / "cache-two", ignore_errors=True)
            place.mkdir()
            both = [self.start([*args, "-o", place / output], self.folder / "cache-two")]
            time.sleep(self.random.random() * 0.2)
            both.append(self.start([*args, "-o", place / output], self.folder / "cache-two"))
            ended = tuple(sorted(child.wait() for child in both))
            codes[ended] = codes.get(ended, 0) + 1
            left = self.leftovers(place, {output})
            if digest(place / output) != reference or left or ended[0] != 0 or ended[1] not in (0, 1):
                wrong += 1
                print(f"  two of {name}: exits {ended}, left {left}")
        said = ", ".join(f"{n} times exits {a} and {b}" for (a, b), n in sorted(codes.items()))
        self.say(f"two processes, {name}", pairs, f"{said}; the reference", wrong, bytes_ * pairs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=Path, default=Path(__file__).resolve().parent.parent / "target/release/riskset")
    parser.add_argument("--patients", type=int, default=16)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, Path(folder))
        print("| fault | times | outcome | wrong | bytes compared |\n|---|---|---|---|---|")
        references = {name: bench.reference(name) for name in ("extract", "run")}
        references["run --force"] = references["run"]
        older = bench.folder / "older"
        bench.run(["run", bench.study, "--no-extract", "-o", older])
        for name, (reference, took, bytes_, needed) in references.items():
            before = older if name == "run --force" else None
            bench.killed(name, reference, took, bytes_, before)
            if os.geteuid() == 0:
                bench.full(name, reference, bytes_, needed, [0.01, 0.3, 0.7, 0.95], before)
            bench.two(name, reference, bytes_, 3)
        for name in ("extract", "run"):
            reference, _, bytes_, _ = references[name]
            if os.geteuid() == 0:
                bench.full_cache(name, reference, bytes_)
                bench.read_only(name, reference, bytes_)
        if os.geteuid() != 0:
            print("full disks and read-only folders: left out, they need root")
        print(f"{sum(r[1] for r in bench.rows)} faults, {bench.bad} wrong, {sum(r[4] for r in bench.rows):,} bytes compared")
    sys.exit(bool(bench.bad))


main()
