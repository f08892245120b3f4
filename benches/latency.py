#!/usr/bin/env python3
"""Times the keys of the real program in a terminal of its own, and what opening a large table costs.

    python3 benches/latency.py [--bin target/release/riskset] [--rows 1000000] [--columns 20] [--keys 100] [--data FILE]
                               [--filter "time>50"] [--study sample_cohorts/hcc_pa_tace]

A table of benches/tables.py is opened in a pseudo-terminal of 120 x 40. A key's time is that from its byte to the first
byte that the program answers with; every key that is sent changes something, so that none waits for the next drawing. Keys
are sent while nothing else goes on, on a patient's card and on a column, while the table is sorted, searched and filtered
(each time right after the key that starts it), while it is opened (`?` and `escape`, which need no table), and among the
patients of a study while its features are extracted. p50, p99 and the largest are given in milliseconds, the latter two
also less the time in which the program's own thread waited for a processor because of others (`own`), with the CPU time
and the largest resident set when the table is on screen and at the end.
"""

import argparse
import os
import pty
import select
import signal
import struct
import sys
import tempfile
import termios
import time
from fcntl import ioctl
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import tables  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")


class Time(float):
    """The milliseconds of a key, and those of them in which the program's own thread was not waiting for a processor."""

    def __new__(cls, taken, own):
        time = super().__new__(cls, taken)
        time.own = own
        return time


class Terminal:
    """The program in a pseudo-terminal."""

    def __init__(self, command, environment):
        self.pid, self.screen = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, environment)
        ioctl(self.screen, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.text = b""

    def read(self, seconds):
        """What comes within so long; whether anything did."""
        ready, _, _ = select.select([self.screen], [], [], seconds)
        if not ready:
            return False
        data = os.read(self.screen, 1 << 16)
        self.text = (self.text + data)[-200_000:]
        # Terminals are asked who they are; this one is a plain xterm.
        if b"\x1b[c" in data:
            os.write(self.screen, b"\x1b[?62c")
        return True

    def quiet(self, seconds=0.3, most=300):
        """Reads until nothing has come for so long."""
        end = time.monotonic() + most
        while self.read(seconds) and time.monotonic() < end:
            pass

    def until(self, words, most):
        start = time.monotonic()
        while not any(word in self.text for word in words):
            if time.monotonic() - start > most:
                sys.exit(f"{words} did not come within {most} s: {self.text[-500:]!r}")
            self.read(0.05)
        return time.monotonic() - start

    def key(self, key, most=30):
        """Milliseconds from the key to the first byte of the answer; None if there is none."""
        while self.read(0):
            pass
        waited = self.waited()
        start = time.monotonic()
        os.write(self.screen, key)
        if not self.read(most):
            return None
        taken = (time.monotonic() - start) * 1000
        return Time(taken, max(0.0, taken - (self.waited() - waited)))

    def waited(self):
        """Milliseconds for which the program's own thread was ready to run and had no processor so far."""
        return int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[1]) / 1e6

    def used(self):
        """CPU seconds and megabytes so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        status = Path(f"/proc/{self.pid}/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
        return (int(fields[11]) + int(fields[12])) / TICK, peak / 1024


def line(what, times):
    times = sorted(t for t in times if t is not None)
    if times:
        at = lambda p: times[min(len(times) - 1, int(p * len(times)))]
        own = sorted(t.own for t in times)
        shown = [at(0.5), at(0.99), times[-1], own[min(len(own) - 1, int(0.99 * len(own)))], own[-1]]
        print(f"| {what} | {len(times)} | " + " | ".join(f"{t:.1f}" for t in shown) + " |", flush=True)


def moves(terminal, n):
    """One row down each time: up from the first row would change nothing, whatever put the cursor there."""
    return [terminal.key(b"j", 5) for _ in range(n)]


def while_extracting(asked, environment):
    """Keys among the patients of a study of which no feature is known yet."""
    terminal = Terminal([asked.bin, str(asked.study), "--fresh"], environment)
    try:
        terminal.until([b"extracting"], 60)
        for key in (b"1", b"\t"):
            terminal.key(key)
        line("while extracting", moves(terminal, min(asked.keys, 100)))
    finally:
        os.kill(terminal.pid, signal.SIGTERM)
        os.waitpid(terminal.pid, 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="target/release/riskset")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--keys", type=int, default=100)
    parser.add_argument("--columns", type=int, default=20)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--study", type=Path, default=Path("sample_cohorts/hcc_pa_tace"))
    parser.add_argument("--filter", default="time>50")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = asked.data or Path(folder) / "table.csv"
        if asked.data is None:
            tables.NUMBERS = asked.columns - 6
            tables.table(asked.rows, data)
        home = {"HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_CACHE_HOME": folder, "XDG_STATE_HOME": folder}
        environment = {**os.environ, **home, "TERM": "xterm-256color"}
        terminal = Terminal([asked.bin, str(data)], environment)
        try:
            first = terminal.until([b"reading"], 30)
            rows = first + terminal.until([b"first rows", b"Screened", b"screened"], 600)
            opening = []
            for k in range(20):
                opening.append(terminal.key(b"?" if k % 2 == 0 else b"\x1b", 5))
                # Escape and a key right behind it would be one key with Alt.
                terminal.quiet(0.05)
            shown = terminal.until([b"Screened", b"screened"], 600)
            terminal.quiet()
            cpu, peak = terminal.used()
            at = f"first page after {first:.2f} s, first rows after {rows:.2f} s, patients {shown:.1f} s later"
            print(f"{at}, {cpu:.1f} CPU s, {peak:.0f} MB\n")
            print("| keys | n | p50 ms | p99 ms | most ms | p99 own ms | most own ms |\n|---|---|---|---|---|---|---|")
            line("while opening", opening)
            terminal.key(b"1")
            terminal.key(b"\t")
            terminal.quiet(1.0)
            line("nothing else going on", moves(terminal, asked.keys))
            card = [terminal.key(b"\r", 5), *moves(terminal, 20)]
            terminal.quiet(1.0)
            terminal.key(b"\x1b")
            terminal.quiet(1.0)
            terminal.text = b""
            terminal.key(b"\t")
            # Enter opens nothing before the columns are listed.
            terminal.until([b"numbers"], 60)
            terminal.quiet(1.0)
            column = [terminal.key(b"\r", 5), *moves(terminal, 10)]
            terminal.quiet(2.0)
            terminal.key(b"\x1b")
            terminal.quiet(1.0)
            terminal.key(b"\x1b[Z")
            terminal.quiet(1.0)
            line("on a patient's card", card)
            line("on a column", column)
            for _ in range(6):
                terminal.key(b"l")
            sorting = []
            for _ in range(5):
                sorting += [terminal.key(b"s", 5), *moves(terminal, asked.keys // 5)]
            line("while sorting", sorting)
            terminal.quiet(1.0)
            # The sort carried the cursor away with its patient: from the last row there is no way down.
            terminal.key(b"g", 0.5)
            terminal.quiet(1.0)
            searching = [terminal.key(key, 5) for key in (b"/", b"1", b"2", b"\x7f", b"3", b"4")]
            searching += [terminal.key(b"\r", 5), *moves(terminal, asked.keys // 5)]
            line("while searching", searching)
            terminal.quiet(1.0)
            filtering = [terminal.key(key, 5) for key in [b"f", *(bytes([c]) for c in asked.filter.encode())]]
            filtering += [terminal.key(b"\r", 5), *moves(terminal, asked.keys // 5)]
            line("while filtering", filtering)
            terminal.quiet(1.0)
            cpu, peak = terminal.used()
        finally:
            os.kill(terminal.pid, signal.SIGTERM)
            os.waitpid(terminal.pid, 0)
        while_extracting(asked, environment)
        print(f"\nin the end {cpu:.1f} CPU s, {peak:.0f} MB")


if __name__ == "__main__":
    main()
